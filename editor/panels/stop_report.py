"""What a run has stopped at: the sentence, the guilty elements, the path from the cause, and the ways there."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from editor.theme import SPACE_M, SPACE_S, ThemeManager, current_theme, set_style
from engine.debugger.breakpoints import Stop
from engine.debugger.causes.cause import Cause

_LEAST_WIDTH = 240


class StopReport(QScrollArea):
    """Shows the last stop."""

    node_wanted = Signal(str)
    """The person wants to see a node."""
    cause_wanted = Signal(object)
    """The person wants to go to the moment of this Cause."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setAccessibleName(self.tr("Why the run stopped"))
        #: What the last stop was about, if it was a first cause.
        self.cause: Cause | None = None
        self.sentence = self._label("")
        self.path = self._label("caption")
        self.path.setTextFormat(Qt.TextFormat.RichText)
        self.path.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        self.path.linkActivated.connect(self.node_wanted)
        self.elements = self._label("caption")
        self.go = QPushButton(self.tr("Go to the cause"), self)
        self.go.setToolTip(self.tr("Puts the cursor where it happened, and shows the node"))
        self.go.clicked.connect(lambda: self.cause_wanted.emit(self.cause))
        inside = QWidget(self)
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_S)
        layout.setSpacing(SPACE_S)
        layout.addWidget(self.sentence)
        layout.addWidget(self.path)
        layout.addWidget(self.elements)
        row = QHBoxLayout()
        row.addWidget(self.go)
        row.addStretch(1)
        layout.addLayout(row)
        layout.addStretch(1)
        self.setWidget(inside)
        ThemeManager.instance().changed.connect(self._show_path)
        self.setMinimumWidth(_LEAST_WIDTH)
        self.clear()

    def _label(self, role: str) -> QLabel:
        label = QLabel(self)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        if role:
            set_style(label, role=role)
        return label

    def clear(self) -> None:
        """No run has stopped."""
        self.cause = None
        self.sentence.setText(self.tr("When a run stops, the reason stands here."))
        set_style(self.sentence, role="muted")
        for widget in (self.path, self.elements, self.go):
            widget.hide()

    def show_stop(self, stop: Stop) -> None:
        """Shows at which breakpoint a run has stopped."""
        self._show(stop.sentence, stop.cause)

    def show_cause(self, cause: Cause) -> None:
        """Shows what a run has failed for."""
        self._show(cause.sentence, cause)

    def _show(self, sentence: str, cause: Cause | None) -> None:
        self.cause = cause
        self.sentence.setText(sentence)
        set_style(self.sentence, role="error" if cause is not None else "")
        self._show_path()
        elements = cause.elements if cause is not None else ()
        listed = ", ".join(map(str, elements))
        left = (cause.element_count if cause is not None else 0) - len(elements)
        if left > 0:
            listed = self.tr("{elements} and {count} more").format(elements=listed, count=left)
        self.elements.setText(self.tr("Elements: {elements}").format(elements=listed))
        self.elements.setVisible(bool(elements))
        self.go.setVisible(cause is not None)

    def _show_path(self) -> None:
        """The nodes on the way, as links in the theme's colour."""
        path = () if self.cause is None else self.cause.path
        style = f'style="color: {current_theme().accent.name()}"'
        links = " → ".join(f'<a {style} href="{escape(name, quote=True)}">{escape(name)}</a>' for name in path)
        self.path.setText(self.tr("Path: {nodes}").format(nodes=links))
        self.path.setVisible(len(path) > 1)
