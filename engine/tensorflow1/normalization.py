"""Normalizing activations, under TensorFlow's names; ``tf.nn`` shows them."""

from __future__ import annotations

from typing import Any

from ..graph import Tensor
from ..graph.default import current_graph
from ..ops.arithmetic import constant_like
from .build import apply, tensor_of

__all__ = ["batch_normalization", "fused_batch_norm", "local_response_normalization", "lrn", "moments"]


def batch_normalization(
    x: Any, mean: Any, variance: Any, offset: Any, scale: Any, variance_epsilon: float, name: str | None = None
) -> Tensor:
    """(x − mean) / √(variance + variance_epsilon) · scale + offset; ``scale`` and ``offset`` may be None."""
    graph = current_graph(x, mean, variance)
    with graph.name_scope(name or "batchnorm"):
        spread = tensor_of(variance)
        shifted = spread + constant_like(variance_epsilon, spread)
        factor: Tensor = graph.apply("Rsqrt", shifted)
        if scale is not None:
            factor = factor * scale
        shift: Tensor = mean * factor
        return tensor_of(x) * factor + (-shift if offset is None else tensor_of(offset) - shift)


def fused_batch_norm(
    x: Any,
    scale: Any,
    offset: Any,
    mean: Any = None,
    variance: Any = None,
    epsilon: float = 0.001,
    data_format: str = "NHWC",
    is_training: bool = True,
    name: str | None = None,
    exponential_avg_factor: float = 1.0,
) -> tuple[Tensor, Tensor, Tensor]:
    """The normalized (batch, height, width, channels), and the mean and variance of each channel in the batch.

    When ``is_training`` is false, ``mean`` and ``variance`` are taken instead, and given back. The variance of a batch
    that is given back is that of a sample: divided by one less than there are elements.
    """
    inputs = {"x": x, "scale": scale, "offset": offset}
    if not is_training:
        if mean is None or variance is None:
            raise ValueError("Both `mean` and `variance` must be a 1D tensor when `is_training` is False.")
        inputs |= {"mean": mean, "variance": variance}
    attributes = {"epsilon": epsilon, "data_format": data_format, "is_training": is_training}
    y, new_mean, new_variance = (
        current_graph(x, scale, offset).create("FusedBatchNorm", inputs, attributes, name).outputs
    )
    if is_training and exponential_avg_factor != 1 and mean is not None and variance is not None:
        new_mean = new_mean * exponential_avg_factor + mean * (1 - exponential_avg_factor)
        new_variance = new_variance * exponential_avg_factor + variance * (1 - exponential_avg_factor)
    return y, new_mean, new_variance


def local_response_normalization(
    input: Any,
    depth_radius: int | None = 5,
    bias: float | None = 1.0,
    alpha: float | None = 1.0,
    beta: float | None = 0.5,
    name: str | None = None,
) -> Tensor:
    """x / (bias + alpha · Σ x²)^beta, the sum over the ``depth_radius`` channels before and behind each."""
    given: dict[str, Any] = {"depth_radius": depth_radius, "bias": bias, "alpha": alpha, "beta": beta}
    return apply("LRN", input, name=name, **{key: value for key, value in given.items() if value is not None})


lrn = local_response_normalization


def moments(
    x: Any,
    axes: Any,
    shift: Any = None,
    name: str | None = None,
    keep_dims: bool | None = None,
    keepdims: bool | None = None,
) -> tuple[Tensor, Tensor]:
    """The mean and the variance over ``axes``; with ``keepdims`` these keep the size 1. ``shift`` is not used."""
    graph = current_graph(x)
    keep = bool(keep_dims if keepdims is None else keepdims)
    with graph.name_scope(name or "moments"):
        mean = graph.apply("ReduceMean", x, axis=axes, keepdims=True, base_name="mean")
        centered = tensor_of(x) - graph.apply("StopGradient", mean)
        variance = graph.apply("ReduceMean", graph.apply("Square", centered), axis=axes, keepdims=keep)
        return (mean if keep else graph.apply("ReduceMean", mean, axis=axes, keepdims=False)), variance
