"""What is known of a tensor with symbols: its sizes, and its value where it is itself a shape."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ..shapes import UNKNOWN_SHAPE, TensorShape
from ..spec import TensorSpec
from .expression import Expression, SymbolicSize, symbols_of

#: What stands in the place of an expression: a number, or None for a size that is left open.
Assignment = Callable[[Expression], int | None]


class SymbolicSpec:
    """A tensor's sizes (None for an unknown rank) and elements (None where it has no static value). Immutable."""

    __slots__ = ("_hash", "sizes", "symbols", "value")

    def __init__(self, sizes: tuple[SymbolicSize, ...] | None, value: tuple[SymbolicSize, ...] | None = None) -> None:
        self.sizes = sizes
        self.value = value
        #: All symbols in it.
        self.symbols = symbols_of((*(sizes or ()), *(value or ())))
        self._hash = hash((sizes, value))

    @classmethod
    def of(cls, spec: TensorSpec) -> SymbolicSpec:
        """That of a tensor without symbols."""
        return cls(spec.shape.dims, spec.value)

    def __eq__(self, other: object) -> bool:
        return self is other or (
            isinstance(other, SymbolicSpec) and (self.sizes, self.value) == (other.sizes, other.value)
        )

    def __hash__(self) -> int:
        return self._hash

    def all_sizes(self) -> Iterable[SymbolicSize]:
        yield from self.sizes or ()
        yield from self.value or ()

    def replaced(self, change: Callable[[SymbolicSize], SymbolicSize]) -> SymbolicSpec:
        """With every size changed."""
        return SymbolicSpec(
            None if self.sizes is None else tuple(change(size) for size in self.sizes),
            None if self.value is None else tuple(change(size) for size in self.value),
        )

    def assigned(self, static: TensorSpec, assign: Assignment) -> TensorSpec:
        """Numbers in the place of expressions, with the dtype of ``static``. Raises ValueError for sizes below 0."""
        if self.sizes is None:
            shape = UNKNOWN_SHAPE
        else:
            sizes = [assign(size) if isinstance(size, Expression) else size for size in self.sizes]
            if any(size is not None and size < 0 for size in sizes):
                raise ValueError("a size would be negative")
            shape = TensorShape(sizes)
        if self.value is None or not shape.is_known:
            return TensorSpec(static.dtype, shape)
        value = tuple(assign(size) if isinstance(size, Expression) else size for size in self.value)
        return TensorSpec(static.dtype, shape, value)
