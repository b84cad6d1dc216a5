"""Linear algebra on numpy. What cannot be done to a matrix gives None."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def inverse(x: Array) -> Array | None:
    try:
        return np.asarray(np.linalg.inv(_whole(x))).astype(x.dtype, copy=False)
    except np.linalg.LinAlgError:
        return None


def solve(matrix: Array, right: Array) -> Array | None:
    try:
        return np.asarray(np.linalg.solve(_whole(matrix), _whole(right))).astype(matrix.dtype, copy=False)
    except np.linalg.LinAlgError:
        return None


def determinant(x: Array) -> Array:
    return np.asarray(np.linalg.det(_whole(x))).astype(x.dtype, copy=False)


def log_determinant(x: Array) -> Array:
    return np.asarray(np.linalg.slogdet(_whole(x))[1]).astype(x.dtype, copy=False)


def cholesky(x: Array) -> Array:
    """The lower triangle; NaN, as in TensorFlow, for a matrix that is not positive definite."""
    if not x.size:
        return np.array(x)
    result = np.empty_like(x)
    for place in np.ndindex(x.shape[:-2]):
        try:
            result[place] = np.linalg.cholesky(_whole(x[place]))
        except np.linalg.LinAlgError:
            result[place] = np.tril(np.full(x.shape[-2:], np.nan))
    return result


def eigen(x: Array) -> tuple[Array, Array]:
    """Eigenvalues and eigenvectors of symmetric matrices, of which the lower triangle is read."""
    values, vectors = np.linalg.eigh(_whole(x))
    return values.astype(x.dtype, copy=False), vectors.astype(x.dtype, copy=False)


def singular_values(x: Array) -> tuple[Array, Array, Array]:
    u, s, vt = np.linalg.svd(_whole(x), full_matrices=False)
    return tuple(part.astype(x.dtype, copy=False) for part in (s, u, np.swapaxes(vt, -1, -2)))  # type: ignore[return-value]


def band_part(x: Array, lower: int, upper: int) -> Array:
    """x with zeros where it is more than so many places below or above the diagonal; −1 keeps all."""
    rows, columns = x.shape[-2:]
    below = np.arange(rows)[:, None] - np.arange(columns)
    keep = ((lower < 0) | (below <= lower)) & ((upper < 0) | (-below <= upper))
    return np.where(keep, x, np.zeros((), x.dtype))


def diagonal(x: Array) -> Array:
    """The diagonal of the last two axes."""
    return np.diagonal(x, axis1=-2, axis2=-1)


def with_diagonal(x: Array, values: Array, out: Array | None = None) -> Array:
    """x with these numbers on the diagonal of its last two axes."""
    result = np.array(x) if out is None else out
    if out is not None:
        np.copyto(out, x)
    place = np.arange(min(x.shape[-2:]))
    result[..., place, place] = values
    return result


def einsum(equation: str, *operands: Array, out: Array | None = None) -> Array:
    """The sum of products that the equation describes."""
    result = np.asarray(np.einsum(equation, *operands, optimize=len(operands) > 1))
    if out is None:
        return np.array(result, operands[0].dtype)
    np.copyto(out, result)
    return out


def _whole(x: Array) -> Array:
    """float16 as float32: LAPACK knows no shorter numbers."""
    return x.astype(np.float32) if x.dtype == np.float16 else x
