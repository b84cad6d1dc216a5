"""Elementwise arithmetic. Gradients follow TensorFlow's at the corners (see the tests)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..graph import (
    UNKNOWN_SHAPE,
    Category,
    DType,
    Inference,
    InputPort,
    InvalidArgumentError,
    OpDeclaration,
    Operation,
    Tensor,
    TensorSpec,
    declare,
    float32,
    float64,
)
from ..graph.declaration import StraightLine, ValueRule
from .broadcast import unbroadcast
from .elementwise import function
from .rules import XY, X, broadcast, elementwise_value, floating, number, number_pair

Gradients = Sequence[Tensor | None]


def constant_like(value: float, like: Tensor) -> Tensor:
    """A scalar constant of the dtype of ``like``, in its graph."""
    return like.graph.apply("Constant", value=value, dtype=like.dtype)


def _add_gradient(op: Operation, grad: Tensor) -> Gradients:
    x, y = op.inputs
    return unbroadcast(grad, x), unbroadcast(grad, y)


def _subtract_gradient(op: Operation, grad: Tensor) -> Gradients:
    x, y = op.inputs
    return unbroadcast(grad, x), unbroadcast(-grad, y)


def _multiply_gradient(op: Operation, grad: Tensor) -> Gradients:
    x, y = op.inputs
    return unbroadcast(grad * y, x), unbroadcast(grad * x, y)


def _divide_gradient(op: Operation, grad: Tensor) -> Gradients:
    x, y = op.inputs
    return unbroadcast(grad / y, x), unbroadcast(grad * ((-x / y) / y), y)


def _square_gradient(op: Operation, grad: Tensor) -> Gradients:
    (x,) = op.inputs
    return [grad * (constant_like(2, x) * x)]


def _sqrt_gradient(op: Operation, grad: Tensor) -> Gradients:
    # TensorFlow's gradient of sqrt is 0 where the upstream gradient is 0, also at 0.
    return [_zero_where_no_gradient(grad, grad * constant_like(0.5, grad) / op.output)]


def _zero_where_no_gradient(grad: Tensor, value: Tensor) -> Tensor:
    zero = grad.graph.apply("ZerosLike", grad)
    return grad.graph.apply("Where", grad.graph.apply("Equal", grad, zero), zero, value)


def _pow_gradient(op: Operation, grad: Tensor) -> Gradients:
    x, y = op.inputs
    one, zero = constant_like(1, y), grad.graph.apply("ZerosLike", x)
    to_x = grad * y * x ** (y - one)
    positive = x > zero
    safe = grad.graph.apply("Where", positive, x, grad.graph.apply("OnesLike", x))
    log = grad.graph.apply("Where", positive, grad.graph.apply("Log", safe), zero)
    return unbroadcast(to_x, x), unbroadcast(grad * op.output * log, y)


def _abs_gradient(op: Operation, grad: Tensor) -> Gradients:
    return [grad * grad.graph.apply("Sign", op.inputs[0])]


def _extreme_gradient(comparison: str) -> Callable[[Operation, Tensor], Gradients]:
    """Of Maximum and Minimum: all to the first argument where both are equal."""

    def gradient(op: Operation, grad: Tensor) -> Gradients:
        x, y = op.inputs
        zero = grad.graph.apply("ZerosLike", grad)
        first = grad.graph.apply(comparison, x, y)
        to_x = grad.graph.apply("Where", first, grad, zero)
        to_y = grad.graph.apply("Where", first, zero, grad)
        return unbroadcast(to_x, x), unbroadcast(to_y, y)

    return gradient


def _sum(node: Inference) -> TensorSpec:
    """Numbers, or texts, which are put behind each other."""
    if any(spec.dtype is not None and spec.dtype.is_string for spec in (node.spec("x"), node.spec("y"))):
        return TensorSpec(node.same_dtype("x", "y"), broadcast(node, "x", "y"))
    return number_pair(node)


@StraightLine
def _sum_kernel(k: Any) -> Callable[..., Any]:
    add = k.xp.add
    if k.inputs[0].dtype is None or not k.inputs[0].dtype.is_string:
        return add  # type: ignore[no-any-return]
    # numpy gives a single text as bytes, and would make an array of another kind of them.
    return lambda x, y, out=None: k.xp.copy(np.asarray(add(x, y), object), out)


def _divide(node: Inference) -> TensorSpec:
    spec = number_pair(node)
    if spec.dtype is None or not spec.dtype.is_integer:
        return spec
    return TensorSpec(float32 if spec.dtype.size < 4 else float64, spec.shape)


@StraightLine
def _divide_kernel(k: Any) -> Callable[..., Any]:
    xp, quotient, dividend = k.xp, k.outputs[0].dtype, k.inputs[0].dtype
    if quotient is dividend or quotient is float64:
        return xp.true_divide  # type: ignore[no-any-return]
    dtype = quotient.numpy
    return lambda x, y, out=None: xp.true_divide(xp.cast(x, dtype), xp.cast(y, dtype), out)


def _power_kernel(k: Any) -> Callable[..., Any]:
    xp, name = k.xp, k.op.node_name

    def step(x: Any, y: Any, out: Any = None) -> Any:
        try:
            return xp.power(x, y, out)
        except ValueError:
            raise InvalidArgumentError(
                f"{name}: an integer to a negative power is no integer; put a Cast to float32 before it.", name
            ) from None

    return step


def _binary(
    op_type: str,
    symbol: str,
    default_name: str,
    description: str,
    formula: str,
    ufunc: str,
    gradient: Callable[[Operation, Tensor], Gradients],
    example: str,
    infer: Callable[[Inference], TensorSpec] = number_pair,
    kernel: Callable[[Any], Callable[..., Any]] | None = None,
    static_value: ValueRule | None = None,
) -> None:
    declare(
        OpDeclaration(
            type=op_type,
            category=Category.ARITHMETIC,
            symbol=symbol,
            description=description,
            formula=formula,
            infer=infer,
            inputs=XY,
            kernel=kernel or function(ufunc),
            gradient=gradient,
            default_name=default_name,
            static_value=static_value,
            example=example,
        )
    )


def _unary(
    op_type: str,
    symbol: str,
    default_name: str,
    description: str,
    formula: str,
    ufunc: str,
    gradient: Callable[[Operation, Tensor], Gradients],
    example: str,
    infer: Callable[[Inference], TensorSpec] = floating,
) -> None:
    declare(
        OpDeclaration(
            type=op_type,
            category=Category.ARITHMETIC,
            symbol=symbol,
            description=description,
            formula=formula,
            infer=infer,
            inputs=(X,),
            kernel=function(ufunc),
            gradient=gradient,
            default_name=default_name,
            example=example,
        )
    )


_binary(
    "Add",
    "+",
    "add",
    "Adds two tensors, elementwise.",
    "x + y",
    "add",
    _add_gradient,
    "tf.add(x, y)",
    infer=_sum,
    kernel=_sum_kernel,
    static_value=elementwise_value(np.add),
)
_binary(
    "Subtract",
    "−",
    "sub",
    "Subtracts y from x, elementwise.",
    "x - y",
    "subtract",
    _subtract_gradient,
    "tf.subtract(x, y)",
    static_value=elementwise_value(np.subtract),
)
_binary(
    "Multiply",
    "×",
    "mul",
    "Multiplies two tensors, elementwise.",
    r"x \cdot y",
    "multiply",
    _multiply_gradient,
    "tf.multiply(x, y)",
    static_value=elementwise_value(np.multiply),
)
_binary(
    "Divide",
    "÷",
    "truediv",
    "Divides x by y, elementwise; integers give float64 (short ones float32).",
    r"\frac{x}{y}",
    "true_divide",
    _divide_gradient,
    "tf.divide(x, y)",
    _divide,
    _divide_kernel,
)
_binary(
    "Pow",
    "xʸ",
    "Pow",
    "Raises x to the power of y, elementwise.",
    "x^y",
    "power",
    _pow_gradient,
    "tf.pow(x, y)",
    kernel=_power_kernel,
)
_binary(
    "Maximum",
    "max",
    "Maximum",
    "The larger of two tensors, elementwise.",
    r"\max(x, y)",
    "maximum",
    _extreme_gradient("GreaterEqual"),
    "tf.maximum(x, y)",
    static_value=elementwise_value(np.maximum),
)
_binary(
    "Minimum",
    "min",
    "Minimum",
    "The smaller of two tensors, elementwise.",
    r"\min(x, y)",
    "minimum",
    _extreme_gradient("LessEqual"),
    "tf.minimum(x, y)",
    static_value=elementwise_value(np.minimum),
)
_unary(
    "Negative",
    "−x",
    "Neg",
    "Changes the sign, elementwise.",
    "-x",
    "negative",
    lambda op, grad: [-grad],
    "tf.negative(x)",
    number,
)
_unary("Abs", "|x|", "Abs", "The distance from 0, elementwise.", r"|x|", "absolute", _abs_gradient, "tf.abs(x)", number)
_unary(
    "Sign",
    "±",
    "Sign",
    "−1, 0 or 1, elementwise.",
    r"\operatorname{sign}(x)",
    "sign",
    lambda op, grad: [grad.graph.apply("ZerosLike", grad)],
    "tf.sign(x)",
    number,
)
_unary(
    "Square",
    "x²",
    "Square",
    "Multiplies each element with itself.",
    "x^2",
    "square",
    _square_gradient,
    "tf.square(x)",
    number,
)
_unary("Sqrt", "√", "Sqrt", "The square root, elementwise.", r"\sqrt{x}", "sqrt", _sqrt_gradient, "tf.sqrt(x)")
_unary(
    "Exp",
    "eˣ",
    "Exp",
    "e to the power of x, elementwise.",
    "e^x",
    "exp",
    lambda op, grad: [grad * op.output],
    "tf.exp(x)",
)
_unary(
    "Log",
    "ln",
    "Log",
    "The natural logarithm, elementwise.",
    r"\ln x",
    "log",
    lambda op, grad: [grad / op.inputs[0]],
    "tf.log(x)",
)


def _select(node: Inference) -> TensorSpec:
    node.require("condition", lambda dtype: dtype.is_bool, "a bool")
    return TensorSpec(node.same_dtype("x", "y"), broadcast(node, "condition", "x", "y"))


def _where_gradient(op: Operation, grad: Tensor) -> Gradients:
    condition, x, y = op.inputs
    zero = grad.graph.apply("ZerosLike", grad)
    to_x = grad.graph.apply("Where", condition, grad, zero)
    to_y = grad.graph.apply("Where", condition, zero, grad)
    return None, unbroadcast(to_x, x), unbroadcast(to_y, y)


declare(
    OpDeclaration(
        type="Where",
        category=Category.LOGIC,
        symbol="?:",
        description="Takes x where the condition holds and y elsewhere, elementwise.",
        formula=r"\begin{cases} x & \text{condition} \\ y & \text{else} \end{cases}",
        infer=_select,
        inputs=(InputPort("condition"), InputPort("x"), InputPort("y")),
        kernel=function("where"),
        gradient=_where_gradient,
        default_name="Where",
        free_dtype_inputs=("condition",),
        example="tf.where(x > 0, x, y)",
    )
)


def _add_all(node: Inference) -> TensorSpec:
    """One dtype and one shape: nothing is broadcast."""
    dtype: DType | None = None
    shape = UNKNOWN_SHAPE
    for spec in node.specs("values"):
        if spec.dtype is not None and not spec.dtype.is_number:
            raise node.dtype_error(f"{node.op.name} adds numbers, not {spec.dtype.name}; put a Cast before it.")
        if dtype is not None and spec.dtype is not None and dtype is not spec.dtype:
            raise node.dtype_error(
                f"{node.op.name} adds tensors of one dtype, not of {dtype.name} and {spec.dtype.name}; add a Cast."
            )
        if not shape.is_compatible_with(spec.shape):
            raise node.shape_error(
                f"Shapes must be equal, but are {shape} and {spec.shape} for '{node.op.name}' (op: 'AddN'): it adds "
                "tensors of one shape; use + where one is to be repeated."
            )
        dtype, shape = dtype or spec.dtype, shape.merge_with(spec.shape)
    return TensorSpec(dtype, shape)


@StraightLine
def _add_all_kernel(k: Any) -> Callable[..., Any]:
    xp, count = k.xp, len(k.inputs)

    def step(*arrays: Any) -> Any:
        first, *others = arrays[:count]
        out = arrays[count] if len(arrays) > count else None
        if not others:
            return xp.copy(first, out)
        total = xp.add(first, others[0], out)
        for array in others[1:]:
            total = xp.add(total, array, out)
        return total

    return step


declare(
    OpDeclaration(
        type="AddN",
        category=Category.ARITHMETIC,
        symbol="Σxᵢ",
        description="Adds any number of tensors of one shape.",
        formula=r"x_1 + x_2 + \dots",
        infer=_add_all,
        inputs=(InputPort("values", variadic=True),),
        kernel=_add_all_kernel,
        gradient=lambda op, grad: [grad] * len(op.inputs),
        default_name="AddN",
        example="tf.add_n([x, y, z])",
    )
)
