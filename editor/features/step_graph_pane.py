"""The graph of a training step beside the canvas: a canvas of its own, to be looked at, with a legend above."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedLayout, QToolButton, QVBoxLayout, QWidget

from editor.canvas.looking_view import LookingView
from editor.document import Document
from editor.panels.empty_state import EmptyState
from editor.theme import SPACE_L, SPACE_M, SPACE_S, SPACE_XS, ThemeManager, set_style
from engine.training.step_graph import StepGraph


class StepGraphPane(QWidget):
    """Shows a step, or the sentence why there is none."""

    def __init__(self, actions: tuple[QAction, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.document = Document(self)
        self.canvas = LookingView(self.document, ThemeManager.instance(), self)
        self.canvas.setAccessibleName(self.tr("Backward graph"))
        self.empty = EmptyState("step_back", "", self)
        self.counts = QLabel(self)
        set_style(self.counts, role="muted")
        self._stack = QStackedLayout()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.canvas)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(self._make_header(actions))
        layout.addLayout(self._stack, 1)
        self.say_building()

    def _make_header(self, actions: tuple[QAction, ...]) -> QHBoxLayout:
        header = QHBoxLayout()
        header.setContentsMargins(SPACE_M, SPACE_XS, SPACE_S, SPACE_XS)
        header.setSpacing(SPACE_L)
        title = QLabel(self.tr("Backward graph"), self)
        set_style(title, role="section")
        header.addWidget(title)
        for text, role in (
            (self.tr("● forward"), "forward"),
            (self.tr("● gradients"), "backward"),
            (self.tr("● updates"), "update"),
        ):
            label = QLabel(text, self)
            set_style(label, role=role)
            header.addWidget(label)
        header.addWidget(self.counts, 1)
        for action in actions:
            button = QToolButton(self)
            button.setDefaultAction(action)
            button.setAccessibleName(action.iconText())
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            header.addWidget(button)
        return header

    def say_building(self) -> None:
        """Shows that a step will come."""
        self.counts.clear()
        self.say(self.tr("The backward graph is being built…"))

    @property
    def is_showing(self) -> bool:
        """Whether there is a step to be seen."""
        return self._stack.currentWidget() is self.canvas

    def say(self, sentence: str) -> None:
        """Shows a sentence in the place of a step."""
        self.empty.label.setText(sentence)
        self._stack.setCurrentWidget(self.empty)

    def count(self, step: StepGraph) -> None:
        """Says how many nodes a step has."""
        self.counts.setText(
            self.tr("{forward} forward, {backward} gradient and {update} update nodes").format(
                **{phase: len(step.of_phase(phase)) for phase in ("forward", "backward", "update")}
            )
        )

    def show_step(self, step: StepGraph, keeps_view: bool = True) -> None:
        """Shows a step, or a part of one, whose nodes have places.

        With ``keeps_view`` the view stays where it is while a step is followed by another.
        """
        is_first = not (self.is_showing and keeps_view)
        self._stack.setCurrentWidget(self.canvas)
        center, zoom = self.canvas.camera.center, self.canvas.zoom
        self.document.look_at(
            step.model, self.tr("The backward graph follows from the graph above; it can be looked at, not changed.")
        )
        if is_first:
            self.canvas.fit()
        else:
            self.canvas.camera.show(center, zoom)
