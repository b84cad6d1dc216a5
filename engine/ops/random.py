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
    OpDeclaration,
    TensorShape,
    TensorSpec,
    declare,
    float32,
)
from .rules import LIKE, dtype_attribute, normalized_axes


def _filled(node: Inference) -> TensorSpec:
    dtype, shape = node.attribute("dtype"), node.attribute("shape")
    if not dtype.is_floating:
        raise node.dtype_error(f"{node.op.name} gives float32 or float64, not {dtype.name}; add a Cast behind it.")
    if not shape.is_known:
        raise node.shape_error(
            f"{node.op.name} needs a shape with every size known, for example [2, 10]; it has {shape}."
        )
    return TensorSpec(dtype, shape)


def _bounded(node: Inference) -> TensorSpec:
    if node.attribute("minval") > node.attribute("maxval"):
        raise GraphError(
            f"{node.op.name} needs minval to be at most maxval, but they are {node.attribute('minval'):g} and "
            f"{node.attribute('maxval'):g}; exchange them.",
            node.op.name,
        )
    return _filled(node)


def _normal(k: Any) -> Callable[..., Any]:
    xp, shape, dtype, generator = k.xp, k.outputs[0].shape.known(), k.outputs[0].dtype.numpy, k.random
    mean, stddev = xp.scalar(k.attribute("mean"), dtype), xp.scalar(k.attribute("stddev"), dtype)

    def step(out: Any = None) -> Any:
        numbers = xp.standard_normal(generator(), shape, dtype, out)
        return xp.add(xp.multiply(numbers, stddev, out), mean, out)

    return step


def _uniform(k: Any) -> Callable[..., Any]:
    """The smaller of the scaled number and the number before ``maxval``: rounding may reach ``maxval`` itself."""
    xp, shape, dtype, generator = k.xp, k.outputs[0].shape.known(), k.outputs[0].dtype.numpy, k.random
    low, high = (np.array(k.attribute(name), dtype) for name in ("minval", "maxval"))
    width, last = xp.scalar(high - low, dtype), xp.scalar(max(low, np.nextafter(high, low)), dtype)

    def step(out: Any = None) -> Any:
        numbers = xp.standard_uniform(generator(), shape, dtype, out)
        return xp.minimum(xp.add(xp.multiply(numbers, width, out), low, out), last, out)

    return step


def _uniform_like(k: Any) -> Callable[..., Any]:
    """One number for each element, or for all elements along the shared axes."""
    xp, shape, dtype, generator = k.xp, k.outputs[0].shape.known(), k.outputs[0].dtype.numpy, k.random
    return lambda like, out=None: xp.standard_uniform(generator(), shape, dtype, out)


def _like(node: Inference) -> TensorSpec:
    dtype, shape, shared = node.require_float("like"), node.spec("like").shape, node.attribute("shared_axes")
    if shape.dims is None:
        return TensorSpec(dtype, UNKNOWN_SHAPE)
    axes = normalized_axes(node, shared, len(shape), "like")
    return TensorSpec(dtype).with_shape(1 if i in axes else size for i, size in enumerate(shape.dims))


def _number(name: str, default: float, description: str, minimum: float | None = None) -> Attribute:
    return Attribute(name, AttributeKind.FLOAT, default, description, minimum=minimum)


_SHAPE = Attribute("shape", AttributeKind.SHAPE, TensorShape(()), "The shape, for example [2, 10]; [] for one number.")
_SEED = Attribute(
    "seed",
    AttributeKind.INT,
    None,
    "Decides the numbers; none takes them from the run's seed.",
    optional=True,
    minimum=0,
)

declare(
    OpDeclaration(
        type="RandomNormal",
        category=Category.RANDOM,
        symbol="𝒩",
        description="Numbers from a normal distribution.",
        formula=r"\mathcal{N}(\mu, \sigma^2)",
        infer=_filled,
        attributes=(
            _SHAPE,
            _number("mean", 0.0, "The middle of the distribution."),
            _number("stddev", 1.0, "The standard deviation.", 0.0),
            dtype_attribute(float32, "float32 or float64."),
            _SEED,
        ),
        kernel=_normal,
        default_name="random_normal",
        stateful=True,
        example="tf.random_normal([2, 10], stddev=0.1)",
    )
)
declare(
    OpDeclaration(
        type="RandomUniform",
        category=Category.RANDOM,
        symbol="𝒰",
        description="Numbers that are equally likely anywhere between two bounds.",
        formula=r"\mathcal{U}(a, b)",
        infer=_bounded,
        attributes=(
            _SHAPE,
            _number("minval", 0.0, "The lower bound."),
            _number("maxval", 1.0, "The upper bound, which is not reached."),
            dtype_attribute(float32, "float32 or float64."),
            _SEED,
        ),
        kernel=_uniform,
        default_name="random_uniform",
        stateful=True,
        example="tf.random_uniform([2, 10], -1.0, 1.0)",
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
            _SEED,
        ),
        kernel=_uniform_like,
        default_name="random_uniform",
        stateful=True,
        shape_only_inputs=("like",),
        example="used by tf.nn.dropout",
    )
)
