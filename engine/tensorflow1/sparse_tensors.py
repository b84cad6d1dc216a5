"""Sparse tensors: the elements that are not zero, and where they stand."""

from __future__ import annotations

from typing import Any, NamedTuple

from ..graph import Graph, Operation, Tensor, TensorShape, as_dtype, as_shape, int64
from .build import apply, tensor_of
from .reductions import reduce_sum
from .sorting import sparse_to_dense
from .sources import placeholder

__all__ = [
    "SparseTensor",
    "SparseTensorValue",
    "sparse_placeholder",
    "sparse_reduce_sum",
    "sparse_tensor_dense_matmul",
    "sparse_tensor_to_dense",
]


class SparseTensorValue(NamedTuple):
    """The values of a SparseTensor."""

    indices: Any
    values: Any
    dense_shape: Any


class SparseTensor:
    """Elements ``values`` (n), their places ``indices`` (n, rank), and the shape of the whole, ``dense_shape``."""

    def __init__(self, indices: Any, values: Any, dense_shape: Any) -> None:
        self.indices = tensor_of(indices, None if isinstance(indices, Tensor) else int64)
        self.values = tensor_of(values)
        self.dense_shape = tensor_of(dense_shape, None if isinstance(dense_shape, Tensor) else int64)

    @property
    def dtype(self) -> Any:
        """The dtype of the elements."""
        return self.values.dtype

    @property
    def op(self) -> Operation:
        """The operation that gives the elements."""
        return self.values.op

    @property
    def graph(self) -> Graph:
        return self.values.graph

    @property
    def shape(self) -> TensorShape:
        """The shape of the whole, as far as it is known."""
        return self.get_shape()

    def get_shape(self) -> TensorShape:
        """The shape of the whole, as far as it is known."""
        known = self.dense_shape.spec.value
        if known is not None:
            return TensorShape(known)
        rank = self.dense_shape.shape.dims
        return TensorShape(None if not rank or rank[0] is None else [None] * rank[0])

    def __repr__(self) -> str:
        return f"SparseTensor(indices={self.indices}, values={self.values}, dense_shape={self.dense_shape})"

    def parts(self) -> SparseTensorValue:
        """Its tensors, in the form in which a session gives their values and is fed them."""
        return SparseTensorValue(self.indices, self.values, self.dense_shape)


def sparse_placeholder(dtype: Any, shape: Any = None, name: str | None = None) -> SparseTensor:
    """A SparseTensor that is fed: a SparseTensorValue, or a tuple of its three parts."""
    wanted = None if shape is None else as_shape(shape)
    rank = None if wanted is None or wanted.dims is None else len(wanted.dims)
    given = wanted is not None and wanted.is_known
    sizes: Any = wanted.known() if wanted is not None and given else placeholder(int64, [rank], _part(name, "shape"))
    values = placeholder(as_dtype(dtype), [None], _part(name, "values"))
    return SparseTensor(placeholder(int64, [None, rank], _part(name, "indices")), values, sizes)


def _part(name: str | None, part: str) -> str | None:
    return None if name is None else f"{name}/{part}"


def sparse_tensor_to_dense(
    sp_input: SparseTensor, default_value: Any = 0, validate_indices: bool = True, name: str | None = None
) -> Tensor:
    """The whole tensor, ``default_value`` where the SparseTensor has no element."""
    return sparse_to_dense(_checked(sp_input).indices, sp_input.dense_shape, sp_input.values, default_value, name=name)


def sparse_tensor_dense_matmul(
    sp_a: SparseTensor, b: Any, adjoint_a: bool = False, adjoint_b: bool = False, name: str | None = None
) -> Tensor:
    """The matrix product of a SparseTensor and a tensor."""
    dense = sparse_tensor_to_dense(_checked(sp_a))
    return apply("MatMul", dense, tensor_of(b, sp_a.dtype), name=name, transpose_a=adjoint_a, transpose_b=adjoint_b)


def sparse_reduce_sum(
    sp_input: SparseTensor,
    axis: Any = None,
    keepdims: bool | None = None,
    reduction_axes: Any = None,
    keep_dims: bool | None = None,
) -> Tensor:
    """The sum of the elements along axes; ``reduction_axes`` and ``keep_dims`` are old."""
    dense = sparse_tensor_to_dense(_checked(sp_input))
    return reduce_sum(dense, axis, keepdims, reduction_indices=reduction_axes, keep_dims=keep_dims)


def _checked(value: Any) -> SparseTensor:
    if not isinstance(value, SparseTensor):
        raise TypeError(f"Input must be a SparseTensor, not {value!r}.")
    return value
