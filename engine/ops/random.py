"""Random tensors: other numbers in every run, the same ones again from the same seed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..graph import (
    UNKNOWN_SHAPE,
    Attribute,
    AttributeKind,
    Category,
    GraphError,
    Inference,
    InputPort,
    InvalidArgumentError,
    OpDeclaration,
    TensorShape,
    TensorSpec,
    declare,
    float32,
    int32,
    int64,
)
from .filling import SHAPE_ATTRIBUTE, SHAPE_PORT, asked_shape
from .rules import LIKE, dtype_attribute, normalized_axes


def _shape_of_filled(node: Inference) -> TensorShape:
    shape = asked_shape(node)
    if not shape.is_known and not node.is_connected("shape"):
        raise node.shape_error(
            f"{node.op.name} needs a shape with every size known, for example [2, 10]; it has {shape}."
        )
    return shape


def _filled(node: Inference) -> TensorSpec:
    dtype = node.attribute("dtype")
    if not dtype.is_floating:
        raise node.dtype_error(f"{node.op.name} gives float32 or float64, not {dtype.name}; add a Cast behind it.")
    return TensorSpec(dtype, _shape_of_filled(node))


def _bounded(node: Inference) -> TensorSpec:
    if node.attribute("minval") > node.attribute("maxval"):
        raise GraphError(
            f"{node.op.name} needs minval to be at most maxval, but they are {node.attribute('minval'):g} and "
            f"{node.attribute('maxval'):g}; exchange them.",
            node.op.name,
        )
    return _filled(node)


_BOUNDS = ("minval", "maxval")


def _counted(node: Inference) -> TensorSpec:
    dtype, low, high = (node.attribute(name) for name in ("dtype", "minval", "maxval"))
    if dtype not in (int32, int64):
        raise node.dtype_error(f"{node.op.name} gives int32 or int64, not {dtype.name}; use RandomUniform for floats.")
    if low >= high and not any(node.is_connected(name) for name in _BOUNDS):
        raise GraphError(f"Need minval < maxval, got {low} >= {high} in {node.op.name}; make maxval larger.")
    for name in _BOUNDS:
        if node.is_connected(name) and not node.spec(name).shape.is_compatible_with(()):
            raise node.shape_error(f"'{name}' of {node.op.name} is one number, but {node.describe(name)}; give one.")
    return TensorSpec(dtype, _shape_of_filled(node))


def _scaled(k: Any, method: str) -> Callable[..., Any]:
    """Standard numbers times ``stddev`` plus ``mean``."""
    xp, shape, dtype, source = k.xp, k.outputs[0].shape.known(), k.outputs[0].dtype.numpy, k.random
    mean, stddev = xp.scalar(k.attribute("mean"), dtype), xp.scalar(k.attribute("stddev"), dtype)
    wired = len(k.inputs)

    def step(*arrays: Any) -> Any:
        out = arrays[wired] if len(arrays) > wired else None
        numbers = getattr(source(), method)(shape, dtype, out)
        return xp.add(xp.multiply(numbers, stddev, out), mean, out)

    return step


def _normal(k: Any) -> Callable[..., Any]:
    return _scaled(k, "normal")


def _truncated_normal(k: Any) -> Callable[..., Any]:
    return _scaled(k, "truncated_normal")


def _uniform(k: Any) -> Callable[..., Any]:
    """The smaller of the scaled number and the number before ``maxval``: rounding may reach ``maxval`` itself."""
    xp, shape, dtype, source = k.xp, k.outputs[0].shape.known(), k.outputs[0].dtype.numpy, k.random
    low, high = (np.array(k.attribute(name), dtype) for name in ("minval", "maxval"))
    width, last = xp.scalar(high - low, dtype), xp.scalar(max(low, np.nextafter(high, low)), dtype)
    wired = len(k.inputs)

    def step(*arrays: Any) -> Any:
        out = arrays[wired] if len(arrays) > wired else None
        numbers = source().uniform(shape, dtype, out)
        return xp.minimum(xp.add(xp.multiply(numbers, width, out), low, out), last, out)

    return step


def _integers(k: Any) -> Callable[..., Any]:
    xp, shape, dtype, source = k.xp, k.outputs[0].shape.known(), k.outputs[0].dtype.numpy, k.random
    count, name = len(k.inputs), k.op.node_name
    wired = [port for port in ("shape", *_BOUNDS) if k.op.inputs_of(port)]
    typed = {port: k.attribute(port) for port in _BOUNDS}

    def step(*arrays: Any) -> Any:
        ends = typed | dict(zip(wired, arrays[:count], strict=True))
        low, high = (int(ends[port]) for port in _BOUNDS)
        if low >= high:
            sentence = f"Need minval < maxval, got {low} >= {high} at {name}; look at what gives the bounds."
            raise InvalidArgumentError(sentence, name)
        return xp.copy(source().integers(low, high, shape, dtype), *arrays[count:])

    return step


def _shuffled(node: Inference) -> TensorSpec:
    value = node.spec("value")
    return TensorSpec(value.dtype, value.shape)


def _shuffle(k: Any) -> Callable[..., Any]:
    """Rows in another order; what has no two rows with elements in them takes no random numbers."""
    xp, shape, source = k.xp, k.outputs[0].shape.known(), k.random
    if not shape or shape[0] <= 1 or 0 in shape:
        return xp.copy  # type: ignore[no-any-return]
    return lambda value, out=None: xp.take(value, source().permutation(shape[0]), 0, out)


def _chosen(node: Inference) -> TensorSpec:
    node.require_float("logits")
    shape, count, dtype = node.spec("logits").shape, node.attribute("num_samples"), node.attribute("dtype")
    if dtype not in (int32, int64):
        raise node.dtype_error(f"{node.op.name} gives int32 or int64, not {dtype.name}; choose one of them.")
    if shape.rank not in (None, 2):
        raise node.shape_error(
            f"Shape must be rank 2 but is rank {shape.rank}: the logits of {node.op.name} are rows of classes, but "
            f"{node.describe('logits')}; reshape it."
        )
    return TensorSpec(dtype).with_shape((None if shape.dims is None else shape.dims[0], count))


def _choose(k: Any) -> Callable[..., Any]:
    """The class whose part of the row's cumulated probabilities a uniform number falls into; in float64."""
    xp, (rows, count), source, name = k.xp, k.outputs[0].shape.known(), k.random, k.op.node_name
    classes, dtype = k.inputs[0].shape.known()[1], k.outputs[0].dtype.numpy
    if classes == 0:
        raise InvalidArgumentError(f"num_classes should be positive, got 0 at {name}; look at its logits.", name)

    def step(logits: Any, out: Any = None) -> Any:
        chosen = np.empty((rows, count), dtype)
        if chosen.size:
            finite = np.isfinite(logits)
            largest = np.where(finite, logits, np.finfo(logits.dtype).min).max(axis=1, keepdims=True)
            parts = np.exp(logits.astype(np.float64) - largest.astype(np.float64))
            sums = np.cumsum(np.where(finite, parts, 0.0), axis=1)
            drawn = source().sequence(_reserved_for_choices(rows, count)).doubles(rows * count)
            wanted = drawn.reshape(rows, count) * sums[:, -1:]
            for row in range(rows):
                chosen[row] = np.searchsorted(sums[row], wanted[row], side="right")
        return xp.copy(chosen, out)

    return step


def _reserved_for_choices(rows: int, count: int) -> int:
    """The words that TensorFlow reserves: 256 blocks for each of twice as many numbers, by four in each row."""
    return rows * -(-count // 4) * 4 * 2 * 256 * 4


def _uniform_like(k: Any) -> Callable[..., Any]:
    """One number for each element, or for all elements along the shared axes."""
    shape, dtype, source = k.outputs[0].shape.known(), k.outputs[0].dtype.numpy, k.random
    return lambda like, out=None: source().uniform(shape, dtype, out)


def _like(node: Inference) -> TensorSpec:
    dtype, shape, shared = node.require_float("like"), node.spec("like").shape, node.attribute("shared_axes")
    if shape.dims is None:
        return TensorSpec(dtype, UNKNOWN_SHAPE)
    axes = normalized_axes(node, shared, len(shape), "like")
    return TensorSpec(dtype).with_shape(1 if i in axes else size for i, size in enumerate(shape.dims))


def _number(name: str, default: float, description: str, minimum: float | None = None) -> Attribute:
    return Attribute(name, AttributeKind.FLOAT, default, description, minimum=minimum)


#: The attributes of every operation with random numbers: the two seeds of TensorFlow.
SEEDS = (
    Attribute(
        "seed",
        AttributeKind.INT,
        None,
        "Decides the numbers, which are TensorFlow's; none takes them from the run's seed.",
        optional=True,
        minimum=0,
    ),
    Attribute(
        "seed2",
        AttributeKind.INT,
        None,
        "A second number that decides with the first, where a program seeds the graph; none is TensorFlow's default.",
        optional=True,
        minimum=0,
    ),
)
_MEAN = _number("mean", 0.0, "The middle of the distribution.")
_FLOATS = dtype_attribute(float32, "float32 or float64.")
_FILLED: Any = {
    "category": Category.RANDOM,
    "inputs": (SHAPE_PORT,),
    "stateful": True,
    "free_dtype_inputs": ("shape",),
    "value_inputs": ("shape",),
}

declare(
    OpDeclaration(
        **_FILLED,
        type="RandomNormal",
        symbol="𝒩",
        description="Numbers from a normal distribution.",
        formula=r"\mathcal{N}(\mu, \sigma^2)",
        infer=_filled,
        attributes=(SHAPE_ATTRIBUTE, _MEAN, _number("stddev", 1.0, "The standard deviation.", 0.0), _FLOATS, *SEEDS),
        kernel=_normal,
        default_name="random_normal",
        example="tf.random_normal([2, 10], stddev=0.1)",
    )
)
declare(
    OpDeclaration(
        **_FILLED,
        type="TruncatedNormal",
        symbol="𝒩₂",
        description="Numbers from a normal distribution, none further than two standard deviations from its middle.",
        formula=r"\mathcal{N}(\mu, \sigma^2), \; |x - \mu| < 2\sigma",
        infer=_filled,
        attributes=(
            SHAPE_ATTRIBUTE,
            _MEAN,
            _number("stddev", 1.0, "The standard deviation before the ends are cut off.", 0.0),
            _FLOATS,
            *SEEDS,
        ),
        kernel=_truncated_normal,
        default_name="truncated_normal",
        example="tf.truncated_normal([2, 10], stddev=0.1)",
    )
)
declare(
    OpDeclaration(
        **_FILLED,
        type="RandomUniform",
        symbol="𝒰",
        description="Numbers that are equally likely anywhere between two bounds.",
        formula=r"\mathcal{U}(a, b)",
        infer=_bounded,
        attributes=(
            SHAPE_ATTRIBUTE,
            _number("minval", 0.0, "The lower bound."),
            _number("maxval", 1.0, "The upper bound, which is not reached."),
            _FLOATS,
            *SEEDS,
        ),
        kernel=_uniform,
        default_name="random_uniform",
        example="tf.random_uniform([2, 10], -1.0, 1.0)",
    )
)
declare(
    OpDeclaration(
        **_FILLED | {"inputs": (SHAPE_PORT, *(InputPort(name, optional=True, attribute=name) for name in _BOUNDS))},
        type="RandomUniformInt",
        symbol="𝒰ℤ",
        description="Whole numbers, each between two bounds equally likely.",
        formula=r"\mathcal{U}\{a, \dots, b - 1\}",
        infer=_counted,
        attributes=(
            SHAPE_ATTRIBUTE,
            Attribute("minval", AttributeKind.INT, 0, "The smallest number."),
            Attribute("maxval", AttributeKind.INT, 10, "The number behind the largest."),
            dtype_attribute(int32, "int32 or int64."),
            *SEEDS,
        ),
        kernel=_integers,
        default_name="random_uniform",
        example="tf.random_uniform([10], 0, 6, tf.int32)",
    )
)
declare(
    OpDeclaration(
        type="RandomShuffle",
        category=Category.RANDOM,
        symbol="⤨",
        description="The rows of a tensor in another order in every run.",
        formula=r"x_{\pi(i)}",
        infer=_shuffled,
        inputs=(InputPort("value"),),
        attributes=SEEDS,
        kernel=_shuffle,
        default_name="RandomShuffle",
        stateful=True,
        example="tf.random_shuffle(x)",
    )
)
declare(
    OpDeclaration(
        type="Multinomial",
        category=Category.RANDOM,
        symbol="⚄",
        description="Classes drawn at random, each as likely as the softmax of a row of logits says.",
        formula=r"P(y = j) = \operatorname{softmax}(x)_j",
        infer=_chosen,
        inputs=(InputPort("logits"),),
        attributes=(
            Attribute("num_samples", AttributeKind.INT, 1, "How many classes are drawn for each row.", minimum=0),
            dtype_attribute(int64, "int32 or int64."),
            *SEEDS,
        ),
        kernel=_choose,
        default_name="Multinomial",
        stateful=True,
        example="tf.multinomial(tf.log([[0.5, 0.5]]), 5)",
    )
)
declare(
    OpDeclaration(
        type="RandomUniformLike",
        category=Category.INTERNAL,
        symbol="𝒰",
        description="Numbers from 0 to 1 for the elements of another tensor.",
        formula=r"\mathcal{U}(0, 1)",
        infer=_like,
        inputs=(LIKE,),
        attributes=(
            Attribute("shared_axes", AttributeKind.AXES, (), "The axes along which one number serves for all."),
            *SEEDS,
        ),
        kernel=_uniform_like,
        default_name="random_uniform",
        stateful=True,
        shape_only_inputs=("like",),
        example="used by tf.nn.dropout",
    )
)
