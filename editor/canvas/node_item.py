"""A node on the canvas."""

from __future__ import annotations

from editor.canvas.box_item import BoxItem
from editor.canvas.geometry import node_geometry
from editor.canvas.node_text import details
from editor.marks import MarkKind
from engine.graph import Operation


class NodeItem(BoxItem):
    """Shows an operation. Holds its name and what is painted, not the operation."""

    def __init__(self, op: Operation, is_collapsed: bool = False) -> None:
        super().__init__(op.name)
        self._scope = ""
        self.refresh(op, is_collapsed)

    def refresh(self, op: Operation, is_collapsed: bool = False) -> None:
        """Takes over the operation's name, ports and attributes; shows its title line only where it is collapsed."""
        self.name = op.name
        self.members = (op.name,)
        self.mark = MarkKind(op.kind.value)
        self.phase = op.phase
        self._symbol = op.declaration.symbol
        self._type, self._details = op.type, details(op)
        self._set_label()
        self._take_over(node_geometry(op, is_collapsed))

    def set_scope(self, scope: str) -> None:
        """The scope whose frame stands around it, which need not be said again in its header."""
        if scope != self._scope:
            self._scope = scope
            self._set_label()
            self._make_texts()
            self.update()

    def _set_label(self) -> None:
        prefix = f"{self._scope}/"
        self.label = self.name.removeprefix(prefix) if self._scope else self.name
