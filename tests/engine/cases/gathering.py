"""Cases of taking and adding at indices, one element at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import strategies as st

from engine.graph import TensorShape

from .kit import ALL, NUMBERS, Array, Case, Draw, OpCases, axis_of, numbers, shape


def drawn_indices(draw: Draw, limits: tuple[int, ...], leading: tuple[int, ...]) -> Array:
    """Indices within the limits: one number for each, or a row of them in the last axis."""
    generator = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    dtype = draw(st.sampled_from(["int32", "int64"]))
    return generator.integers(0, limits, (*leading, len(limits))).astype(dtype)


def along_axis(*names: str) -> Callable[[Draw, str], Case]:
    """Inputs called ``names``: the tensor that is read or added to, and the parts read from it or added."""

    def make(draw: Draw, dtype: str) -> Case:
        whole = shape(draw, minimum=1, least=1)
        axis = axis_of(draw, len(whole))
        place = axis % len(whole)
        indices = drawn_indices(draw, (whole[place],), shape(draw, maximum=2))[..., 0]
        parts = (*whole[:place], *indices.shape, *whole[place + 1 :])
        arrays = numbers(draw, dtype, *(parts if name == "updates" else whole for name in names))
        first, *others = zip(names, arrays, strict=True)
        return Case(dict([first, ("indices", indices), *others]), {"axis": axis})

    return make


def gather(params: Array, indices: Array, axis: int) -> Array:
    place = axis % params.ndim
    result = np.zeros((*params.shape[:place], *indices.shape, *params.shape[place + 1 :]), params.dtype)
    for at in np.ndindex(result.shape):
        index = indices[at[place : place + indices.ndim]]
        result[at] = params[(*at[:place], index, *at[place + indices.ndim :])]
    return result


def scatter_add(like: Array, indices: Array, updates: Array, axis: int) -> Array:
    result = np.zeros(like.shape, updates.dtype)
    place = axis % like.ndim
    for at in np.ndindex(updates.shape):
        index = indices[at[place : place + indices.ndim]]
        result[(*at[:place], index, *at[place + indices.ndim :])] += updates[at]
    return result


def by_rows(*names: str) -> Callable[[Draw, str], Case]:
    def make(draw: Draw, dtype: str) -> Case:
        whole = shape(draw, minimum=1, least=1)
        depth = draw(st.integers(1, len(whole)))
        indices = drawn_indices(draw, whole[:depth], shape(draw, maximum=2))
        parts = (*indices.shape[:-1], *whole[depth:])
        arrays = numbers(draw, dtype, *(parts if name == "updates" else whole for name in names))
        first, *others = zip(names, arrays, strict=True)
        return Case(dict([first, ("indices", indices), *others]), {})

    return make


def scattered(draw: Draw, dtype: str) -> Case:
    case = by_rows("like", "updates")(draw, dtype)
    inputs = case.inputs
    return Case(
        {"indices": inputs["indices"], "updates": inputs["updates"]}, {"shape": TensorShape(inputs["like"].shape)}
    )


def gather_nd(params: Array, indices: Array) -> Array:
    rest = params.shape[indices.shape[-1] :]
    result = np.zeros((*indices.shape[:-1], *rest), params.dtype)
    for at in np.ndindex(indices.shape[:-1]):
        result[at] = params[tuple(indices[at])]
    return result


def scatter_nd(shape: tuple[int, ...], indices: Array, updates: Array) -> Array:
    result: Any = np.zeros(shape, updates.dtype)
    for at in np.ndindex(indices.shape[:-1]):
        result[tuple(indices[at])] += updates[at]
    return np.asarray(result)


CASES: dict[str, OpCases] = {
    "Gather": OpCases(along_axis("params"), gather, ALL),
    "ScatterAddLike": OpCases(along_axis("like", "updates"), scatter_add, NUMBERS),
    "GatherNd": OpCases(by_rows("params"), gather_nd, ALL),
    "ScatterNd": OpCases(
        scattered, lambda indices, updates, shape: scatter_nd(shape.known(), indices, updates), NUMBERS
    ),
    "ScatterNdLike": OpCases(
        by_rows("like", "updates"), lambda like, indices, updates: scatter_nd(like.shape, indices, updates), NUMBERS
    ),
}

TESTED_ELSEWHERE = {
    "LogUniformCandidateSampler",
    "UniformCandidateSampler",
    *(f"Scatter{by}{verb}" for by in ("", "Nd") for verb in ("Update", "Add", "Sub")),
}
