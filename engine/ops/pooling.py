"""Taking the largest or the mean element of each window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..graph import (
    Attribute,
    AttributeKind,
    Category,
    DType,
    Inference,
    InputPort,
    OpDeclaration,
    Operation,
    OutputPort,
    Tensor,
    TensorSpec,
    declare,
    int64,
)
from .rules import LIKE
from .windows import (
    Windows,
    arranged,
    channel_axis,
    check_attributes,
    check_rank,
    is_channels_last,
    known_windows,
    layout_of,
    shared_attributes,
    spatial,
    window_attributes,
    window_counts,
)

_INPUT = InputPort("value")


def _attributes(rank: int) -> tuple[Attribute, ...]:
    halves = (1, *[2] * rank, 1)
    strides, padding = window_attributes(rank, explicit=False)
    return (
        Attribute("ksize", AttributeKind.AXES, halves, "The size of a window along each axis."),
        Attribute("strides", AttributeKind.AXES, halves, strides.description),
        padding,
        layout_of(rank),
    )


def _pooled(rank: int, dtype_of: Callable[[Inference], DType | None]) -> Callable[[Inference], TensorSpec]:
    def infer(node: Inference) -> TensorSpec:
        dtype = dtype_of(node)
        check_attributes(node, rank)
        sizes = check_rank(node, "value", rank + 2)
        attributes = node.op.attributes
        counts = window_counts(node, sizes, spatial(attributes, "ksize", rank), "value")
        return TensorSpec(dtype, arranged(attributes, sizes[0], counts, sizes[channel_axis(attributes, rank)]))

    return infer


def _windows(k: Any, rank: int, shape: tuple[int, ...]) -> tuple[Windows, bool]:
    attributes = k.op.attributes
    return known_windows(attributes, shape, spatial(attributes, "ksize", rank)), is_channels_last(attributes)


def _pooling_kernel(rank: int, name: str) -> Callable[[Any], Callable[..., Any]]:
    """``xp.max_pooling`` or ``xp.mean_pooling`` over the windows of the first input."""

    def kernel(k: Any) -> Callable[..., Any]:
        shape, dtype = k.inputs[0].shape.known(), k.outputs[0].dtype.numpy
        windows, last = _windows(k, rank, shape)
        return getattr(k.xp, name)(windows, shape, dtype, last)  # type: ignore[no-any-return]

    return kernel


def _mean_to_input_kernel(rank: int) -> Callable[[Any], Callable[..., Any]]:
    def kernel(k: Any) -> Callable[..., Any]:
        shape, dtype = k.inputs[0].shape.known(), k.outputs[0].dtype.numpy
        windows, last = _windows(k, rank, shape)
        step = k.xp.mean_pooling_to_input(windows, shape, dtype, last)
        return lambda like, gradient, out=None: step(gradient, out)

    return kernel


class _Maximum:
    """The gradients of a max pooling: elements are put where the maxima stood, or taken from there."""

    def __init__(self, name: str) -> None:
        self.put, self.take = f"{name}Grad", f"{name}GradGrad"

    def gradient(self, op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
        return [grad.graph.apply(self.put, op.inputs[0], grad, **shared_attributes(op))]

    def put_gradient(self, op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
        """The places of the maxima do not move: zeros for the tensor that decides them, as in TensorFlow."""
        x = op.inputs[0]
        taken = grad.graph.apply(self.take, x, grad, **shared_attributes(op))
        return grad.graph.apply("ZerosLike", x), taken

    def take_gradient(self, op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
        x = op.inputs[0]
        put = grad.graph.apply(self.put, x, grad, **shared_attributes(op))
        return grad.graph.apply("ZerosLike", x), put


def _places_kernel(k: Any) -> Callable[..., Any]:
    shape = k.inputs[0].shape.known()
    windows, _ = _windows(k, 2, shape)
    return k.xp.max_pooling_places(windows, shape, k.outputs[0].dtype.numpy)  # type: ignore[no-any-return]


def _pooled_with_places(node: Inference) -> list[TensorSpec]:
    spec = _pooled(2, lambda node: node.require_number("value"))(node)
    return [spec, TensorSpec(int64, spec.shape)]


def _places_gradient(op: Operation, grad: Tensor | None, _: Tensor | None) -> Sequence[Tensor | None]:
    if grad is None:
        return [None]
    return [grad.graph.apply("MaxPoolGrad", op.inputs[0], grad, data_format="NHWC", **shared_attributes(op))]


class _Mean:
    def __init__(self, name: str) -> None:
        self.forward, self.back = name, f"{name}Grad"

    def gradient(self, op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
        return [grad.graph.apply(self.back, op.inputs[0], grad, **shared_attributes(op))]

    def back_gradient(self, op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
        return None, grad.graph.apply(self.forward, grad, **shared_attributes(op))


_MAXIMUM_PORTS = (_INPUT, InputPort("gradient"))

for _rank, _suffix in ((2, ""), (1, "1D"), (3, "3D")):
    _maximum, _mean = _Maximum(f"MaxPool{_suffix}"), _Mean(f"AvgPool{_suffix}")
    _sizes = f"[{', '.join(['1', *['2'] * _rank, '1'])}]"
    _call = f"{_suffix.lower()}(x, {_sizes}, {_sizes}, 'SAME')"
    _over = {1: " over one axis.", 2: ".", 3: " over three axes."}[_rank]
    declare(
        OpDeclaration(
            type=f"MaxPool{_suffix}",
            category=Category.CONVOLUTION,
            symbol="max",
            description=f"The largest element of each window{_over}",
            formula=r"y_i = \max_{w} x_{i + w}",
            infer=_pooled(_rank, lambda node: node.require_number("value")),
            inputs=(_INPUT,),
            attributes=_attributes(_rank),
            kernel=_pooling_kernel(_rank, "max_pooling"),
            gradient=_maximum.gradient,
            default_name=f"MaxPool{_suffix}",
            example=f"tf.nn.max_pool{_call}",
        )
    )
    declare(
        OpDeclaration(
            type=_maximum.put,
            category=Category.INTERNAL,
            symbol="max′",
            description="Puts a gradient where the largest element of each window stood, the first of equal ones.",
            formula=r"\frac{\partial y}{\partial x}^\mathsf{T} g",
            infer=lambda node: TensorSpec(node.same_dtype("value", "gradient"), node.spec("value").shape),
            inputs=_MAXIMUM_PORTS,
            attributes=_attributes(_rank),
            kernel=_pooling_kernel(_rank, "put_at_maxima"),
            gradient=_maximum.put_gradient,
            default_name=_maximum.put,
            example=f"used by the gradient of MaxPool{_suffix}",
        )
    )
    declare(
        OpDeclaration(
            type=_maximum.take,
            category=Category.INTERNAL,
            symbol="max″",
            description="Takes the element that stands where the largest one of each window stood.",
            formula=r"\frac{\partial y}{\partial x} g",
            infer=_pooled(_rank, lambda node: node.same_dtype("value", "gradient")),
            inputs=_MAXIMUM_PORTS,
            attributes=_attributes(_rank),
            kernel=_pooling_kernel(_rank, "take_at_maxima"),
            gradient=_maximum.take_gradient,
            default_name=_maximum.take,
            example=f"used by the second gradient of MaxPool{_suffix}",
        )
    )
    declare(
        OpDeclaration(
            type=f"AvgPool{_suffix}",
            category=Category.CONVOLUTION,
            symbol="⌀",
            description=f"The mean of each window{_over}",
            formula=r"y_i = \frac{1}{n} \sum_{w} x_{i + w}",
            infer=_pooled(_rank, lambda node: node.require_float("value")),
            inputs=(_INPUT,),
            attributes=_attributes(_rank),
            kernel=_pooling_kernel(_rank, "mean_pooling"),
            gradient=_mean.gradient,
            default_name=f"AvgPool{_suffix}",
            example=f"tf.nn.avg_pool{_call}",
        )
    )
    declare(
        OpDeclaration(
            type=_mean.back,
            category=Category.INTERNAL,
            symbol="⌀′",
            description="Spreads a gradient evenly over each window.",
            formula=r"\frac{\partial y}{\partial x}^\mathsf{T} g",
            infer=lambda node: TensorSpec(node.spec("gradient").dtype, node.spec("like").shape),
            inputs=(LIKE, InputPort("gradient")),
            attributes=_attributes(_rank),
            kernel=_mean_to_input_kernel(_rank),
            gradient=_mean.back_gradient,
            default_name=_mean.back,
            shape_only_inputs=("like",),
            example=f"used by the gradient of AvgPool{_suffix}",
        )
    )
declare(
    OpDeclaration(
        type="MaxPoolWithArgmax",
        category=Category.CONVOLUTION,
        symbol="max",
        description="The largest element of each window, and where in its sample it stands, counted through.",
        formula=r"y_i = \max_{w} x_{i + w},\; \operatorname{argmax}_{w} x_{i + w}",
        infer=_pooled_with_places,
        inputs=(_INPUT,),
        outputs=(OutputPort("output"), OutputPort("argmax")),
        attributes=_attributes(2)[:-1],
        kernel=_places_kernel,
        gradient=_places_gradient,
        default_name="MaxPoolWithArgmax",
        example="tf.nn.max_pool_with_argmax(x, [1, 2, 2, 1], [1, 2, 2, 1], 'SAME')",
    )
)
