"""The updates of several small variables as those of one.

An optimizer does the same to every variable. Where the variables, their gradients and their slots lie one behind the
other in memory, each of its operations is one call for all of them: for small arrays, calls are what takes the time.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from ...graph import NodeKind
from .instructions import Array, Instruction, address_of, copying, relocated, root_of, view_at

#: The arithmetic of larger variables takes longer than a call does.
MOST_ELEMENTS = 4096

#: Called with a variable's array and the one that is to take its place.
Move = Callable[[Array, Array], None]


class _Update(NamedTuple):
    """What is done to one variable."""

    #: Where its instructions stand.
    places: list[int]
    #: The arrays that they work on, by their roles.
    arrays: list[Array]
    #: Those of them that are filled.
    filled: frozenset[int]


class Packed:
    """Instructions in which equal updates of small variables are one.

    ``own`` are the roots (by id) of which nothing is known outside of the step, ``variables`` the arrays of variables
    (by id), which ``move`` puts into another place.
    """

    def __init__(
        self, instructions: Sequence[Instruction], own: Collection[int], variables: Collection[int], move: Move
    ) -> None:
        self._own = own
        self._variables = variables
        self._move = move
        #: What was moved, by id: the array, the memory it is in now, and at which byte.
        self._moved: dict[int, tuple[Array, Array, int]] = {}
        packed: list[list[Instruction]] = [[each] for each in instructions]
        for group in _equal_updates(instructions, variables):
            places = sorted(place for update in group for place in update.places)
            roles = list(zip(*(update.arrays for update in group), strict=True))
            if len(group) > 1 and _may_come_last(instructions, places) and self._can_pack(group, roles):
                copies: list[Instruction] = []
                blocks = [self._block(arrays, instructions[places[-1]], copies) for arrays in roles]
                fused = [_on_blocks(instructions[place], group[0], blocks) for place in group[0].places]
                for place in places:
                    packed[place] = []
                packed[places[-1]] = copies + fused
        self._counts = [len(several) for several in packed]
        flat = [each for several in packed for each in several]
        self.instructions = [each.rebound(self.array) for each in flat] if self._moved else flat

    def array(self, array: Array) -> Array:
        """The array, or what looks at the same values where they are now."""
        moved = self._moved.get(id(root_of(array)))
        return array if moved is None else relocated(array, *moved[1:])

    def count_before(self, place: int) -> int:
        """How many instructions there are now before the one that stood in this place."""
        return sum(self._counts[:place])

    def has_moved(self, array: Array) -> bool:
        return id(array) in self._moved

    def _can_pack(self, group: Sequence[_Update], roles: Sequence[tuple[Array, ...]]) -> bool:
        """Whether all arrays can be put behind each other, or lie so already."""
        for role, arrays in enumerate(roles):
            if _lie_in_a_row(arrays):
                continue
            is_filled = any(role in update.filled for update in group)
            for array in arrays:
                if id(array) in self._variables:
                    if array.base is not None:  # packed already, in another order
                        return False
                elif is_filled and not self._is_own(array):
                    return False
        return True

    def _is_own(self, array: Array) -> bool:
        return array.base is None and id(array) in self._own

    def _block(self, arrays: Sequence[Array], last: Instruction, copies: list[Instruction]) -> Array:
        """The memory in which arrays of one role lie; what cannot be moved there is copied at every step."""
        dtype, size = arrays[0].dtype, sum(array.size for array in arrays)
        if _lie_in_a_row(arrays):
            root = root_of(arrays[0])
            return view_at(root, address_of(arrays[0]) - address_of(root), (size,), dtype)
        block = np.empty(size, dtype)
        start = 0
        for array in arrays:
            place = block[start : start + array.size].reshape(array.shape)
            is_variable = id(array) in self._variables
            if is_variable:
                self._move(array, place)
            if is_variable or self._is_own(array):
                self._moved[id(array)] = array, block, start * dtype.itemsize
            else:
                copies.append(copying(last.op, place, array))
            start += array.size
        return block


def _equal_updates(instructions: Sequence[Instruction], variables: Collection[int]) -> Iterator[list[_Update]]:
    """The updates of variables, those together that do the same."""
    found: dict[Any, list[_Update]] = {}
    for places in _connected(instructions, variables):
        described = _described(instructions, places)
        if described is not None:
            signature, update = described
            found.setdefault(signature, []).append(update)
    yield from found.values()


def _connected(instructions: Sequence[Instruction], variables: Collection[int]) -> list[list[int]]:
    """The places of the updates' instructions; together those that work on the same arrays."""
    leader: dict[int, int] = {}

    def find(key: int) -> int:
        while leader.setdefault(key, key) != key:
            leader[key] = key = leader[leader[key]]
        return key

    def key_of(array: Array) -> int:
        return id(array) if id(array) in variables else id(root_of(array))

    updates = [place for place, each in enumerate(instructions) if _is_update(each)]
    for place in updates:
        keys = [find(key_of(array)) for array in instructions[place].arrays() if array.ndim]
        for key in keys:
            leader[find(key)] = find(keys[0])
    together: dict[int, list[int]] = {}
    for place in updates:
        together.setdefault(find(key_of(next(instructions[place].writes()))), []).append(place)
    return list(together.values())


def _is_update(instruction: Instruction) -> bool:
    origin = instruction.op.origin
    if origin is None or origin.kind is not NodeKind.OPTIMIZER or not instruction.is_elementwise:
        return False
    (out,) = instruction.writes()
    return 0 < out.size <= MOST_ELEMENTS and out.ndim > 0 and not out.dtype.hasobject


def _described(instructions: Sequence[Instruction], places: list[int]) -> tuple[Any, _Update] | None:
    """What an update does, and to which arrays; None unless it works element by element on arrays of one size."""
    roles: dict[int, int] = {}
    arrays: list[Array] = []
    filled: set[int] = set()
    steps: list[Any] = []
    (first,) = instructions[places[0]].writes()
    for each in (instructions[place] for place in places):
        operands: list[Any] = []
        for argument in each.arguments:
            if not isinstance(argument, np.ndarray):
                operands.append(argument)
            elif not argument.ndim:
                operands.append(("number", id(argument)))
            elif argument.shape != first.shape or not argument.flags.c_contiguous:
                return None
            else:
                if id(argument) not in roles:
                    roles[id(argument)] = len(arrays)
                    arrays.append(argument)
                operands.append(("array", roles[id(argument)], argument.dtype))
        filled.update(roles[id(array)] for array in each.writes())
        steps.append((each.function, tuple(operands), each.outs))
    return tuple(steps), _Update(places, arrays, frozenset(filled))


def _may_come_last(instructions: Sequence[Instruction], places: Sequence[int]) -> bool:
    """Whether all these instructions can as well be carried out at the place of the last of them."""
    chosen = set(places)
    reads: set[int] = set()
    writes: set[int] = set()
    for place in range(places[0], places[-1] + 1):
        each = instructions[place]
        read = {id(root_of(array)) for array in each.reads()}
        written = {id(root_of(array)) for array in each.writes()}
        if place in chosen:
            reads |= read
            writes |= written
        elif not each.arguments or writes & (read | written) or reads & written:
            return False
    return True


def _on_blocks(instruction: Instruction, update: _Update, blocks: Sequence[Array]) -> Instruction:
    """An instruction of one update, as that of all."""
    by_id = {id(array): block for array, block in zip(update.arrays, blocks, strict=True)}
    arguments = tuple(by_id.get(id(argument), argument) for argument in instruction.arguments)
    return Instruction(instruction.op, instruction.function, arguments, instruction.outs, is_elementwise=True)


def _lie_in_a_row(arrays: Sequence[Array]) -> bool:
    """Whether each array begins where the one before it ends, in the same memory."""
    root = root_of(arrays[0])
    end = address_of(arrays[0])
    for array in arrays:
        if root_of(array) is not root or address_of(array) != end:
            return False
        end += array.nbytes
    return True
