"""Special functions, and forms of usual ones that stay exact, or finite, where the plain ones do not."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from ..graph import Attribute, AttributeKind, Category, OpDeclaration, Operation, Tensor, bool_, declare
from ..graph.declaration import StraightLine
from .arithmetic import constant_like
from .broadcast import unbroadcast
from .elementwise import declare_binary, declare_unary, floating_pair, function, times
from .rules import X, floating

Gradients = Sequence[Tensor | None]


@StraightLine
def _rsqrt_kernel(k: Any) -> Callable[..., Any]:
    xp, one = k.xp, k.xp.scalar(1, k.outputs[0].dtype.numpy)
    return lambda x, out=None: xp.true_divide(one, xp.sqrt(x, out), out)


@StraightLine
def _reciprocal_kernel(k: Any) -> Callable[..., Any]:
    xp, one = k.xp, k.xp.scalar(1, k.outputs[0].dtype.numpy)
    return lambda x, out=None: xp.true_divide(one, x, out)


def _rsqrt_gradient(op: Operation, grad: Tensor) -> Gradients:
    y = op.output
    return [grad * constant_like(-0.5, y) * (y * grad.graph.apply("Square", y))]


def _reciprocal_gradient(op: Operation, grad: Tensor) -> Gradients:
    return [-(grad * grad.graph.apply("Square", op.output))]


def _log1p_gradient(op: Operation, grad: Tensor) -> Gradients:
    x = op.inputs[0]
    return [grad * grad.graph.apply("Reciprocal", constant_like(1, x) + x)]


def _bell(sign: int) -> Callable[[Operation, Tensor], Gradients]:
    """The gradient of the error function, ±2/√π e^(−x²)."""

    def gradient(op: Operation, grad: Tensor) -> Gradients:
        x = op.inputs[0]
        bell = grad.graph.apply("Exp", -grad.graph.apply("Square", x))
        return [grad * (constant_like(sign * 2 / math.sqrt(math.pi), x) * bell)]

    return gradient


@StraightLine
def _squared_difference_kernel(k: Any) -> Callable[..., Any]:
    xp = k.xp
    return lambda x, y, out=None: xp.square(xp.subtract(x, y, out), out)


def _squared_difference_gradient(op: Operation, grad: Tensor) -> Gradients:
    x, y = op.inputs
    slope = constant_like(2, grad) * grad * (x - y)
    return unbroadcast(slope, x), unbroadcast(-slope, y)


def _zero_where(at: int, then: str) -> Callable[[Any], Callable[..., Any]]:
    """A function of x and y, but 0 where input ``at`` is 0."""

    @StraightLine
    def kernel(k: Any) -> Callable[..., Any]:
        xp, zero = k.xp, k.xp.scalar(0, k.outputs[0].dtype.numpy)
        value, is_zero = getattr(xp, then), xp.scratch(k.inputs[at].shape.known(), bool_.numpy)
        return lambda x, y, out=None: xp.where(xp.equal((x, y)[at], zero, is_zero), zero, value(x, y, out), out)

    return kernel


@StraightLine
def _xlogy_kernel(k: Any) -> Callable[..., Any]:
    xp, zero = k.xp, k.xp.scalar(0, k.outputs[0].dtype.numpy)
    work = xp.scratch(k.inputs[1].shape.known(), k.outputs[0].dtype.numpy)
    is_zero = xp.scratch(k.inputs[0].shape.known(), bool_.numpy)

    def step(x: Any, y: Any, out: Any = None) -> Any:
        return xp.where(xp.equal(x, zero, is_zero), zero, xp.multiply(x, xp.log(y, work), out), out)

    return step


def _div_no_nan_gradient(op: Operation, grad: Tensor) -> Gradients:
    x, y = op.inputs

    def quotient(a: Tensor) -> Tensor:
        return grad.graph.apply("DivNoNan", a, y)

    return unbroadcast(quotient(grad), x), unbroadcast(grad * quotient(quotient(-x)), y)


def _multiply_no_nan_gradient(op: Operation, grad: Tensor) -> Gradients:
    x, y = op.inputs
    return (
        unbroadcast(grad.graph.apply("MultiplyNoNan", grad, y), x),
        unbroadcast(grad.graph.apply("MultiplyNoNan", x, grad), y),
    )


def _is_not_zero(x: Tensor) -> Tensor:
    different = x.graph.apply("NotEqual", x, x.graph.apply("ZerosLike", x))
    return x.graph.apply("Cast", different, dtype=x.dtype)


def _xlogy_gradient(op: Operation, grad: Tensor) -> Gradients:
    x, y = op.inputs
    to_x = grad.graph.apply("Xlogy", _is_not_zero(x), y)
    return unbroadcast(grad * to_x, x), unbroadcast(grad * grad.graph.apply("Xdivy", x, y), y)


def _xdivy_gradient(op: Operation, grad: Tensor) -> Gradients:
    x, y = op.inputs
    to_x = grad.graph.apply("Xdivy", _is_not_zero(x), y)
    to_y = grad.graph.apply("Xdivy", -x, grad.graph.apply("Square", y))
    return unbroadcast(grad * to_x, x), unbroadcast(grad * to_y, y)


def _polygamma(order: int, x: Tensor) -> Tensor:
    return x.graph.apply("Polygamma", x, order=order)


def _polygamma_kernel(k: Any) -> Callable[..., Any]:
    xp, order = k.xp, k.attribute("order")
    return lambda x, out=None: xp.polygamma(order, x, out)


declare_unary(
    "Reciprocal",
    "1/x",
    "1 over x, elementwise.",
    r"\frac{1}{x}",
    "tf.reciprocal(x)",
    _reciprocal_kernel,
    _reciprocal_gradient,
)
declare_unary(
    "Rsqrt",
    "1/√",
    "1 over the square root, elementwise.",
    r"\frac{1}{\sqrt{x}}",
    "tf.rsqrt(x)",
    _rsqrt_kernel,
    _rsqrt_gradient,
)
declare_unary(
    "Expm1",
    "eˣ−1",
    "e to the power of x, less 1: exact for small x too, elementwise.",
    "e^x - 1",
    "tf.expm1(x)",
    function("expm1"),
    times("Exp"),
)
declare_unary(
    "Log1p",
    "ln1+",
    "The natural logarithm of 1 + x: exact for small x too, elementwise.",
    r"\ln(1 + x)",
    "tf.log1p(x)",
    function("log1p"),
    _log1p_gradient,
)
declare_unary(
    "Erf",
    "erf",
    "The error function, elementwise.",
    r"\operatorname{erf} x = \frac{2}{\sqrt\pi} \int_0^x e^{-t^2} dt",
    "tf.erf(x)",
    function("erf"),
    _bell(1),
)
declare_unary(
    "Erfc",
    "erfc",
    "1 less the error function, elementwise.",
    r"1 - \operatorname{erf} x",
    "tf.erfc(x)",
    function("erfc"),
    _bell(-1),
)
declare_unary(
    "Lgamma",
    "lnΓ",
    "The logarithm of the absolute value of the gamma function, elementwise.",
    r"\ln |\Gamma(x)|",
    "tf.lgamma(x)",
    function("lgamma"),
    times("Digamma"),
)
declare_unary(
    "Digamma",
    "ψ",
    "The slope of the logarithm of the gamma function, elementwise.",
    r"\psi(x) = \frac{\Gamma'(x)}{\Gamma(x)}",
    "tf.digamma(x)",
    lambda k: lambda x, out=None: k.xp.polygamma(0, x, out),
    lambda op, grad: [grad * _polygamma(1, op.inputs[0])],
)
declare(
    OpDeclaration(
        type="Polygamma",
        category=Category.INTERNAL,
        symbol="ψ⁽ⁿ⁾",
        description="A derivative of the digamma function, elementwise.",
        formula=r"\psi^{(n)}(x)",
        infer=floating,
        inputs=(X,),
        attributes=(Attribute("order", AttributeKind.INT, 1, "Which derivative: 1 is the first.", minimum=0),),
        kernel=_polygamma_kernel,
        gradient=lambda op, grad: [grad * _polygamma(op.attributes["order"] + 1, op.inputs[0])],
        default_name="Polygamma",
        example="used by the gradient of Digamma",
    )
)
declare_binary(
    "SquaredDifference",
    "(−)²",
    "The square of the difference, elementwise.",
    "(x - y)^2",
    "tf.squared_difference(x, y)",
    _squared_difference_kernel,
    _squared_difference_gradient,
)
declare_binary(
    "DivNoNan",
    "÷₀",
    "Divides x by y, elementwise; 0 where y is 0.",
    r"\begin{cases} 0 & y = 0 \\ \frac{x}{y} & \text{else} \end{cases}",
    "tf.div_no_nan(x, y)",
    _zero_where(1, "true_divide"),
    _div_no_nan_gradient,
    floating_pair,
    default_name="div_no_nan",
)
declare_binary(
    "MultiplyNoNan",
    "×₀",
    "Multiplies x and y, elementwise; 0 where y is 0, also where x is infinite or NaN.",
    r"\begin{cases} 0 & y = 0 \\ x y & \text{else} \end{cases}",
    "tf.math.multiply_no_nan(x, y)",
    _zero_where(1, "multiply"),
    _multiply_no_nan_gradient,
    floating_pair,
    default_name="multiply_no_nan",
)
declare_binary(
    "Xlogy",
    "xlny",
    "x times the logarithm of y, elementwise; 0 where x is 0.",
    r"x \ln y",
    "tf.math.xlogy(x, y)",
    _xlogy_kernel,
    _xlogy_gradient,
    floating_pair,
    default_name="xlogy",
)
declare_binary(
    "Xdivy",
    "x÷y",
    "Divides x by y, elementwise; 0 where x is 0.",
    r"\frac{x}{y}",
    "tf.math.xdivy(x, y)",
    _zero_where(0, "true_divide"),
    _xdivy_gradient,
    floating_pair,
    default_name="xdivy",
)
