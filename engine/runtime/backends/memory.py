"""Where the values of a step lie: arrays that are not needed at the same time share memory.

Every instruction comes with arrays of its own. From the first and the last instruction that touches each of them
follows which can lie in the same place of one block of memory; the instructions are then bound to views of that.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from operator import setitem

import numpy as np

from .instructions import Array, Instruction, address_of, has_layout_of, is_same_view, relocated, root_of

#: Sizes are rounded up to whole cache lines, so that no two values share one.
LINE = 64
#: Below so many bytes everything lies in a core's cache anyway, and planning costs more than it gains.
WORTH_PLANNING = 1 << 19


@dataclass(frozen=True)
class MemoryUse:
    """What a plan holds, in bytes."""

    #: Were every value to have an array of its own.
    unshared: int
    #: As planned.
    held: int
    #: The most that is needed at one time.
    peak: int


class _Lifetime:
    """From the first instruction that fills an array to the last that touches it."""

    __slots__ = ("array", "first", "last", "offset", "owner", "size")

    def __init__(self, array: Array, first: int) -> None:
        self.array = array
        self.first = first
        self.last = first
        self.size = -(-array.nbytes // LINE) * LINE
        self.offset = 0
        #: The lifetime in whose place this one lies: an elementwise result that overwrites what it is made from.
        self.owner = self


def share_memory(
    instructions: Sequence[Instruction], buffers: Collection[Array], pinned: Collection[int]
) -> tuple[list[Instruction], MemoryUse]:
    """The instructions with those of ``buffers`` moved into shared memory that no ``pinned`` root (by id) names."""
    touched = {id(root_of(array)) for each in instructions for array in each.arrays()}
    own = {id(array): array for array in buffers if id(array) in touched or id(array) in pinned}
    fixed = sum(array.nbytes for key, array in own.items() if key in pinned)
    movable = {key: a for key, a in own.items() if key not in pinned and not a.dtype.hasobject and a.nbytes}
    unshared, kept = sum(array.nbytes for array in buffers), sum(array.nbytes for array in own.values())
    if sum(array.nbytes for array in movable.values()) < WORTH_PLANNING:
        return list(instructions), MemoryUse(unshared, kept, kept)
    lifetimes = _lifetimes(instructions, movable)
    _overwrite(instructions, lifetimes)
    total = _place(lifetimes.values())
    peak = _peak(lifetimes.values(), len(instructions))
    block = np.empty(total + LINE, np.uint8)
    start = -address_of(block) % LINE
    moved = _Mover(block[start : start + total], lifetimes)
    placed = [each.rebound(moved.place_of) for each in instructions]
    left = [each for each in placed if each.function is not setitem or not _copies_in_place(each)]
    return left, MemoryUse(unshared, fixed + total, fixed + peak)


def _copies_in_place(copy: Instruction) -> bool:
    target, _, source = copy.arguments
    return is_same_view(target, source)


def _lifetimes(instructions: Sequence[Instruction], movable: dict[int, Array]) -> dict[int, _Lifetime]:
    lifetimes: dict[int, _Lifetime] = {}
    for place, instruction in enumerate(instructions):
        for array in instruction.arrays():
            root = root_of(array)
            key = id(root)
            if key in movable:
                if key not in lifetimes:
                    lifetimes[key] = _Lifetime(root, place)
                lifetimes[key].last = place
    return lifetimes


def _overwrite(instructions: Sequence[Instruction], lifetimes: dict[int, _Lifetime]) -> None:
    """Lets elementwise results lie where an operand lies that is not needed any more."""
    for place, instruction in enumerate(instructions):
        if not instruction.is_elementwise:
            continue
        (out,) = instruction.writes()
        result = lifetimes.get(id(out))
        if result is None or result.first != place:
            continue
        for operand in instruction.reads():
            used = lifetimes.get(id(operand))
            if used is not None and used.last == place and used is not result and has_layout_of(operand, out):
                result.owner = used.owner
                used.owner.last = max(used.owner.last, result.last)
                break


def _place(lifetimes: Iterable[_Lifetime]) -> int:
    """Gives each lifetime its offset; returns how many bytes all of them need."""
    owners = sorted((life for life in lifetimes if life.owner is life), key=lambda life: life.first)
    free: list[tuple[int, int]] = []  # size and offset
    busy: list[tuple[int, int, int]] = []  # last instruction, size, offset
    total = 0
    for life in owners:
        while busy and busy[0][0] < life.first:
            _, size, offset = busy.pop(0)
            insort(free, (size, offset))
        fitting = next((entry for entry in free if entry[0] >= life.size), None)
        if fitting is not None and fitting[0] <= 2 * life.size:
            free.remove(fitting)
            size, life.offset = fitting
        else:
            size, life.offset = life.size, total
            total += life.size
        insort(busy, (life.last, size, life.offset))
    return total


def _peak(lifetimes: Iterable[_Lifetime], count: int) -> int:
    """The most bytes that are needed at one time."""
    changes = [0] * (count + 1)
    for life in lifetimes:
        if life.owner is life:
            changes[life.first] += life.size
            changes[life.last + 1] -= life.size
    most = present = 0
    for change in changes:
        present += change
        most = max(most, present)
    return most


class _Mover:
    """Binds instructions to the places that their arrays have in the shared memory."""

    def __init__(self, block: Array, lifetimes: dict[int, _Lifetime]) -> None:
        self._block = block
        self._lifetimes = lifetimes
        #: By the id of the array that was moved; kept with it, so that the id stays its own.
        self._moved: dict[int, tuple[Array, Array]] = {}

    def place_of(self, array: Array) -> Array:
        life = self._lifetimes.get(id(root_of(array)))
        if life is None:
            return array
        known = self._moved.get(id(array))
        if known is None:
            moved = relocated(array, self._block, life.owner.offset)
            known = self._moved[id(array)] = array, moved
        return known[1]
