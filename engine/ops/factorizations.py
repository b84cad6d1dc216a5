"""Matrices as products of simpler ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..graph import (
    Attribute,
    AttributeKind,
    Category,
    Inference,
    InputPort,
    OpDeclaration,
    Operation,
    OutputPort,
    Tensor,
    TensorSpec,
    declare,
)
from .linear_algebra import at_least_matrix, half_diagonal, product, square_matrices, transposed
from .rules import X

Gradients = Sequence[Tensor | None]


def _factored(node: Inference) -> list[TensorSpec]:
    dtype, shape = node.require_float("input"), node.spec("input").shape
    if shape.dims is None:
        return [TensorSpec(dtype), TensorSpec(dtype)]
    if len(shape) < 2:
        raise node.shape_error(
            f"Shape must be at least rank 2 but is rank {len(shape)} for '{node.op.name}' (op: '{node.op.type}'): "
            f"{node.describe('input')}; give it matrices."
        )
    *others, rows, columns = shape.dims
    smaller = None if rows is None or columns is None else min(rows, columns)
    inner = rows if node.attribute("full_matrices") else smaller
    return [TensorSpec(dtype).with_shape([*others, *sizes]) for sizes in ((rows, inner), (inner, columns))]


def _qr_kernel(k: Any) -> Callable[..., Any]:
    xp, full = k.xp, k.attribute("full_matrices")

    def step(matrix: Any, *outs: Any) -> Any:
        places = outs or (None, None)
        return tuple(xp.copy(part, out) for part, out in zip(xp.qr(matrix, full), places, strict=True))

    return step


def _eigen(node: Inference) -> list[TensorSpec]:
    spec = square_matrices(node)
    return [spec if spec.shape.dims is None else spec.with_shape(spec.shape.dims[:-1]), spec]


def _several(function: str) -> Callable[[Any], Callable[..., Any]]:
    """The kernel of what has several results."""

    def kernel(k: Any) -> Callable[..., Any]:
        xp = k.xp
        compute = getattr(xp, function)

        def step(x: Any, *outs: Any) -> Any:
            results = compute(x)
            return [xp.copy(result, out) for result, out in zip(results, outs or [None] * len(results), strict=True)]

        return step

    return kernel


def _differences(values: Tensor) -> Tensor:
    """1 / (the value of the column − the value of the row), and 0 on the diagonal."""
    graph = values.graph
    across, down = graph.apply("ExpandDims", values, axis=-2), graph.apply("ExpandDims", values, axis=-1)
    differences = across - down
    ones = graph.apply("OnesLike", differences)
    off_diagonal = ones - graph.apply("MatrixBandPart", ones, num_lower=0, num_upper=0)
    return graph.apply("DivNoNan", off_diagonal, differences)


def _eigen_gradient(op: Operation, to_values: Tensor | None, to_vectors: Tensor | None) -> Gradients:
    """To the lower triangle, which alone is read: the upper one's part is added to it, as in TensorFlow."""
    values, vectors = op.outputs
    graph = op.graph
    middle = graph.apply("MatrixDiag", graph.apply("ZerosLike", values) if to_values is None else to_values)
    if to_vectors is not None:
        middle += _differences(values) * product(vectors, to_vectors, True)
    full = product(product(vectors, middle), vectors, False, True)
    lower = graph.apply("MatrixBandPart", full + transposed(full), num_lower=-1, num_upper=0)
    return [half_diagonal(lower)]


def _qr_gradient(op: Operation, to_q: Tensor | None, to_r: Tensor | None) -> Gradients:
    """Of matrices with at least as many rows as columns, of full rank (Walter and Lehmann, 2010)."""
    q, r = op.outputs
    graph = op.graph
    to_q = graph.apply("ZerosLike", q) if to_q is None else to_q
    to_r = graph.apply("ZerosLike", r) if to_r is None else to_r

    def divided(x: Tensor) -> Tensor:
        """x r⁻ᵀ"""
        return transposed(graph.apply("MatrixTriangularSolve", r, transposed(x), lower=False))

    from_q, from_r = product(q, to_q, True), product(r, to_r, False, True)
    both = from_r - transposed(from_r) + from_q - transposed(from_q)
    lower = graph.apply("MatrixBandPart", both, num_lower=-1, num_upper=0)
    lower -= graph.apply("MatrixBandPart", lower, num_lower=0, num_upper=0)
    return [product(q, to_r + divided(lower)) + divided(to_q - product(q, from_q))]


def _svd(node: Inference) -> list[TensorSpec]:
    dtype, shape = node.require_float("x"), at_least_matrix(node)
    if shape.dims is None:
        return [TensorSpec(dtype)] * 3
    rows, columns = shape.dims[-2:]
    small = None if rows is None or columns is None else min(rows, columns)
    parts = [[small], [rows, small], [columns, small]]
    return [TensorSpec(dtype).with_shape([*shape.dims[:-2], *part]) for part in parts]


def _svd_gradient(op: Operation, to_s: Tensor | None, to_u: Tensor | None, to_v: Tensor | None) -> Gradients:
    """James Townsend, 2016, "Differentiating the singular value decomposition"."""
    s, u, v = op.outputs
    graph = op.graph
    row = graph.apply("ExpandDims", s, axis=-2)
    column = graph.apply("ExpandDims", s, axis=-1)
    middle = graph.apply("MatrixDiag", graph.apply("ZerosLike", s) if to_s is None else to_s)
    factors = _differences(s * s)
    outside: list[Tensor] = []
    if to_u is not None:
        inner = product(u, to_u, True)
        middle += factors * (inner - transposed(inner)) * row
        outside.append(product((to_u - product(u, inner)) / row, v, False, True))
    if to_v is not None:
        inner = product(v, to_v, True)
        middle += column * (factors * (inner - transposed(inner)))
        outside.append(product(u, (to_v - product(v, inner)) / row, False, True))
    total = product(product(u, middle), v, False, True)
    for part in outside:
        total += part
    return [total]


declare(
    OpDeclaration(
        type="Qr",
        category=Category.MATRIX,
        symbol="QR",
        description="A matrix as the product of one with orthogonal columns and one with zeros below its diagonal.",
        formula=r"x = q\,r,\quad q^\mathsf{T} q = 1",
        infer=_factored,
        inputs=(InputPort("input"),),
        outputs=(OutputPort("q"), OutputPort("r")),
        attributes=(
            Attribute(
                "full_matrices", AttributeKind.BOOL, False, "Whether q is square, also where x has fewer columns."
            ),
        ),
        kernel=_qr_kernel,
        gradient=_qr_gradient,
        default_name="Qr",
        example="tf.qr(x)",
    )
)
declare(
    OpDeclaration(
        type="SelfAdjointEig",
        category=Category.MATRIX,
        symbol="λ",
        description="Eigenvalues, the smallest first, and eigenvectors, as columns, of symmetric matrices.",
        formula=r"x v_i = \lambda_i v_i",
        infer=_eigen,
        inputs=(X,),
        outputs=(OutputPort("values"), OutputPort("vectors")),
        kernel=_several("eigen"),
        gradient=_eigen_gradient,
        default_name="SelfAdjointEigV2",
        example="tf.self_adjoint_eig(x)",
    )
)
declare(
    OpDeclaration(
        type="Svd",
        category=Category.MATRIX,
        symbol="USV",
        description="The singular values of matrices, the largest first, and the vectors on their left and right.",
        formula=r"x = U \operatorname{diag}(s) V^\mathsf{T}",
        infer=_svd,
        inputs=(X,),
        outputs=(OutputPort("s"), OutputPort("u"), OutputPort("v")),
        kernel=_several("singular_values"),
        gradient=_svd_gradient,
        default_name="Svd",
        example="tf.svd(x)",
    )
)
