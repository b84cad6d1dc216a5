"""A card with a picture of a graph, a title and a line, that can be pressed."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from editor.files.sketch_picture import sketch_pixmap
from editor.files.sketches import sketch_of_file
from editor.theme import (
    RADIUS,
    SPACE_M,
    SPACE_S,
    SPACE_XS,
    TEXT_BODY,
    TEXT_SMALL,
    ThemeManager,
    current_theme,
    font,
)

#: Of the picture, in pixels.
PICTURE = QSize(216, 128)
_SIZE = QSize(PICTURE.width() + 2 * SPACE_M, PICTURE.height() + 84)


class Card(QAbstractButton):
    """Enter, Space or a click opens what it shows."""

    def __init__(self, path: Path, title: str, line: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._path = path
        self._line = line
        self.setText(title)
        self.setAccessibleName(title)
        self.setAccessibleDescription(line)
        self.setToolTip(line)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFixedSize(_SIZE)
        ThemeManager.instance().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return _SIZE

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current_theme()
        is_marked = self.underMouse() or self.hasFocus()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = 2 if self.hasFocus() else 1
        painter.setPen(QPen(theme.accent if is_marked else theme.line, width))
        painter.setBrush(theme.pressed if self.isDown() else theme.surface)
        edge = width / 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(edge, edge, -edge, -edge), RADIUS, RADIUS)
        picture = sketch_pixmap(sketch_of_file(self._path), PICTURE, self.devicePixelRatio())
        painter.drawPixmap(SPACE_M, SPACE_M, picture)
        area = self.rect().adjusted(SPACE_M, PICTURE.height() + SPACE_M + SPACE_S, -SPACE_M, -SPACE_S)
        painter.setFont(font(TEXT_BODY, QFont.Weight.DemiBold))
        painter.setPen(theme.text)
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        height = painter.fontMetrics().height()
        title = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, flags, title)
        painter.setFont(font(TEXT_SMALL))
        painter.setPen(theme.muted)
        painter.drawText(area.adjusted(0, height + SPACE_XS, 0, 0), flags | Qt.TextFlag.TextWordWrap, self._line)
        painter.end()
