"""Cases of writing elements of tensor arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from .kit import ALL, NUMBERS, Array, Case, Draw, OpCases, numbers, shape


def places(draw: Draw, length: int) -> Array:
    """One number of an element, or several different ones."""
    if draw(st.booleans()):
        return np.array(draw(st.integers(0, length - 1)), "int32")
    return np.array(draw(st.permutations(range(length)))[: draw(st.integers(0, length))], "int64")


def written(draw: Draw, dtype: str) -> Case:
    element, length = shape(draw, maximum=2, least=1), draw(st.integers(1, 4))
    index = places(draw, length)
    flow, value = numbers(draw, dtype, (length, *element), (*index.shape, *element))
    return Case({"flow": flow, "index": index, "value": value}, {"grows": False})


def write(flow: Array, index: Array, value: Array, grows: bool) -> Array:
    result = flow.copy()
    for at in np.ndindex(index.shape):
        result[index[at]] = value[at]
    return result


def written_back(draw: Draw, dtype: str) -> Case:
    element, length = shape(draw, maximum=2, least=1), draw(st.integers(1, 4))
    x, like = numbers(draw, dtype, (length, *element), (length, *element))
    return Case({"x": x, "index": places(draw, length), "like": like}, {})


def write_back(x: Array, index: Array, like: Array) -> Any:
    left = [0 if place in index.ravel().tolist() else 1 for place in range(len(x))]
    return x * np.array(left, x.dtype).reshape(-1, *[1] * (x.ndim - 1))


CASES: dict[str, OpCases] = {
    "TensorArrayWrite": OpCases(written, write, ALL),
    "TensorArrayWriteGradient": OpCases(written_back, write_back, NUMBERS),
}

TESTED_ELSEWHERE = {"TensorArray"}
