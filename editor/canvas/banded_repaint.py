"""Paints a widget again band by band, so that no frame takes long while much of it changes all the time."""

from __future__ import annotations

from time import thread_time

from PySide6.QtCore import QObject, QRect, Qt, QTimer
from PySide6.QtGui import QRegion
from PySide6.QtWidgets import QWidget

#: Milliseconds between two bands, and seconds of work that a band may take.
_INTERVAL = 16
_BUDGET = 0.005
#: Thinner bands would paint what lies on their borders too often.
_LEAST_HEIGHT = 48


class BandedRepaint(QObject):
    """Gathers what is to be painted again, and paints one band of it in each frame, from the top down, over and over.

    What changes again before its band comes is painted once, as it is then: nothing queues up.
    """

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self._widget = widget
        self._waiting = QRegion()
        #: Where the next band begins, and how high it is.
        self._top = 0
        self._height = _LEAST_HEIGHT
        self._timer = QTimer(self, interval=_INTERVAL)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._paint_band)

    def add(self, area: QRect) -> None:
        """An area of the widget is to be painted again."""
        self._waiting += QRegion(area & self._widget.rect())
        if not self._waiting.isEmpty() and not self._timer.isActive():
            self._timer.start()

    @property
    def is_waiting(self) -> bool:
        return not self._waiting.isEmpty()

    def stop(self) -> None:
        """Forgets what waits; the caller paints everything."""
        self._timer.stop()
        self._waiting = QRegion()

    def _paint_band(self) -> None:
        bounds = self._waiting.boundingRect()
        if not bounds.top() <= self._top <= bounds.bottom():
            self._top = bounds.top()
        band = QRegion(bounds.left(), self._top, bounds.width(), self._height) & self._waiting
        self._top += self._height
        self._waiting -= band
        if self._waiting.isEmpty():
            self._timer.stop()
        begun = thread_time()
        self._widget.repaint(band)
        self._adapt(thread_time() - begun)

    def _adapt(self, seconds: float) -> None:
        factor = min(max(_BUDGET / max(seconds, 1e-4), 0.5), 1.5)
        self._height = min(max(round(self._height * factor), _LEAST_HEIGHT), max(self._widget.height(), _LEAST_HEIGHT))
