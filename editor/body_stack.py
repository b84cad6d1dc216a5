"""The canvas area: the document's canvas, or the body of a loop or branch that was entered, with the way back above."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from editor.canvas.view import GraphView
from editor.document import Document
from editor.theme import SPACE_S, SPACE_XS, ThemeManager, set_style
from engine.blocks.contents import prefixes
from engine.graph import Graph, Operation
from engine.graph.body import Body


def bodies_of(op: Operation) -> dict[str, Graph]:
    """The graphs that an operation runs, by the names of its attributes: ``condition`` and ``body`` of a loop."""
    found = {name: value.graph for name, value in op.attributes.items() if isinstance(value, Body)}
    return {name: graph for name, graph in found.items() if len(graph)}


class BodyView(GraphView):
    """Shows a body. Esc and Backspace lead back."""

    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_busy = self.gesture is not None and event.key() == Qt.Key.Key_Escape
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Backspace) and not is_busy:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class _Level:
    """A body that was entered: the node that runs it, and which of the node's bodies is shown."""

    def __init__(self, op: Operation, view: BodyView, shown: str) -> None:
        self.op = op
        self.view = view
        self.shown = shown


class BodyStack(QWidget):
    """Shows the canvas until a body is entered; an edit of the document leads back to it."""

    #: Why something was refused.
    refused = Signal(str)
    #: A body was entered or left.
    level_changed = Signal()
    #: Something else is selected in the body that is seen.
    selection_changed = Signal()

    def __init__(self, canvas: GraphView, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self._document = document
        self._levels: list[_Level] = []
        self._is_motion_reduced = False
        self.crumbs = QWidget(self)
        self.crumbs.setAccessibleName(self.tr("Way back"))
        self._crumbs_layout = QHBoxLayout(self.crumbs)
        self._crumbs_layout.setContentsMargins(SPACE_S, SPACE_XS, SPACE_S, SPACE_XS)
        self._crumbs_layout.setSpacing(SPACE_XS)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(canvas)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.crumbs)
        layout.addWidget(self._pages, 1)
        self.crumbs.hide()
        self.setFocusProxy(canvas)
        canvas.enter_wanted.connect(self.enter)
        document.edited.connect(self.leave_all)
        document.replaced.connect(self.leave_all)
        document.entered_changed.connect(self._show_entered)

    @property
    def current(self) -> GraphView:
        """The canvas that is seen."""
        return self._levels[-1].view if self._levels else self._canvas

    @property
    def base(self) -> GraphView:
        """The canvas of the document."""
        return self._canvas

    def on_current(self, do: Callable[[GraphView], None]) -> Callable[[], None]:
        """Does it to the canvas that is seen."""
        return lambda: do(self.current)

    def set_motion_reduced(self, is_reduced: bool) -> None:
        """Whether views jump to where they are sent."""
        self._is_motion_reduced = is_reduced
        self._canvas.set_motion_reduced(is_reduced)

    # --- going ---------------------------------------------------------------------------------------------------

    def enter(self, name: str) -> None:
        """Shows the (first) body of a node of what is seen."""
        op = self.current.document.operation(name)
        bodies = bodies_of(op)
        if not bodies:
            self.refused.emit(self.tr("{name} has no body to enter.").format(name=name))
            return
        self._canvas.select([])
        # A loop's body says more than its condition.
        shown = "body" if "body" in bodies else next(iter(bodies))
        document = Document(self)
        view = BodyView(document, ThemeManager.instance(), self)
        view.set_motion_reduced(self._is_motion_reduced)
        view.enter_wanted.connect(self.enter)
        view.left.connect(self.leave)
        view.selection_changed.connect(lambda names: self.selection_changed.emit())
        view.refused.connect(lambda reason, place: self.refused.emit(reason))
        document.refused.connect(self.refused)
        self._levels.append(_Level(op, view, shown))
        self._pages.addWidget(view)
        self._show(shown)

    def leave(self) -> None:
        """Goes back by one level."""
        self.leave_to(len(self._levels) - 1)

    def leave_all(self) -> None:
        self.leave_to(0)

    def leave_to(self, depth: int) -> None:
        """Goes back until ``depth`` bodies are entered; the node that ran the last one left is selected."""
        if not 0 <= depth < len(self._levels):
            return
        gone = self._levels[depth:]
        del self._levels[depth:]
        for level in gone:
            self._pages.removeWidget(level.view)
            level.view.document.deleteLater()
            level.view.deleteLater()
        self._bring_up()
        self.current.select([gone[0].op.name])

    def _show(self, attribute: str) -> None:
        """Shows one of the bodies of the node that was entered last."""
        level = self._levels[-1]
        level.shown = attribute
        level.view.document.show_only(bodies_of(level.op)[attribute])
        self._bring_up()
        level.view.fit()

    def _show_entered(self) -> None:
        """The canvas shows another reusable block, or everything again."""
        self.leave_all()
        self._fill_crumbs()
        self._canvas.fit()

    def _bring_up(self) -> None:
        self._pages.setCurrentWidget(self.current)
        self.setFocusProxy(self.current)
        self._fill_crumbs()
        self.current.setFocus()
        self.level_changed.emit()

    # --- the way back --------------------------------------------------------------------------------------------

    def _fill_crumbs(self) -> None:
        while (item := self._crumbs_layout.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        entered = self._document.entered
        self.crumbs.setVisible(bool(self._levels or entered))
        if not self._levels and not entered:
            return
        tip = self.tr("Goes back here; Esc goes back by one.")
        self._add_crumb(self._document.title, self._leave_everything, tip)
        around = [scope for scope in (*prefixes(entered), entered) if scope in self._document.model.instances]
        for scope in around:
            self._add_separator()
            self._add_crumb(scope.rpartition("/")[2], partial(self._document.enter, scope), tip)
        if not self._levels:
            self._crumbs_layout.addStretch(1)
            note = self.tr("What is changed here is changed in every {name}")
            self._add_note(note.format(name=self._document.model.instances[entered].definition))
            return
        for depth, level in enumerate(self._levels, 1):
            self._add_separator()
            self._add_crumb(level.op.name, partial(self.leave_to, depth), tip)
            is_last = depth == len(self._levels)
            bodies = bodies_of(level.op) if is_last else [level.shown]
            self._add_separator()
            for attribute in bodies:
                crumb = self._add_crumb(attribute, partial(self._show, attribute), self.tr("Shows this body."))
                crumb.setCheckable(is_last)
                crumb.setChecked(attribute == level.shown)
                crumb.setEnabled(is_last)
        self._crumbs_layout.addStretch(1)
        self._add_note(self.tr("To be looked at; it cannot be changed here"))

    def _leave_everything(self) -> None:
        self.leave_all()
        self._document.enter("")

    def _add_note(self, text: str) -> None:
        note = QLabel(text, self.crumbs)
        set_style(note, role="muted")
        self._crumbs_layout.addWidget(note)

    def _add_crumb(self, text: str, go: Callable[[], None], tip: str) -> QToolButton:
        crumb = QToolButton(self.crumbs)
        crumb.setText(text)
        crumb.setAutoRaise(True)
        crumb.setToolTip(tip)
        crumb.clicked.connect(lambda: go())
        self._crumbs_layout.addWidget(crumb)
        return crumb

    def _add_separator(self) -> None:
        label = QLabel("›", self.crumbs)
        set_style(label, role="muted")
        self._crumbs_layout.addWidget(label)
