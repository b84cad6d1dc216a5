"""Linear algebra, under TensorFlow's names in ``tf`` and ``tf.linalg``."""

from __future__ import annotations

import string
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..graph import Tensor, Variable, as_dtype
from .arrays import concat, reshape
from .build import apply, create, is_tensor, static_int, tensor_of

__all__ = [
    "cholesky",
    "cholesky_solve",
    "cross",
    "diag",
    "diag_part",
    "einsum",
    "eye",
    "matrix_band_part",
    "matrix_determinant",
    "matrix_diag",
    "matrix_diag_part",
    "matrix_inverse",
    "matrix_set_diag",
    "matrix_solve",
    "matrix_solve_ls",
    "matrix_transpose",
    "matrix_triangular_solve",
    "self_adjoint_eig",
    "self_adjoint_eigvals",
    "svd",
    "tensordot",
    "trace",
]


def matrix_transpose(a: Any, name: str | None = "matrix_transpose", conjugate: bool = False) -> Tensor:
    """a with its last two axes exchanged. ``conjugate`` changes nothing: there are real numbers only."""
    x = tensor_of(a)
    with x.graph.name_scope(name or "matrix_transpose"):
        return apply("MatrixTranspose", x, base_name="transpose")


def matrix_inverse(input: Any, adjoint: bool = False, name: str | None = None) -> Tensor:
    """The inverse of square matrices (…, n, n), or of their transposes.

    A run raises InvalidArgumentError where there is none.
    """
    return apply("MatrixInverse", input, adjoint=adjoint, name=name)


def matrix_determinant(input: Any, name: str | None = None) -> Tensor:
    """The determinant of square matrices: (…, n, n) to (…)."""
    return apply("MatrixDeterminant", input, name=name)


def logdet(matrix: Any, name: str | None = None) -> Tensor:
    """The logarithm of the determinant of positive definite matrices: (…, n, n) to (…)."""
    return apply("LogMatrixDeterminant", matrix, name=name)


def slogdet(input: Any, name: str | None = None) -> tuple[Tensor, Tensor]:
    """The sign of the determinant of square matrices, and the logarithm of its absolute value: (…, n, n) to (…)."""
    matrix = tensor_of(input)
    with matrix.graph.name_scope(name or "slogdet"):
        return apply("Sign", apply("MatrixDeterminant", matrix)), apply("LogMatrixDeterminant", matrix)


def matvec(a: Any, b: Any, transpose_a: bool = False, adjoint_a: bool = False, name: str | None = None) -> Tensor:
    """Matrices times vectors: (…, n, k) and (…, k) to (…, n)."""
    matrix = tensor_of(a)
    with matrix.graph.name_scope(name or "matvec"):
        column = apply("ExpandDims", tensor_of(b, matrix.dtype), axis=-1)
        return apply("ReduceSum", apply("MatMul", matrix, column, transpose_a=transpose_a or adjoint_a), axis=[-1])


def cholesky(input: Any, name: str | None = None) -> Tensor:
    """The lower triangle whose product with its transpose is a positive definite matrix; NaN for any other."""
    return apply("Cholesky", input, name=name)


def cholesky_solve(chol: Any, rhs: Any, name: str | None = None) -> Tensor:
    """Solves A x = rhs for a matrix of which ``chol`` is the Cholesky triangle."""
    lower = tensor_of(chol)
    with lower.graph.name_scope(name or "cholesky_solve"):
        y = apply("MatrixTriangularSolve", lower, rhs, lower=True)
        return apply("MatrixTriangularSolve", lower, y, lower=True, adjoint=True)


def matrix_solve(matrix: Any, rhs: Any, adjoint: bool = False, name: str | None = None) -> Tensor:
    """Solves matrix x = rhs: (…, n, n) and (…, n, k) to (…, n, k).

    A run raises InvalidArgumentError for a singular matrix.
    """
    return apply("MatrixSolve", matrix, rhs, adjoint=adjoint, name=name)


def matrix_triangular_solve(
    matrix: Any, rhs: Any, lower: bool = True, adjoint: bool = False, name: str | None = None
) -> Tensor:
    """Solves matrix x = rhs with the lower (or upper) triangle of the matrix alone."""
    return apply("MatrixTriangularSolve", matrix, rhs, lower=lower, adjoint=adjoint, name=name)


def matrix_solve_ls(
    matrix: Any, rhs: Any, l2_regularizer: float = 0.0, fast: bool = True, name: str | None = None
) -> Tensor:
    """The x for which |matrix x − rhs|² + l2_regularizer |x|² is smallest, by the normal equations.

    The matrix has at least as many rows as columns.
    """
    a = tensor_of(matrix)
    with a.graph.name_scope(name or "matrix_solve_ls"):
        square = apply("MatMul", a, a, transpose_a=True)
        if l2_regularizer:
            diagonal = apply("MatrixDiagPart", square)
            square = apply("MatrixSetDiag", square, diagonal + tensor_of(l2_regularizer, diagonal.dtype))
        return apply("MatrixSolve", square, apply("MatMul", a, rhs, transpose_a=True))


def trace(x: Any, name: str | None = None) -> Tensor:
    """The sum of the diagonal: (…, m, n) to (…)."""
    matrix = tensor_of(x)
    with matrix.graph.name_scope(name or "Trace") as scope:
        return apply("ReduceSum", apply("MatrixDiagPart", matrix), axis=[-1], name=scope)


def diag(diagonal: Any, name: str | None = None) -> Tensor:
    """A tensor of zeros with these elements on its diagonal: (a, b) to (a, b, a, b)."""
    return apply("Diag", diagonal, name=name)


def diag_part(input: Any, name: str | None = None) -> Tensor:
    """The diagonal of a tensor that has each axis twice: (a, b, a, b) to (a, b)."""
    return apply("DiagPart", input, name=name)


def matrix_diag(diagonal: Any, name: str | None = None) -> Tensor:
    """Matrices with the rows on their diagonals: (…, n) to (…, n, n)."""
    return apply("MatrixDiag", diagonal, name=name, base_name="MatrixDiag")


def matrix_diag_part(input: Any, name: str | None = None) -> Tensor:
    """The diagonals of matrices: (…, m, n) to (…, min(m, n))."""
    return apply("MatrixDiagPart", input, name=name)


def matrix_set_diag(input: Any, diagonal: Any, name: str | None = None) -> Tensor:
    """Matrices with other diagonals: (…, m, n) and (…, min(m, n)) to (…, m, n)."""
    return apply("MatrixSetDiag", input, diagonal, name=name)


def matrix_band_part(input: Any, num_lower: Any, num_upper: Any, name: str | None = None) -> Tensor:
    """Matrices with zeros beyond so many diagonals below and above the middle one; −1 keeps all."""
    lower, upper = static_int(num_lower, "num_lower"), static_int(num_upper, "num_upper")
    return apply("MatrixBandPart", input, num_lower=lower, num_upper=upper, name=name)


def eye(
    num_rows: Any,
    num_columns: Any = None,
    batch_shape: Any = None,
    dtype: Any = "float32",
    name: str | None = None,
) -> Tensor:
    """Matrices with ones on the diagonal and zeros elsewhere, one for each place of ``batch_shape``.

    A number of rows that is a tensor must be known when the graph is built, or makes one square matrix.
    """
    kind = as_dtype(dtype)
    if is_tensor(num_rows) and tensor_of(num_rows).spec.value in (None, (None,)) and num_columns is None:
        rows = tensor_of(num_rows)
        with rows.graph.name_scope(name or "eye"):
            count = apply("ExpandDims", rows, axis=0)
            ones = create("Fill", {"value": np.ones((), kind.numpy), "shape": count}, {}).output
            return apply("MatrixDiag", ones, base_name="diag")
    height = static_int(num_rows, "num_rows")
    width = height if num_columns is None else static_int(num_columns, "num_columns")
    batch = [] if batch_shape is None else [int(size) for size in batch_shape]
    value = np.broadcast_to(np.eye(height, width, dtype=kind.numpy), (*batch, height, width))
    return apply("Constant", value=np.array(value), dtype=kind, name=name, base_name="eye")


def cross(a: Any, b: Any, name: str | None = None) -> Tensor:
    """The cross product of vectors of three numbers, along the last axis."""
    return apply("Cross", a, b, name=name)


def self_adjoint_eig(tensor: Any, name: str | None = None) -> tuple[Tensor, Tensor]:
    """The eigenvalues, the smallest first, and eigenvectors (columns) of symmetric matrices."""
    op = create("SelfAdjointEig", {"x": tensor_of(tensor)}, {}, name)
    return op.outputs[0], op.outputs[1]


def self_adjoint_eigvals(tensor: Any, name: str | None = None) -> Tensor:
    """The eigenvalues of symmetric matrices, the smallest first: (…, n, n) to (…, n)."""
    return self_adjoint_eig(tensor, name)[0]


def svd(tensor: Any, full_matrices: bool = False, compute_uv: bool = True, name: str | None = None) -> Any:
    """The singular values s, the largest first, and the vectors u and v: x = u diag(s) vᵀ; s alone without them."""
    if full_matrices:
        raise ValueError("svd gives the vectors that belong to singular values only; leave full_matrices out.")
    op = create("Svd", {"x": tensor_of(tensor)}, {}, name)
    return tuple(op.outputs) if compute_uv else op.outputs[0]


def tensordot(a: Any, b: Any, axes: Any, name: str | None = None) -> Tensor:
    """The sum of products over ``axes``: a number of last axes of a and first axes of b, or lists of both's axes.

    The other axes of a come first in the result, then those of b.
    """
    first = tensor_of(a, b.dtype if isinstance(b, Tensor | Variable) else None)
    second = tensor_of(b, first.dtype)
    ranks = first.shape.rank, second.shape.rank
    if ranks[0] is None or ranks[1] is None:
        if not isinstance(axes, int | np.integer) or axes < 1:
            raise ValueError("tensordot needs tensors with a known number of axes; give them a shape.")
        return _product_of_unknown_ranks(first, second, int(axes), name)
    over_a, over_b = _axes_of_both(axes, ranks[0])
    if len(over_a) != len(over_b):
        raise ValueError(f"Different number of contraction axes 'a' and 'b', {len(over_a)} != {len(over_b)}.")
    letters = iter(string.ascii_letters)
    of_a = [next(letters) for _ in range(ranks[0])]
    of_b = [next(letters) for _ in range(ranks[1])]
    for i, j in zip(over_a, over_b, strict=True):
        of_b[j] = of_a[i]
    result = [x for x in of_a if x not in of_b] + [x for x in of_b if x not in of_a]
    equation = f"{''.join(of_a)},{''.join(of_b)}->{''.join(result)}"
    return apply("Einsum", [first, second], equation=equation, name=name, base_name="Tensordot")


def _product_of_unknown_ranks(a: Tensor, b: Tensor, axes: int, name: str | None) -> Tensor:
    """The sum of products over the last axes of a and the first of b, as a product of two matrices."""
    rows, columns = apply("Shape", a)[:-axes], apply("Shape", b)[axes:]
    left = reshape(a, [apply("ReduceProd", rows), -1])
    right = reshape(b, [-1, apply("ReduceProd", columns)])
    return reshape(apply("MatMul", left, right), concat([rows, columns], 0), name)


def _axes_of_both(axes: Any, rank: int) -> tuple[list[int], list[int]]:
    if isinstance(axes, int | np.integer):
        if axes < 0:
            raise ValueError("'axes' must be at least 0.")
        if axes > rank:
            raise ValueError(f"'axes' must not be larger than the number of dimensions of tensor a ({rank}).")
        return list(range(rank - axes, rank)), list(range(axes))
    if len(axes) != 2:
        raise ValueError("'axes' must be an integer or have length 2. Give a list of axes for each of the two tensors.")
    of_a, of_b = ([int(part)] if np.ndim(part) == 0 else [int(item) for item in part] for part in axes)
    return of_a, of_b


def einsum(equation: str, *inputs: Any, name: str | None = None) -> Tensor:
    """The sum of products that an equation such as "ij,jk->ik" describes.

    Each operand has a letter for each axis (``...`` for the rest); letters that the result lacks are summed over.
    Without ``->`` the result has the letters that occur once, in their order.
    """
    values: Sequence[Any] = inputs[0] if len(inputs) == 1 and isinstance(inputs[0], list | tuple) else inputs
    known = next((tensor_of(value).dtype for value in values if isinstance(value, Tensor | Variable)), None)
    tensors = [tensor_of(value, known) for value in values]
    operands, arrow, result = equation.replace(" ", "").partition("->")
    parts = operands.split(",")
    if len(parts) != len(tensors):
        raise ValueError(f'Got {len(tensors)} arguments for equation "{equation}", expecting {len(parts)}')
    if not arrow:
        counted = [letter for letter in sorted(set(operands) - {",", "."}) if operands.count(letter) == 1]
        result = ("..." if "..." in operands else "") + "".join(counted)
    if "..." in equation:
        parts, result = _without_dots(parts, result, tensors)
    with tensors[0].graph.name_scope(name or "einsum"):
        return apply("Einsum", tensors, equation=f"{','.join(parts)}->{result}")


def _without_dots(parts: list[str], result: str, tensors: list[Tensor]) -> tuple[list[str], str]:
    """Letters in the place of the dots, as many as the tensors have axes; the last ones are shared."""
    free = [letter for letter in string.ascii_uppercase if letter not in "".join(parts)]
    longest, named = "", []
    for part, tensor in zip(parts, tensors, strict=True):
        rank = tensor.shape.rank
        if "..." in part and rank is None:
            raise ValueError(
                f"'...' needs a tensor with a known number of axes; {tensor.name} has none. Give it a shape."
            )
        count = 0 if "..." not in part or rank is None else rank - len(part.replace("...", ""))
        letters = "".join(free[:count])[::-1]
        longest = max(longest, letters, key=len)
        named.append(part.replace("...", letters))
    return named, result.replace("...", longest)
