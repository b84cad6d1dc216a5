"""Chains of elementwise operations on large arrays, run block by block: each block stays in the cache for all of them.

What is only used within a chain never exists as a whole; each thread has a block's worth of it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from math import prod
from operator import setitem
from typing import Any

import numpy as np

from ...compiler.writes import WRITES
from ...graph import Operation
from ..parallel import run_parts, thread_count
from .instructions import Array, Instruction, address_of, is_same_view, root_of

#: Arrays of fewer elements are left whole: they fit into the cache as they are.
LARGE = 1 << 17
#: The same for a single operation, which has no use for a cache.
LARGE_ALONE = 1 << 20
#: Elements of a block; the handful of arrays that a chain works on at a time fits into the second-level cache.
BLOCK = 1 << 16
#: More blocks than this are made larger instead.
MOST_BLOCKS = 512

Calls = tuple[tuple[Callable[..., Any], tuple[Any, ...]], ...]

_add_reduce: Any = np.add.reduce


def block_length(length: int) -> int:
    """How many elements of a row of so many make a block."""
    return max(BLOCK, -(-length // MOST_BLOCKS))


class BlockSums:
    """Adds up each block of a row by itself: ``sums(x, partial)`` fills ``partial``, one number for each block.

    So a sum is the same whether it is taken while a block is in the cache, or later.
    """

    def __init__(self, length: int) -> None:
        self._length = block_length(length)
        self._starts = range(0, length, self._length)
        #: How many blocks there are.
        self.count = len(self._starts)

    def __call__(self, x: Array, partial: Array) -> None:
        def add_up(block: int, _: None) -> None:
            self.of_block(x[self._starts[block] :][: self._length], partial, block)

        run_parts(add_up, range(self.count), [None] * thread_count())

    @staticmethod
    def of_block(x: Array, partial: Array, block: int) -> None:
        _add_reduce(x, 0, None, partial[block : block + 1].reshape(()))


def run_in_blocks(
    instructions: Sequence[Instruction], own: Collection[int], others: Sequence[Instruction] = ()
) -> list[Instruction]:
    """The instructions with runs of elementwise ones on large arrays as one, in an order that makes these runs long.

    ``own`` are the roots (by id) of which nothing is known outside of the step, ``others`` the instructions that
    come before or after these.
    """
    if not any(_is_large(each) for each in instructions):
        return list(instructions)
    done: list[Instruction] = []
    left = list(instructions)
    while left:
        place = next((index for index, each in enumerate(left) if _is_large(each)), len(left))
        done += left[:place]
        if place == len(left):
            break
        before, chain, left = _longest_chain(left[place:])
        done += before
        if len(chain) == 1 and next(chain[0].writes()).size < LARGE_ALONE:
            done += chain
            continue
        used = {id(root_of(array)) for each in (*done, *left, *others) for array in each.arrays()}
        done.append(_fused(chain, own, used))
    return done


def _longest_chain(
    instructions: Sequence[Instruction],
) -> tuple[list[Instruction], list[Instruction], list[Instruction]]:
    """What can run before the chain that begins with the first instruction, that chain, and what comes after it."""
    before: list[Instruction] = []
    chain, after = _Group(), _Group()
    shape = next(instructions[0].writes()).shape
    for each in instructions:
        if after.is_closed or after.conflicts_with(each):
            after.add(each)
        elif chain.can_take(each, shape):
            chain.add(each)
        elif each.arguments and not chain.conflicts_with(each):
            before.append(each)
        else:
            after.add(each)
    return before, chain.instructions, after.instructions


class _Group:
    """Instructions, and the memory that they read and write."""

    def __init__(self) -> None:
        self.instructions: list[Instruction] = []
        #: Whether one of them does what cannot be seen from its arrays, so that nothing may be moved across it.
        self.is_closed = False
        #: Whether one of them takes the arrays as single rows.
        self._needs_rows = False
        self._has_effects = False
        self._reads: set[int] = set()
        self._writes: dict[int, Array] = {}
        self._roots: list[Array] = []

    def add(self, instruction: Instruction) -> None:
        self.instructions.append(instruction)
        self.is_closed = self.is_closed or not instruction.arguments
        self._needs_rows = self._needs_rows or isinstance(instruction.function, BlockSums)
        self._has_effects = self._has_effects or _has_effects(instruction)
        for array in instruction.reads():
            self._reads.add(self._key(array))
        for array in instruction.writes():
            self._writes.setdefault(self._key(array), array)

    def conflicts_with(self, instruction: Instruction) -> bool:
        """Whether an instruction that comes after them may not run before them."""
        if self._has_effects and _has_effects(instruction):
            return True
        written = {id(root_of(array)) for array in instruction.writes()}
        read = {id(root_of(array)) for array in instruction.reads()}
        return not self._writes.keys().isdisjoint(written | read) or not self._reads.isdisjoint(written)

    def can_take(self, instruction: Instruction, shape: tuple[int, ...]) -> bool:
        """Whether it uses what they write only element by element, each at its own place, or adds that up."""
        if isinstance(instruction.function, BlockSums):
            return self._can_add_up(instruction, shape)
        if not _is_large(instruction) or next(instruction.writes()).shape != shape:
            return False
        if self._needs_rows and not all(_is_row(array) for array in instruction.arrays()):
            return False
        for array in instruction.arrays():
            written = self._writes.get(id(root_of(array)))
            if written is not None and not is_same_view(written, array):
                return False
        for array in instruction.writes():
            key = id(root_of(array))
            if key in self._reads and key not in self._writes and not self._is_read_in_place(key, array):
                return False
        return True

    def _can_add_up(self, instruction: Instruction, shape: tuple[int, ...]) -> bool:
        x = instruction.arguments[0]
        written = self._writes.get(id(root_of(x)))
        return (
            written is not None
            and x.size == prod(shape)
            and address_of(x) == address_of(written)
            and all(_is_row(array) for each in self.instructions for array in each.arrays())
        )

    def _is_read_in_place(self, key: int, target: Array) -> bool:
        arrays = (array for each in self.instructions for array in each.reads())
        return all(is_same_view(array, target) for array in arrays if id(root_of(array)) == key)

    def _key(self, array: Array) -> int:
        root = root_of(array)
        self._roots.append(root)
        return id(root)


def _fused(chain: Sequence[Instruction], own: Collection[int], used: Collection[int]) -> Instruction:
    """The chain as one instruction: its arguments are the whole arrays that it reads and fills.

    ``used`` are the roots (by id) that others touch: after the chain, or before it (of which it replaces elements).
    """
    known: set[int] = set()
    inner: set[int] = set()
    for each in chain:
        known.update(id(root_of(array)) for array in each.reads())
        for array in each.writes():
            key = id(root_of(array))
            if key not in known and key in own and key not in used:
                inner.add(key)
            known.add(key)
    operands: dict[int, Array] = {}
    filled: set[int] = set()
    for each in chain:
        for array in each.arrays():
            if id(root_of(array)) not in inner:
                operands[id(array)] = array
        filled.update(id(array) for array in each.writes() if id(root_of(array)) not in inner)
    arguments = tuple(operands.values())
    outs = tuple(place for place, array in enumerate(arguments) if id(array) in filled)
    function = Chain([_Link(each, operands, inner) for each in chain], next(chain[0].writes()).shape)
    return Instruction(chain[-1].op, function, arguments, outs)


class _Link:
    """One operation of a chain: its operands by their places among the chain's arguments or its inner values."""

    def __init__(self, instruction: Instruction, operands: dict[int, Array], inner: Collection[int]) -> None:
        self.op: Operation = instruction.op
        self.function = instruction.function
        places = {key: place for place, key in enumerate(operands)}
        self.operands: list[tuple[str, Any]] = []
        self.dtypes: dict[int, np.dtype[Any]] = {}
        for argument in instruction.arguments:
            if not isinstance(argument, np.ndarray):
                self.operands.append(("as it is", argument))
            elif isinstance(self.function, BlockSums) and self.operands:
                self.operands.append(("sums", places[id(argument)]))
            elif id(root_of(argument)) in inner:
                self.operands.append(("inner", id(root_of(argument))))
                self.dtypes[id(root_of(argument))] = argument.dtype
            else:
                self.operands.append(("argument", places[id(argument)]))


class Chain:
    """Carries out elementwise operations block by block; called with the whole arrays."""

    def __init__(self, links: list[_Link], shape: tuple[int, ...]) -> None:
        self.links = links
        self._shape = shape
        #: The most threads that it runs on. Beside large matrix products it is one: the matrix library's threads go on
        #: turning for a while after each, and would have to be waited for.
        self.most_threads = thread_count()
        self._bound: list[list[Calls]] = []

    def __call__(self, *arguments: Array) -> None:
        # The arrays of a plan stay where they are: they are cut into blocks at the first step only.
        if not self._bound:
            self._bound = [self._bind(arguments) for _ in range(self.most_threads)]
            self._parts = range(len(self._bound[0]))
        run_parts(_run_block, self._parts, self._bound)

    def _bind(self, arguments: Sequence[Array]) -> list[Calls]:
        """The calls for each block, with blocks of inner values that one thread has to itself."""
        is_flat = all(array.flags.c_contiguous for array in arguments if array.ndim)
        if is_flat:
            arguments = [array.reshape(-1) if array.ndim else array for array in arguments]
        length = prod(self._shape) if is_flat else self._shape[0]
        width = prod(self._shape) // length
        rows = max(1, block_length(length * width) // width)
        rooms = self._rooms(rows, () if is_flat else self._shape[1:])
        blocks = [(number, start, min(start + rows, length)) for number, start in enumerate(range(0, length, rows))]
        return [
            tuple(call for call in (self._call(link, arguments, rooms, *block) for link in self.links) if call)
            for block in blocks
        ]

    @staticmethod
    def _call(
        link: _Link, arguments: Sequence[Array], rooms: dict[int, Array], number: int, start: int, stop: int
    ) -> tuple[Callable[..., Any], tuple[Any, ...]] | None:
        """What a link calls for the block with this number; None for a copy of what is in its place already."""
        operands: list[Any] = []
        for kind, value in link.operands:
            if kind == "as it is":
                operands.append(value)
            elif kind == "inner":
                operands.append(rooms[value][: stop - start])
            elif kind == "sums":
                operands.append(arguments[value][number : number + 1].reshape(()))
            else:
                array = arguments[value]
                operands.append(array[start:stop] if array.ndim else array)
        if isinstance(link.function, BlockSums):
            x, total = operands
            return _add_reduce, (x, 0, None, total)
        if link.function is setitem and is_same_view(operands[0], operands[2]):
            return None
        return link.function, tuple(operands)

    def _rooms(self, rows: int, shape: tuple[int, ...]) -> dict[int, Array]:
        """A block for each inner value; two that are not needed at the same time share one."""
        last: dict[int, int] = {}
        for place, link in enumerate(self.links):
            for kind, value in link.operands:
                if kind == "inner":
                    last[value] = place
        rooms: dict[int, Array] = {}
        free: list[Array] = []
        for place, link in enumerate(self.links):
            # A result may overwrite an operand that is not needed any more.
            free += [rooms[value] for value in link.dtypes if value in rooms and last[value] == place]
            for value, dtype in link.dtypes.items():
                if value not in rooms:
                    # The room of an operand comes last.
                    fitting = next((room for room in reversed(free) if room.dtype == dtype), None)
                    rooms[value] = np.empty((rows, *shape), dtype) if fitting is None else fitting
                    free = [room for room in free if room is not fitting]
                    if last[value] == place:
                        free.append(rooms[value])
        return rooms


def _run_block(part: int, bound: list[Calls]) -> None:
    for function, arguments in bound[part]:
        function(*arguments)


def _is_large(instruction: Instruction) -> bool:
    if not instruction.is_elementwise:
        return False
    (out,) = instruction.writes()
    if out.size < LARGE or out.dtype.hasobject:
        return False
    return all(array.shape in ((), out.shape) for array in instruction.reads())


def _has_effects(instruction: Instruction) -> bool:
    """Whether it does more than fill arrays (it prints, draws random numbers): what does so keeps its order."""
    return instruction.op.declaration.stateful and instruction.op.type not in WRITES


def _is_row(array: Array) -> bool:
    """Whether it is a single number, or lies in memory as one row."""
    return not array.ndim or array.flags.c_contiguous
