"""Moving the card of a probe."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt

from editor.canvas.geometry import snapped
from editor.canvas.gestures.gesture import Gesture
from editor.canvas.probe_item import ProbeItem
from editor.canvas.tools import Pointer, Tools


class DragProbe(Gesture):
    """Moves a card beside its node; it stands on the grid, unless Ctrl is held."""

    cursor = Qt.CursorShape.ClosedHandCursor
    scrolls_at_edge = True

    def __init__(self, tools: Tools, probe: ProbeItem) -> None:
        super().__init__(tools)
        self._probe = probe
        self._anchor = QPointF()
        self._origin = probe.pos()

    def start(self, pointer: Pointer) -> None:
        self._anchor = pointer.scene

    def move(self, pointer: Pointer) -> None:
        place = self._origin + pointer.scene - self._anchor
        is_free = bool(pointer.modifiers & Qt.KeyboardModifier.ControlModifier)
        self._probe.setPos(place if is_free else snapped(place))

    def finish(self, pointer: Pointer) -> None:
        self.tools.scene.probes.put_down(self._probe)

    def cancel(self) -> None:
        self._probe.setPos(self._origin)
