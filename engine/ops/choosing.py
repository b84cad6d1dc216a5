"""Choosing elements by their values: where a condition holds, what occurs once, which part each belongs to.

How many elements there are is known only when the graph runs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..graph import (
    Attribute,
    AttributeKind,
    Category,
    Inference,
    InputPort,
    InvalidArgumentError,
    OpDeclaration,
    Operation,
    OutputPort,
    Tensor,
    TensorShape,
    TensorSpec,
    declare,
    int32,
    int64,
)
from .bodies import grads_or_zeros
from .packing import common_dtype, numbered_outputs
from .rules import X


def _indices(node: Inference) -> TensorSpec:
    return TensorSpec(int64, TensorShape([None, node.spec("x").shape.rank]))


def _indices_kernel(k: Any) -> Callable[..., Any]:
    return lambda x: np.argwhere(x)


def _vector(node: Inference) -> TensorSpec:
    spec = node.spec("x")
    if spec.shape.rank not in (None, 1):
        raise node.shape_error(f"{node.op.name} takes a vector, but {node.describe('x')}; reshape it.")
    return spec.with_shape([None])


def _unique(node: Inference) -> list[TensorSpec]:
    spec = node.spec("x")
    indices = TensorSpec(int32, TensorShape([spec.shape.dims[0] if spec.shape.dims else None]))
    return [_vector(node), indices, TensorSpec(int32, TensorShape([None]))]


def _unique_kernel(k: Any) -> Callable[..., Any]:
    """The values in the order in which they first occur."""

    def step(x: Any) -> Any:
        values, first, inverse, counts = np.unique(x, return_index=True, return_inverse=True, return_counts=True)
        order = np.argsort(first, kind="stable")
        place = np.empty_like(order)
        place[order] = np.arange(len(order))
        return values[order], place[inverse.reshape(-1)].astype(np.int32), counts[order].astype(np.int32)

    return step


def _list_difference(node: Inference) -> list[TensorSpec]:
    node.same_dtype("x", "y")
    return [_vector(node), TensorSpec(int32, TensorShape([None]))]


def _list_difference_kernel(k: Any) -> Callable[..., Any]:
    def step(x: Any, y: Any) -> Any:
        places = np.flatnonzero(~np.isin(x, y))
        return x[places], places.astype(np.int32)

    return step


def _partitioned(node: Inference) -> list[TensorSpec]:
    node.require("partitions", lambda dtype: dtype == int32, "int32")
    spec, partitions = node.spec("x"), node.spec("partitions").shape
    count = node.attribute("num")
    if spec.shape.dims is None or partitions.dims is None:
        return [TensorSpec(spec.dtype)] * count
    leading = TensorShape(spec.shape.dims[: len(partitions)])
    if not leading.is_compatible_with(partitions):
        raise node.shape_error(
            f"{node.op.name} needs a part number for each row: {node.describe('x')} and "
            f"{node.describe('partitions')}; change one of them."
        )
    rest = spec.shape.dims[len(partitions) :]
    return [TensorSpec(spec.dtype, TensorShape([None, *rest]))] * count


def _partition_kernel(k: Any) -> Callable[..., Any]:
    count, name = k.attribute("num"), k.op.node_name

    def step(x: Any, partitions: Any) -> Any:
        if partitions.size and (partitions.min() < 0 or partitions.max() >= count):
            place = tuple(int(i) for i in np.argwhere((partitions < 0) | (partitions >= count))[0])
            raise InvalidArgumentError(
                f"partitions{list(place)} = {partitions[place]} is not in [0, {count}) at {name}; raise num, or mend "
                "the part numbers.",
                name,
            )
        return tuple(x[partitions == index] for index in range(count))

    return step


def _partition_gradient(op: Operation, *grads: Tensor | None) -> Sequence[Tensor | None]:
    """Each part's gradient goes back to the places from which its rows came."""
    graph, (x, partitions) = op.graph, op.inputs
    places = graph.apply("Range", None, graph.apply("Size", partitions), None)
    places = graph.apply("ReshapeLike", places, partitions)
    parts = graph.create("DynamicPartition", {"x": places, "partitions": partitions}, {"num": len(grads)}).outputs
    given = {"indices": list(parts), "data": grads_or_zeros(op, grads)}
    stitched = graph.create("DynamicStitch", given).output
    return [graph.apply("ReshapeLike", stitched, x), None]


def _stitched(node: Inference) -> TensorSpec:
    for spec in node.specs("indices"):
        if spec.dtype is not None and spec.dtype != int32:
            raise node.dtype_error(f"The indices of {node.op.name} are {spec.dtype.name}; put a Cast to int32 before.")
    dtype = common_dtype(node, "data")
    rests = [
        data.shape.dims[index.shape.rank :]
        for index, data in zip(node.specs("indices"), node.specs("data"), strict=False)
        if data.shape.dims is not None and index.shape.rank is not None
    ]
    return TensorSpec(dtype, TensorShape([None, *rests[0]])) if rests else TensorSpec(dtype)


def _stitch_kernel(k: Any) -> Callable[..., Any]:
    count = len(k.inputs) // 2

    def step(*arrays: Any) -> Any:
        indices, parts = arrays[:count], arrays[count:]
        rows = 1 + max((int(index.max()) for index in indices if index.size), default=-1)
        rest = parts[0].shape[indices[0].ndim :]
        result = np.zeros((rows, *rest), parts[0].dtype)
        for index, part in zip(indices, parts, strict=True):
            result[index.reshape(-1)] = part.reshape(-1, *rest)
        return result

    return step


def _stitch_gradient(op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
    indices = [source for source in op.inputs_of("indices") if isinstance(source, Tensor)]
    return [*[None] * len(indices), *(grad.graph.apply("Gather", grad, index) for index in indices)]


declare(
    OpDeclaration(
        type="Indices",
        category=Category.LOGIC,
        symbol="i?",
        description="The indices of the elements that are true (or not 0), a row for each.",
        formula=r"\{ i : x_i \}",
        infer=_indices,
        inputs=(X,),
        kernel=_indices_kernel,
        default_name="Where",
        example="tf.where(x)",
    )
)
declare(
    OpDeclaration(
        type="Unique",
        category=Category.LOGIC,
        symbol="≠",
        description="The different values of a vector, which of them stands at each place, and how often each occurs.",
        formula=r"\{x_i\}",
        infer=_unique,
        inputs=(X,),
        outputs=(OutputPort("values"), OutputPort("indices"), OutputPort("counts")),
        kernel=_unique_kernel,
        default_name="Unique",
        example="tf.unique(x)",
    )
)
declare(
    OpDeclaration(
        type="ListDifference",
        category=Category.LOGIC,
        symbol="∖",
        description="The elements of a vector that another one does not have, and where they stand.",
        formula=r"x \setminus y",
        infer=_list_difference,
        inputs=(X, InputPort("y")),
        outputs=(OutputPort("values"), OutputPort("indices")),
        kernel=_list_difference_kernel,
        default_name="ListDiff",
        example="tf.setdiff1d(x, y)",
    )
)
declare(
    OpDeclaration(
        type="DynamicPartition",
        category=Category.LOGIC,
        symbol="⋔",
        description="Sorts rows into parts by a number for each row.",
        formula=r"\{ x_i : p_i = k \}",
        infer=_partitioned,
        inputs=(X, InputPort("partitions")),
        outputs=(OutputPort("output_0"), OutputPort("output_1")),
        attributes=(Attribute("num", AttributeKind.INT, 2, "Into how many parts.", minimum=1, maximum=10_000),),
        kernel=_partition_kernel,
        gradient=_partition_gradient,
        default_name="DynamicPartition",
        free_dtype_inputs=("partitions",),
        outputs_for=numbered_outputs("num"),
        example="tf.dynamic_partition(x, parts, 2)",
    )
)
declare(
    OpDeclaration(
        type="DynamicStitch",
        category=Category.LOGIC,
        symbol="⋈",
        description="Puts rows together in the order that an index for each row gives.",
        formula=r"y_{i_k} = x_k",
        infer=_stitched,
        inputs=(InputPort("indices", variadic=True), InputPort("data", variadic=True)),
        kernel=_stitch_kernel,
        gradient=_stitch_gradient,
        default_name="DynamicStitch",
        free_dtype_inputs=("indices",),
        example="tf.dynamic_stitch(indices, parts)",
    )
)
