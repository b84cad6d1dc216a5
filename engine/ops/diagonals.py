"""Diagonals and bands of matrices, products by index equations, and the cross product."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..graph import (
    UNKNOWN_SHAPE,
    Attribute,
    AttributeKind,
    Category,
    GraphError,
    Inference,
    InputPort,
    OpDeclaration,
    Operation,
    Tensor,
    TensorShape,
    TensorSpec,
    declare,
)
from .linear_algebra import at_least_matrix
from .rules import XY, X

Gradients = Sequence[Tensor | None]


def _band(op: Operation, grad: Tensor) -> Gradients:
    return [grad.graph.apply("MatrixBandPart", grad, **op.attributes)]


def _band_kernel(k: Any) -> Callable[..., Any]:
    xp, lower, upper = k.xp, k.attribute("num_lower"), k.attribute("num_upper")
    return lambda x, out=None: xp.copy(xp.band_part(x, lower, upper), out)


def _matrix(node: Inference) -> TensorSpec:
    at_least_matrix(node)
    return node.spec("x")


def _spread(node: Inference) -> TensorSpec:
    spec = node.spec("x")
    if spec.shape.dims is None:
        return spec.with_shape(UNKNOWN_SHAPE)
    if not spec.shape.dims:
        raise node.shape_error(
            f"{node.op.name} needs a row of numbers, but {node.describe('x')}, a scalar; reshape it."
        )
    return spec.with_shape([*spec.shape.dims, spec.shape.dims[-1]])


def _spread_kernel(k: Any) -> Callable[..., Any]:
    xp, spec = k.xp, k.outputs[0]
    zeros = xp.full(spec.shape.known(), 0, spec.dtype.numpy)
    return lambda x, out=None: xp.with_diagonal(zeros, x, out)


def _diagonal(node: Inference) -> TensorSpec:
    spec, shape = node.spec("x"), at_least_matrix(node)
    if shape.dims is None:
        return spec.with_shape(UNKNOWN_SHAPE)
    return spec.with_shape([*shape.dims[:-2], _shorter(shape)])


def _shorter(shape: TensorShape) -> int | None:
    assert shape.dims is not None
    rows, columns = shape.dims[-2:]
    return None if rows is None or columns is None else min(rows, columns)


def _diagonal_gradient(op: Operation, grad: Tensor) -> Gradients:
    zeros = grad.graph.apply("ZerosLike", op.inputs[0])
    return [grad.graph.apply("MatrixSetDiag", zeros, grad)]


def _with_diagonal(node: Inference) -> TensorSpec:
    dtype, shape = node.same_dtype("x", "diagonal"), at_least_matrix(node)
    values = node.spec("diagonal").shape
    if shape.dims is not None and not values.is_compatible_with([*shape.dims[:-2], _shorter(shape)]):
        raise node.shape_error(
            f"{node.op.name} needs one number for each place of the diagonal: {node.describe('x')} and "
            f"{node.describe('diagonal')}; change one of them."
        )
    return TensorSpec(dtype, shape)


def _with_diagonal_gradient(op: Operation, grad: Tensor) -> Gradients:
    graph = grad.graph
    zeros = graph.apply("ZerosLike", op.inputs[1])
    return graph.apply("MatrixSetDiag", grad, zeros), graph.apply("MatrixDiagPart", grad)


def _doubled(node: Inference) -> TensorSpec:
    shape = node.spec("x").shape
    if shape.rank == 0:
        raise node.shape_error(
            f"{node.op.name} needs at least one axis, but {node.describe('x')}, a scalar; reshape it."
        )
    return node.spec("x").with_shape(UNKNOWN_SHAPE if shape.dims is None else [*shape.dims, *shape.dims])


def _doubled_kernel(k: Any) -> Callable[..., Any]:
    xp, spec, count = k.xp, k.outputs[0], k.inputs[0].shape.num_elements()
    zeros = xp.full((count, count), 0, spec.dtype.numpy)
    shape = spec.shape.known()
    return lambda x, out=None: xp.copy(xp.with_diagonal(zeros, x.reshape(count)).reshape(shape), out)


def _halved(node: Inference) -> TensorSpec:
    spec = node.spec("x")
    if spec.shape.dims is None:
        return spec.with_shape(UNKNOWN_SHAPE)
    rank = len(spec.shape.dims)
    first, second = TensorShape(spec.shape.dims[: rank // 2]), TensorShape(spec.shape.dims[rank // 2 :])
    if rank % 2 or rank == 0 or not first.is_compatible_with(second):
        raise node.shape_error(
            f"{node.op.name} needs the sizes of the first half of the axes again in the second half, but "
            f"{node.describe('x')}; take matrix_diag_part for batches of matrices."
        )
    return spec.with_shape(first.merge_with(second))


def _halved_kernel(k: Any) -> Callable[..., Any]:
    xp, shape = k.xp, k.outputs[0].shape.known()
    count = k.outputs[0].shape.num_elements()
    return lambda x, out=None: xp.copy(xp.diagonal(x.reshape(count, count)).reshape(shape), out)


def split_equation(equation: str) -> tuple[list[str], str]:
    """The letters of each operand and of the result of "ij,jk->ik"."""
    left, _, right = equation.partition("->")
    return left.split(","), right


def _einsum(node: Inference) -> TensorSpec:
    specs = node.specs("operands")
    dtypes = {spec.dtype for spec in specs if spec.dtype is not None}
    if len(dtypes) > 1 or not all(dtype.is_number for dtype in dtypes):
        raise node.dtype_error(f"{node.op.name} multiplies numbers of one dtype; put a Cast before one of them.")
    dtype = next(iter(dtypes), None)
    operands, result = split_equation(node.attribute("equation"))
    if not specs:
        return TensorSpec(dtype)
    if len(operands) != len(specs):
        raise GraphError(
            f"{node.op.name} has {len(specs)} operands, but its equation names {len(operands)}; correct one.",
            node.op.name,
        )
    sizes: dict[str, int | None] = {}
    for letters, spec in zip(operands, specs, strict=True):
        if len(set(letters)) < len(letters):
            raise GraphError(
                f"Subscript not supported: an axis appears more than once: {letters} at {node.op.name}; take the "
                "diagonal first.",
                node.op.name,
            )
        if spec.shape.dims is None:
            continue
        if len(spec.shape.dims) != len(letters):
            raise node.shape_error(
                f"{node.op.name} names {len(letters)} axes, {letters!r}, for a tensor of shape {spec.shape}; use one "
                "letter for each axis."
            )
        for letter, size in zip(letters, spec.shape.dims, strict=True):
            known = sizes.get(letter)
            if None not in (known, size) and known != size:
                raise node.shape_error(
                    f"Dimensions must be equal, but are {known} and {size} for axis {letter!r} of '{node.op.name}' "
                    "(op: 'Einsum'); give axes with one letter one size."
                )
            sizes[letter] = size if known is None else known
    if any(spec.shape.dims is None for spec in specs) and not set(result) <= set(sizes):
        return TensorSpec(dtype, TensorShape([sizes.get(letter) for letter in result]))
    missing = set(result) - {letter for letters in operands for letter in letters}
    if missing or len(set(result)) < len(result):
        raise GraphError(
            f"{node.op.name} cannot make the axes {result!r}; name axes of the operands once.", node.op.name
        )
    return TensorSpec(dtype, TensorShape([sizes[letter] for letter in result]))


def _einsum_kernel(k: Any) -> Callable[..., Any]:
    xp, equation, count = k.xp, k.attribute("equation"), len(k.inputs)
    return lambda *arrays: xp.einsum(equation, *arrays[:count], out=arrays[count] if len(arrays) > count else None)


def _einsum_gradient(op: Operation, grad: Tensor) -> Gradients:
    """The sum of products of the gradient with the other operands; ones stand for axes that only this one has."""
    operands, result = split_equation(op.attributes["equation"])
    gradients: list[Tensor | None] = []
    for i, x in enumerate(op.inputs):
        others = [j for j in range(len(operands)) if j != i]
        letters, tensors = [result, *(operands[j] for j in others)], [grad, *(op.inputs[j] for j in others)]
        if not set(operands[i]) <= set("".join(letters)):
            letters.append(operands[i])
            tensors.append(grad.graph.apply("OnesLike", x))
        gradients.append(grad.graph.apply("Einsum", tensors, equation=f"{','.join(letters)}->{operands[i]}"))
    return gradients


def _crossed(node: Inference) -> TensorSpec:
    for port in ("x", "y"):
        node.require_number(port)
    x, y = node.spec("x").shape, node.spec("y").shape
    for port, shape in (("x", x), ("y", y)):
        if shape.dims is not None and (not shape.dims or shape.dims[-1] not in (None, 3)):
            raise node.shape_error(
                f"{node.op.name} needs vectors of three numbers: {node.describe(port)}; its last size must be 3."
            )
    if not x.is_compatible_with(y):
        raise node.shape_error(
            f"{node.op.name} needs tensors of one shape: {node.describe('x')} and {node.describe('y')}; change one."
        )
    return TensorSpec(node.same_dtype("x", "y"), x.merge_with(y))


def _cross_kernel(k: Any) -> Callable[..., Any]:
    xp = k.xp

    def step(x: Any, y: Any, out: Any = None) -> Any:
        a, b = [x[..., i] for i in (1, 2, 0)], [y[..., i] for i in (1, 2, 0)]
        c, d = [x[..., i] for i in (2, 0, 1)], [y[..., i] for i in (2, 0, 1)]
        return xp.stack([p * s - r * q for p, q, r, s in zip(a, b, c, d, strict=True)], -1, out)

    return step


declare(
    OpDeclaration(
        type="MatrixBandPart",
        category=Category.MATRIX,
        symbol="◣",
        description="Keeps a band around the diagonal of matrices and sets the rest to 0.",
        formula=r"x_{ij} \text{ where } i - j \le l,\ j - i \le u",
        infer=_matrix,
        inputs=(X,),
        attributes=(
            Attribute("num_lower", AttributeKind.INT, -1, "How many diagonals below are kept; −1 keeps all."),
            Attribute("num_upper", AttributeKind.INT, 0, "How many diagonals above are kept; −1 keeps all."),
        ),
        kernel=_band_kernel,
        gradient=_band,
        default_name="MatrixBandPart",
        example="tf.matrix_band_part(x, -1, 0)",
    )
)
declare(
    OpDeclaration(
        type="MatrixDiag",
        category=Category.MATRIX,
        symbol="⋱",
        description="Puts each row on the diagonal of a matrix of zeros.",
        formula=r"\operatorname{diag}(x)",
        infer=_spread,
        inputs=(X,),
        kernel=_spread_kernel,
        gradient=lambda op, grad: [grad.graph.apply("MatrixDiagPart", grad)],
        default_name="MatrixDiag",
        example="tf.matrix_diag(x)",
    )
)
declare(
    OpDeclaration(
        type="MatrixDiagPart",
        category=Category.MATRIX,
        symbol="⋱→",
        description="The diagonal of matrices.",
        formula="x_{ii}",
        infer=_diagonal,
        inputs=(X,),
        kernel=lambda k: lambda x, out=None: k.xp.copy(k.xp.diagonal(x), out),
        gradient=_diagonal_gradient,
        default_name="MatrixDiagPart",
        example="tf.matrix_diag_part(x)",
    )
)
declare(
    OpDeclaration(
        type="MatrixSetDiag",
        category=Category.MATRIX,
        symbol="→⋱",
        description="Matrices with other numbers on their diagonal.",
        formula="x_{ii} := d_i",
        infer=_with_diagonal,
        inputs=(X, InputPort("diagonal")),
        kernel=lambda k: lambda x, diagonal, out=None: k.xp.with_diagonal(x, diagonal, out),
        gradient=_with_diagonal_gradient,
        default_name="MatrixSetDiag",
        example="tf.matrix_set_diag(x, d)",
    )
)
declare(
    OpDeclaration(
        type="Diag",
        category=Category.MATRIX,
        symbol="⋱",
        description="Puts all elements on the diagonal of a tensor of zeros that has each axis twice.",
        formula=r"\operatorname{diag}(x)",
        infer=_doubled,
        inputs=(X,),
        kernel=_doubled_kernel,
        gradient=lambda op, grad: [grad.graph.apply("DiagPart", grad)],
        default_name="Diag",
        example="tf.diag(x)",
    )
)
declare(
    OpDeclaration(
        type="DiagPart",
        category=Category.MATRIX,
        symbol="⋱→",
        description="The diagonal of a tensor that has each axis twice.",
        formula=r"x_{i \dots i \dots}",
        infer=_halved,
        inputs=(X,),
        kernel=_halved_kernel,
        gradient=lambda op, grad: [grad.graph.apply("Diag", grad)],
        default_name="DiagPart",
        example="tf.diag_part(x)",
    )
)
declare(
    OpDeclaration(
        type="Einsum",
        category=Category.MATRIX,
        symbol="Σij",
        description="Multiplies tensors and sums over the axes that the equation leaves out.",
        formula=r"\sum_j x_{ij} y_{jk}",
        infer=_einsum,
        inputs=(InputPort("operands", variadic=True),),
        attributes=(
            Attribute(
                "equation", AttributeKind.TEXT, "ij,jk->ik", "A letter for each axis of the operands and the result."
            ),
        ),
        kernel=_einsum_kernel,
        gradient=_einsum_gradient,
        default_name="Einsum",
        example="tf.einsum('ij,jk->ik', x, y)",
    )
)
declare(
    OpDeclaration(
        type="Cross",
        category=Category.MATRIX,
        symbol="×⃗",
        description="The cross product of vectors of three numbers.",
        formula=r"x \times y",
        infer=_crossed,
        inputs=XY,
        kernel=_cross_kernel,
        gradient=lambda op, grad: [
            grad.graph.apply("Cross", op.inputs[1], grad),
            grad.graph.apply("Cross", grad, op.inputs[0]),
        ],
        default_name="Cross",
        example="tf.cross(x, y)",
    )
)
