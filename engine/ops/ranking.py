"""The largest elements, whether a class is among them, and the inverse of a permutation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

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
    bool_,
    declare,
    int32,
)
from .rules import LIKE, X, taken

_COUNT = Attribute("k", AttributeKind.INT, 1, "How many elements are looked for.", minimum=0)
_INDICES = InputPort("indices")


def _top(node: Inference) -> list[TensorSpec]:
    dtype, shape, count = node.require_number("x"), node.spec("x").shape, node.attribute("k")
    if shape.dims is None:
        return [TensorSpec(dtype), TensorSpec(int32)]
    if not shape.dims:
        raise node.shape_error(f"input must have last dimension >= k = {count} but is a scalar at {node.op.name}.")
    last = shape.dims[-1]
    if last is not None and last < count:
        raise node.shape_error(
            f"input must have last dimension >= k = {count} but is {last} for '{node.op.name}' (op: 'TopKV2'): "
            f"{node.describe('x')}; ask for fewer."
        )
    found = [*shape.dims[:-1], count]
    return [TensorSpec(dtype).with_shape(found), TensorSpec(int32).with_shape(found)]


def _top_kernel(k: Any) -> Callable[..., Any]:
    xp, count = k.xp, k.attribute("k")

    def step(x: Any, *outs: Any) -> Any:
        values, indices = outs or (None, None)
        found = xp.largest(x, count)
        return xp.copy(xp.take_along(x, found), values), xp.cast(found, int32.numpy, indices)

    return step


def _top_gradient(op: Operation, grad: Tensor | None, _: Tensor | None) -> Sequence[Tensor | None]:
    if grad is None:
        return [None]
    return [grad.graph.apply("PutAlongLast", grad, op.outputs[1], op.inputs[0])]


def _put(node: Inference) -> TensorSpec:
    return TensorSpec(node.spec("updates").dtype, node.spec("like").shape)


def _put_kernel(k: Any) -> Callable[..., Any]:
    xp, shape = k.xp, k.outputs[0].shape.known()
    return lambda updates, indices, like, out=None: xp.put_along(shape, updates, indices, out)


def _in_top(node: Inference) -> TensorSpec:
    node.require_float("predictions")
    node.require("targets", lambda dtype: dtype.is_integer, "whole numbers")
    predictions, targets = node.spec("predictions").shape, node.spec("targets").shape
    if predictions.rank not in (None, 2) or targets.rank not in (None, 1):
        raise node.shape_error(
            f"predictions must be 2-dimensional and targets 1-dimensional at {node.op.name}: "
            f"{node.describe('predictions')} and {node.describe('targets')}."
        )
    rows = TensorShape([None] if predictions.dims is None else [predictions.dims[0]])
    if not rows.is_compatible_with(targets):
        raise node.shape_error(
            f"First dimension of predictions {rows[0]} must match length of targets {targets[0]} at {node.op.name}."
        )
    return TensorSpec(bool_, rows.merge_with(targets))


def _in_top_kernel(k: Any) -> Callable[..., Any]:
    xp, count = k.xp, k.attribute("k")
    return lambda predictions, targets, out=None: xp.copy(xp.is_among_largest(predictions, targets, count), out)


def _permutation(node: Inference) -> TensorSpec:
    dtype = node.require("x", lambda dtype: dtype.is_integer, "whole numbers")
    shape = node.spec("x").shape
    if shape.rank not in (None, 1):
        raise node.shape_error(f"invert_permutation expects a 1D vector: {node.describe('x')}; reshape it.")
    return TensorSpec(dtype, TensorShape([None]).merge_with(shape))


def _permutation_kernel(k: Any) -> Callable[..., Any]:
    xp, name, count = k.xp, k.op.node_name, k.outputs[0].shape.known()[0]

    def step(x: Any, out: Any = None) -> Any:
        outside = xp.first_outside(x, count)
        if outside is not None:
            raise InvalidArgumentError(f"{x[outside]} is not between 0 and {count}: {name} inverts permutations.", name)
        result = xp.inverted(x)
        if result is None:
            raise InvalidArgumentError(f"A number is duplicated in the input: {name} inverts permutations.", name)
        return xp.copy(result, out)

    return step


declare(
    OpDeclaration(
        type="TopK",
        category=Category.REDUCTION,
        symbol="topₖ",
        description="The largest elements of each row, the largest first, and where they stand.",
        formula=r"\operatorname{top}_k x",
        infer=_top,
        inputs=(X,),
        outputs=(OutputPort("values"), OutputPort("indices")),
        attributes=(_COUNT,),
        kernel=_top_kernel,
        gradient=_top_gradient,
        default_name="TopKV2",
        example="tf.nn.top_k(x, 5)",
    )
)
declare(
    OpDeclaration(
        type="TakeAlongLast",
        category=Category.INTERNAL,
        symbol="xᵢ",
        description="Takes elements of each row, at the indices in the same row.",
        formula=r"x_{\dots\,\text{indices}}",
        infer=taken,
        inputs=(X, _INDICES),
        kernel=lambda k: lambda x, indices, out=None: k.xp.copy(k.xp.take_along(x, indices), out),
        gradient=lambda op, grad: [grad.graph.apply("PutAlongLast", grad, op.inputs[1], op.inputs[0]), None],
        default_name="TakeAlongLast",
        free_dtype_inputs=("indices",),
        example="used by the gradient of PutAlongLast",
    )
)
declare(
    OpDeclaration(
        type="PutAlongLast",
        category=Category.INTERNAL,
        symbol="xᵢ:=",
        description="Puts elements into rows of zeros, at the indices in the same row.",
        formula=r"y_{\dots\,\text{indices}} := x",
        infer=_put,
        inputs=(InputPort("updates"), _INDICES, LIKE),
        kernel=_put_kernel,
        gradient=lambda op, grad: [grad.graph.apply("TakeAlongLast", grad, op.inputs[1]), None, None],
        default_name="PutAlongLast",
        shape_only_inputs=("like",),
        free_dtype_inputs=("indices",),
        example="used by the gradient of TopK",
    )
)
declare(
    OpDeclaration(
        type="InTopK",
        category=Category.LOGIC,
        symbol="∈ₖ",
        description="Whether the class that is the target is among the k largest predictions of its row.",
        formula=r"y \in \operatorname{top}_k x",
        infer=_in_top,
        inputs=(InputPort("predictions"), InputPort("targets")),
        attributes=(_COUNT,),
        kernel=_in_top_kernel,
        default_name="InTopK",
        free_dtype_inputs=("targets",),
        example="tf.nn.in_top_k(predictions, targets, 5)",
    )
)
declare(
    OpDeclaration(
        type="InvertPermutation",
        category=Category.ARRAY,
        symbol="π⁻¹",
        description="Where each number stands in a permutation.",
        formula=r"y_{x_i} = i",
        infer=_permutation,
        inputs=(X,),
        kernel=_permutation_kernel,
        default_name="InvertPermutation",
        example="tf.invert_permutation(x)",
    )
)
