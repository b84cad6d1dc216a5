"""A wire as plain data."""

from __future__ import annotations

from typing import NamedTuple

from engine.graph import Wire


class WireId(NamedTuple):
    """A wire by the names of what it joins: hashable, and no hold on the graph.

    ``slot`` is the wire's place at a variadic port, 0 at any other.
    """

    source: str
    source_port: str
    target: str
    target_port: str
    slot: int

    @classmethod
    def of(cls, wire: Wire) -> WireId:
        return cls(wire.source.op.name, wire.source.port, wire.target.name, wire.port, wire.slot)

    def renamed(self, old: str, new: str) -> WireId:
        """The same wire after a node was renamed."""
        return self._replace(
            source=new if self.source == old else self.source, target=new if self.target == old else self.target
        )
