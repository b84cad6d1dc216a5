"""``tf.random``: random tensors, with TensorFlow's own numbers where the graph or the operation has a seed."""

from __future__ import annotations

import numbers
from typing import Any

from ..graph import DType, Tensor, as_dtype, get_default_graph, int32
from ..graph.default import current_graph
from ..graph.seeds import DEFAULT_GRAPH_SEED, new_seeds
from . import arrays
from .assertions import Assert
from .build import apply, create, is_tensor, shape_inputs, static_int, tensor_of
from .sources import set_random_seed as set_random_seed

__all__ = [
    "get_seed",
    "multinomial",
    "random_crop",
    "random_normal",
    "random_shuffle",
    "random_uniform",
    "truncated_normal",
]


def random_normal(
    shape: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: DType | str = "float32",
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Numbers from a normal distribution, others in every run. ``shape`` may be computed, mean and stddev too."""
    return _scaled("RandomNormal", shape, mean, stddev, dtype, seed, name or "random_normal")


def truncated_normal(
    shape: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: DType | str = "float32",
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """As :func:`random_normal`, but numbers two standard deviations from the mean and beyond are drawn again."""
    return _scaled("TruncatedNormal", shape, mean, stddev, dtype, seed, name or "truncated_normal")


def _scaled(op_type: str, shape: Any, mean: Any, stddev: Any, dtype: Any, seed: int | None, name: str) -> Tensor:
    wanted = as_dtype(dtype)
    if _is_number(mean) and _is_number(stddev) and stddev >= 0:
        return _filled(op_type, shape, {"mean": mean, "stddev": stddev, "dtype": wanted}, seed, name)
    graph = current_graph(mean, stddev)
    with graph.as_default(), graph.name_scope(name):
        standard = _filled(op_type, shape, {"dtype": wanted}, seed, None)
        return standard * tensor_of(stddev, wanted) + tensor_of(mean, wanted)


def random_uniform(
    shape: Any,
    minval: Any = 0,
    maxval: Any = None,
    dtype: DType | str = "float32",
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Numbers from a uniform distribution on [minval, maxval), others in every run.

    ``maxval`` None means 1. Whole numbers (int32, int64) need it: raises ValueError without. The bounds
    may be tensors.
    """
    wanted, title = as_dtype(dtype), name or "random_uniform"
    if maxval is None:
        if wanted.is_integer:
            raise ValueError(f"Must specify maxval for integer dtype {wanted!r}; give the number behind the largest.")
        maxval = 1
    if wanted.is_integer:
        bounds = {"minval": minval, "maxval": maxval}
        typed = {port: value for port, value in bounds.items() if not is_tensor(value)}
        wired = {port: tensor_of(value, wanted) for port, value in bounds.items() if is_tensor(value)}
        return _filled("RandomUniformInt", shape, typed | {"dtype": wanted}, seed, title, wired)
    if _is_number(minval) and _is_number(maxval) and minval <= maxval:
        return _filled("RandomUniform", shape, {"minval": minval, "maxval": maxval, "dtype": wanted}, seed, title)
    graph = current_graph(minval, maxval)
    with graph.as_default(), graph.name_scope(title):
        low, high = tensor_of(minval, wanted), tensor_of(maxval, wanted)
        return _filled("RandomUniform", shape, {"dtype": wanted}, seed, None) * (high - low) + low


def _filled(
    op_type: str,
    shape: Any,
    attributes: dict[str, Any],
    seed: int | None,
    name: str | None,
    wired: dict[str, Tensor] | None = None,
) -> Tensor:
    inputs, given = shape_inputs(shape)
    inputs |= wired or {}
    seeds = new_seeds(current_graph(*inputs.values()), seed)
    return create(op_type, inputs, attributes | given | seeds, name).output


def _is_number(value: Any) -> bool:
    return isinstance(value, numbers.Real)


def random_shuffle(value: Any, seed: int | None = None, name: str | None = None) -> Tensor:
    """The rows of ``value`` in another order in every run."""
    tensor = tensor_of(value)
    return create("RandomShuffle", {"value": tensor}, new_seeds(tensor.graph, seed), name).output


def multinomial(
    logits: Any, num_samples: Any, seed: int | None = None, name: str | None = None, output_dtype: Any = None
) -> Tensor:
    """Classes for each row of logits, (rows, classes), drawn with the probabilities of their softmax."""
    return _drawn(logits, num_samples, output_dtype, seed, name or "multinomial")


def categorical(
    logits: Any, num_samples: Any, dtype: Any = None, seed: int | None = None, name: str | None = None
) -> Tensor:
    """As :func:`multinomial`."""
    return _drawn(logits, num_samples, dtype, seed, name or "categorical")


def _drawn(logits: Any, num_samples: Any, dtype: Any, seed: int | None, name: str) -> Tensor:
    tensor = tensor_of(logits)
    attributes = {"num_samples": static_int(num_samples, "num_samples"), "dtype": as_dtype(dtype or "int64")}
    with tensor.graph.name_scope(name):
        return create("Multinomial", {"logits": tensor}, attributes | new_seeds(tensor.graph, seed)).output


def random_crop(value: Any, size: Any, seed: int | None = None, name: str | None = None) -> Tensor:
    """A part of ``value``, another in every run; ``size`` says how large it is along each axis.

    A run fails with InvalidArgumentError where ``value`` is smaller than that.
    """
    tensor = tensor_of(value)
    graph = tensor.graph
    with graph.as_default(), graph.name_scope(name or "random_crop"):
        shape, sizes = arrays.shape(tensor), tensor_of(size, int32)
        fits = Assert(apply("ReduceAll", shape >= sizes), ["Need value.shape >= size, got ", shape, sizes], 1000)
        checked = graph.create("Identity", {"x": shape, "after": [fits.done]}).output
        places = random_uniform(arrays.shape(shape), maxval=2**31 - 1, dtype=int32, seed=seed)
        part = arrays.slice(tensor, places % (checked - sizes + 1), sizes if is_tensor(size) else size)
        if not is_tensor(size):
            part.set_shape(size)
        return part


def get_seed(op_seed: int | None) -> tuple[int | None, int | None]:
    """The two seeds of a random operation that is made now, from the graph's seed and its own."""
    seeds = new_seeds(get_default_graph(), op_seed)
    seed, seed2 = seeds["seed"], seeds["seed2"]
    return (DEFAULT_GRAPH_SEED, seed) if seed is not None and seed2 is None else (seed, seed2)


normal = random_normal
uniform = random_uniform
shuffle = random_shuffle
