"""CRC-32C (Castagnoli, RFC 3720), which guards TensorFlow's record files and checkpoints."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

Words = np.ndarray[Any, np.dtype[np.uint32]]

#: Reversed polynomial.
_POLYNOMIAL = 0x82F63B78
#: Bytes from which on the parts of the data are worked on side by side.
_LONG = 4096
#: What masked checksums have added, so that a checksum of data with checksums in it is no trivial one.
_MASK = 0xA282EAD8


def crc32c(data: bytes | memoryview) -> int:
    """The checksum of the bytes."""
    if len(data) < _LONG:
        return _continue(0xFFFFFFFF, data) ^ 0xFFFFFFFF
    lanes = 1 << max((len(data).bit_length() - 1) // 2, 4)
    length = len(data) // lanes
    parts = np.frombuffer(data, np.uint8, lanes * length).reshape(lanes, length)
    joined = _join(_side_by_side(parts), length)
    return _continue(joined, data[lanes * length :]) ^ 0xFFFFFFFF


def masked(checksum: int) -> int:
    """The checksum as files hold it."""
    return ((checksum >> 15 | checksum << 17) + _MASK) & 0xFFFFFFFF


def masked_crc32c(data: bytes | memoryview) -> int:
    return masked(crc32c(data))


@cache
def _table() -> Words:
    table = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        table = np.where(table & 1, table >> 1 ^ np.uint32(_POLYNOMIAL), table >> 1).astype(np.uint32)
    return table


@cache
def _table_list() -> list[int]:
    return [int(entry) for entry in _table()]


def _continue(state: int, data: bytes | memoryview) -> int:
    table = _table_list()
    for byte in bytes(data):
        state = table[(state ^ byte) & 0xFF] ^ state >> 8
    return state


def _side_by_side(parts: np.ndarray[Any, np.dtype[np.uint8]]) -> Words:
    """The state after each row; the first begins as a checksum does, the others with 0."""
    table = _table()
    states: Words = np.zeros(len(parts), np.uint32)
    states[0] = 0xFFFFFFFF
    for column in np.ascontiguousarray(parts.T):
        states = table[(states ^ column) & 0xFF] ^ states >> 8
    return states


def _join(states: Words, length: int) -> int:
    """The state after all rows in turn, ``length`` bytes each.

    A state is moved past a byte of zeros by a linear map, so that the state of a row that began with 0 is added to
    the state before it, moved past the row.
    """
    step = _past_zeros(length)
    while len(states) > 1:
        states = _apply(step, states[0::2]) ^ states[1::2]
        step = _apply(step, step)
    return int(states[0])


def _past_zeros(length: int) -> Words:
    """The linear map that moves a state past ``length`` zero bytes: what becomes of each single bit."""
    bits = np.left_shift(np.uint32(1), np.arange(32, dtype=np.uint32)).astype(np.uint32)
    step: Words = _table()[bits & 0xFF] ^ bits >> 8
    result = bits
    while length:
        if length & 1:
            result = _apply(step, result)
        step = _apply(step, step)
        length >>= 1
    return result


def _apply(step: Words, states: Words) -> Words:
    result: Words = np.zeros_like(states)
    for bit in range(32):
        result ^= np.where(states >> np.uint32(bit) & 1, step[bit], np.uint32(0)).astype(np.uint32)
    return result
