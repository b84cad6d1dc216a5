"""Cases of linear algebra, segments and ranking."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import strategies as st

from .kit import ALL, FLOATS, NUMBERS, Array, Case, Draw, OpCases, broadcast_shapes, numbers, shape


def matrices(least: int = 0, attributes: Callable[[Draw], dict[str, Any]] = lambda draw: {}) -> Callable[..., Case]:
    def make(draw: Draw, dtype: str) -> Case:
        return Case({"x": numbers(draw, dtype, shape(draw, minimum=2, least=least))[0]}, attributes(draw))

    return make


def well_conditioned(draw: Draw, dtype: str, batch: tuple[int, ...], size: int) -> Array:
    """Square matrices with a large diagonal: far from those without an inverse."""
    x = numbers(draw, dtype, (*batch, size, size))[0]
    return (x / 2 + np.eye(size) * 4).astype(dtype)


def square(draw: Draw, dtype: str) -> Case:
    return Case({"x": well_conditioned(draw, dtype, shape(draw, maximum=1), draw(st.integers(1, 3)))}, {})


def inverted(draw: Draw, dtype: str) -> Case:
    return Case(square(draw, dtype).inputs, {"adjoint": draw(st.booleans())})


def inverse(x: Array, adjoint: bool) -> Array:
    """By Cramer's rule, from minors: no routine for inverses is asked."""
    size = x.shape[-1]
    result = np.empty_like(x)
    for i in range(size):
        for j in range(size):
            minor = np.delete(np.delete(x, i, -2), j, -1)
            result[..., j, i] = (-1) ** (i + j) * determinant(minor) / determinant(x)
    return np.swapaxes(result, -1, -2) if adjoint else result


def determinant(x: Array) -> Array:
    """By expansion along the first row."""
    if not x.shape[-1]:
        return np.ones(x.shape[:-2], x.dtype)
    parts = [(-1) ** j * x[..., 0, j] * determinant(np.delete(x[..., 1:, :], j, -1)) for j in range(x.shape[-1])]
    return np.sum(parts, 0, x.dtype)


def equations(draw: Draw, dtype: str) -> Case:
    batch_a, batch_b = broadcast_shapes(draw, 2)
    size = draw(st.integers(1, 3))
    matrix = well_conditioned(draw, dtype, batch_a, size)
    right = numbers(draw, dtype, (*batch_b, size, draw(st.integers(1, 3))))[0]
    return Case({"matrix": matrix, "rhs": right}, {"adjoint": draw(st.booleans())})


def triangles(draw: Draw, dtype: str) -> Case:
    case = equations(draw, dtype)
    return Case(case.inputs, case.attributes | {"lower": draw(st.booleans())})


def solution(matrix: Array, rhs: Array, adjoint: bool, lower: bool | None = None) -> Array:
    triangle = matrix if lower is None else np.tril(matrix) if lower else np.triu(matrix)
    return np.asarray(inverse(triangle, adjoint) @ rhs)


def band(x: Array, num_lower: int, num_upper: int) -> Array:
    result = np.zeros_like(x)
    for i in range(x.shape[-2]):
        for j in range(x.shape[-1]):
            if (num_lower < 0 or i - j <= num_lower) and (num_upper < 0 or j - i <= num_upper):
                result[..., i, j] = x[..., i, j]
    return result


def diagonal_matrices(x: Array) -> Array:
    return np.asarray(x[..., None] * np.eye(x.shape[-1], dtype=x.dtype))


def diagonals(x: Array) -> Array:
    size = min(x.shape[-2:])
    return (
        np.array([x[..., i, i] for i in range(size)]).reshape(size, *x.shape[:-2]).transpose(*range(1, x.ndim - 1), 0)
    )


def rows(draw: Draw, dtype: str) -> Case:
    return Case({"x": numbers(draw, dtype, shape(draw, minimum=1))[0]}, {})


def new_diagonal(draw: Draw, dtype: str) -> Case:
    size = shape(draw, minimum=2)
    x, diagonal = numbers(draw, dtype, size, (*size[:-2], min(size[-2:])))
    return Case({"x": x, "diagonal": diagonal}, {})


def with_diagonal(x: Array, diagonal: Array) -> Array:
    result = x.copy()
    for i in range(diagonal.shape[-1]):
        result[..., i, i] = diagonal[..., i]
    return result


def doubled(draw: Draw, dtype: str) -> Case:
    size = shape(draw, minimum=1, maximum=2)
    return Case({"x": numbers(draw, dtype, (*size, *size))[0]}, {})


def spread(x: Array) -> Array:
    result = np.zeros((*x.shape, *x.shape), x.dtype)
    for at in np.ndindex(x.shape):
        result[(*at, *at)] = x[at]
    return result


def gathered(x: Array) -> Array:
    half = x.shape[: x.ndim // 2]
    return np.array([x[(*at, *at)] for at in np.ndindex(half)]).reshape(half)


EQUATIONS = ("ij,jk->ik", "ij->ji", "ij->", "i,j->ij", "ij,kj->ik", "bij,bjk->bik", "i,i->", "ij,j,ik->k", "ij,kl->")


def products(draw: Draw, dtype: str) -> Case:
    equation = draw(st.sampled_from(EQUATIONS))
    sizes = {letter: draw(st.integers(1, 3)) for letter in "bijkl"}
    operands = [tuple(sizes[letter] for letter in part) for part in equation.split("->")[0].split(",")]
    return Case({"operands": numbers(draw, dtype, *operands)}, {"equation": equation})


def sum_of_products(*operands: Array, equation: str) -> Array:
    """By definition: over all values of all letters."""
    left, right = equation.split("->")
    parts = left.split(",")
    sizes = {
        letter: size
        for part, x in zip(parts, operands, strict=True)
        for letter, size in zip(part, x.shape, strict=True)
    }
    result = np.zeros([sizes[letter] for letter in right], operands[0].dtype)
    for at in np.ndindex(*sizes.values()):
        place = dict(zip(sizes, at, strict=True))
        factors = [x[tuple(place[letter] for letter in part)] for part, x in zip(parts, operands, strict=True)]
        result[tuple(place[letter] for letter in right)] += np.prod(factors, dtype=result.dtype)
    return result


def crossed(draw: Draw, dtype: str) -> Case:
    size = (*shape(draw, maximum=2), 3)
    x, y = numbers(draw, dtype, size, size)
    return Case({"x": x, "y": y}, {})


def segmented(draw: Draw, dtype: str) -> Case:
    whole = shape(draw, minimum=1, least=1)
    count, places = draw(st.integers(1, 4)), draw(st.integers(1, len(whole)))
    generator = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    ids = generator.integers(-1, count, whole[:places]).astype(draw(st.sampled_from(["int32", "int64"])))
    return Case({"x": numbers(draw, dtype, whole)[0], "segment_ids": ids}, {"num_segments": count})


def without_gaps(draw: Draw, dtype: str) -> Case:
    """Each segment has a row: of the limits of a dtype no difference can be taken."""
    case = segmented(draw, dtype)
    ids = case.inputs["segment_ids"]
    ids = ids if (ids >= 0).any() else np.zeros_like(ids)
    present = np.unique(ids[ids >= 0])
    numbered = np.where(ids < 0, -1, np.searchsorted(present, ids)).astype(ids.dtype)
    return Case(case.inputs | {"segment_ids": numbered}, {"num_segments": len(present)})


def by_segment(together: Callable[..., Any], nothing: Callable[[Any], Any]) -> Callable[..., Array]:
    def expected(x: Array, segment_ids: Array, num_segments: int) -> Array:
        inner = x.shape[segment_ids.ndim :]
        result = np.full((num_segments, *inner), nothing(x.dtype), x.dtype)
        for segment in range(num_segments):
            chosen = x[segment_ids == segment]
            if len(chosen):
                result[segment] = together(chosen)
        return result

    return expected


def limit(side: str) -> Callable[[Any], Any]:
    return lambda dtype: getattr(np.finfo(dtype) if dtype.kind == "f" else np.iinfo(dtype), side)


def zero(dtype: Any) -> int:
    return 0


def segment_rows(draw: Draw, dtype: str) -> Case:
    case = segmented(draw, dtype)
    count, like, ids = case.attributes["num_segments"], case.inputs["x"], case.inputs["segment_ids"]
    x = numbers(draw, dtype, (count, *like.shape[ids.ndim :]))[0]
    return Case({"x": x, "segment_ids": ids, "like": like}, {"num_segments": count})


def rows_of_segments(x: Array, segment_ids: Array, like: Array, num_segments: int) -> Array:
    result = np.zeros(like.shape, x.dtype)
    for at in np.ndindex(segment_ids.shape):
        if segment_ids[at] >= 0:
            result[at] = x[segment_ids[at]]
    return result


def along_last(draw: Draw, dtype: str) -> tuple[Array, Array, Array]:
    size = shape(draw, minimum=1, least=1)
    count = draw(st.integers(1, size[-1]))
    generator = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    indices = np.argsort(generator.random(size), -1)[..., :count].astype("int32")
    x, updates = numbers(draw, dtype, size, indices.shape)
    return x, indices, updates


def taken(draw: Draw, dtype: str) -> Case:
    x, indices, _ = along_last(draw, dtype)
    return Case({"x": x, "indices": indices}, {})


def take(x: Array, indices: Array) -> Array:
    flat = [x[(*at[:-1], index)] for at, index in np.ndenumerate(indices)]
    return np.array(flat, x.dtype).reshape(indices.shape)


def put(draw: Draw, dtype: str) -> Case:
    x, indices, updates = along_last(draw, dtype)
    return Case({"updates": updates, "indices": indices, "like": x}, {})


def put_at(updates: Array, indices: Array, like: Array) -> Array:
    result = np.zeros(like.shape, updates.dtype)
    for at, index in np.ndenumerate(indices):
        result[(*at[:-1], index)] = updates[at]
    return result


def predicted(draw: Draw, dtype: str) -> Case:
    rows, classes = draw(st.integers(0, 4)), draw(st.integers(1, 4))
    generator = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    targets = generator.integers(0, classes, rows).astype("int32")
    predictions = numbers(draw, dtype, (rows, classes))[0]
    return Case({"predictions": predictions, "targets": targets}, {"k": draw(st.integers(0, 4))})


def is_in_top(predictions: Array, targets: Array, k: int) -> Array:
    return np.array([t in np.argsort(-row)[:k] for row, t in zip(predictions, targets, strict=True)], bool)


def permutation(draw: Draw, dtype: str) -> Case:
    return Case({"x": np.array(draw(st.permutations(range(draw(st.integers(0, 5))))), dtype)}, {})


def bands(draw: Draw) -> dict[str, Any]:
    return {"num_lower": draw(st.integers(-1, 3)), "num_upper": draw(st.integers(-1, 3))}


CASES: dict[str, OpCases] = {
    "MatrixTranspose": OpCases(matrices(), lambda x: np.moveaxis(x, -1, -2), ALL),
    "MatrixInverse": OpCases(inverted, inverse, FLOATS),
    "MatrixDeterminant": OpCases(square, determinant, FLOATS),
    "LogMatrixDeterminant": OpCases(square, lambda x: np.log(np.abs(determinant(x))), FLOATS),
    "MatrixSolve": OpCases(equations, solution, FLOATS),
    "MatrixTriangularSolve": OpCases(triangles, solution, FLOATS),
    "MatrixBandPart": OpCases(matrices(attributes=bands), band, ALL),
    "MatrixDiag": OpCases(rows, diagonal_matrices, ALL),
    "MatrixDiagPart": OpCases(matrices(), diagonals, ALL),
    "MatrixSetDiag": OpCases(new_diagonal, with_diagonal, ALL),
    "Diag": OpCases(rows, spread, ALL),
    "DiagPart": OpCases(doubled, gathered, ALL),
    "Einsum": OpCases(products, sum_of_products, NUMBERS),
    "Cross": OpCases(crossed, lambda x, y: np.cross(x, y), NUMBERS),
    "UnsortedSegmentSum": OpCases(segmented, by_segment(lambda x: x.sum(0, x.dtype), zero)),
    "UnsortedSegmentMean": OpCases(segmented, by_segment(lambda x: x.mean(0), zero), FLOATS),
    "UnsortedSegmentSqrtN": OpCases(segmented, by_segment(lambda x: x.sum(0) / np.sqrt(len(x)), zero), FLOATS),
    "UnsortedSegmentMax": OpCases(without_gaps, by_segment(lambda x: x.max(0), limit("min"))),
    "UnsortedSegmentMin": OpCases(without_gaps, by_segment(lambda x: x.min(0), limit("max"))),
    "UnsortedSegmentProd": OpCases(segmented, by_segment(lambda x: x.prod(0, x.dtype), lambda dtype: 1)),
    "SegmentRows": OpCases(segment_rows, rows_of_segments),
    "TakeAlongLast": OpCases(taken, take),
    "PutAlongLast": OpCases(put, put_at),
    "InTopK": OpCases(predicted, is_in_top, FLOATS),
    "InvertPermutation": OpCases(permutation, lambda x: np.argsort(x).astype(x.dtype), ("int32", "int64")),
}
#: Operations with several results, those that read half of a symmetric matrix, and those of sorted segments, whose
#: number is in the values: test_ops_linear.py.
TESTED_ELSEWHERE = {
    "Cholesky",
    "SelfAdjointEig",
    "Svd",
    "TopK",
    "SegmentSum",
    "SegmentMean",
    "SegmentMax",
    "SegmentMin",
    "SegmentProd",
}
