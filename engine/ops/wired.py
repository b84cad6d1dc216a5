"""What is wired to an operation's ports."""

from __future__ import annotations

from ..graph import Operation, Tensor


def tensors_at(op: Operation, port: str) -> list[Tensor]:
    """The tensors at a port, in order."""
    return [source for source in op.inputs_of(port) if isinstance(source, Tensor)]
