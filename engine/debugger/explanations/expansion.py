"""An optimizer's arithmetic as one formula: the elementwise operations of an update put into each other."""

from __future__ import annotations

from typing import NamedTuple

from ...graph import Operation
from .elementwise import broadcast_index
from .families import ELEMENTWISE, ELEMENTWISE_SUMS
from .inquiry import Inquiry
from .latex import enclosed_sum, number, with_symbols
from .reason import Element

#: Longer formulas are not readable: then only the last operation is written out.
_MOST_LEAVES = 12
#: No optimizer nests its arithmetic deeper.
_DEEPEST = 32


class Written(NamedTuple):
    """A formula with names, the same with numbers, and how many elements stand in it."""

    names: str
    numbers: str
    leaves: int


def expanded(inquiry: Inquiry, place: int, element: Element) -> Written:
    """An element that an update read, in terms of gradients, settings and the slots' values."""
    whole = _written(inquiry, place, element, levels=_DEEPEST)
    return whole if whole.leaves <= _MOST_LEAVES else _written(inquiry, place, element, levels=1)


def _written(inquiry: Inquiry, place: int, element: Element, levels: int, is_first: bool = True) -> Written:
    op = inquiry.op.inputs[place].op
    is_named = not is_first and op.outputs and op.outputs[0] in inquiry.naming.next_value_of
    if levels == 0 or is_named or not _is_arithmetic(inquiry, op):
        return Written(_leaf(op, element), number(element.value, in_product=True), 1)
    inner = Inquiry(inquiry.step, inquiry.naming, inquiry.op.inputs[place], element.index)
    parts = []
    for at, value in enumerate(inner.values):
        source = inner.input_element(at, broadcast_index(element.index, value.shape))
        parts.append(_written(inner, at, source, levels - 1, is_first=False))
    formula = op.declaration.formula
    names = with_symbols(formula, dict(zip(inner.ports, (part.names for part in parts), strict=True)))
    numbers = with_symbols(formula, dict(zip(inner.ports, (part.numbers for part in parts), strict=True)))
    if op.type in ELEMENTWISE_SUMS:
        names, numbers = enclosed_sum(names), enclosed_sum(numbers)
    return Written(names, numbers, sum(part.leaves for part in parts))


def _is_arithmetic(inquiry: Inquiry, op: Operation) -> bool:
    """Whether it is a step of the update's arithmetic, not what is read from elsewhere."""
    return op.type in ELEMENTWISE - {"AddN"} and op.phase == "update" and inquiry.step.place(op) is not None


def _leaf(op: Operation, element: Element) -> str:
    """A number that no setting stands behind is written as such."""
    is_plain = op.type == "Constant" and op.name.rpartition("/")[2].startswith("Const")
    return number(element.value, in_product=True) if is_plain else element.latex
