"""Leaving out copies of what is not needed any more: the copy goes on in the place of the original."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from operator import setitem

import numpy as np

from .instructions import Array, Instruction, address_of, has_layout_of, root_of, view_at


def drop_copies(instructions: Sequence[Instruction], own: Collection[int]) -> list[Instruction]:
    """The instructions without those that copy one of the arrays in ``own`` (by id) for the last time it is used."""
    if not any(each.function is setitem for each in instructions):
        return list(instructions)
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    for place, each in enumerate(instructions):
        for argument in each.arguments:
            if isinstance(argument, np.ndarray):
                key = id(root_of(argument))
                first.setdefault(key, place)
                last[key] = place
    #: By the id of a copy: the copy, and what it goes on in.
    instead: dict[int, tuple[Array, Array]] = {}
    left: list[Instruction] = []
    for place, each in enumerate(instructions):
        if each.function is setitem:
            target, _, source = each.arguments
            is_own = id(target) in own and id(source) in own and has_layout_of(target, source)
            if is_own and first[id(target)] == place and last[id(source)] == place:
                instead[id(target)] = target, instead.get(id(source), (source, source))[1]
                last[id(source)] = last[id(target)]
                continue
        left.append(each)
    return [_rebound(each, instead) for each in left] if instead else left


def _rebound(each: Instruction, instead: dict[int, tuple[Array, Array]]) -> Instruction:
    def moved(array: Array) -> Array:
        root = root_of(array)
        pair = instead.get(id(root))
        if pair is None:
            return array
        offset = address_of(array) - address_of(root)
        return pair[1] if array is root else view_at(pair[1], offset, array.shape, array.dtype, array.strides)

    arguments = tuple(moved(a) if isinstance(a, np.ndarray) else a for a in each.arguments)
    return Instruction(each.op, each.function, arguments, each.outs, each.is_elementwise)
