"""A field over the canvas in which something new is given its name."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGraphicsView, QLineEdit

from editor.canvas.hints import Hint
from editor.theme import ThemeManager

_WIDTH, _HEIGHT = 200, 28
_MARGIN = 8


class NameField(QObject):
    """Enter takes the name, Esc or a click elsewhere gives up; a refused name stays open with the reason."""

    def __init__(self, view: QGraphicsView, theme_manager: ThemeManager) -> None:
        super().__init__(view)
        self._view = view
        self._take: Callable[[str], str] | None = None
        self.line = QLineEdit(view.viewport())
        self.line.hide()
        self.line.installEventFilter(self)
        self.reason = Hint(view.viewport(), theme_manager, edge="error")
        self.line.textEdited.connect(self.reason.hide)

    def open(self, place: QPointF, text: str, label: str, take: Callable[[str], str]) -> None:
        """Asks at a point of the scene. ``take`` is given the name and returns why it cannot be, or ""."""
        self._take = take
        area = self._view.viewport().rect().adjusted(_MARGIN, _MARGIN, -_MARGIN - _WIDTH, -_MARGIN - _HEIGHT)
        point = self._view.mapFromScene(place)
        x = max(area.left(), min(point.x(), area.right()))
        y = max(area.top(), min(point.y() - _HEIGHT, area.bottom()))
        self.line.setGeometry(x, y, _WIDTH, _HEIGHT)
        self.line.setAccessibleName(label)
        self.line.setPlaceholderText(label)
        self.line.setText(text)
        self.line.selectAll()
        self.line.show()
        self.line.setFocus()

    def close(self) -> None:
        had_focus = self.line.hasFocus()
        self._take = None
        self.reason.hide()
        self.line.hide()
        if had_focus:
            self._view.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.line and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._offer()
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.close()
                return True
        if watched is self.line and event.type() == QEvent.Type.FocusOut:
            self.close()
        return super().eventFilter(watched, event)

    def _offer(self) -> None:
        if self._take is None:
            return
        reason = self._take(self.line.text())
        if not reason:
            self.close()
            return
        self.reason.show_at(self.line.geometry().bottomLeft() - QPoint(16, 16), reason)
