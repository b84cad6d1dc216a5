"""Small words over the canvas: at the pointer, at the lower edge, and in the middle of an empty one."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QWidget

from editor.theme import RADIUS, SPACE_L, SPACE_S, SPACE_XL, Theme, ThemeManager

_POINTER_OFFSET = QPoint(16, 20)
_POINTER_WIDTH = 320
_EDGE_WIDTH = 720


class Hint(QLabel):
    """A floating label that the pointer passes through."""

    def __init__(self, parent: QWidget, theme_manager: ThemeManager, edge: str = "line") -> None:
        """``edge`` is the colour token of its outline."""
        super().__init__(parent)
        self._edge = edge
        self._theme = theme_manager.theme
        theme_manager.changed.connect(self._set_theme)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setMargin(SPACE_S)
        self.hide()

    def show_at(self, point: QPoint, text: str) -> None:
        """Shows the text beside a point of the parent, inside the parent."""
        self._set_text(text, _POINTER_WIDTH)
        area = self._area()
        place = QRect(point + _POINTER_OFFSET, self.size())
        if place.right() > area.right():
            place.moveRight(max(area.left() + place.width(), point.x() - SPACE_S))
        if place.bottom() > area.bottom():
            place.moveBottom(point.y() - SPACE_S)
        self.move(place.topLeft())
        self._reveal()

    def show_below(self, text: str) -> None:
        """Shows the text at the lower edge of the parent, and tells screen readers."""
        self._set_text(text, _EDGE_WIDTH)
        area = self._area()
        self.move((area.width() - self.width()) // 2, area.height() - self.height() - SPACE_L)
        self._reveal()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))

    def _set_text(self, text: str, most_width: int) -> None:
        self.setText(text)
        room = max(80, min(most_width, self._area().width() - 2 * SPACE_S) - 2 * SPACE_S)
        flags = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft
        box = self.fontMetrics().boundingRect(0, 0, room, 1000, flags, text)
        self.setFixedSize(box.width() + 2 * SPACE_S + 2, box.height() + 2 * SPACE_S)

    def _area(self) -> QRect:
        parent = self.parentWidget()
        return parent.rect() if parent is not None else QRect()

    def _reveal(self) -> None:
        self.show()
        self.raise_()

    def _set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge: QColor = getattr(self._theme, self._edge)
        painter.setPen(QPen(edge, 1))
        painter.setBrush(self._theme.raised)
        painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        painter.end()
        super().paintEvent(event)


class EmptyMessage(QLabel):
    """What will appear on an empty canvas, and how to begin."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setWordWrap(True)
        self.setProperty("role", "muted")
        self.setText(
            self.tr("Your graph will stand here: nodes that hold and change values, wired from left to right.")
            + "\n\n"
            + self.tr("Type the name of an operation to add it, or double-click or press Tab to choose one.")
            + " "
            + self.tr("File > Examples shows finished graphs.")
        )

    def fill(self, area: QRect) -> None:
        """Centres the message in the canvas."""
        width = min(area.width() - 2 * SPACE_XL, 640)
        height = self.heightForWidth(width)
        self.setGeometry((area.width() - width) // 2, (area.height() - height) // 2, width, height)
