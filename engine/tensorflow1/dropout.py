"""Dropout, under TensorFlow's name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..graph import Tensor, TensorShape, Variable
from ..graph.seeds import new_seeds
from ..ops.arithmetic import constant_like
from .build import tensor_of

__all__ = ["dropout"]


def dropout(
    x: Any,
    keep_prob: Any = None,
    noise_shape: Any = None,
    seed: int | None = None,
    name: str | None = None,
    rate: Any = None,
) -> Tensor:
    """Sets elements to 0 at random, others in every run, and divides the rest by the probability of being kept.

    ``keep_prob`` (or 1 − ``rate``) is a number or a scalar tensor. Along axes in which ``noise_shape`` is 1 all
    elements are kept or dropped together. Raises ValueError for a probability that is none, and for whole numbers.
    """
    if keep_prob is not None and rate is not None:
        raise ValueError("Cannot specify both 'keep_prob' and 'rate'; rate is 1 - keep_prob, give one of them.")
    if keep_prob is None and rate is None:
        raise ValueError("You must provide a rate to dropout: the probability that an element is dropped.")
    source = tensor_of(x)
    graph = source.graph
    if source.dtype is not None and not source.dtype.is_floating:
        raise ValueError(
            "x has to be a floating point tensor since it's going to be scaled. "
            f"Got a {source.dtype.name} tensor instead; cast it to float32."
        )
    with graph.name_scope(name or "dropout"):
        given = rate if keep_prob is None else keep_prob
        if isinstance(given, Tensor | Variable):
            probability = _probability(given, source)
            one = constant_like(1, source)
            dropped = probability if keep_prob is None else one - probability
            scaled = source / (one - dropped)
        else:
            number = _number(given, keep_prob is None)
            if number == 0:
                return source
            dropped, scaled = constant_like(number, source), source * constant_like(1 / (1 - number), source)
        shared = _shared_axes(source, noise_shape)
        noise = graph.apply("RandomUniformLike", source, shared_axes=shared, **new_seeds(graph, seed))
        return graph.apply("Where", noise >= dropped, scaled, constant_like(0, source))


def _probability(given: Tensor | Variable, x: Tensor) -> Tensor:
    """A probability that is a tensor, in the dtype of x, and one number for certain: the result is shaped like x."""
    probability = given.output if isinstance(given, Variable) else given
    if probability.shape.rank not in (None, 0):
        raise ValueError(
            f"Shape must be rank 0 but is rank {probability.shape.rank}: the probability of dropout is one number, "
            f"but {probability.name} has the shape {probability.shape}."
        )
    if probability.shape.rank is None:
        probability = x.graph.apply("Reshape", probability, shape=[])
    return probability if probability.dtype is x.dtype else x.graph.apply("Cast", probability, dtype=x.dtype)


def _number(given: Any, is_rate: bool) -> float:
    """The probability of being dropped, from a number that is it, or 1 minus it."""
    number = np.asarray(given)
    if number.ndim == 0 and number.dtype.kind in "iuf":
        rate = float(number) if is_rate else 1 - float(number)
        if 0 <= rate < 1:
            return rate
    raise ValueError(
        f"rate must be a scalar tensor or a float in the range [0, 1), got {given!r}"
        + (". Give the part that is dropped." if is_rate else " as keep_prob. Give the part that is kept, 1 for all.")
    )


def _shared_axes(x: Tensor, noise_shape: Any) -> Sequence[int]:
    """The axes along which one number decides for all elements."""
    if noise_shape is None:
        return ()
    if isinstance(noise_shape, Tensor | Variable):
        known = tensor_of(noise_shape).spec.value
        if known is None:
            raise ValueError("The number of sizes in noise_shape is not known; give it as a list.")
        noise_shape = known
    elif isinstance(noise_shape, TensorShape):
        noise_shape = noise_shape.as_list()
    sizes = [noise_shape] if isinstance(noise_shape, int) else list(noise_shape)
    rank = x.shape.rank
    if rank is not None and len(sizes) > rank:
        raise ValueError(f"noise_shape {sizes} has more axes than x, which is {x.shape}; leave some out.")
    offset = 0 if rank is None else rank - len(sizes)
    shared = [*range(offset), *(offset + i for i, size in enumerate(sizes) if _is_one(size))]
    return tuple(shared)


def _is_one(size: Any) -> bool:
    return not isinstance(size, Tensor | Variable) and size is not None and int(size) == 1
