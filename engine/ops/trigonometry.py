"""Sines, tangents and their hyperbolic sisters, and the inverses of them."""

from __future__ import annotations

from collections.abc import Sequence

from ..graph import InputPort, Operation, Tensor
from .arithmetic import constant_like
from .broadcast import unbroadcast
from .elementwise import declare_binary, declare_unary, floating_pair, function, times


def _one(like: Tensor) -> Tensor:
    return constant_like(1, like)


def _tan_gradient(op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
    cosine = grad.graph.apply("Cos", op.inputs[0])
    return [grad * grad.graph.apply("Square", grad.graph.apply("Reciprocal", cosine))]


def _asin_gradient(op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
    x, graph = op.inputs[0], grad.graph
    root = graph.apply("Sqrt", _one(x) - graph.apply("Square", x))
    return [grad * graph.apply("Reciprocal", root)]


def _acos_gradient(op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
    (gradient,) = _asin_gradient(op, grad)
    assert gradient is not None
    return [-gradient]


def _atan_gradient(op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
    x = op.inputs[0]
    return [grad * grad.graph.apply("Reciprocal", _one(x) + grad.graph.apply("Square", x))]


def _atanh_gradient(op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
    x = op.inputs[0]
    return [grad * grad.graph.apply("Reciprocal", _one(x) - grad.graph.apply("Square", x))]


def _atan2_gradient(op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
    y, x = op.inputs
    graph = grad.graph
    shared = grad / (graph.apply("Square", x) + graph.apply("Square", y))
    return unbroadcast(x * shared, y), unbroadcast(-y * shared, x)


declare_unary(
    "Sin", "sin", "The sine of an angle in radians, elementwise.", r"\sin x", "tf.sin(x)", function("sin"), times("Cos")
)
declare_unary(
    "Cos",
    "cos",
    "The cosine of an angle in radians, elementwise.",
    r"\cos x",
    "tf.cos(x)",
    function("cos"),
    times("Sin", lambda sine: -sine),
)
declare_unary(
    "Tan",
    "tan",
    "The tangent of an angle in radians, elementwise.",
    r"\tan x",
    "tf.tan(x)",
    function("tan"),
    _tan_gradient,
)
declare_unary(
    "Asin",
    "asin",
    "The angle whose sine is x, elementwise.",
    r"\arcsin x",
    "tf.asin(x)",
    function("arcsin"),
    _asin_gradient,
)
declare_unary(
    "Acos",
    "acos",
    "The angle whose cosine is x, elementwise.",
    r"\arccos x",
    "tf.acos(x)",
    function("arccos"),
    _acos_gradient,
)
declare_unary(
    "Atan",
    "atan",
    "The angle whose tangent is x, elementwise.",
    r"\arctan x",
    "tf.atan(x)",
    function("arctan"),
    _atan_gradient,
)
declare_binary(
    "Atan2",
    "∠",
    "The angle of the point (x, y), from −π to π, elementwise.",
    r"\operatorname{atan2}(y, x)",
    "tf.atan2(y, x)",
    function("arctan2"),
    _atan2_gradient,
    lambda node: floating_pair(node, "y", "x"),
    inputs=(InputPort("y"), InputPort("x")),
)
declare_unary(
    "Sinh",
    "sinh",
    "The hyperbolic sine, elementwise.",
    r"\sinh x",
    "tf.sinh(x)",
    function("sinh"),
    times("Cosh"),
)
declare_unary(
    "Cosh",
    "cosh",
    "The hyperbolic cosine, elementwise.",
    r"\cosh x",
    "tf.cosh(x)",
    function("cosh"),
    times("Sinh"),
)
declare_unary(
    "Asinh",
    "ash",
    "The number whose hyperbolic sine is x, elementwise.",
    r"\operatorname{arsinh} x",
    "tf.asinh(x)",
    function("arcsinh"),
    lambda op, grad: [grad / grad.graph.apply("Cosh", op.output)],
)
declare_unary(
    "Acosh",
    "ach",
    "The number whose hyperbolic cosine is x, elementwise.",
    r"\operatorname{arcosh} x",
    "tf.acosh(x)",
    function("arccosh"),
    lambda op, grad: [grad / grad.graph.apply("Sinh", op.output)],
)
declare_unary(
    "Atanh",
    "ath",
    "The number whose hyperbolic tangent is x, elementwise.",
    r"\operatorname{artanh} x",
    "tf.atanh(x)",
    function("arctanh"),
    _atanh_gradient,
)
