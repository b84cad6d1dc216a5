"""Operators on tensors and variables: ``W * x + b`` adds operations to the graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .indexing import index_text

if TYPE_CHECKING:
    from .graph import Graph
    from .operation import Tensor


class Arithmetic:
    """Operators that add the operation they stand for to the operand's graph."""

    __slots__ = ()

    #: numpy leaves ``array * tensor`` to the tensor.
    __array_priority__ = 100

    if TYPE_CHECKING:

        @property
        def graph(self) -> Graph: ...

    def _apply(self, op_type: str, *inputs: Any) -> Tensor:
        return self.graph.apply(op_type, *inputs)

    def __add__(self, other: Any) -> Tensor:
        return self._apply("Add", self, other)

    def __radd__(self, other: Any) -> Tensor:
        return self._apply("Add", other, self)

    def __sub__(self, other: Any) -> Tensor:
        return self._apply("Subtract", self, other)

    def __rsub__(self, other: Any) -> Tensor:
        return self._apply("Subtract", other, self)

    def __mul__(self, other: Any) -> Tensor:
        return self._apply("Multiply", self, other)

    def __rmul__(self, other: Any) -> Tensor:
        return self._apply("Multiply", other, self)

    def __truediv__(self, other: Any) -> Tensor:
        return self._apply("Divide", self, other)

    def __rtruediv__(self, other: Any) -> Tensor:
        return self._apply("Divide", other, self)

    def __pow__(self, other: Any) -> Tensor:
        return self._apply("Pow", self, other)

    def __rpow__(self, other: Any) -> Tensor:
        return self._apply("Pow", other, self)

    def __matmul__(self, other: Any) -> Tensor:
        return self._apply("MatMul", self, other)

    def __rmatmul__(self, other: Any) -> Tensor:
        return self._apply("MatMul", other, self)

    def __neg__(self) -> Tensor:
        return self._apply("Negative", self)

    def __abs__(self) -> Tensor:
        return self._apply("Abs", self)

    def __getitem__(self, key: Any) -> Tensor:
        """A part of the tensor: ``x[0]``, ``x[:, -1]``, ``x[..., tf.newaxis]``; bounds may be tensors."""
        text, bounds = index_text(key)
        if not bounds:
            return self.graph.create("StridedSlice", {"x": self}, {"index": text}).output
        return self.graph.create("DynamicSlice", {"x": self, "bounds": bounds}, {"index": text}).output

    def __gt__(self, other: Any) -> Tensor:
        return self._apply("Greater", self, other)

    def __ge__(self, other: Any) -> Tensor:
        return self._apply("GreaterEqual", self, other)

    def __lt__(self, other: Any) -> Tensor:
        return self._apply("Less", self, other)

    def __le__(self, other: Any) -> Tensor:
        return self._apply("LessEqual", self, other)
