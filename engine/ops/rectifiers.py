"""Activation functions beyond the first ones: those that bend at 0, and their smooth sisters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..graph import Attribute, AttributeKind, Category, OpDeclaration, Operation, Tensor, bool_, declare
from ..graph.declaration import StraightLine
from .arithmetic import constant_like
from .elementwise import declare_unary
from .rules import X, floating, number

#: The two numbers with which mean 0 and variance 1 are kept from layer to layer (Klambauer and others, 2017,
#: "Self-Normalizing Neural Networks").
SELU_SCALE = 1.0507009873554804934193349852946
SELU_SCALE_ALPHA = 1.7580993408473768599402175208123


@StraightLine
def _relu6_kernel(k: Any) -> Callable[..., Any]:
    xp, dtype = k.xp, k.outputs[0].dtype.numpy
    zero, six = xp.scalar(0, dtype), xp.scalar(6, dtype)
    return lambda x, out=None: xp.minimum(xp.maximum(x, zero, out), six, out)


def _relu6_gradient(op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
    x = op.inputs[0]
    inside = grad.graph.apply("LogicalAnd", x > constant_like(0, x), x < constant_like(6, x))
    return [grad * grad.graph.apply("Cast", inside, dtype=grad.dtype)]


def _alpha(op: Operation) -> float:
    """The slope as TensorFlow keeps it, in float32 whatever the dtype of x."""
    return float(np.float32(op.attributes["alpha"]))


@StraightLine
def _leaky_kernel(k: Any) -> Callable[..., Any]:
    xp, dtype = k.xp, k.outputs[0].dtype.numpy
    zero, alpha = xp.scalar(0, dtype), xp.scalar(_alpha(k.op), dtype)
    is_above = xp.scratch(k.outputs[0].shape.known(), bool_.numpy)
    return lambda x, out=None: xp.where(xp.greater(x, zero, is_above), x, xp.multiply(x, alpha, out), out)


def _leaky_gradient(op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
    x = op.inputs[0]
    slow = grad * constant_like(_alpha(op), grad)
    return [grad.graph.apply("Where", x > constant_like(0, x), grad, slow)]


def _exponential_kernel(scale: float, scale_alpha: float) -> Callable[[Any], Callable[..., Any]]:
    """scale · x from 0 on, scale_alpha · (eˣ − 1) below."""

    @StraightLine
    def kernel(k: Any) -> Callable[..., Any]:
        xp, dtype = k.xp, k.outputs[0].dtype.numpy
        zero, above, below = xp.scalar(0, dtype), xp.scalar(scale, dtype), xp.scalar(scale_alpha, dtype)
        work, is_above = (xp.scratch(k.outputs[0].shape.known(), each) for each in (dtype, bool_.numpy))

        def step(x: Any, out: Any = None) -> Any:
            curve = xp.multiply(xp.expm1(x, out), below, out)
            return xp.where(xp.greater_equal(x, zero, is_above), xp.multiply(x, above, work), curve, out)

        return step

    return kernel


def _exponential_gradient(scale: float, scale_alpha: float) -> Callable[[Operation, Tensor], Sequence[Tensor | None]]:
    def gradient(op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
        y = op.output
        curve = grad * (y + constant_like(scale_alpha, y))
        straight = grad if scale == 1 else grad * constant_like(scale, grad)
        return [grad.graph.apply("Where", y < constant_like(0, y), curve, straight)]

    return gradient


@StraightLine
def _softplus_kernel(k: Any) -> Callable[..., Any]:
    """max(x, 0) + ln(1 + e^−|x|): finite for any finite x."""
    xp, dtype = k.xp, k.outputs[0].dtype.numpy
    zero, positive = xp.scalar(0, dtype), xp.scratch(k.outputs[0].shape.known(), dtype)

    def step(x: Any, out: Any = None) -> Any:
        tail = xp.log1p(xp.exp(xp.negative(xp.absolute(x, out), out), out), out)
        return xp.add(xp.maximum(x, zero, positive), tail, out)

    return step


@StraightLine
def _softsign_kernel(k: Any) -> Callable[..., Any]:
    xp, one = k.xp, k.xp.scalar(1, k.outputs[0].dtype.numpy)
    return lambda x, out=None: xp.true_divide(x, xp.add(xp.absolute(x, out), one, out), out)


def _softsign_gradient(op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
    x = op.inputs[0]
    return [grad / grad.graph.apply("Square", grad.graph.apply("Abs", x) + constant_like(1, x))]


declare_unary(
    "Relu6",
    "rel6",
    "Lets numbers between 0 and 6 through and cuts off the others.",
    r"\min(\max(x, 0), 6)",
    "tf.nn.relu6(x)",
    _relu6_kernel,
    _relu6_gradient,
    number,
    category=Category.ACTIVATION,
)
declare(
    OpDeclaration(
        type="LeakyRelu",
        category=Category.ACTIVATION,
        symbol="lrel",
        description="Lets positive numbers through and makes negative ones small.",
        formula=r"\begin{cases} x & x > 0 \\ \alpha x & \text{else} \end{cases}",
        infer=floating,
        inputs=(X,),
        attributes=(Attribute("alpha", AttributeKind.FLOAT, 0.2, "The slope for negative numbers."),),
        kernel=_leaky_kernel,
        gradient=_leaky_gradient,
        default_name="LeakyRelu",
        example="tf.nn.leaky_relu(x)",
    )
)
declare_unary(
    "Elu",
    "elu",
    "Lets positive numbers through and bends negative ones towards −1.",
    r"\begin{cases} x & x > 0 \\ e^x - 1 & \text{else} \end{cases}",
    "tf.nn.elu(x)",
    _exponential_kernel(1, 1),
    _exponential_gradient(1, 1),
    category=Category.ACTIVATION,
)
declare_unary(
    "Selu",
    "selu",
    "An elu, scaled so that layers keep mean 0 and variance 1.",
    r"\lambda \begin{cases} x & x > 0 \\ \alpha (e^x - 1) & \text{else} \end{cases}",
    "tf.nn.selu(x)",
    _exponential_kernel(SELU_SCALE, SELU_SCALE_ALPHA),
    _exponential_gradient(SELU_SCALE, SELU_SCALE_ALPHA),
    category=Category.ACTIVATION,
)
declare_unary(
    "Softplus",
    "s+",
    "A relu without the bend: the logarithm of 1 + eˣ.",
    r"\ln(1 + e^x)",
    "tf.nn.softplus(x)",
    _softplus_kernel,
    lambda op, grad: [grad * grad.graph.apply("Sigmoid", op.inputs[0])],
    category=Category.ACTIVATION,
)
declare_unary(
    "Softsign",
    "s±",
    "Squeezes each number between −1 and 1, more slowly than tanh.",
    r"\frac{x}{1 + |x|}",
    "tf.nn.softsign(x)",
    _softsign_kernel,
    _softsign_gradient,
    category=Category.ACTIVATION,
)
