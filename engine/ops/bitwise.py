"""Whole numbers as rows of bits."""

from __future__ import annotations

from ..graph import Inference, TensorSpec
from .elementwise import declare_binary, declare_unary, function, integer_pair


def _integer(node: Inference) -> TensorSpec:
    return TensorSpec(node.require("x", lambda dtype: dtype.is_integer, "whole numbers"), node.spec("x").shape)


for _type, _symbol, _words, _formula, _function in (
    ("BitwiseAnd", "&", "The bits that are set in both x and y", r"x \mathbin{\&} y", "bitwise_and"),
    ("BitwiseOr", "|", "The bits that are set in x or y", r"x \mathbin{|} y", "bitwise_or"),
    ("BitwiseXor", "^", "The bits that are set in one of x and y", r"x \oplus y", "bitwise_xor"),
    ("LeftShift", "<<", "The bits of x moved y places up", r"x \ll y", "left_shift"),
    ("RightShift", ">>", "The bits of x moved y places down", r"x \gg y", "right_shift"),
):
    declare_binary(
        _type,
        _symbol,
        f"{_words}, elementwise.",
        _formula,
        f"tf.bitwise.{_function}(x, y)",
        function(_function),
        infer=integer_pair,
    )
declare_unary(
    "Invert",
    "~",
    "The bits that are not set in x, elementwise.",
    r"\sim x",
    "tf.bitwise.invert(x)",
    function("invert"),
    infer=_integer,
)
