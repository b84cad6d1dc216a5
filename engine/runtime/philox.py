"""TensorFlow's random numbers on a CPU, to the bit: Philox4x32-10, and the distributions made of its words.

A *block* is what one counter gives: four words of 32 bits. TensorFlow keeps a counter of 128 bits per operation; the
upper half is the operation's own seed, the lower half moves on by what every execution reserves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

#: Blocks that are computed at a time: the work arrays stay in a core's own cache.
CHUNK = 4096
#: Up to so many blocks those of executions to come are computed together.
FEW_BLOCKS = 128
#: What TensorFlow reserves for a number whatever its distribution takes, in blocks.
RESERVED_BLOCKS = 256
#: The words that TensorFlow reserves for a number of a distribution that rejects some.
_RESERVED_WORDS = 256

_WORD = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)
_FACTORS = np.array([[0xD2511F53], [0xCD9E8D57]], np.uint64)
_KEY_STEPS = (0x9E3779B9, 0xBB67AE85)
_ROUNDS = 10
_TINY = 1e-7


def round_keys(seed: int) -> list[Array]:
    """What each round mixes into the words: (2, 1)."""
    low, high = seed & 0xFFFFFFFF, (seed >> 32) & 0xFFFFFFFF
    return [
        np.array([[(low + step * _KEY_STEPS[0]) & 0xFFFFFFFF], [(high + step * _KEY_STEPS[1]) & 0xFFFFFFFF]], np.uint64)
        for step in range(_ROUNDS)
    ]


def blocks(keys: list[Array], seed2: int, counters: Array) -> Array:
    """The words of the blocks with these counters (uint64, one dimension): (4, blocks), uint64 each below 2³².

    A word stands in a uint64, where a product of two has room. The four of a block are computed two by two: of the
    pairs (first, third) and (second, fourth) each round multiplies one and crosses the halves of the products over.
    """
    count = len(counters)
    words = np.empty((2, 2, count), np.uint64)
    factors, others = words[:, 0], words[:, 1]
    np.bitwise_and(counters, _WORD, factors[0])
    np.right_shift(counters, _HALF, others[0])
    factors[1], others[1] = np.uint64(seed2 & 0xFFFFFFFF), np.uint64((seed2 >> 32) & 0xFFFFFFFF)
    products = np.empty((2, count), np.uint64)
    crossed = products[::-1]
    for key in keys:
        np.multiply(factors, _FACTORS, products)
        np.right_shift(crossed, _HALF, factors)
        np.bitwise_xor(factors, others, factors)
        np.bitwise_xor(factors, key, factors)
        np.bitwise_and(crossed, _WORD, others)
    return words.reshape(4, count)


def single_words(seed: int, seed2: int) -> Iterator[int]:
    """The words of the stream that two seeds decide, one after the other."""
    keys, first, count = round_keys(seed), 0, 4
    while True:
        counters = np.arange(first, first + count, dtype=np.uint64)
        yield from blocks(keys, seed2, counters).T.reshape(-1).tolist()
        first, count = first + count, min(2 * count, FEW_BLOCKS)


def unit_floats(words: Array) -> Array:
    """Words as float32 numbers in [0, 1): 23 bits of each."""
    bits = np.bitwise_or(words & np.uint64(0x7FFFFF), np.uint64(0x3F800000)).astype(np.uint32)
    numbers: Array = bits.view(np.float32) - np.float32(1)
    return numbers


def unit_doubles(words: Array) -> Array:
    """Pairs of words, along the first axis, as float64 numbers in [0, 1): 52 bits of each pair."""
    bits = ((words[::2] & np.uint64(0xFFFFF)) << _HALF) | words[1::2] | np.uint64(1023 << 52)
    numbers: Array = bits.view(np.float64) - 1.0
    return numbers


def normal_numbers(words: Array, dtype: np.dtype[Any]) -> Array:
    """Normally distributed numbers for each block: (4, blocks) in float32, (2, blocks) in float64 (Box and Muller)."""
    if dtype == np.float64:
        uniform = unit_doubles(words)
        radius = np.sqrt(-2.0 * np.log(np.maximum(uniform[::2], _TINY)))
        angle = 2.0 * np.pi * uniform[1::2]
    else:
        uniform = unit_floats(words)
        # In float64 and then rounded: as near as TensorFlow's own float32 functions are to the truth.
        logarithm = np.log(np.maximum(uniform[::2], np.float32(_TINY)).astype(np.float64))
        radius = np.sqrt(np.float32(-2) * logarithm.astype(np.float32))
        angle = (2.0 * np.pi * uniform[1::2].astype(np.float64)).astype(np.float32).astype(np.float64)
    numbers = np.empty(uniform.shape, dtype)
    np.multiply(np.sin(angle).astype(dtype), radius, numbers[::2])
    np.multiply(np.cos(angle).astype(dtype), radius, numbers[1::2])
    return numbers


class PhiloxNumbers:
    """The numbers of one operation, from the two seeds that TensorFlow gives it.

    ``position`` counts the blocks that earlier executions have reserved.
    """

    def __init__(self, seed: int, seed2: int, position: int = 0) -> None:
        self._keys = round_keys(seed)
        self._seed2 = seed2
        self.position = position
        #: The blocks of this execution and of some to come: (4, executions, blocks), from which position on, and how
        #: far apart the positions are.
        self._ahead: tuple[Array, int, int] | None = None

    def at(self, position: int) -> PhiloxNumbers:
        """The same stream at another position, moving on by itself."""
        other = copy(self)
        other.position = position
        return other

    def uniform(self, shape: tuple[int, ...], dtype: np.dtype[Any], out: Array | None = None) -> Array:
        """Numbers from [0, 1)."""
        out = np.empty(shape, dtype) if out is None else out
        convert = unit_doubles if dtype == np.float64 else unit_floats
        self._fill(out, _per_block(dtype), convert)
        return out

    def integers(self, low: int, high: int, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
        """Whole numbers from ``low`` up to ``high``, which is left out."""
        out = np.empty(shape, dtype)
        wide, width = dtype.itemsize == 8, np.uint64(int(high) - int(low))

        def convert(words: Array) -> Array:
            bits = words[::2] | (words[1::2] << _HALF) if wide else words
            return (bits % width).view(np.int64) + np.int64(low)

        self._fill(out, _per_block(dtype), convert)
        return out

    def normal(self, shape: tuple[int, ...], dtype: np.dtype[Any], out: Array | None = None) -> Array:
        """Normally distributed numbers with mean 0 and standard deviation 1."""
        out = np.empty(shape, dtype) if out is None else out
        self._fill(out, _per_block(dtype), lambda words: normal_numbers(words, dtype))
        return out

    def truncated_normal(self, shape: tuple[int, ...], dtype: np.dtype[Any], out: Array | None = None) -> Array:
        """As :meth:`normal`, but numbers of 2 or more, or −2 or less, are drawn again."""
        out = np.empty(shape, dtype) if out is None else out
        group = _per_block(dtype)
        stride = group * _RESERVED_WORDS // 4
        for part, first, count in _parts(out, group):
            part[...] = self._accepted(self._counters(count, first, stride), group, dtype).reshape(-1)[: len(part)]
        self.position += out.size * RESERVED_BLOCKS
        return out

    def _accepted(self, starts: Array, group: int, dtype: np.dtype[Any]) -> Array:
        """For each of the counters the first ``group`` numbers between −2 and 2 that the blocks from there on give."""
        numbers = np.empty((len(starts), group), dtype)
        found = np.zeros(len(starts), np.intp)
        short = np.arange(len(starts))
        step = 0
        while len(short):
            drawn = normal_numbers(blocks(self._keys, self._seed2, starts[short] + np.uint64(step)), dtype).T
            good = np.abs(drawn) < 2
            places = found[short, None] + np.cumsum(good, axis=1) - 1
            rows, columns = np.nonzero(good & (places < group))
            numbers[short[rows], places[rows, columns]] = drawn[rows, columns]
            found[short] += good.sum(axis=1)
            short = short[found[short] < group]
            step += 1
        return numbers

    def permutation(self, count: int) -> Array:
        """The numbers below ``count`` in another order: each place is exchanged with one of those from it on."""
        order = list(range(count))
        if count > 1:
            needed = -(-(count - 1) // 4)
            words = self._words(needed)[: count - 1]
            self.position += needed
            partners = np.arange(count - 1) + (words % np.arange(count, 1, -1, dtype=np.uint64)).view(np.int64)
            for place, partner in enumerate(partners.tolist()):
                order[place], order[partner] = order[partner], order[place]
        return np.array(order, np.intp)

    def sequence(self, reserved_words: int) -> Sequence:
        """Numbers one after the other, as many as are asked for; the position moves on by what is reserved."""
        sequence = Sequence(self._keys, self._seed2, self.position)
        self.position += -(-reserved_words // 4)
        return sequence

    def _words(self, count: int) -> Array:
        """The words of ``count`` blocks, one after the other."""
        return blocks(self._keys, self._seed2, self._counters(count)).T.reshape(-1)

    def _counters(self, count: int, first: int = 0, stride: int = 1) -> Array:
        return np.uint64(self.position) + np.arange(first, first + count, dtype=np.uint64) * np.uint64(stride)

    def _few(self, count: int, stride: int) -> Array:
        """The first ``count`` blocks; those of some executions to come are computed with them, for numpy takes as long
        for hundreds of numbers as for one."""
        executions = 1
        if self._ahead is not None:
            words, start, apart = self._ahead
            place, rest = divmod(self.position - start, apart)
            if apart == stride and rest == 0 and words.shape[2] == count:
                if 0 <= place < words.shape[1]:
                    found: Array = words[:, place]
                    return found
                executions = min(2 * words.shape[1], CHUNK // FEW_BLOCKS)
        starts = np.uint64(self.position) + np.arange(executions, dtype=np.uint64) * np.uint64(stride)
        counters = (starts[:, None] + np.arange(count, dtype=np.uint64)).reshape(-1)
        words = blocks(self._keys, self._seed2, counters).reshape(4, executions, count)
        self._ahead = words, self.position, stride
        return words[:, 0]

    def _fill(self, out: Array, group: int, convert: Callable[[Array], Array]) -> None:
        """Fills an array with what ``convert`` makes of blocks: (group, blocks)."""
        for part, first, count in _parts(out, group):
            words = (
                self._few(count, out.size * RESERVED_BLOCKS)
                if count <= FEW_BLOCKS and first == 0
                else blocks(self._keys, self._seed2, self._counters(count, first))
            )
            numbers = convert(words)
            whole = len(part) // group
            part[: whole * group].reshape(whole, group)[...] = numbers[:, :whole].T
            part[whole * group :] = numbers[: len(part) - whole * group, -1]
        self.position += out.size * RESERVED_BLOCKS


class Sequence:
    """The words of a stream from a position on, taken one after the other."""

    def __init__(self, keys: list[Array], seed2: int, position: int) -> None:
        self._keys = keys
        self._seed2 = seed2
        self._start = position
        self._taken = 0

    def _pairs(self, count: int) -> Array:
        """The next words, two by two: (2, count)."""
        first, last = self._taken, self._taken + 2 * count
        counters = np.arange(self._start + first // 4, self._start - (-last // 4), dtype=np.uint64)
        self._taken = last
        words = blocks(self._keys, self._seed2, counters).T.reshape(-1)
        return words[first % 4 : first % 4 + 2 * count].reshape(count, 2).T

    def doubles(self, count: int) -> Array:
        """Numbers from [0, 1), float64."""
        return unit_doubles(self._pairs(count)).reshape(-1)

    def below(self, limit: int, count: int) -> Array:
        """Whole numbers from 0 up to ``limit``, which is left out; int64."""
        skewed = 0 if limit & (limit - 1) == 0 else 2**64 % limit
        found = np.empty(0, np.int64)
        while len(found) < count:
            # What lies below would make small numbers more likely than others.
            pairs = self._pairs(count - len(found))
            drawn = pairs[0] | (pairs[1] << _HALF)
            drawn = drawn[drawn >= np.uint64(skewed)]
            found = np.concatenate([found, (drawn % np.uint64(limit)).astype(np.int64)])
        return found


def _per_block(dtype: np.dtype[Any]) -> int:
    """How many numbers a block gives."""
    return 2 if dtype.itemsize == 8 else 4


def _parts(out: Array, group: int) -> Iterator[tuple[Array, int, int]]:
    """Parts of the flat array: with the place of its first block, and how many blocks it takes."""
    flat = out.reshape(-1)
    for first in range(0, -(-len(flat) // group), CHUNK):
        part = flat[first * group : (first + CHUNK) * group]
        yield part, first, -(-len(part) // group)
