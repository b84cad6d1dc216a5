"""Inverses, determinants, equations and decompositions of matrices; one for each of the axes before the last two."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..graph import (
    UNKNOWN_SHAPE,
    Attribute,
    AttributeKind,
    Category,
    Inference,
    InputPort,
    InvalidArgumentError,
    OpDeclaration,
    Operation,
    ShapeError,
    Tensor,
    TensorShape,
    TensorSpec,
    broadcast_shapes,
    declare,
)
from .arithmetic import constant_like
from .broadcast import unbroadcast
from .rules import X

Gradients = Sequence[Tensor | None]

_MATRIX, _RIGHT = InputPort("matrix"), InputPort("rhs")
_ADJOINT = Attribute("adjoint", AttributeKind.BOOL, False, "Whether the matrix is transposed first.")


def product(a: Tensor, b: Tensor, transpose_a: bool = False, transpose_b: bool = False) -> Tensor:
    """The matrix product, of many matrices at once."""
    return a.graph.apply("MatMul", a, b, transpose_a=transpose_a, transpose_b=transpose_b)


def transposed(x: Tensor) -> Tensor:
    """Matrices with their last two axes exchanged."""
    return x.graph.apply("MatrixTranspose", x)


def at_least_matrix(node: Inference, port: str = "x") -> TensorShape:
    """The shape of a port's tensor, which has two axes or more. Raises ShapeError for any other."""
    shape = node.spec(port).shape
    if shape.rank is not None and shape.rank < 2:
        raise node.shape_error(
            f"Shape must be at least rank 2 but is rank {shape.rank} for '{node.op.name}' (op: '{node.op.type}'): "
            f"{node.describe(port)}; {node.op.type} takes matrices, reshape it."
        )
    return shape


def square_matrices(node: Inference, port: str = "x") -> TensorSpec:
    """The spec of a port's float matrices. Raises ShapeError unless they are square."""
    dtype, shape = node.require_float(port), at_least_matrix(node, port)
    if shape.dims is None:
        return TensorSpec(dtype, shape)
    rows, columns = shape.dims[-2:]
    if rows is not None and columns is not None and rows != columns:
        raise node.shape_error(
            f"Dimensions must be equal, but are {rows} and {columns} for '{node.op.name}' (op: '{node.op.type}'): "
            f"{node.describe(port)}; {node.op.type} takes square matrices."
        )
    size = columns if rows is None else rows
    return TensorSpec(dtype).with_shape([*shape.dims[:-2], size, size])


def _determinant(node: Inference) -> TensorSpec:
    spec = square_matrices(node)
    return spec if spec.shape.dims is None else spec.with_shape(spec.shape.dims[:-2])


def _solved(node: Inference) -> TensorSpec:
    matrix = square_matrices(node, "matrix")
    node.require_float("rhs")
    dtype, right = node.same_dtype("matrix", "rhs"), at_least_matrix(node, "rhs")
    if matrix.shape.dims is None or right.dims is None:
        return TensorSpec(dtype, UNKNOWN_SHAPE)
    size, rows = matrix.shape.dims[-1], right.dims[-2]
    fits = size is None or rows is None or size == rows
    try:
        batch = broadcast_shapes(matrix.shape[:-2], right[:-2])
    except ShapeError:
        fits = False
    if not fits:
        raise node.shape_error(
            f"Dimensions must be equal, but are {size} and {rows} for '{node.op.name}' (op: '{node.op.type}'): "
            f"{node.describe('matrix')} and {node.describe('rhs')}; the right side needs as many rows as the matrix, "
            "and the same sizes before."
        )
    return TensorSpec(dtype, batch.concatenate([rows if size is None else size, right.dims[-1]]))


def _checked(k: Any, function: Callable[..., Any], words: str) -> Callable[..., Any]:
    """A function of the namespace that gives None for a matrix it can do nothing with."""
    name = k.op.node_name

    def step(*arguments: Any) -> Any:
        result = function(*arguments)
        if result is None:
            raise InvalidArgumentError(f"{words}: look at the matrix that reaches {name} ({k.op.type}).", name)
        return result

    return step


def _inverse_kernel(k: Any) -> Callable[..., Any]:
    xp, adjoint = k.xp, k.attribute("adjoint")
    invert = _checked(k, xp.inverse, "Input is not invertible")
    return lambda x, out=None: xp.copy(invert(x.swapaxes(-1, -2) if adjoint else x), out)


def _inverse_gradient(op: Operation, grad: Tensor) -> Gradients:
    y, adjoint = op.output, op.attributes["adjoint"]
    inner = product(y, grad, True, False)
    gradient = -product(inner, y, False, True)
    return [transposed(gradient) if adjoint else gradient]


def _determinant_gradient(op: Operation, grad: Tensor) -> Gradients:
    x, graph = op.inputs[0], grad.graph
    inverse = graph.apply("MatrixInverse", x, adjoint=True)
    return [graph.apply("ExpandReduced", grad * op.output, x, axis=[-2, -1]) * inverse]


def _log_determinant_gradient(op: Operation, grad: Tensor) -> Gradients:
    x, graph = op.inputs[0], grad.graph
    inverse = graph.apply("MatrixInverse", x, adjoint=True)
    return [graph.apply("ExpandReduced", grad, x, axis=[-2, -1]) * inverse]


def _cholesky_gradient(op: Operation, grad: Tensor) -> Gradients:
    """Iain Murray, 2016, "Differentiation of the Cholesky decomposition", formula 10, symmetric as TensorFlow's."""
    lower, graph = op.output, grad.graph
    middle = half_diagonal(graph.apply("MatrixBandPart", product(lower, grad, True), num_lower=-1, num_upper=0))
    left = graph.apply("MatrixTriangularSolve", lower, middle, lower=True, adjoint=True)
    right = graph.apply("MatrixTriangularSolve", lower, transposed(left), lower=True, adjoint=True)
    return [constant_like(0.5, grad) * (right + transposed(right))]


def half_diagonal(x: Tensor) -> Tensor:
    """Matrices with half of their diagonals."""
    graph = x.graph
    diagonal = graph.apply("MatrixDiagPart", x)
    return graph.apply("MatrixSetDiag", x, constant_like(0.5, diagonal) * diagonal)


def _to_right(op: Operation, grad: Tensor, **attributes: Any) -> Tensor:
    attributes["adjoint"] = not op.attributes["adjoint"]
    return grad.graph.apply(op.type, op.inputs[0], grad, **attributes)


def _to_matrix(op: Operation, to_right: Tensor) -> Tensor:
    y = op.output
    return -(product(y, to_right, False, True) if op.attributes["adjoint"] else product(to_right, y, False, True))


def _solve_gradient(op: Operation, grad: Tensor) -> Gradients:
    to_right = _to_right(op, grad)
    return unbroadcast(_to_matrix(op, to_right), op.inputs[0]), unbroadcast(to_right, op.inputs[1])


def _triangular_gradient(op: Operation, grad: Tensor) -> Gradients:
    lower = op.attributes["lower"]
    to_right = _to_right(op, grad, lower=lower)
    band: dict[str, Any] = {"num_lower": -1, "num_upper": 0} if lower else {"num_lower": 0, "num_upper": -1}
    to_matrix = grad.graph.apply("MatrixBandPart", _to_matrix(op, to_right), **band)
    return unbroadcast(to_matrix, op.inputs[0]), unbroadcast(to_right, op.inputs[1])


def _solve_kernel(k: Any) -> Callable[..., Any]:
    xp, adjoint = k.xp, k.attribute("adjoint")
    solve = _checked(k, xp.solve, "Input matrix is not invertible")
    return lambda a, b, out=None: xp.copy(solve(a.swapaxes(-1, -2) if adjoint else a, b), out)


def _triangular_kernel(k: Any) -> Callable[..., Any]:
    """The other triangle is taken for zeros, whatever stands there."""
    xp, adjoint, lower = k.xp, k.attribute("adjoint"), k.attribute("lower")
    solve = _checked(k, xp.solve, "Input matrix is not invertible")

    def step(a: Any, b: Any, out: Any = None) -> Any:
        triangle = xp.band_part(a, -1, 0) if lower else xp.band_part(a, 0, -1)
        return xp.copy(solve(triangle.swapaxes(-1, -2) if adjoint else triangle, b), out)

    return step


def _plain_kernel(function: str) -> Callable[[Any], Callable[..., Any]]:
    def kernel(k: Any) -> Callable[..., Any]:
        xp = k.xp
        compute = getattr(xp, function)
        return lambda x, out=None: xp.copy(compute(x), out)

    return kernel


def _matrix_transpose(node: Inference) -> TensorSpec:
    spec, shape = node.spec("x"), at_least_matrix(node)
    if shape.dims is None:
        return spec.with_shape(UNKNOWN_SHAPE)
    return spec.with_shape([*shape.dims[:-2], shape.dims[-1], shape.dims[-2]])


declare(
    OpDeclaration(
        type="MatrixTranspose",
        category=Category.MATRIX,
        symbol="ᵀ",
        description="Exchanges the last two axes: rows become columns.",
        formula=r"x^\mathsf{T}",
        infer=_matrix_transpose,
        inputs=(X,),
        kernel=lambda k: lambda x: x.swapaxes(-1, -2),
        gradient=lambda op, grad: [transposed(grad)],
        is_view=True,
        default_name="matrix_transpose",
        example="tf.matrix_transpose(x)",
    )
)
declare(
    OpDeclaration(
        type="MatrixInverse",
        category=Category.MATRIX,
        symbol="x⁻¹",
        description="The inverse of square matrices.",
        formula="x^{-1}",
        infer=square_matrices,
        inputs=(X,),
        attributes=(_ADJOINT,),
        kernel=_inverse_kernel,
        gradient=_inverse_gradient,
        default_name="MatrixInverse",
        example="tf.matrix_inverse(x)",
    )
)
declare(
    OpDeclaration(
        type="MatrixDeterminant",
        category=Category.MATRIX,
        symbol="det",
        description="The determinant of square matrices.",
        formula=r"\det x",
        infer=_determinant,
        inputs=(X,),
        kernel=_plain_kernel("determinant"),
        gradient=_determinant_gradient,
        default_name="MatrixDeterminant",
        example="tf.matrix_determinant(x)",
    )
)
declare(
    OpDeclaration(
        type="LogMatrixDeterminant",
        category=Category.MATRIX,
        symbol="ln|",
        description="The logarithm of the absolute value of the determinant of square matrices.",
        formula=r"\ln |\det x|",
        infer=_determinant,
        inputs=(X,),
        kernel=_plain_kernel("log_determinant"),
        gradient=_log_determinant_gradient,
        default_name="LogMatrixDeterminant",
        example="tf.linalg.logdet(x)",
    )
)
declare(
    OpDeclaration(
        type="Cholesky",
        category=Category.MATRIX,
        symbol="LLᵀ",
        description="The lower triangle whose product with its transpose is a positive definite matrix.",
        formula=r"x = L L^\mathsf{T}",
        infer=square_matrices,
        inputs=(X,),
        kernel=_plain_kernel("cholesky"),
        gradient=_cholesky_gradient,
        default_name="Cholesky",
        example="tf.cholesky(x)",
    )
)
declare(
    OpDeclaration(
        type="MatrixSolve",
        category=Category.MATRIX,
        symbol="A⁻¹b",
        description="Solves systems of linear equations: a matrix and the right side of the equations.",
        formula=r"A^{-1} b",
        infer=_solved,
        inputs=(_MATRIX, _RIGHT),
        attributes=(_ADJOINT,),
        kernel=_solve_kernel,
        gradient=_solve_gradient,
        default_name="MatrixSolve",
        example="tf.matrix_solve(A, b)",
    )
)
declare(
    OpDeclaration(
        type="MatrixTriangularSolve",
        category=Category.MATRIX,
        symbol="L⁻¹b",
        description="Solves systems of linear equations whose matrix is a triangle.",
        formula=r"L^{-1} b",
        infer=_solved,
        inputs=(_MATRIX, _RIGHT),
        attributes=(Attribute("lower", AttributeKind.BOOL, True, "Whether the lower triangle is read."), _ADJOINT),
        kernel=_triangular_kernel,
        gradient=_triangular_gradient,
        default_name="MatrixTriangularSolve",
        example="tf.matrix_triangular_solve(L, b)",
    )
)
