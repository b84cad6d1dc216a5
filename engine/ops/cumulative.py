"""Running sums and products, and the product over axes that is differentiated with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod
from typing import Any

from ..graph import (
    UNKNOWN_SHAPE,
    Attribute,
    AttributeKind,
    Category,
    Inference,
    OpDeclaration,
    Operation,
    Tensor,
    TensorSpec,
    declare,
)
from .broadcast import expand_reduced
from .reductions import REDUCTION_ATTRIBUTES, reduced
from .rules import LIKE, X, axis_attribute, normalized_axes, shape_of_like

_CUMULATIVE = (
    axis_attribute(0, "The axis along which it runs; −1 is the last."),
    Attribute("exclusive", AttributeKind.BOOL, False, "Whether each result leaves the element at its own place out."),
    Attribute("reverse", AttributeKind.BOOL, False, "Whether it runs from the end to the beginning."),
)


def _cumulative(node: Inference) -> TensorSpec:
    spec, axis = TensorSpec(node.require_number("x"), node.spec("x").shape), node.attribute("axis")
    rank = spec.shape.rank
    if rank is not None and not -rank <= axis < rank:
        raise node.shape_error(
            f"Expected scan axis in the range [{-rank}, {rank}), but got {axis}: {node.describe('x')}; choose an axis "
            f"it has at {node.op.name}."
        )
    return spec


def _cumulative_kernel(function: str) -> Callable[[Any], Callable[..., Any]]:
    def kernel(k: Any) -> Callable[..., Any]:
        run = getattr(k.xp, function)
        arguments = k.attribute("axis"), k.attribute("exclusive"), k.attribute("reverse")
        return lambda x, out=None: run(x, *arguments, out)

    return kernel


def _along(op: Operation, op_type: str, x: Tensor, backwards: bool) -> Tensor:
    attributes = dict(op.attributes)
    attributes["reverse"] = attributes["reverse"] is not backwards
    return x.graph.apply(op_type, x, **attributes)


def _cumprod_gradient(op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
    """As in TensorFlow: 0 where x is 0."""
    return [grad.graph.apply("DivNoNan", _along(op, "Cumsum", op.output * grad, True), op.inputs[0])]


for _type, _symbol, _words, _formula, _function, _gradient, _example in (
    (
        "Cumsum",
        "Σ…",
        "The sum",
        r"y_i = \sum_{j \le i} x_j",
        "cumulative_sum",
        lambda op, grad: [_along(op, "Cumsum", grad, True)],
        "tf.cumsum(x)",
    ),
    (
        "Cumprod",
        "Π…",
        "The product",
        r"y_i = \prod_{j \le i} x_j",
        "cumulative_product",
        _cumprod_gradient,
        "tf.cumprod(x)",
    ),
):
    declare(
        OpDeclaration(
            type=_type,
            category=Category.REDUCTION,
            symbol=_symbol,
            description=f"{_words} of all elements up to each place along an axis.",
            formula=_formula,
            infer=_cumulative,
            inputs=(X,),
            attributes=_CUMULATIVE,
            kernel=_cumulative_kernel(_function),
            gradient=_gradient,
            default_name=_type,
            example=_example,
        )
    )

_AXIS = REDUCTION_ATTRIBUTES[0]


def _split_axes(shape: tuple[int, ...], axis: tuple[int, ...] | None) -> tuple[list[int], list[int]]:
    """The axes that stay and those that are taken together."""
    rank = len(shape)
    taken = list(range(rank)) if axis is None else sorted(a % rank for a in axis)
    return [i for i in range(rank) if i not in taken], taken


def _flattened(node: Inference) -> TensorSpec:
    spec, axis = node.spec("x"), node.attribute("axis")
    if spec.shape.dims is None:
        return spec.with_shape(UNKNOWN_SHAPE)
    taken = normalized_axes(node, axis, len(spec.shape))
    sizes = [spec.shape.dims[i] for i in taken]
    last = None if None in sizes else prod(size for size in sizes if size is not None)
    return spec.with_shape([*(size for i, size in enumerate(spec.shape.dims) if i not in taken), last])


def _flatten_kernel(k: Any) -> Callable[..., Any]:
    kept, taken = _split_axes(k.inputs[0].shape.known(), k.attribute("axis"))
    shape = k.outputs[0].shape.known()
    return lambda x: x.transpose((*kept, *taken)).reshape(shape)


def _unflatten_kernel(k: Any) -> Callable[..., Any]:
    shape = k.outputs[0].shape.known()
    kept, taken = _split_axes(shape, k.attribute("axis"))
    order = [*kept, *taken]
    apart = tuple(shape[i] for i in order)
    back = tuple(order.index(i) for i in range(len(order)))
    return lambda x, like: x.reshape(apart).transpose(back)


def _product_gradient(op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
    """The product of the elements before each one and of those behind it: it is right where elements are 0 too."""
    x, (axis, keepdims), graph = op.inputs[0], (op.attributes["axis"], op.attributes["keepdims"]), grad.graph
    row = graph.apply("FlattenReduced", x, axis=axis)
    before = graph.apply("Cumprod", row, axis=-1, exclusive=True)
    behind = graph.apply("Cumprod", row, axis=-1, exclusive=True, reverse=True)
    others = graph.apply("UnflattenReduced", before * behind, x, axis=axis)
    return [expand_reduced(grad, x, axis, keepdims) * others]


def _product_kernel(k: Any) -> Callable[..., Any]:
    xp, axes, keepdims = k.xp, k.attribute("axis"), k.attribute("keepdims")
    return lambda x, out=None: xp.reduce_prod(x, axes, keepdims, out)


declare(
    OpDeclaration(
        type="ReduceProd",
        category=Category.REDUCTION,
        symbol="Π",
        description="The product over all elements, or over some axes.",
        formula=r"\prod_i x_i",
        infer=reduced,
        inputs=(X,),
        attributes=REDUCTION_ATTRIBUTES,
        kernel=_product_kernel,
        gradient=_product_gradient,
        default_name="Prod",
        example="tf.reduce_prod(x)",
    )
)
declare(
    OpDeclaration(
        type="FlattenReduced",
        category=Category.INTERNAL,
        symbol="⟦⟧",
        description="Puts the axes of a reduction last, as one axis.",
        formula=r"\operatorname{reshape}(x)",
        infer=_flattened,
        inputs=(X,),
        attributes=(_AXIS,),
        kernel=_flatten_kernel,
        gradient=lambda op, grad: [grad.graph.apply("UnflattenReduced", grad, op.inputs[0], **op.attributes)],
        is_view=True,
        default_name="FlattenReduced",
        example="used by the gradient of ReduceProd",
    )
)
declare(
    OpDeclaration(
        type="UnflattenReduced",
        category=Category.INTERNAL,
        symbol="⟦⟧",
        description="Puts the last axis back as the axes of a reduction.",
        formula=r"\operatorname{reshape}(x)",
        infer=shape_of_like,
        inputs=(X, LIKE),
        attributes=(_AXIS,),
        kernel=_unflatten_kernel,
        gradient=lambda op, grad: [grad.graph.apply("FlattenReduced", grad, **op.attributes), None],
        is_view=True,
        default_name="UnflattenReduced",
        shape_only_inputs=("like",),
        example="used by the gradient of ReduceProd",
    )
)
