"""Which inputs of an operation are broadcast, and to what."""

from __future__ import annotations

from typing import NamedTuple

from .errors import EngineError
from .inference import Inference
from .operation import Operation
from .shapes import TensorShape


class Broadcast(NamedTuple):
    """The tensor at a port is repeated along axes that it lacks, or in which its size is 1."""

    port: str
    shape: TensorShape
    result: TensorShape

    def __str__(self) -> str:
        return f"{self.shape} is broadcast to {self.result}"


class _Watch(Inference):
    """Takes down what the operation's rule says of broadcasting."""

    __slots__ = ("found",)

    def __init__(self, op: Operation) -> None:
        super().__init__(op)
        self.found: list[Broadcast] = []

    def note_broadcast(self, result: TensorShape, *ports: str) -> None:
        for port in ports:
            shape = self.spec(port).shape
            if self.is_connected(port) and _is_repeated(shape, result):
                self.found.append(Broadcast(port, shape, result))


def broadcasts_of(op: Operation) -> list[Broadcast]:
    """The inputs that are broadcast, as far as shapes are known; none where they do not fit."""
    watch = _Watch(op)
    try:
        op.declaration.infer(watch)
    except EngineError:
        return []
    return watch.found


def _is_repeated(shape: TensorShape, result: TensorShape) -> bool:
    if shape.dims is None or result.dims is None:
        return False
    if len(shape.dims) < len(result.dims):
        return True
    return any(own == 1 and size != 1 for own, size in zip(shape.dims, result.dims, strict=True))
