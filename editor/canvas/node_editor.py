"""Editing a node's texts in their place on the canvas."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGraphicsView, QLineEdit

from editor.canvas.geometry import NODE_WIDTH
from editor.canvas.hints import Hint
from editor.canvas.node_fields import NodeField, fields_of
from editor.document import Document
from editor.theme import ThemeManager

#: The title's and the other line's upper and lower edge on the node.
_TITLE = (0.0, 24.0)
_LINE = (20.0, 44.0)
#: The smallest field on the screen in which one can type, in pixels.
_LEAST_WIDTH, _LEAST_HEIGHT = 160, 28


class NodeEditor(QObject):
    """Opens one field over a node's name, or over the line under it.

    Enter takes over what was typed, Tab too and goes to the next field, Esc leaves it. What is refused stays open
    with the reason; when the focus goes elsewhere it is left.
    """

    def __init__(self, view: QGraphicsView, document: Document, theme_manager: ThemeManager) -> None:
        super().__init__(view)
        self._view = view
        self._document = document
        self._name: str | None = None
        self._fields: list[NodeField] = []
        self._place = 0
        self._is_committing = False
        self.line = QLineEdit(view)
        self.line.hide()
        self.line.installEventFilter(self)
        self.reason = Hint(view, theme_manager, edge="error")
        self.line.textEdited.connect(self.reason.hide)
        document.undo_stack.indexChanged.connect(self._cancel_if_idle)
        document.node_renamed.connect(self._follow_name)
        document.replaced.connect(self.cancel)

    @property
    def is_open(self) -> bool:
        return self._name is not None

    def open_at(self, name: str, point: QPointF) -> None:
        """Opens the field of the node that is at a point of the scene."""
        self.open(name, 0 if point.y() - self._document.position(name)[1] < _TITLE[1] else 1)

    def open(self, name: str, place: int = 0) -> None:
        """Lets the person type in a field of a node: the title is 0, or the last one there is."""
        if not self._document.may_change:
            return
        self.cancel()
        self._name = name
        self._fields = fields_of(self._document.operation(name))
        self._show(min(place, len(self._fields) - 1))

    def cancel(self, *_: object) -> None:
        """Closes the field; nothing is changed."""
        if self._name is None:
            return
        had_focus = self.line.hasFocus()
        self._name = None
        self.line.hide()
        self.reason.hide()
        if had_focus:
            self._view.setFocus()

    def _show(self, place: int) -> None:
        assert self._name is not None
        self._place = place
        field, op = self._fields[place], self._document.operation(self._name)
        label = field.label(op)
        self.line.setAccessibleName(label)
        self.line.setToolTip(label)
        self.line.setPlaceholderText(label)
        self.line.setText(field.text(op))
        self.line.selectAll()
        top, bottom = _TITLE if field.is_title else _LINE
        x, y = self._document.position(self._name)
        box = QRectF(x, y + top, NODE_WIDTH, bottom - top)
        area = self._view.viewportTransform().mapRect(box).toAlignedRect()
        area.setWidth(max(area.width(), _LEAST_WIDTH))
        area.setHeight(max(area.height(), _LEAST_HEIGHT))
        self.line.setGeometry(area)
        self.line.show()
        self.line.raise_()  # Over what else lies on the canvas.
        self.line.setFocus()

    def _commit(self) -> bool:
        """Takes over what was typed; whether it holds."""
        if self._name is None:
            return False
        name, field = self._name, self._fields[self._place]
        text = self.line.text()
        if text == field.text(self._document.operation(name)):
            return True
        self._is_committing = True
        try:
            verdict = field.commit(self._document, name, text)
        finally:
            self._is_committing = False
        if not verdict:
            self.reason.show_at(self.line.geometry().bottomLeft() - QPoint(16, 16), verdict.reason)
        return bool(verdict)

    def _follow_name(self, old: str, new: str) -> None:
        if self._name == old:
            self._name = new

    def _cancel_if_idle(self) -> None:
        if not self._is_committing:
            self.cancel()

    def _go_on(self, step: int) -> None:
        """Takes over what was typed and goes to another field."""
        if self._commit() and self.is_open:
            self._show((self._place + step) % len(self._fields))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not self.is_open:
            return False
        if event.type() == QEvent.Type.FocusOut:
            self._commit()
            self.cancel()
            return False
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        match event.key():
            case Qt.Key.Key_Escape:
                self.cancel()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                if self._commit():
                    self.cancel()
            case Qt.Key.Key_Tab:
                self._go_on(1)
            case Qt.Key.Key_Backtab:
                self._go_on(-1)
            case _:
                return False
        return True
