"""Whole numbers as rows of bits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..graph import (
    Attribute,
    AttributeKind,
    Category,
    Inference,
    InputPort,
    OpDeclaration,
    TensorShape,
    TensorSpec,
    declare,
    int32,
)
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


def _seen_as(node: Inference) -> TensorSpec:
    wanted, spec = node.attribute("dtype"), node.spec("x")
    if spec.dtype is None:
        return TensorSpec(wanted)
    if spec.dtype.is_string or wanted.is_string:
        raise node.dtype_error(f"{node.op.name} looks at the bits of numbers, and texts are none; use decode_raw.")
    if spec.shape.dims is None or wanted.size == spec.dtype.size:
        return TensorSpec(wanted, spec.shape)
    dims, ratio = spec.shape.dims, wanted.size // spec.dtype.size
    if wanted.size < spec.dtype.size:
        return TensorSpec(wanted, TensorShape([*dims, spec.dtype.size // wanted.size]))
    if not dims:
        raise node.shape_error(f"Shape must be at least rank 1 but is rank 0 for {node.op.name}: {ratio} make one.")
    if dims[-1] not in (None, ratio):
        raise node.shape_error(
            f"Cannot bitcast from {spec.dtype.name} to {wanted.name} due to shape. {dims[-1]} does not match {ratio} "
            f"at {node.op.name}: so many make one."
        )
    return TensorSpec(wanted, TensorShape(dims[:-1]))


def _bits_kernel(k: Any) -> Callable[..., Any]:
    xp, dtype = k.xp, k.attribute("dtype").numpy

    def step(x: Any, out: Any = None) -> Any:
        flat = np.ascontiguousarray(x).reshape(-1).view(dtype)
        if dtype.itemsize == x.itemsize:
            shape = x.shape
        elif dtype.itemsize < x.itemsize:
            shape = (*x.shape, x.itemsize // dtype.itemsize)
        else:
            shape = x.shape[:-1]
        return xp.copy(flat.reshape(shape), out)

    return step


declare(
    OpDeclaration(
        type="Bitcast",
        category=Category.INTERNAL,
        symbol="01",
        description="The same bits seen as numbers of another dtype.",
        formula="x",
        infer=_seen_as,
        inputs=(InputPort("x"),),
        attributes=(Attribute("dtype", AttributeKind.DTYPE, int32, "What the bits are seen as."),),
        kernel=_bits_kernel,
        default_name="Bitcast",
        example="tf.bitcast(x, tf.int32)",
    )
)
