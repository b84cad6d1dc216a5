"""The mark of a kind of node, as a widget."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from editor.marks import MarkKind, paint_mark
from editor.theme import ThemeManager, current_theme


class NodeMark(QWidget):
    """The mark of a kind of node, with an operation's writing where it has one."""

    def __init__(self, kind: MarkKind, symbol: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._kind, self._symbol = kind, symbol
        ThemeManager.instance().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(24, 24)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        area = QRectF(self.rect()).adjusted(0, 2, 0, -2)
        paint_mark(painter, area, self._kind, current_theme(), self._symbol)
        painter.end()
