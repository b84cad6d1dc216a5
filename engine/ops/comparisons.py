"""Comparisons and logic: results are bool, and no gradient flows through them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..graph import Attribute, AttributeKind, Category, Inference, OpDeclaration, TensorSpec, bool_, declare
from .elementwise import function
from .rules import XY, X, broadcast, compared, compared_numbers


def _logical_pair(node: Inference) -> TensorSpec:
    for port in ("x", "y"):
        node.require(port, lambda dtype: dtype.is_bool, "a bool")
    return TensorSpec(bool_, broadcast(node, "x", "y"))


def _logical(node: Inference) -> TensorSpec:
    node.require("x", lambda dtype: dtype.is_bool, "a bool")
    return TensorSpec(bool_, node.spec("x").shape)


for _type, _symbol, _ufunc, _infer, _words, _formula, _example in (
    ("Equal", "=", "equal", compared, "x and y are equal", "x = y", "tf.equal(x, y)"),
    ("NotEqual", "≠", "not_equal", compared, "x and y differ", r"x \ne y", "tf.not_equal(x, y)"),
    ("Greater", ">", "greater", compared_numbers, "x is greater than y", "x > y", "tf.greater(x, y)"),
    ("GreaterEqual", "≥", "greater_equal", compared_numbers, "x is at least y", r"x \ge y", "tf.greater_equal(x, y)"),
    ("Less", "<", "less", compared_numbers, "x is less than y", "x < y", "tf.less(x, y)"),
    ("LessEqual", "≤", "less_equal", compared_numbers, "x is at most y", r"x \le y", "tf.less_equal(x, y)"),
    ("LogicalAnd", "∧", "logical_and", _logical_pair, "both hold", r"x \land y", "tf.logical_and(x, y)"),
    ("LogicalOr", "∨", "logical_or", _logical_pair, "one of them holds", r"x \lor y", "tf.logical_or(x, y)"),
    ("LogicalXor", "⊻", "logical_xor", _logical_pair, "just one of them holds", r"x \oplus y", "tf.logical_xor(x, y)"),
):
    declare(
        OpDeclaration(
            type=_type,
            category=Category.LOGIC,
            symbol=_symbol,
            description=f"Whether {_words}, elementwise.",
            formula=_formula,
            infer=_infer,
            inputs=XY,
            kernel=function(_ufunc),
            default_name=_type,
            example=_example,
        )
    )
declare(
    OpDeclaration(
        type="LogicalNot",
        category=Category.LOGIC,
        symbol="¬",
        description="Whether x does not hold, elementwise.",
        formula=r"\lnot x",
        infer=_logical,
        inputs=(X,),
        kernel=function("logical_not"),
        default_name="LogicalNot",
        example="tf.logical_not(x)",
    )
)


def _float(node: Inference) -> TensorSpec:
    node.require_float("x")
    return TensorSpec(bool_, node.spec("x").shape)


for _type, _symbol, _ufunc, _words, _formula, _example in (
    ("IsNan", "NaN?", "isnan", "x is not a number", r"x \ne x", "tf.is_nan(x)"),
    ("IsInf", "∞?", "isinf", "x is infinite", r"|x| = \infty", "tf.is_inf(x)"),
    ("IsFinite", "<∞?", "isfinite", "x is a number and finite", r"|x| < \infty", "tf.is_finite(x)"),
):
    declare(
        OpDeclaration(
            type=_type,
            category=Category.LOGIC,
            symbol=_symbol,
            description=f"Whether {_words}, elementwise.",
            formula=_formula,
            infer=_float,
            inputs=(X,),
            kernel=function(_ufunc),
            default_name=_type,
            example=_example,
        )
    )


def _approximately_equal(k: Any) -> Callable[..., Any]:
    """The difference is taken from the larger number: unsigned ones know nothing below 0."""
    xp, dtype = k.xp, k.inputs[0].dtype.numpy
    tolerance = k.attribute("tolerance")

    def step(x: Any, y: Any, out: Any = None) -> Any:
        difference = xp.subtract(xp.maximum(x, y), xp.minimum(x, y))
        return xp.less(difference, xp.scalar(tolerance, dtype if dtype.kind == "f" else "float64"), out)

    return step


declare(
    OpDeclaration(
        type="ApproximateEqual",
        category=Category.LOGIC,
        symbol="≈",
        description="Whether x and y differ by less than the tolerance, elementwise.",
        formula=r"|x - y| < \varepsilon",
        infer=compared_numbers,
        inputs=XY,
        attributes=(
            Attribute("tolerance", AttributeKind.FLOAT, 1e-5, "The difference that is too much.", minimum=0.0),
        ),
        kernel=_approximately_equal,
        default_name="ApproximateEqual",
        example="tf.math.approximate_equal(x, y)",
    )
)
