"""Normalizing activations: over a batch, and over neighbouring channels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod
from typing import Any

from ..graph import (
    Attribute,
    AttributeKind,
    Category,
    GraphError,
    Inference,
    InputPort,
    OpDeclaration,
    Operation,
    OutputPort,
    Tensor,
    TensorSpec,
    declare,
)
from .arithmetic import constant_like
from .rules import X, floating
from .windows import channel_axis, check_rank, layout_of

_STATISTICS = ("scale", "offset", "mean", "variance")


def _batch_normalized(node: Inference) -> list[TensorSpec]:
    node.require_float("x")
    sizes = check_rank(node, "x", 4)
    axis = channel_axis(node.op.attributes, 2)
    channels = sizes[axis]
    for port in _STATISTICS:
        node.require_float(port)
        (size,) = check_rank(node, port, 1)
        if channels is not None and size is not None and size != channels:
            raise node.shape_error(
                f"Dimensions must be equal, but are {channels} and {size} for '{node.op.name}' (op: '{node.op.type}'): "
                f"{node.describe('x')} with {channels} channels and {node.describe(port)}; give one number for each."
            )
        channels = size if channels is None else channels
    if not node.attribute("is_training") and not (node.is_connected("mean") and node.is_connected("variance")):
        raise GraphError(
            f"{node.op.name} needs a mean and a variance when is_training is false; wire both, or train.", node.op.name
        )
    dtype = node.same_dtype("x", "scale", "offset")
    whole = [channels if i == axis else size for i, size in enumerate(sizes)]
    statistic = TensorSpec(dtype).with_shape([channels])
    return [TensorSpec(dtype).with_shape(whole), statistic, statistic]


def _batch_kernel(k: Any) -> Callable[..., Any]:
    """y = (x − mean) / √(variance + ε) · scale + offset; the variance that is given out is that of a sample."""
    xp, shape, spec, count = k.xp, k.inputs[0].shape.known(), k.outputs[0], len(k.inputs)
    dtype, axes, column = spec.dtype.numpy, _other_axes(k.op), _column(k.op)
    total = prod(shape[axis] for axis in axes)
    share = xp.scalar(1 / total if total else float("nan"), dtype)
    unbiased = xp.scalar(total / max(total - 1, 1), dtype)
    epsilon, one, training = xp.scalar(k.attribute("epsilon"), dtype), xp.scalar(1, dtype), k.attribute("is_training")
    squares = xp.scratch(shape, dtype)

    def step(x: Any, scale: Any, offset: Any, *rest: Any) -> Any:
        given, outs = rest[: count - 3], rest[count - 3 :] or (None, None, None)
        if training:
            mean = xp.multiply(xp.reduce_sum(x, axes, False), share)
            centered = xp.subtract(x, mean.reshape(column), outs[0])
            variance = xp.multiply(xp.reduce_sum(xp.square(centered, squares), axes, False), share)
            shown = xp.multiply(variance, unbiased)
        else:
            mean, variance = given
            centered, shown = xp.subtract(x, mean.reshape(column), outs[0]), variance
        factor = xp.multiply(scale, xp.true_divide(one, xp.sqrt(xp.add(variance, epsilon))))
        scaled = xp.multiply(centered, factor.reshape(column), outs[0])
        y = xp.add(scaled, offset.reshape(column), outs[0])
        return y, xp.copy(mean, outs[1]), xp.copy(shown, outs[2])

    return step


def _other_axes(op: Operation) -> tuple[int, ...]:
    kept = channel_axis(op.attributes, 2)
    return tuple(axis for axis in range(4) if axis != kept)


def _column(op: Operation) -> tuple[int, ...]:
    """The shape in which a number for each channel is broadcast to all the rest."""
    kept = channel_axis(op.attributes, 2)
    return tuple(-1 if axis == kept else 1 for axis in range(4))


def _batch_gradient(op: Operation, grad: Tensor | None, *_: Tensor | None) -> Sequence[Tensor | None]:
    """That of y alone, as in TensorFlow: none flows back from the statistics that are given out."""
    if grad is None:
        return [None] * len(op.inputs)
    x, scale, _offset, *given = op.inputs
    graph, axes, column = grad.graph, _other_axes(op), _column(op)

    def spread(statistic: Tensor) -> Tensor:
        return graph.apply("Reshape", statistic, shape=column)

    def mean_of(tensor: Tensor) -> Tensor:
        return graph.apply("ReduceMean", tensor, axis=axes, keepdims=True)

    training = op.attributes["is_training"]
    mean = mean_of(x) if training else spread(given[0])
    centered = x - mean
    variance = mean_of(graph.apply("Square", centered)) if training else spread(given[1])
    deviation = graph.apply("Sqrt", variance + constant_like(op.attributes["epsilon"], x))
    normal = centered / deviation
    to_scale = graph.apply("ReduceSum", grad * normal, axis=axes)
    to_offset = graph.apply("ReduceSum", grad, axis=axes)
    inner = grad - mean_of(grad) - normal * mean_of(grad * normal) if training else grad
    to_x = inner * spread(scale) / deviation
    if training:
        return to_x, to_scale, to_offset, *[None] * len(given)
    to_mean = -graph.apply("ReduceSum", to_x, axis=axes)
    through = graph.apply("ReduceSum", to_x * normal / deviation, axis=axes)
    return to_x, to_scale, to_offset, to_mean, through * constant_like(-0.5, x)


def _windows_sum_kernel(k: Any) -> Callable[..., Any]:
    xp, radius = k.xp, k.attribute("depth_radius")
    return lambda x, out=None: xp.sum_neighbours(x, radius, out)


def _local_kernel(k: Any) -> Callable[..., Any]:
    xp, dtype, shape = k.xp, k.outputs[0].dtype.numpy, k.outputs[0].shape.known()
    bias, alpha, beta = (xp.scalar(k.attribute(name), dtype) for name in ("bias", "alpha", "beta"))
    radius, squares, sums = k.attribute("depth_radius"), xp.scratch(shape, dtype), xp.scratch(shape, dtype)

    def step(x: Any, out: Any = None) -> Any:
        total = xp.sum_neighbours(xp.square(x, squares), radius, sums)
        scale = xp.power(xp.add(xp.multiply(total, alpha, sums), bias, sums), beta, sums)
        return xp.true_divide(x, scale, out)

    return step


def _local_gradient(op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
    """g·n^−β − 2αβ·x·S(g·x·n^(−β−1)), where n = bias + α·S(x²) and S sums over the neighbouring channels."""
    x, attributes = op.inputs[0], op.attributes
    graph = grad.graph

    def summed(tensor: Tensor) -> Tensor:
        return graph.apply("SumNeighbours", tensor, depth_radius=attributes["depth_radius"])

    squares = summed(graph.apply("Square", x))
    base = squares * constant_like(attributes["alpha"], x) + constant_like(attributes["bias"], x)
    power = graph.apply("Pow", base, constant_like(-attributes["beta"], x))
    through = summed(grad * x * power / base)
    return [grad * power - constant_like(2 * attributes["alpha"] * attributes["beta"], x) * x * through]


def _channels_of_four(node: Inference) -> TensorSpec:
    dtype = node.require_float("x")
    return TensorSpec(dtype).with_shape(check_rank(node, "x", 4))


def _number(name: str, default: float, description: str) -> Attribute:
    return Attribute(name, AttributeKind.FLOAT, default, description)


_RADIUS = Attribute(
    "depth_radius", AttributeKind.INT, 5, "How many channels before and behind are looked at.", minimum=0
)

declare(
    OpDeclaration(
        type="FusedBatchNorm",
        category=Category.CONVOLUTION,
        symbol="BN",
        description="Gives each channel the mean and the deviation that are learned, over the batch or as measured.",
        formula=r"\gamma\,\frac{x - \mu}{\sqrt{\sigma^2 + \varepsilon}} + \beta",
        infer=_batch_normalized,
        inputs=(
            X,
            InputPort("scale"),
            InputPort("offset"),
            InputPort("mean", optional=True),
            InputPort("variance", optional=True),
        ),
        outputs=(OutputPort("y"), OutputPort("batch_mean"), OutputPort("batch_variance")),
        attributes=(
            _number("epsilon", 0.001, "A small number that keeps the divisor from being 0."),
            layout_of(2),
            Attribute("is_training", AttributeKind.BOOL, True, "Whether mean and variance are those of the batch."),
        ),
        kernel=_batch_kernel,
        gradient=_batch_gradient,
        default_name="FusedBatchNorm",
        example="tf.nn.fused_batch_norm(x, scale, offset)",
    )
)
declare(
    OpDeclaration(
        type="LRN",
        category=Category.CONVOLUTION,
        symbol="lrn",
        description="Divides each element by what stands in the neighbouring channels of its place.",
        formula=r"\frac{x_c}{(b + \alpha \sum_{i = c - r}^{c + r} x_i^2)^\beta}",
        infer=_channels_of_four,
        inputs=(X,),
        attributes=(
            _RADIUS,
            _number("bias", 1.0, "What is added to the sum, so that it is not 0."),
            _number("alpha", 1.0, "How much the sum of squares counts."),
            _number("beta", 0.5, "The power of the divisor."),
        ),
        kernel=_local_kernel,
        gradient=_local_gradient,
        default_name="LRN",
        example="tf.nn.local_response_normalization(x)",
    )
)
declare(
    OpDeclaration(
        type="SumNeighbours",
        category=Category.INTERNAL,
        symbol="Σ±",
        description="Sums over the neighbouring channels of each place.",
        formula=r"\sum_{i = c - r}^{c + r} x_i",
        infer=floating,
        inputs=(X,),
        attributes=(_RADIUS,),
        kernel=_windows_sum_kernel,
        gradient=lambda op, grad: [grad.graph.apply("SumNeighbours", grad, depth_radius=op.attributes["depth_radius"])],
        default_name="SumNeighbours",
        example="used by the gradient of LRN",
    )
)
