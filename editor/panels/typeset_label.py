"""A typeset formula in the colour of text."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QSizePolicy, QWidget

from editor.theme import TEXT_BODY, ThemeManager, current_theme, font


class TypesetLabel(QWidget):
    """Shows an SVG whose colour is ``currentColor`` at its own size; or plain text where there is no picture."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._svg = ""
        self._text = ""
        self._renderer = QSvgRenderer(self)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFont(font(TEXT_BODY))
        ThemeManager.instance().changed.connect(self._tint)

    def show_formula(self, svg: str, text: str) -> None:
        """Shows the picture; ``text`` is what a screen reader says, and what stands there when it is ""."""
        self._svg, self._text = svg, text
        self.setAccessibleName(text)
        self._tint()
        self.setVisible(bool(svg or text))
        self.setFixedSize(self.sizeHint())

    def _tint(self) -> None:
        if self._svg:
            tinted = self._svg.replace("currentColor", current_theme().text.name())
            self._renderer.load(QByteArray(tinted.encode()))
        self.update()

    def sizeHint(self) -> QSize:
        if self._svg:
            return self._renderer.defaultSize()
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self._text), metrics.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._svg:
            self._renderer.render(painter, QRectF(self.rect()))
        else:
            painter.setPen(current_theme().text)
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, self._text)
