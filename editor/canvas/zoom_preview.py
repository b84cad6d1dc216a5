"""A cheap picture while zooming in a large graph: what was seen last, scaled, over the overview."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QTimer
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QGraphicsView

#: A full picture that takes longer than this is not painted at every step of zooming, in seconds.
_SLOW = 0.012
#: How long after the last step the full picture is painted again, in milliseconds.
_SETTLE = 120


class ZoomPreview:
    """Stands in for the full picture from the first step of zooming until the person pauses, where that is slow."""

    def __init__(self, view: QGraphicsView) -> None:
        self._view = view
        self._picture = QPixmap()
        self._place = QRectF()
        self._last_full_time = 0.0
        self._timer = QTimer(view, singleShot=True, interval=_SETTLE)
        self._timer.timeout.connect(view.viewport().update)

    @property
    def is_on(self) -> bool:
        return self._timer.isActive()

    def note_full_paint(self, seconds: float) -> None:
        """How long it took to paint the whole viewport in full quality."""
        self._last_full_time = seconds

    def about_to_zoom(self) -> None:
        """Keeps what is seen now, before the first step; further steps only put off the end."""
        if self.is_on:
            self._timer.start()
        elif self._last_full_time > _SLOW and self._view.isVisible():
            self._picture = self._view.viewport().grab()
            inverse, _ = self._view.viewportTransform().inverted()
            self._place = inverse.mapRect(QRectF(self._view.viewport().rect()))
            self._timer.start()

    def end(self) -> None:
        """Goes back to the full picture at once: the kept one shows what is not so any more."""
        self._timer.stop()

    def paint(self, painter: QPainter) -> None:
        """Paints the kept picture where it belongs, in scene coordinates."""
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(self._place, self._picture, QRectF(self._picture.rect()))
