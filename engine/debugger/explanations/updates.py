"""What changes a variable: its value before, and the change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ...compiler.writes import WRITES
from ...graph import Operation, Tensor
from .elementwise import broadcast_index
from .expansion import expanded
from .inquiry import Inquiry
from .latex import number
from .reason import Element, ElementReason, Term
from .terms import single


def explain_update(inquiry: Inquiry) -> ElementReason:
    """The variable's element before the update, and what was added, subtracted or put in its place."""
    verb = inquiry.op.type.removeprefix("Scatter").removeprefix("Nd").removeprefix("Assign")
    old = inquiry.input_element(0, inquiry.index)
    old = replace(old, label=f"{old.label} before")
    changes = _changes(inquiry)
    if verb in ("", "Update"):
        element = changes[-1] if changes else old
        if isinstance(element.value, str):
            return inquiry.depending_on([element], element.latex)
        names, numbers, _ = expanded(inquiry, 1 if changes else 0, element)
        term = single(Term((element,), 1.0, float(element.value)))
        return inquiry.sum_of([term], names, numbers)
    sign = 1.0 if verb == "Add" else -1.0
    shares = [(old, 1.0), *((element, sign) for element in changes)]
    terms = [single(Term((element,), factor, factor * float(element.value))) for element, factor in shares]
    if len(changes) != 1:
        return inquiry.sum_of(terms)
    names, numbers, _ = expanded(inquiry, 1, changes[0])
    mark = "+" if verb == "Add" else "-"
    return inquiry.sum_of(terms, f"{old.latex} {mark} {names}", f"{number(old.value)} {mark} {numbers}")


def _changes(inquiry: Inquiry) -> list[Element]:
    """The elements that were written to the variable's element: one, or those of the rows that name it."""
    if inquiry.op.type.startswith("Assign"):
        return [inquiry.input_element(1, broadcast_index(inquiry.index, inquiry.values[1].shape))]
    indices = inquiry.values[2]
    if "Nd" in inquiry.op.type:
        depth = indices.shape[-1]
        rows = np.argwhere((indices == inquiry.index[:depth]).all(-1))
    else:
        depth = 1
        rows = np.argwhere(indices == inquiry.index[0])
    rest = inquiry.index[depth:]
    return [inquiry.input_element(1, (*map(int, row), *rest)) for row in rows]


def writing_operation(operations: Sequence[Operation], done: int, variable: Tensor) -> Operation | None:
    """The last operation carried out in this step that changed the variable."""
    for op in reversed(operations[:done]):
        if op.type in WRITES and op.inputs[0].op is variable.op:
            return op
    return None
