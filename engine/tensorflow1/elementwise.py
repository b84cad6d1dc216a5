"""The other elementwise functions, under TensorFlow's names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..graph import Tensor, Variable
from ..graph.convert import as_output
from ..graph.default import current_graph
from .build import apply, tensor_of

__all__ = [
    "accumulate_n",
    "acos",
    "acosh",
    "add_n",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "ceil",
    "cos",
    "cosh",
    "digamma",
    "div",
    "div_no_nan",
    "erf",
    "erfc",
    "expm1",
    "floor",
    "floor_div",
    "floordiv",
    "floormod",
    "is_finite",
    "is_inf",
    "is_nan",
    "lgamma",
    "log1p",
    "log_sigmoid",
    "logical_xor",
    "mod",
    "realdiv",
    "reciprocal",
    "rint",
    "round",
    "rsqrt",
    "sin",
    "sinh",
    "squared_difference",
    "tan",
    "truediv",
    "truncatediv",
    "truncatemod",
]


def sin(x: Any, name: str | None = None) -> Tensor:
    """The sine of x in radians, elementwise."""
    return apply("Sin", x, name=name)


def cos(x: Any, name: str | None = None) -> Tensor:
    """The cosine of x in radians, elementwise."""
    return apply("Cos", x, name=name)


def tan(x: Any, name: str | None = None) -> Tensor:
    """The tangent of x in radians, elementwise."""
    return apply("Tan", x, name=name)


def asin(x: Any, name: str | None = None) -> Tensor:
    """The angle whose sine is x, elementwise."""
    return apply("Asin", x, name=name)


def acos(x: Any, name: str | None = None) -> Tensor:
    """The angle whose cosine is x, elementwise."""
    return apply("Acos", x, name=name)


def atan(x: Any, name: str | None = None) -> Tensor:
    """The angle whose tangent is x, elementwise."""
    return apply("Atan", x, name=name)


def sinh(x: Any, name: str | None = None) -> Tensor:
    """The hyperbolic sine of x, elementwise."""
    return apply("Sinh", x, name=name)


def cosh(x: Any, name: str | None = None) -> Tensor:
    """The hyperbolic cosine of x, elementwise."""
    return apply("Cosh", x, name=name)


def asinh(x: Any, name: str | None = None) -> Tensor:
    """The number whose hyperbolic sine is x, elementwise."""
    return apply("Asinh", x, name=name)


def acosh(x: Any, name: str | None = None) -> Tensor:
    """The number whose hyperbolic cosine is x, elementwise."""
    return apply("Acosh", x, name=name)


def atanh(x: Any, name: str | None = None) -> Tensor:
    """The number whose hyperbolic tangent is x, elementwise."""
    return apply("Atanh", x, name=name)


def floor(x: Any, name: str | None = None) -> Tensor:
    """The next whole number below, as a float, elementwise."""
    return apply("Floor", x, name=name)


def ceil(x: Any, name: str | None = None) -> Tensor:
    """The next whole number above, as a float, elementwise."""
    return apply("Ceil", x, name=name)


def round(x: Any, name: str | None = None) -> Tensor:
    """The nearest whole number, the even one of two; whole numbers stay as they are, elementwise."""
    return apply("Round", x, name=name)


def rint(x: Any, name: str | None = None) -> Tensor:
    """The nearest whole number, the even one of two, of floats, elementwise."""
    return apply("Rint", x, name=name)


def reciprocal(x: Any, name: str | None = None) -> Tensor:
    """1 / x, elementwise."""
    return apply("Reciprocal", x, name=name)


def rsqrt(x: Any, name: str | None = None) -> Tensor:
    """1 / √x, elementwise."""
    return apply("Rsqrt", x, name=name)


def expm1(x: Any, name: str | None = None) -> Tensor:
    """eˣ − 1, exact for small x too, elementwise."""
    return apply("Expm1", x, name=name)


def log1p(x: Any, name: str | None = None) -> Tensor:
    """ln(1 + x), exact for small x too, elementwise."""
    return apply("Log1p", x, name=name)


def erf(x: Any, name: str | None = None) -> Tensor:
    """The error function of x, elementwise."""
    return apply("Erf", x, name=name)


def erfc(x: Any, name: str | None = None) -> Tensor:
    """1 less the error function of x, elementwise."""
    return apply("Erfc", x, name=name)


def lgamma(x: Any, name: str | None = None) -> Tensor:
    """The logarithm of |Γ(x)|, elementwise."""
    return apply("Lgamma", x, name=name)


def digamma(x: Any, name: str | None = None) -> Tensor:
    """The slope of ln Γ at x, elementwise."""
    return apply("Digamma", x, name=name)


def is_nan(x: Any, name: str | None = None) -> Tensor:
    """Whether x is not a number, elementwise."""
    return apply("IsNan", x, name=name)


def is_inf(x: Any, name: str | None = None) -> Tensor:
    """Whether x is infinite, elementwise."""
    return apply("IsInf", x, name=name)


def is_finite(x: Any, name: str | None = None) -> Tensor:
    """Whether x is a number and finite, elementwise."""
    return apply("IsFinite", x, name=name)


def floordiv(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x / y rounded down, elementwise with broadcasting."""
    return apply("FloorDiv", x, y, name=name)


def floor_div(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x / y rounded down, elementwise with broadcasting."""
    return apply("FloorDiv", x, y, name=name, base_name="FloorDiv")


def floormod(x: Any, y: Any, name: str | None = None) -> Tensor:
    """What x / y rounded down leaves; it has the sign of y, elementwise with broadcasting."""
    return apply("FloorMod", x, y, name=name)


mod = floormod


def truncatediv(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x / y rounded towards 0, elementwise with broadcasting."""
    return apply("TruncateDiv", x, y, name=name)


def truncatemod(x: Any, y: Any, name: str | None = None) -> Tensor:
    """What x / y rounded towards 0 leaves; it has the sign of x, elementwise with broadcasting."""
    return apply("TruncateMod", x, y, name=name)


def realdiv(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x / y, elementwise with broadcasting."""
    return apply("Divide", x, y, name=name, base_name="RealDiv")


def div_no_nan(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x / y, and 0 where y is 0, elementwise with broadcasting."""
    return apply("DivNoNan", x, y, name=name)


def squared_difference(x: Any, y: Any, name: str | None = None) -> Tensor:
    """(x − y)², elementwise with broadcasting."""
    return apply("SquaredDifference", x, y, name=name)


def logical_xor(x: Any, y: Any, name: str | None = None) -> Tensor:
    """Whether just one of x and y holds, elementwise with broadcasting."""
    return apply("LogicalXor", x, y, name=name, base_name="LogicalXor")


def multiply_no_nan(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x y, and 0 where y is 0, also where x is infinite or NaN, elementwise with broadcasting."""
    return apply("MultiplyNoNan", x, y, name=name)


def xlogy(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x ln y, and 0 where x is 0, elementwise with broadcasting."""
    return apply("Xlogy", x, y, name=name)


def xlog1py(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x ln(1 + y), and 0 where x is 0, elementwise with broadcasting."""
    with current_graph(x, y).name_scope(name or "xlog1py"):
        return apply("MultiplyNoNan", apply("Log1p", tensor_of(y, tensor_of(x).dtype)), x)


def reciprocal_no_nan(x: Any, name: str | None = None) -> Tensor:
    """1 / x, and 0 where x is 0, elementwise."""
    with current_graph(x).name_scope(name or "reciprocal_no_nan") as scope:
        return apply("DivNoNan", 1, tensor_of(x), name=scope)


def polyval(coeffs: Sequence[Any], x: Any, name: str | None = None) -> Tensor:
    """The polynomial with these coefficients, that of the highest power first, at x; elementwise.

    Raises ValueError for anything but a list of coefficients.
    """
    if not isinstance(coeffs, list):
        raise ValueError(f"Argument coeffs must be list type. Received type {type(coeffs).__name__!r}; give a list.")
    graph = current_graph(x, *coeffs)
    with graph.name_scope(name or "polyval"):
        variable = tensor_of(x)
        if not coeffs:
            return apply("ZerosLike", variable)
        found, *others = [tensor_of(coefficient, variable.dtype) for coefficient in coeffs]
        for coefficient in others:
            found = coefficient + found * variable
        return found


def xdivy(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x / y, and 0 where x is 0, elementwise with broadcasting."""
    return apply("Xdivy", x, y, name=name)


def atan2(y: Any, x: Any, name: str | None = None) -> Tensor:
    """The angle of the points (x, y), from −π to π, elementwise with broadcasting."""
    return apply("Atan2", y, x, name=name)


def truediv(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x / y, elementwise with broadcasting; whole numbers give floats."""
    return apply("Divide", x, y, name=name)


def div(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x / y as in Python 2, elementwise with broadcasting: whole numbers give whole numbers, rounded down."""
    graph = current_graph(x, y)
    first = as_output(graph, x, y.dtype if isinstance(y, Tensor | Variable) else None)
    is_integer = isinstance(first, Tensor) and first.dtype is not None and first.dtype.is_integer
    return graph.apply("FloorDiv" if is_integer else "Divide", first, y, name=name, base_name="div")


def approximate_equal(x: Any, y: Any, tolerance: float = 1e-5, name: str | None = None) -> Tensor:
    """Whether x and y differ by less than the tolerance, elementwise with broadcasting."""
    return apply("ApproximateEqual", x, y, tolerance=tolerance, name=name)


def log_sigmoid(x: Any, name: str | None = None) -> Tensor:
    """The logarithm of the sigmoid of x, elementwise: −softplus(−x), which is finite for any finite x."""
    graph = current_graph(x)
    with graph.name_scope(name or "LogSigmoid") as scope:
        softplus = graph.apply("Softplus", graph.apply("Negative", x))
        return graph.apply("Negative", softplus, name=scope)


def add_n(inputs: Sequence[Any], name: str | None = None) -> Tensor:
    """The sum of tensors of one shape and dtype. Raises ValueError for an empty list."""
    values = list(inputs) if isinstance(inputs, list | tuple) else [inputs]
    if not values:
        raise ValueError("inputs must be a list of at least one Tensor/IndexedSlices with the same dtype and shape")
    if len(values) == 1 and isinstance(values[0], Tensor):
        return values[0] if name is None else apply("Identity", values[0], name=name)
    return apply("AddN", values, name=name)


def accumulate_n(inputs: Sequence[Any], shape: Any = None, tensor_dtype: Any = None, name: str | None = None) -> Tensor:
    """The sum of tensors of one shape and dtype, as :func:`add_n`. Raises ValueError for an empty list."""
    if not inputs:
        raise ValueError("inputs must be a list of at least one Tensor/IndexedSlices with the same dtype and shape")
    return apply("AddN", list(inputs), name=name, base_name="AccumulateNV2")
