"""Where wires begin, and what programs hold in the place of such an end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .declaration import PortKind

if TYPE_CHECKING:
    from .graph import Graph
    from .operation import Operation, Tensor


class Output:
    """A place on an operation where wires begin. Compared by identity."""

    __slots__ = ("__weakref__", "kind", "op", "port")

    def __init__(self, op: Operation, port: str, kind: PortKind = PortKind.TENSOR) -> None:
        self.op = op
        self.port = port
        self.kind = kind

    @property
    def graph(self) -> Graph:
        return self.op.graph


class Step(Output):
    """The "done" of an operation: no value, only that it has run."""

    __slots__ = ()

    @property
    def name(self) -> str:
        return f"^{self.op.name}"


class TensorHandle:
    """What a program may give wherever a tensor is due, as it does with a Variable."""

    __slots__ = ()

    if TYPE_CHECKING:

        @property
        def output(self) -> Tensor: ...


def bare(value: object) -> object:
    """A handle's tensor; anything else as it is."""
    return value.output if isinstance(value, TensorHandle) else value
