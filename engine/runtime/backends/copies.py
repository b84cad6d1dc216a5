"""Leaving out copies of what is not needed any more: the copy goes on in the place of the original."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from operator import setitem

from .instructions import Array, Instruction, has_layout_of, relocated, root_of


def drop_copies(instructions: Sequence[Instruction], own: Collection[int]) -> list[Instruction]:
    """The instructions without those that copy one of the arrays in ``own`` (by id) for the last time it is used."""
    if not any(each.function is setitem for each in instructions):
        return list(instructions)
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    for place, each in enumerate(instructions):
        for array in each.arrays():
            key = id(root_of(array))
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
    if not instead:
        return left

    def place_of(array: Array) -> Array:
        root = root_of(array)
        pair = instead.get(id(root))
        if pair is None:
            return array
        return pair[1] if array is root else relocated(array, pair[1], 0)

    return [each.rebound(place_of) for each in left]
