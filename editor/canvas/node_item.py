"""A node on the canvas."""

from __future__ import annotations

from editor.canvas.box_item import BoxItem
from editor.canvas.geometry import Depth, NodeGeometry
from editor.canvas.node_text import details
from editor.marks import MarkKind
from engine.graph import Operation
from engine.graph.broadcasting import broadcasts_of

#: More than are ever made in one graph.
_MOST_NODES = 1e9


class NodeItem(BoxItem):
    """Shows an operation, which it asks for its details when they are painted."""

    def __init__(self, op: Operation, geometry: NodeGeometry) -> None:
        super().__init__(op.name)
        # Nodes that lie over each other do so in the order in which they were made, whichever is shown first.
        self._depth = Depth.NODE + op.number / _MOST_NODES
        self.setZValue(self._depth)
        self._scope = ""
        #: None until it is asked for: what is known of the inputs may change before.
        self._broadcast: frozenset[str] | None = None
        self.refresh(op, geometry)

    def refresh(self, op: Operation, geometry: NodeGeometry) -> None:
        """Takes over the operation, with its name and where its ports stand."""
        self._op = op
        self.name = op.name
        self.members = (op.name,)
        self.mark = MarkKind(op.kind.value)
        self.phase = op.phase
        self._symbol = op.declaration.symbol
        self._broadcast = None
        self._set_label()
        self._take_over(geometry)

    def set_lifted(self, is_lifted: bool) -> None:
        self.setZValue(Depth.SELECTED_NODE if is_lifted else self._depth)

    def broadcast_ports(self) -> frozenset[str]:
        if self._broadcast is None:
            self._broadcast = frozenset(each.port for each in broadcasts_of(self._op))
        return self._broadcast

    def forget_broadcasts(self) -> None:
        """What is known of its inputs has changed."""
        self._broadcast = None
        self.update()

    def _details(self) -> tuple[str, str]:
        return self._op.type, details(self._op)

    @property
    def is_muted(self) -> bool:
        return self._op.is_muted

    def set_scope(self, scope: str) -> None:
        """The scope whose frame stands around it, which need not be said again in its header."""
        if scope != self._scope:
            self._scope = scope
            self._set_label()
            self._texts.clear()
            self.update()

    def _set_label(self) -> None:
        prefix = f"{self._scope}/"
        self.label = self.name.removeprefix(prefix) if self._scope else self.name
