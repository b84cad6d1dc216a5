"""Cases of the operations that reshape, cut, join and fill."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from engine.graph import TensorShape
from engine.graph.indexing import numpy_index, parse_index

from .kit import ALL, NUMBERS, Array, Case, Draw, OpCases, axis_of, numbers, shape


def expanded(draw: Draw, dtype: str) -> Case:
    x = numbers(draw, dtype, shape(draw))[0]
    return Case({"x": x}, {"axis": axis_of(draw, x.ndim + 1)})


def squeezed(draw: Draw, dtype: str) -> Case:
    sizes = draw(st.lists(st.sampled_from([1, 1, 2, 3]), max_size=4))
    ones = [place for place, size in enumerate(sizes) if size == 1]
    axis = draw(st.none() | st.sets(st.sampled_from(ones), min_size=1)) if ones else None
    return Case({"x": numbers(draw, dtype, tuple(sizes))[0]}, {"axis": None if axis is None else tuple(sorted(axis))})


def stacked(draw: Draw, dtype: str) -> Case:
    size = shape(draw, maximum=2)
    count = draw(st.integers(1, 4))
    return Case({"values": numbers(draw, dtype, *[size] * count)}, {"axis": axis_of(draw, len(size) + 1)})


def index_of(draw: Draw, sizes: tuple[int, ...]) -> str:
    """An index that a tensor of this shape has."""
    parts = []
    for size in sizes[: draw(st.integers(0, len(sizes)))]:
        ends = st.sampled_from(["", *(str(end) for end in range(-size - 1, size + 2))])
        steps = st.sampled_from(["", ":1", ":2", ":-1", ":-2"])
        single = st.integers(-size, size - 1).map(str) if size else st.just(":")
        parts.append(draw(single | st.tuples(ends, ends, steps).map(lambda p: f"{p[0]}:{p[1]}{p[2]}")))
    for _ in range(draw(st.integers(0, 1))):
        parts.insert(draw(st.integers(0, len(parts))), "newaxis")
    if draw(st.booleans()):
        parts.append("...")
    return ", ".join(parts) or ":" if sizes or parts else "..."


def sliced(draw: Draw, dtype: str) -> Case:
    x = numbers(draw, dtype, shape(draw))[0]
    return Case({"x": x}, {"index": index_of(draw, x.shape)})


def taken(x: Array, index: str) -> Array:
    return np.asarray(eval(f"x[{index}]", {"x": x, "newaxis": None}))  # the case's own text, written above


def slice_back(draw: Draw, dtype: str) -> Case:
    case = sliced(draw, dtype)
    like = case.inputs["x"]
    part = taken(like, case.attributes["index"])
    return Case({"x": numbers(draw, dtype, part.shape)[0], "like": like}, case.attributes)


def placed(x: Array, like: Array, index: str) -> Array:
    result = np.zeros_like(like)
    result[numpy_index(parse_index(index))] = x
    return result


def tiled(draw: Draw, dtype: str) -> Case:
    x = numbers(draw, dtype, shape(draw, least=1))[0]
    return Case({"x": x}, {"multiples": tuple(draw(st.integers(1, 3)) for _ in x.shape)})


def tile_back(draw: Draw, dtype: str) -> Case:
    case = tiled(draw, dtype)
    like = case.inputs["x"]
    whole = np.tile(like, case.attributes["multiples"])
    return Case({"x": numbers(draw, dtype, whole.shape)[0], "like": like}, {})


def sum_of_copies(x: Array, like: Array) -> Array:
    result = np.zeros_like(like)
    for place in np.ndindex(x.shape):
        result[tuple(i % size for i, size in zip(place, like.shape, strict=True))] += x[place]
    return result


def tile_like(draw: Draw, dtype: str) -> Case:
    case = tile_back(draw, dtype)
    return Case({"x": case.inputs["like"], "like": case.inputs["x"]}, {})


def tiled_like(x: Array, like: Array) -> Array:
    return np.tile(x, [whole // size for whole, size in zip(like.shape, x.shape, strict=True)])


def broadcast(draw: Draw, dtype: str) -> Case:
    sizes = shape(draw, least=1)
    kept = sizes[draw(st.integers(0, len(sizes))) :]
    narrow = tuple(1 if draw(st.booleans()) else size for size in kept)
    return Case({"x": numbers(draw, dtype, narrow)[0]}, {"shape": TensorShape(sizes)})


def padded(draw: Draw, dtype: str) -> Case:
    x = numbers(draw, dtype, shape(draw, minimum=1, least=1))[0]
    mode = draw(st.sampled_from(["CONSTANT", "REFLECT", "SYMMETRIC"]))
    most = [3 if mode == "CONSTANT" else size - (mode == "REFLECT") for size in x.shape]
    paddings = [[draw(st.integers(0, limit)), draw(st.integers(0, limit))] for limit in most]
    return Case({"x": x}, {"paddings": np.array(paddings), "mode": mode})


MODES = {"CONSTANT": "constant", "REFLECT": "reflect", "SYMMETRIC": "symmetric"}


def pad(x: Array, paddings: Array, mode: str) -> Array:
    return np.pad(x, paddings, MODES[mode])  # type: ignore[no-any-return,call-overload]


def pad_back(draw: Draw, dtype: str) -> Case:
    case = padded(draw, dtype)
    like = case.inputs["x"]
    whole = pad(like, **case.attributes)
    return Case({"x": numbers(draw, dtype, whole.shape)[0], "like": like}, case.attributes)


def collected(x: Array, like: Array, paddings: Array, mode: str) -> Array:
    """By definition: each element of the padded tensor goes back to the one it was copied from."""
    result = np.zeros(like.size + 1, x.dtype)
    sources = np.arange(1, like.size + 1).reshape(like.shape)
    np.add.at(result, pad(sources, paddings, mode).ravel(), x.ravel())
    return result[1:].reshape(like.shape)


def reversed_axes(draw: Draw, dtype: str) -> Case:
    x = numbers(draw, dtype, shape(draw, minimum=1))[0]
    axes = draw(st.sets(st.integers(0, x.ndim - 1)))
    return Case({"x": x}, {"axis": tuple(sorted(axes))})


def sequences(draw: Draw, dtype: str) -> Case:
    x = numbers(draw, dtype, shape(draw, minimum=2, least=1))[0]
    batch, time = draw(st.permutations(range(x.ndim)))[:2]
    lengths = np.array([draw(st.integers(0, x.shape[time])) for _ in range(x.shape[batch])], np.int32)
    return Case({"x": x, "lengths": lengths}, {"seq_axis": time, "batch_axis": batch})


def reversed_sequences(x: Array, lengths: Array, seq_axis: int, batch_axis: int) -> Array:
    result = x.copy()
    for row, length in enumerate(lengths):
        source, target = np.moveaxis(x, batch_axis, 0)[row], np.moveaxis(result, batch_axis, 0)[row]
        axis = seq_axis - (batch_axis < seq_axis)
        np.moveaxis(target, axis, 0)[:length] = np.moveaxis(source, axis, 0)[:length][::-1]
    return result


def measured(measure: Any) -> Any:
    return lambda x, dtype: np.asarray(measure(x)).astype(str(np.dtype(getattr(dtype, "name", dtype))))


def sized(draw: Draw, dtype: str) -> Case:
    return Case({"x": numbers(draw, dtype, shape(draw))[0]}, {"dtype": draw(st.sampled_from(["int32", "int64"]))})


def filled(draw: Draw, dtype: str) -> Case:
    return Case({"value": numbers(draw, dtype, ())[0]}, {"shape": TensorShape(shape(draw))})


CASES: dict[str, OpCases] = {
    "ExpandDims": OpCases(expanded, lambda x, axis: np.expand_dims(x, axis), ALL),
    "Squeeze": OpCases(squeezed, lambda x, axis: np.squeeze(x, axis), ALL),
    "Stack": OpCases(stacked, lambda *values, axis: np.stack(values, axis), ALL),
    "StridedSlice": OpCases(sliced, taken, ALL),
    "SliceGradient": OpCases(slice_back, placed),
    "Tile": OpCases(tiled, lambda x, multiples: np.tile(x, multiples), ALL),
    "TileGradient": OpCases(tile_back, sum_of_copies),
    "TileLike": OpCases(tile_like, tiled_like),
    "BroadcastTo": OpCases(broadcast, lambda x, shape: np.broadcast_to(x, shape.known()), ALL),
    "Pad": OpCases(padded, pad, ALL),
    "PadGradient": OpCases(pad_back, collected),
    "Reverse": OpCases(reversed_axes, lambda x, axis: np.flip(x, axis), ALL),
    "ReverseSequence": OpCases(sequences, reversed_sequences, NUMBERS),
    "Shape": OpCases(sized, measured(np.shape), ALL),
    "Size": OpCases(sized, measured(np.size), ALL),
    "Rank": OpCases(sized, measured(np.ndim), ALL),
    "Fill": OpCases(filled, lambda value, shape: np.full(shape.known(), value), ALL),
}
TESTED_ELSEWHERE = {
    "DynamicSlice",
    "DynamicSliceGradient",
    "Split",
    "SplitSizes",
    "Unstack",
    "Range",
    "Indices",
    "Unique",
    "ListDifference",
    "DynamicPartition",
    "DynamicStitch",
    "PyFunc",
    "Print",
    "Assert",
    "CheckNumerics",
    "Sort",
    "ArgSort",
    "TakeAlongAxis",
    "Bincount",
    "PlaceholderWithDefault",
    "If",
    "WithGradient",
    "While",
    "WhileGradient",
    "Scan",
}
