"""Activation functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..graph import Category, Inference, OpDeclaration, Operation, Tensor, TensorSpec, declare
from ..graph.declaration import StraightLine
from .arithmetic import constant_like
from .elementwise import function
from .exponentials import Exponentials
from .rules import X, axis_attribute, floating, number


@StraightLine
def _relu_kernel(k: Any) -> Callable[..., Any]:
    xp, zero = k.xp, k.xp.scalar(0, k.outputs[0].dtype.numpy)
    return lambda x, out=None: xp.maximum(x, zero, out)


def _relu_gradient(op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
    # A product, as in TensorFlow: an infinite gradient that arrives at a zero becomes NaN and is not hidden.
    positive = op.output > constant_like(0, op.output)
    return [grad * grad.graph.apply("Cast", positive, dtype=grad.dtype)]


@StraightLine
def _sigmoid_kernel(k: Any) -> Callable[..., Any]:
    """1 / (1 + e⁻ˣ): e⁻ˣ may become infinite for very negative x, and the quotient is then 0, as it should be."""
    xp, one = k.xp, k.xp.scalar(1, k.outputs[0].dtype.numpy)

    def step(x: Any, out: Any = None) -> Any:
        result = xp.exp(xp.negative(x, out), out)
        return xp.true_divide(one, xp.add(result, one, out), out)

    return step


def _sigmoid_gradient(op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
    y = op.output
    return [grad * y * (constant_like(1, y) - y)]


def _tanh_gradient(op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
    y = op.output
    return [grad * (constant_like(1, y) - grad.graph.apply("Square", y))]


def _softmax(node: Inference) -> TensorSpec:
    spec = TensorSpec(node.require_float("x"), node.spec("x").shape)
    axis, rank = node.attribute("axis"), spec.shape.rank
    if rank is not None and not -rank <= axis < rank:
        raise node.shape_error(
            f"{node.op.name} works over axis {axis}, but {node.describe('x')}; choose an axis it has."
        )
    return spec


@StraightLine
def _softmax_kernel(k: Any) -> Callable[..., Any]:
    """e^(x − max) over its sum: the subtraction changes nothing but keeps e^x finite."""
    xp, axis, spec = k.xp, k.attribute("axis"), k.outputs[0]
    sizes = list(spec.shape.known())
    if axis in (-1, len(sizes) - 1):
        exponentials = Exponentials(k, spec)

        def along_last(x: Any, out: Any = None) -> Any:
            _, powers, total = exponentials(x)
            return exponentials.put_back(xp.true_divide(powers, total, powers), out)

        return along_last
    sizes[axis] = 1
    column = xp.scratch(tuple(sizes), spec.dtype.numpy)

    def step(x: Any, out: Any = None) -> Any:
        result = xp.exp(xp.subtract(x, xp.reduce_max(x, axis, True, column), out), out)
        return xp.true_divide(result, xp.reduce_sum(result, axis, True, column), out)

    return step


def _softmax_gradient(op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
    y, axis = op.output, op.attributes["axis"]
    return [(grad - grad.graph.apply("ReduceSum", grad * y, axis=[axis], keepdims=True)) * y]


declare(
    OpDeclaration(
        type="Relu",
        category=Category.ACTIVATION,
        symbol="relu",
        description="Lets positive numbers through and makes negative ones 0.",
        formula=r"\max(x, 0)",
        infer=number,
        inputs=(X,),
        kernel=_relu_kernel,
        gradient=_relu_gradient,
        default_name="Relu",
        example="tf.nn.relu(x)",
    )
)
declare(
    OpDeclaration(
        type="Sigmoid",
        category=Category.ACTIVATION,
        symbol="σ",
        description="Squeezes each number between 0 and 1.",
        formula=r"\sigma(x) = \frac{1}{1 + e^{-x}}",
        infer=floating,
        inputs=(X,),
        kernel=_sigmoid_kernel,
        gradient=_sigmoid_gradient,
        default_name="Sigmoid",
        example="tf.nn.sigmoid(x)",
    )
)
declare(
    OpDeclaration(
        type="Tanh",
        category=Category.ACTIVATION,
        symbol="tanh",
        description="Squeezes each number between −1 and 1.",
        formula=r"\tanh x",
        infer=floating,
        inputs=(X,),
        kernel=function("tanh"),
        gradient=_tanh_gradient,
        default_name="Tanh",
        example="tf.nn.tanh(x)",
    )
)
declare(
    OpDeclaration(
        type="Softmax",
        category=Category.ACTIVATION,
        symbol="soft",
        description="Turns numbers into probabilities that add up to 1 along an axis.",
        formula=r"\frac{e^{x_i}}{\sum_j e^{x_j}}",
        infer=_softmax,
        inputs=(X,),
        attributes=(axis_attribute(-1, "The axis along which the results add up to 1; −1 is the last."),),
        kernel=_softmax_kernel,
        gradient=_softmax_gradient,
        default_name="Softmax",
        example="tf.nn.softmax(x)",
    )
)
