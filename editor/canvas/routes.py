"""The points that the wires of a scene are led through."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, QRectF
from PySide6.QtGui import QPolygonF

from editor.wire_id import WireId

if TYPE_CHECKING:
    from editor.canvas.scene import GraphScene


class SceneRoutes(QObject):
    """Says where the points stand now: as the document has them, or with nodes that are being dragged."""

    def __init__(self, scene: GraphScene) -> None:
        super().__init__(scene)
        self._scene = scene
        #: The wires that have points, as of the last change.
        self._routed: set[WireId] = set()
        scene.document.field_changed.connect(self._follow)
        scene.document.replaced.connect(self._note)
        self._note()

    def points_of(self, wire: WireId) -> list[QPointF]:
        """The points of a wire in scene coordinates: where both its nodes are dragged alike, they go with them."""
        routes = self._scene.document.model.routes
        if wire not in routes:
            return []
        way, other = self._way_of(wire.source), self._way_of(wire.target)
        moved = way if (way - other).manhattanLength() < 1e-6 else QPointF()
        return [QPointF(*point) + moved for point in routes[wire]]

    def _way_of(self, name: str) -> QPointF:
        """How far a node is from where the document has it."""
        return self._scene.node_plan.position(name) - QPointF(*self._scene.document.position(name))

    def lines(self) -> list[tuple[float, float, float, float]]:
        """The wires that are seen and have points, as straight pieces: x and y of both ends of each."""
        plan = self._scene.wire_plan
        found: list[tuple[float, float, float, float]] = []
        for wire in self.seen():
            start, end = plan.ends_of(wire)
            stops = [start, *self.points_of(wire), end]
            found += [(a.x(), a.y(), b.x(), b.y()) for a, b in pairwise(stops)]
        return found

    def seen(self) -> list[WireId]:
        """The wires that have points and are seen."""
        plan = self._scene.wire_plan
        wires = (WireId(*wire) for wire in self._scene.document.model.routes)
        return [wire for wire in wires if wire in plan.of and plan.is_seen[plan.of[wire]]]

    def make_items_in(self, rect: QRectF) -> None:
        """Makes the items of the wires that points lead into a rectangle, wherever their ends are."""
        for wire in self.seen():
            if wire not in self._scene.wires.made:
                stops = [*self._scene.wire_plan.ends_of(wire), *self.points_of(wire)]
                if QPolygonF(stops).boundingRect().adjusted(-40, -40, 40, 40).intersects(rect):
                    self._scene.wires[wire]

    def _note(self) -> None:
        self._routed = {WireId(*wire) for wire in self._scene.document.model.routes}

    def _follow(self, field: str) -> None:
        if field != "routes":
            return
        before = self._routed
        self._note()
        for wire in before | self._routed:
            if wire in self._scene.wires.made:
                self._scene.place_wire(self._scene.wires[wire])
        self._scene.pictured_changed.emit()
