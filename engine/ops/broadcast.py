"""Broadcasting and its gradient, as nodes of their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..graph import (
    Attribute,
    AttributeKind,
    Category,
    InputPort,
    OpDeclaration,
    Operation,
    Tensor,
    TensorSpec,
    declare,
)
from ..graph.declaration import StraightLine
from .rules import LIKE, shape_of_like


def unbroadcast(gradient: Tensor, like: Tensor) -> Tensor:
    """``gradient`` summed over the axes along which ``like`` was broadcast, so that it has the shape of ``like``."""
    if gradient.shape.is_known and gradient.shape == like.shape:
        return gradient
    return gradient.graph.apply("SumToShapeOf", gradient, like)


@StraightLine
def _sum_to_shape(k: Any) -> Callable[..., Any]:
    wide, narrow = k.inputs[0].shape.known(), k.outputs[0].shape.known()
    leading = len(wide) - len(narrow)
    axes = tuple(range(leading)) + tuple(
        leading + i for i, size in enumerate(narrow) if size == 1 and wide[leading + i] != 1
    )
    xp = k.xp
    if not axes:
        return lambda x, like, out=None: xp.copy(x, out)
    if not leading or len(axes) == leading:
        return lambda x, like, out=None: xp.total(x, axes, not leading, out)
    kept = tuple(size for axis, size in enumerate(wide) if axis not in axes)

    def step(x: Any, like: Any, out: Any = None) -> Any:
        return xp.total(x, axes, False, None if out is None else out.reshape(kept)).reshape(narrow)

    return step


def _sum_to_shape_gradient(op: Operation, grad: Tensor) -> list[Tensor | None]:
    return [grad.graph.apply("BroadcastToShapeOf", grad, op.inputs[0]), None]


def _broadcast_kernel(k: Any) -> Callable[..., Any]:
    xp, shape = k.xp, k.outputs[0].shape.known()
    return lambda x, like: xp.broadcast_to(x, shape)


def _broadcast_gradient(op: Operation, grad: Tensor) -> list[Tensor | None]:
    return [unbroadcast(grad, op.inputs[0]), None]


declare(
    OpDeclaration(
        type="SumToShapeOf",
        category=Category.INTERNAL,
        symbol="Σ→",
        description="Sums a gradient over the axes along which a tensor was broadcast.",
        formula=r"\sum_{\text{broadcast axes}} x",
        infer=shape_of_like,
        inputs=(InputPort("x"), LIKE),
        kernel=_sum_to_shape,
        gradient=_sum_to_shape_gradient,
        default_name="SumToShapeOf",
        shape_only_inputs=("like",),
        example="used by the gradients of broadcast operations",
    )
)
declare(
    OpDeclaration(
        type="BroadcastToShapeOf",
        category=Category.INTERNAL,
        symbol="⇉",
        description="Repeats a tensor until it has the shape of another one.",
        formula=r"x \text{ repeated to the shape of } like",
        infer=shape_of_like,
        inputs=(InputPort("x"), LIKE),
        kernel=_broadcast_kernel,
        gradient=_broadcast_gradient,
        is_view=True,
        default_name="BroadcastToShapeOf",
        shape_only_inputs=("like",),
        example="used by the gradients of sums",
    )
)


def _filled(value: float) -> Callable[[Any], Callable[..., Any]]:
    @StraightLine
    def kernel(k: Any) -> Callable[..., Any]:
        xp, dtype = k.xp, k.outputs[0].dtype
        # The zero of texts is the empty one.
        filling = xp.scalar(b"" if dtype.is_string else value, dtype.numpy)
        constant = xp.broadcast_to(filling, k.outputs[0].shape.known())
        return lambda x, out=None: xp.copy(constant, out)

    return kernel


for _name, _value, _default in (("ZerosLike", 0, "zeros_like"), ("OnesLike", 1, "ones_like")):
    declare(
        OpDeclaration(
            type=_name,
            category=Category.ARRAY,
            symbol=f"{_value}…",
            description=f"A tensor full of {'zeros' if _value == 0 else 'ones'} with the shape of another one.",
            formula=f"{_value}",
            infer=lambda node: TensorSpec(node.spec("x").dtype, node.spec("x").shape),
            inputs=(InputPort("x"),),
            kernel=_filled(_value),
            default_name=_default,
            shape_only_inputs=("x",),
            example=f"tf.{_default}(x)",
        )
    )


def expand_reduced(gradient: Tensor, like: Tensor, axis: tuple[int, ...] | None, keepdims: bool) -> Tensor:
    """The gradient (or result) of a reduction, repeated along the axes that were reduced."""
    return gradient.graph.apply("ExpandReduced", gradient, like, axis=axis, keepdims=keepdims)


def _expand_reduced(k: Any) -> Callable[..., Any]:
    wide = k.inputs[1].shape.known()
    axes = k.attribute("axis")
    chosen = range(len(wide)) if axes is None else {axis % len(wide) for axis in axes}
    kept = tuple(1 if i in chosen else size for i, size in enumerate(wide))
    xp = k.xp
    return lambda x, like: xp.broadcast_to(x.reshape(kept), wide)


declare(
    OpDeclaration(
        type="ExpandReduced",
        category=Category.INTERNAL,
        symbol="⇉",
        description="Repeats the result of a reduction along the axes that were reduced.",
        formula=r"x \text{ repeated along the reduced axes}",
        infer=shape_of_like,
        inputs=(InputPort("x"), LIKE),
        attributes=(
            Attribute("axis", AttributeKind.AXES, None, "The reduced axes; none for all of them.", optional=True),
            Attribute("keepdims", AttributeKind.BOOL, False, "Whether the reduced axes were kept with size 1."),
        ),
        kernel=_expand_reduced,
        gradient=lambda op, grad: [
            grad.graph.apply("ReduceSum", grad, axis=op.attributes["axis"], keepdims=op.attributes["keepdims"]),
            None,
        ],
        is_view=True,
        default_name="ExpandReduced",
        shape_only_inputs=("like",),
        example="used by the gradients of reductions",
    )
)


def _reduced_count(k: Any) -> Callable[..., Any]:
    wide, narrow = k.inputs[0].shape.num_elements(), k.inputs[1].shape.num_elements()
    xp = k.xp
    count = xp.scalar(wide // narrow if narrow else 0, k.outputs[0].dtype.numpy)
    return lambda x, reduced, out=None: xp.copy(count, out)


declare(
    OpDeclaration(
        type="ReducedCount",
        category=Category.INTERNAL,
        symbol="n",
        description="How many elements a reduction takes together for each element of its result.",
        formula="n",
        infer=lambda node: TensorSpec(node.spec("x").dtype).with_shape(()),
        inputs=(InputPort("x"), InputPort("reduced")),
        kernel=_reduced_count,
        default_name="ReducedCount",
        shape_only_inputs=("x", "reduced"),
        example="used by the gradient of the mean",
    )
)
