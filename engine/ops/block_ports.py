"""The named ports of a block: what its nodes take from outside, and what they give."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..graph import Attribute, AttributeKind, Category, InputPort, OpDeclaration, declare
from ..graph.declaration import StraightLine
from .rules import anything
from .stand_ins import BLOCK_INPUT, BLOCK_OUTPUT

_ATTRIBUTES = (
    Attribute("description", AttributeKind.TEXT, "", "What the port is for, in a few words."),
    Attribute("order", AttributeKind.INT, 0, "Its place among the ports of its side, the smallest first."),
)


@StraightLine
def _copy_kernel(k: Any) -> Callable[..., Any]:
    return k.xp.copy  # type: ignore[no-any-return]


declare(
    OpDeclaration(
        type=BLOCK_INPUT,
        category=Category.INPUT,
        symbol="▷",
        description="A port of a block: hands what is wired to the block to the nodes inside, unchanged.",
        formula="x",
        infer=anything,
        inputs=(InputPort("x"),),
        attributes=_ATTRIBUTES,
        kernel=_copy_kernel,
        gradient=lambda op, grad: [grad],
        default_name="input",
        example="tf.identity(x)",
    )
)
declare(
    OpDeclaration(
        type=BLOCK_OUTPUT,
        category=Category.INPUT,
        symbol="▶",
        description="A port of a block: hands what a node inside gives to what is wired to the block, unchanged.",
        formula="x",
        infer=anything,
        inputs=(InputPort("x"),),
        attributes=_ATTRIBUTES,
        kernel=_copy_kernel,
        gradient=lambda op, grad: [grad],
        default_name="output",
        example="tf.identity(x)",
    )
)
