"""Comparisons and logic: results are bool, and no gradient flows through them."""

from __future__ import annotations

from ..graph import Category, Inference, OpDeclaration, TensorSpec, bool_, declare
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
            kernel=lambda k, name=_ufunc: getattr(k.xp, name),  # type: ignore[misc]
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
        kernel=lambda k: k.xp.logical_not,
        default_name="LogicalNot",
        example="tf.logical_not(x)",
    )
)
