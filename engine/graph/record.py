"""An operation without its wires, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .declaration import OpDeclaration
from .operation import Operation


@dataclass(frozen=True, slots=True)
class OperationRecord:
    """What brings an operation back after it was removed, or makes another one like it.

    :meth:`~engine.graph.graph.Graph.restore` takes these.
    """

    declaration: OpDeclaration
    name: str
    attributes: dict[str, Any]
    #: Place in the order in which the graph's operations were made.
    number: int
    device: str
    #: What stands in the file for a node of unknown type.
    extra: dict[str, Any]
    #: The registered gradient in the place of the declared one; "" for the declared one.
    gradient_name: str = ""
    is_muted: bool = False


def record_of(op: Operation) -> OperationRecord:
    """An operation as it is now. Arrays among its attributes are shared, not copied."""
    return OperationRecord(
        op.declaration,
        op.name,
        dict(op.attributes),
        op.number,
        op.device,
        dict(op.extra),
        op.gradient_name,
        op.is_muted,
    )
