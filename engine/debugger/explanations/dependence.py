"""What no gradient leads through: the elements that the result depends on, found by changing one after the other."""

from __future__ import annotations

import numpy as np

from ...graph import EngineError
from .inquiry import Inquiry
from .latex import number
from .local_model import LocalModel
from .reason import Array, Element, ElementReason

#: Of larger inputs the elements are not tried one by one.
TRIED_ELEMENTS = 512
#: How far a number is moved in trying: a little, and past all others.
_MOVES = (1.0, -1.0, 1e3, -1e3)


def explain_dependence(inquiry: Inquiry) -> ElementReason:
    """The elements that change the result when they change; else the inputs as a whole."""
    places = [place for place in range(len(inquiry.values)) if not inquiry.is_shape_only(place)]
    if not places:
        return inquiry.given(f"{inquiry.op.type} computes it from shapes and settings, not from other numbers.")
    model = inquiry.alone()
    count = sum(inquiry.values[place].size for place in places)
    if model is not None and count <= TRIED_ELEMENTS:
        found = [element for place in places for element in _found(inquiry, model, place)]
        if found:
            return inquiry.depending_on(found, numbers=_as_value(inquiry))
    odd = [element for place in places for element in _not_finite(inquiry, place)]
    if odd:
        note = "These elements of its inputs are not finite."
        return inquiry.depending_on(odd, numbers=_as_value(inquiry), note=note)
    names = ", ".join(inquiry.naming.title(inquiry.op.inputs[place]) for place in places)
    note = f"It depends on all of {names}; {inquiry.op.type} does not tell by which elements."
    # The first element of each input is a door to it.
    doors = [inquiry.input_element(p, (0,) * inquiry.values[p].ndim) for p in places if inquiry.values[p].size]
    return inquiry.depending_on(doors, numbers=_as_value(inquiry), note=note, unlisted=count - len(doors))


def _found(inquiry: Inquiry, model: LocalModel, place: int) -> list[Element]:
    """The elements of one input that the result depends on."""
    value = model.values[place]
    if value.dtype.kind not in "fiub":
        return []
    before = model.output(inquiry.tensor.value_index)[inquiry.index]
    return [
        inquiry.input_element(place, index)
        for index in np.ndindex(value.shape)
        if any(_differs(inquiry, model, place, changed, before) for changed in _changes(value, index))
    ]


def _changes(value: Array, index: tuple[int, ...]) -> list[Array]:
    if value.dtype.kind == "b":
        moved: list[float] = [not value[index]]
    elif value.dtype.kind == "f":
        moved = [float(value[index]) + move for move in _MOVES]
    else:
        moved = [value[index] + 1, max(int(value[index]) - 1, 0)]
    changes = []
    for other in moved:
        changed = value.copy()
        changed[index] = other
        changes.append(changed)
    return changes


def _differs(inquiry: Inquiry, model: LocalModel, place: int, changed: Array, before: Array) -> bool:
    try:
        after = model.output(inquiry.tensor.value_index, {place: changed})
    except EngineError:
        return False  # an index beyond what it looks up in
    if inquiry.index and any(i >= size for i, size in zip(inquiry.index, after.shape, strict=True)):
        return True
    there = after[inquiry.index]
    return bool(there != before) and not (there != there and before != before)


def _not_finite(inquiry: Inquiry, place: int) -> list[Element]:
    value = inquiry.values[place]
    if value.dtype.kind != "f":
        return []
    return [inquiry.input_element(place, tuple(map(int, i))) for i in np.argwhere(~np.isfinite(value))[:64]]


def _as_value(inquiry: Inquiry) -> str:
    return number(inquiry.element.value)
