"""Which ports the wire in the hand may be dropped on."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QTimer

from editor.canvas.box_item import BoxItem
from editor.canvas.geometry import Port, PortKey
from editor.canvas.port_painter import PortLook
from editor.canvas.scene import GraphScene
from engine.graph import Verdict

#: How long the document is asked about ports before the window answers again, in seconds.
_SLICE = 0.006

Judge = Callable[[BoxItem, Port], Verdict]


class LegalPorts:
    """Asks about every port that is seen, the nearest first and a few milliseconds at a time, and shows the answers."""

    def __init__(self, scene: GraphScene, judge: Judge, looks_at_inputs: bool) -> None:
        self._scene = scene
        self._judge = judge
        self._looks_at_inputs = looks_at_inputs
        self._verdicts: dict[tuple[BoxItem, PortKey], Verdict] = {}
        self._target: tuple[BoxItem, PortKey] | None = None

        self._seen = QRectF()
        #: The items whose ports are asked about, or were.
        self._asked: set[BoxItem] = set()
        self._waiting: deque[BoxItem] = deque()
        self._timer = QTimer(scene, interval=0)
        self._timer.timeout.connect(self._ask_some)

    def look_at(self, visible: QRectF, near: QPointF) -> None:
        """Asks about what has come into view, the nearest to a point first."""
        if visible == self._seen:
            return
        self._seen = QRectF(visible)

        def distance(item: BoxItem) -> float:
            return (item.box.center() - near).manhattanLength()

        new = [item for item in self._scene.node_items_in(visible) if item.isVisible() and item not in self._asked]
        self._asked.update(new)
        self._waiting.extend(sorted(new, key=distance))
        if self._waiting:
            self._timer.start()

    def verdict(self, item: BoxItem, port: Port) -> Verdict:
        """Whether the wire may end at a port, asked for at once."""
        key = (item, port.key)
        if key not in self._verdicts:
            if port.key.is_input is self._looks_at_inputs:
                self._verdicts[key] = self._judge(item, port)
            else:
                self._verdicts[key] = Verdict(False)
        return self._verdicts[key]

    def candidates(self, item: BoxItem) -> list[Port]:
        """The ports of a node on the side where the wire may end."""
        return [port for port in item.geometry.ports if port.key.is_input is self._looks_at_inputs]

    def set_target(self, target: tuple[BoxItem, Port] | None) -> None:
        """Marks the port to which the wire has snapped."""
        key = None if target is None else (target[0], target[1].key)
        if key == self._target:
            return
        changed = {pair[0] for pair in (self._target, key) if pair is not None}
        self._target = key
        for item in changed:
            self._show(item)

    def close(self) -> None:
        """All ports look as always again."""
        self._timer.stop()
        self._timer.deleteLater()
        for item in self._asked | ({self._target[0]} if self._target is not None else set()):
            item.set_port_looks({})

    def _ask_some(self) -> None:
        end = time.perf_counter() + _SLICE
        while self._waiting and time.perf_counter() < end:
            item = self._waiting.popleft()
            if item.scene() is self._scene:
                self._show(item)
        if not self._waiting:
            self._timer.stop()

    def _show(self, item: BoxItem) -> None:
        looks: dict[PortKey, PortLook] = {}
        for port in item.geometry.ports:
            if (item, port.key) == self._target:
                looks[port.key] = PortLook.TARGET
            else:
                looks[port.key] = PortLook.LEGAL if self.verdict(item, port) else PortLook.ILLEGAL
        item.set_port_looks(looks)
