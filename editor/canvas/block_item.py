"""A folded scope on the canvas: one box that stands for all its nodes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QPointF
from PySide6.QtGui import QPainter, QPainterPath, QPen

from editor.canvas.block_geometry import BlockGeometry, End, block_geometry
from editor.canvas.box_item import BoxItem
from editor.canvas.geometry import NODE_WIDTH, NodeGeometry, Port, PortKey, body_path
from editor.marks import MarkKind
from editor.scopes import Scope
from editor.theme import Theme, mix
from engine.graph import Graph, NodeKind, Operation

#: How far the sheets that lie under it stand out, to the right and up.
_SHEETS = (6.0, 3.0)


class BlockItem(BoxItem):
    """Shows a scope. Its ports stand for the wires that cross its border."""

    def __init__(
        self, scope: Scope, graph: Graph, is_down: bool = False, ports: Sequence[Operation] = (), definition: str = ""
    ) -> None:
        super().__init__(scope.name)
        self.mark = MarkKind.BLOCK
        self._contents = ""
        self._ports = BlockGeometry(NodeGeometry((), 0.0), {}, {})
        #: The node inside whose value it shows: the last one whose output leaves it.
        self.result: str | None = None
        self.refresh(scope, graph, is_down, ports, definition)

    def refresh(
        self, scope: Scope, graph: Graph, is_down: bool = False, ports: Sequence[Operation] = (), definition: str = ""
    ) -> None:
        """Takes over the scope's nodes and the wires that cross its border.

        ``ports`` and ``definition`` are those of an instance of a reusable block.
        """
        self.name, self.label = scope.name, scope.label
        self.members = scope.members
        self._ports = block_geometry(graph, scope.members, is_down, ports)
        phases = {graph.operation(name).phase for name in scope.members}
        self.phase = phases.pop() if len(phases) == 1 else "forward"
        count = len(scope.members)
        nodes = QCoreApplication.translate("BlockItem", "%n nodes", "", count)
        self._contents = definition or f"{nodes}: {contents_text(scope, graph)}"
        leaving = [ends[0].node for key, ends in self._ports.ends.items() if not key.is_input]
        results = [name for name in leaving if graph.operation(name).kind is not NodeKind.VARIABLE]
        self.result = next(reversed(results or leaving), None)
        self._take_over(self._ports.geometry)

    def _details(self) -> tuple[str, str]:
        return self._contents, ""

    def ends_of(self, port: Port) -> Sequence[End]:
        return self._ports.ends[port.key]

    def port_of(self, end: End) -> PortKey | None:
        """The port that stands for a port of a node inside; None when no wire crosses there."""
        return self._ports.ports.get(end)

    def _paint_box(self, painter: QPainter, theme: Theme) -> None:
        sheet = body_path(NODE_WIDTH, self.height)
        painter.setBrush(mix(theme.canvas, theme.surface, 0.6))
        painter.setPen(QPen(theme.accent if self.isSelected() else mix(theme.line, theme.outline, 0.5), 1.0))
        for offset in _SHEETS:
            painter.drawPath(QPainterPath(sheet).translated(QPointF(offset, -offset)))
        super()._paint_box(painter, theme)


def contents_text(scope: Scope, graph: Graph) -> str:
    """What a scope holds, the most frequent first: ``2 Variable, MatMul``."""
    counts = Counter(graph.operation(name).type for name in scope.members)
    return ", ".join(f"{count} {kind}" if count > 1 else kind for kind, count in counts.most_common(3))
