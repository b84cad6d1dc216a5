"""Moving the view with the hand."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt

from editor.canvas.gestures.gesture import Gesture
from editor.canvas.tools import Pointer, Tools


class Pan(Gesture):
    """Moves the view as a hand moves paper. Cancelled, it goes back to where it was."""

    cursor = Qt.CursorShape.ClosedHandCursor

    def __init__(self, tools: Tools) -> None:
        super().__init__(tools)
        self._last = QPointF()
        self._moved = QPointF()

    def start(self, pointer: Pointer) -> None:
        self._last = pointer.point

    def move(self, pointer: Pointer) -> None:
        step = pointer.point - self._last
        self._last = pointer.point
        self._moved += step
        self.tools.camera.pan_by(step.x(), step.y())

    def cancel(self) -> None:
        self.tools.camera.pan_by(-self._moved.x(), -self._moved.y())
