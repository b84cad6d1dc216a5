"""What a variable offers to change some of its rows or elements."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from .convert import as_output
from .default import current_graph
from .operation import Tensor


class IndexedSlicesValue(NamedTuple):
    """The values of IndexedSlices."""

    values: Any
    indices: Any
    dense_shape: Any


class IndexedSlices:
    """Rows of a tensor, ``values``, and the places, ``indices``, where they stand; the other rows are zeros.

    ``dense_shape`` is the shape of the whole tensor, where it is known.
    """

    def __init__(self, values: Any, indices: Any, dense_shape: Any = None) -> None:
        self.values = values
        self.indices = indices
        self.dense_shape = dense_shape

    @property
    def dtype(self) -> Any:
        """The dtype of the rows."""
        return self.values.dtype

    @property
    def name(self) -> str:
        """The name of the rows' tensor."""
        return str(self.values.name)

    @property
    def op(self) -> Any:
        """The operation that gives the rows."""
        return self.values.op

    @property
    def graph(self) -> Any:
        """The graph of the rows."""
        return self.values.graph

    def parts(self) -> IndexedSlicesValue:
        """Its tensors, in the form in which a session gives their values."""
        return IndexedSlicesValue(self.values, self.indices, self.dense_shape)

    def whole(self) -> Any:
        """The whole tensor: rows at the same place are added. Raises ValueError when its shape was not given."""
        if self.dense_shape is None:
            raise ValueError(
                f"Tensor conversion requested for IndexedSlices without dense_shape: {self!r}; give it one."
            )
        graph = current_graph(self.values, self.indices)
        places = as_output(graph, self.indices)
        rows = graph.create("Reshape", {"x": places}, {"shape": [-1, 1]}).output
        return graph.create("ScatterNd", {"indices": rows, "updates": self.values, "shape": self.dense_shape}).output

    def __repr__(self) -> str:
        shape = "" if self.dense_shape is None else f", dense_shape={self.dense_shape}"
        return f"IndexedSlices(indices={self.indices}, values={self.values}{shape})"


def _checked(slices: Any) -> IndexedSlices:
    if not isinstance(slices, IndexedSlices):
        raise TypeError(f"sparse_delta is not IndexedSlices: {slices!r}. Give tf.IndexedSlices(values, indices).")
    return slices


def change_rows(op_type: str, variable: Any, indices: Any, updates: Any, name: str | None = None) -> Tensor:
    """The value of a variable after one of the operations that change parts of it."""
    inputs = {"variable": variable, "updates": updates, "indices": indices}
    return current_graph(variable, indices, updates).create(op_type, inputs, name=name).output


class RowChanges:
    """Methods of a variable that change some of its rows or elements. Each gives the whole new value."""

    __slots__ = ()

    def scatter_add(self, sparse_delta: Any, use_locking: bool = False, name: str | None = None) -> Tensor:
        """Adds the values of an IndexedSlices to the rows that it names."""
        return self._change("ScatterAdd", sparse_delta, name)

    def scatter_sub(self, sparse_delta: Any, use_locking: bool = False, name: str | None = None) -> Tensor:
        """Subtracts the values of an IndexedSlices from the rows that it names."""
        return self._change("ScatterSub", sparse_delta, name)

    def scatter_update(self, sparse_delta: Any, use_locking: bool = False, name: str | None = None) -> Tensor:
        """Sets the rows that an IndexedSlices names to its values."""
        return self._change("ScatterUpdate", sparse_delta, name)

    def batch_scatter_update(self, sparse_delta: Any, use_locking: bool = False, name: str | None = None) -> Tensor:
        """Sets, for each place in the leading axes of the indices alone, the rows there that the last axis names.

        Raises ValueError when the shape of the indices is not known.
        """
        slices = _checked(sparse_delta)
        graph = current_graph(self, slices.indices, slices.values)
        indices = as_output(graph, slices.indices)
        if not isinstance(indices, Tensor) or not indices.shape.is_known or indices.dtype is None:
            raise ValueError("batch_scatter_update needs indices with a known shape; give them one.")
        places = np.indices(indices.shape.known(), indices.dtype.numpy)[:-1]
        rows = graph.apply("Stack", [*places, indices], axis=-1)
        return self.scatter_nd_update(rows, slices.values, name)

    def _change(self, op_type: str, slices: Any, name: str | None) -> Tensor:
        _checked(slices)
        return change_rows(op_type, self, slices.indices, slices.values, name)

    def scatter_nd_add(self, indices: Any, updates: Any, name: str | None = None) -> Tensor:
        """Adds ``updates`` to the elements or parts that the rows of ``indices`` name."""
        return change_rows("ScatterNdAdd", self, indices, updates, name)

    def scatter_nd_sub(self, indices: Any, updates: Any, name: str | None = None) -> Tensor:
        """Subtracts ``updates`` from the elements or parts that the rows of ``indices`` name."""
        return change_rows("ScatterNdSub", self, indices, updates, name)

    def scatter_nd_update(self, indices: Any, updates: Any, name: str | None = None) -> Tensor:
        """Sets the elements or parts that the rows of ``indices`` name to ``updates``."""
        return change_rows("ScatterNdUpdate", self, indices, updates, name)
