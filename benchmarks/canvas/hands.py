"""A person's hands on a graphics view, and the processor time until what they did is painted."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QGraphicsView

LEFT, MIDDLE, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton, Qt.MouseButton.NoButton
_PRESS, _MOVE, _RELEASE = QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.MouseButtonRelease
#: A notch of the wheel, in eighths of a degree.
_NOTCH = 120


def taken(action: Callable[[], object]) -> float:
    """The processor seconds of this process until the action is done and painted."""
    began = time.process_time()
    action()
    settle()
    return time.process_time() - began


def settle() -> None:
    """Lets everything be painted that waits for it."""
    # What one event asks for may be painted by the next.
    for _ in range(3):
        QApplication.processEvents()


class Hands:
    """The pointer on a view."""

    def __init__(self, view: QGraphicsView) -> None:
        self._view = view

    def drag(self, start: QPointF, end: QPointF, button: Qt.MouseButton, frames: int) -> Iterator[float]:
        """Drags from point to point of the viewport; the time of every move, and at last of nothing else."""
        self._mouse(_PRESS, start, button, button)
        settle()
        # The first move makes the drag what it is, and has more to do.
        for frame in range(1, frames + 1):
            yield self.move(start + (end - start) * (frame / frames), button)
        self._mouse(_RELEASE, end, button, NONE)
        settle()

    def move(self, point: QPointF, button: Qt.MouseButton = NONE) -> float:
        return taken(lambda: self._mouse(_MOVE, point, NONE, button))

    def wheel(self, point: QPointF, notches: int) -> float:
        viewport = self._view.viewport()
        event = QWheelEvent(
            point,
            QPointF(viewport.mapToGlobal(point.toPoint())),
            QPointF(0, 0).toPoint(),
            QPointF(0, notches * _NOTCH).toPoint(),
            NONE,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        return taken(lambda: QApplication.sendEvent(viewport, event))

    def _mouse(self, kind: QEvent.Type, point: QPointF, button: Qt.MouseButton, held: Qt.MouseButton) -> None:
        viewport = self._view.viewport()
        place = QPointF(viewport.mapToGlobal(point.toPoint()))
        event = QMouseEvent(kind, point, place, button, held, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(viewport, event)
