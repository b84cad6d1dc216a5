"""Operators on tensors and variables: ``W * x + b`` adds operations to the graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .default import current_graph
from .indexing import index_text

if TYPE_CHECKING:
    from .dtypes import DType
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

        @property
        def dtype(self) -> DType | None: ...

    def _apply(self, op_type: str, *inputs: Any, base_name: str | None = None) -> Tensor:
        return current_graph(*inputs).apply(op_type, *inputs, base_name=base_name)

    def _combine(self, of_bools: str, of_integers: str, *inputs: Any, base_name: str) -> Tensor:
        """An operator that means a logical operation for bools and one on bits for whole numbers."""
        is_integer = self.dtype is not None and self.dtype.is_integer
        return self._apply(of_integers if is_integer else of_bools, *inputs, base_name=base_name)

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

    def __div__(self, other: Any) -> Tensor:
        return self._divide(self, other)

    def __rdiv__(self, other: Any) -> Tensor:
        return self._divide(other, self)

    def _divide(self, x: Any, y: Any) -> Tensor:
        """The division of Python 2: whole numbers give whole numbers, rounded down."""
        is_integer = self.dtype is not None and self.dtype.is_integer
        return self._apply("FloorDiv" if is_integer else "Divide", x, y, base_name="div")

    def __floordiv__(self, other: Any) -> Tensor:
        return self._apply("FloorDiv", self, other)

    def __rfloordiv__(self, other: Any) -> Tensor:
        return self._apply("FloorDiv", other, self)

    def __mod__(self, other: Any) -> Tensor:
        return self._apply("FloorMod", self, other, base_name="mod")

    def __rmod__(self, other: Any) -> Tensor:
        return self._apply("FloorMod", other, self, base_name="mod")

    def __pow__(self, other: Any) -> Tensor:
        return self._apply("Pow", self, other, base_name="pow")

    def __rpow__(self, other: Any) -> Tensor:
        return self._apply("Pow", other, self, base_name="pow")

    def __matmul__(self, other: Any) -> Tensor:
        return self._apply("MatMul", self, other, base_name="matmul")

    def __rmatmul__(self, other: Any) -> Tensor:
        return self._apply("MatMul", other, self, base_name="matmul")

    def __and__(self, other: Any) -> Tensor:
        return self._combine("LogicalAnd", "BitwiseAnd", self, other, base_name="and")

    def __rand__(self, other: Any) -> Tensor:
        return self._combine("LogicalAnd", "BitwiseAnd", other, self, base_name="and")

    def __or__(self, other: Any) -> Tensor:
        return self._combine("LogicalOr", "BitwiseOr", self, other, base_name="or")

    def __ror__(self, other: Any) -> Tensor:
        return self._combine("LogicalOr", "BitwiseOr", other, self, base_name="or")

    def __xor__(self, other: Any) -> Tensor:
        return self._combine("LogicalXor", "BitwiseXor", self, other, base_name="xor")

    def __rxor__(self, other: Any) -> Tensor:
        return self._combine("LogicalXor", "BitwiseXor", other, self, base_name="xor")

    def __invert__(self) -> Tensor:
        return self._combine("LogicalNot", "Invert", self, base_name="LogicalNot")

    def __neg__(self) -> Tensor:
        return self._apply("Negative", self)

    def __abs__(self) -> Tensor:
        return self._apply("Abs", self)

    def __getitem__(self, key: Any) -> Tensor:
        """A part of the tensor: ``x[0]``, ``x[:, -1]``, ``x[..., tf.newaxis]``; bounds may be tensors."""
        text, bounds = index_text(key)
        op_type, inputs = ("DynamicSlice", {"x": self, "bounds": bounds}) if bounds else ("StridedSlice", {"x": self})
        return current_graph(self, *bounds).create(op_type, inputs, {"index": text}).output

    def __gt__(self, other: Any) -> Tensor:
        return self._apply("Greater", self, other)

    def __ge__(self, other: Any) -> Tensor:
        return self._apply("GreaterEqual", self, other)

    def __lt__(self, other: Any) -> Tensor:
        return self._apply("Less", self, other)

    def __le__(self, other: Any) -> Tensor:
        return self._apply("LessEqual", self, other)
