"""The wire format of protocol buffers: https://protobuf.dev/programming-guides/encoding/."""

from __future__ import annotations

from collections.abc import Iterator

#: What a field holds on the wire: a varint as a number, anything else as its bytes.
Payload = int | bytes

_MALFORMED = "Error parsing message: it ends in the middle of a field."


def encode_varint(value: int) -> bytes:
    """A whole number, seven bits a byte; negative ones as their 64-bit two's complement."""
    value &= 0xFFFFFFFFFFFFFFFF
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def decode_varint(data: bytes, start: int) -> tuple[int, int]:
    """The number at ``start`` and where what follows begins. Raises ValueError when there is no number."""
    value = 0
    for index in range(10):
        if start + index >= len(data):
            raise ValueError(_MALFORMED)
        byte = data[start + index]
        value |= (byte & 0x7F) << 7 * index
        if byte < 0x80:
            return value & 0xFFFFFFFFFFFFFFFF, start + index + 1
    raise ValueError("Error parsing message: a number is longer than ten bytes.")


def signed(value: int) -> int:
    """The signed number that 64 bits stand for."""
    return value - (1 << 64) if value >> 63 else value


def encode_key(number: int, wire_type: int) -> bytes:
    """What stands before a field: its number, and 0 varint, 1 eight bytes, 2 length and bytes, 5 four bytes."""
    return encode_varint(number << 3 | wire_type)


def fields_of(data: bytes) -> Iterator[tuple[int, Payload]]:
    """The fields of a message in their order: number and payload. Raises ValueError for anything else."""
    place = 0
    while place < len(data):
        key, place = decode_varint(data, place)
        number, wire_type = key >> 3, key & 7
        if wire_type == 0:
            value, place = decode_varint(data, place)
            yield number, value
            continue
        if wire_type == 2:
            length, place = decode_varint(data, place)
        elif wire_type in (1, 5):
            length = 8 if wire_type == 1 else 4
        else:
            raise ValueError(f"Error parsing message: there is no wire type {wire_type}.")
        if number == 0 or place + length > len(data):
            raise ValueError(_MALFORMED)
        yield number, bytes(data[place : place + length])
        place += length


def packed_varints(data: bytes) -> list[int]:
    """The numbers of a packed repeated field."""
    numbers, place = [], 0
    while place < len(data):
        value, place = decode_varint(data, place)
        numbers.append(value)
    return numbers
