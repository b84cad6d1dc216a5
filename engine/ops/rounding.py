"""Rounding, whole quotients and their remainders."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..graph import InvalidArgumentError, Operation, Tensor
from .broadcast import unbroadcast
from .elementwise import declare_binary, declare_unary, function
from .rules import number


def _refuse_zeros(k: Any, y: Any) -> None:
    if not y.all():
        name = k.op.node_name
        raise InvalidArgumentError(
            f"Integer division by zero: {name} ({k.op.type}) divides by a 0; keep the divisors away from 0, or cast "
            "to float32, where the result is infinite.",
            name,
        )


def _of_integers(of_integers: str, of_floats: Callable[[Any], Callable[..., Any]]) -> Callable[[Any], Any]:
    """The kernel of a division: whole numbers are refused a 0 as their divisor, floats become infinite or NaN."""

    def kernel(k: Any) -> Callable[..., Any]:
        if not k.outputs[0].dtype.is_integer:
            return of_floats(k.xp)
        divide = getattr(k.xp, of_integers)

        def step(x: Any, y: Any, out: Any = None) -> Any:
            _refuse_zeros(k, y)
            return divide(x, y, out)

        return step

    return kernel


def _rounded_quotient(rounding: str) -> Callable[[Any], Callable[..., Any]]:
    def of_floats(xp: Any) -> Callable[..., Any]:
        rounded = getattr(xp, rounding)
        return lambda x, y, out=None: rounded(xp.true_divide(x, y, out), out)

    return of_floats


def _floor_mod_gradient(op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
    x, y = op.inputs
    return unbroadcast(grad, x), unbroadcast(grad * -grad.graph.apply("FloorDiv", x, y), y)


def _round_kernel(k: Any) -> Callable[..., Any]:
    return k.xp.copy if k.outputs[0].dtype.is_integer else k.xp.rint  # type: ignore[no-any-return]


declare_unary(
    "Floor", "⌊x⌋", "The next whole number below, elementwise.", r"\lfloor x \rfloor", "tf.floor(x)", function("floor")
)
declare_unary(
    "Ceil", "⌈x⌉", "The next whole number above, elementwise.", r"\lceil x \rceil", "tf.ceil(x)", function("ceil")
)
declare_unary(
    "Round",
    "⌊x⌉",
    "The nearest whole number, the even one of two, elementwise.",
    r"\lfloor x \rceil",
    "tf.round(x)",
    _round_kernel,
    infer=number,
)
declare_unary(
    "Rint",
    "rint",
    "The nearest whole number, the even one of two, elementwise; of floats only.",
    r"\lfloor x \rceil",
    "tf.rint(x)",
    function("rint"),
)
declare_binary(
    "FloorDiv",
    "//",
    "Divides x by y and rounds down, elementwise.",
    r"\left\lfloor \frac{x}{y} \right\rfloor",
    "tf.floordiv(x, y)",
    _of_integers("floor_divide", _rounded_quotient("floor")),
    default_name="floordiv",
)
declare_binary(
    "FloorMod",
    "%",
    "What is left when x is divided by y; it has the sign of y, elementwise.",
    r"x - y \left\lfloor \frac{x}{y} \right\rfloor",
    "tf.mod(x, y)",
    _of_integers("remainder", lambda xp: xp.remainder),
    _floor_mod_gradient,
)
declare_binary(
    "TruncateDiv",
    "÷0",
    "Divides x by y and rounds towards 0, elementwise.",
    r"\operatorname{trunc} \frac{x}{y}",
    "tf.truncatediv(x, y)",
    _of_integers("truncate_divide", _rounded_quotient("trunc")),
)
declare_binary(
    "TruncateMod",
    "%0",
    "What is left when x is divided by y and rounded towards 0; it has the sign of x, elementwise.",
    r"x - y \operatorname{trunc} \frac{x}{y}",
    "tf.truncatemod(x, y)",
    _of_integers("fmod", lambda xp: xp.fmod),
)
