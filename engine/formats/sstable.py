"""Sorted string tables: the files that hold a checkpoint's index.

The format is LevelDB's (https://github.com/google/leveldb/blob/main/doc/table_format.md), as TensorFlow's
``tensorflow/core/lib/io/table_builder.cc`` writes it: blocks of sorted keys with their values, each block followed by
its kind and checksum, then an index of the blocks and a footer.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator

from ..encoding.crc32c import masked_crc32c
from ..encoding.wire import decode_varint, encode_varint
from ..graph import DataLossError, UnimplementedError

_MAGIC = 0xDB4775248B80FB57
_FOOTER = 48
#: After so many bytes of entries a block is closed.
_BLOCK_BYTES = 256 * 1024
#: Every so many keys one is written whole; the others say only how they differ from the one before.
_RESTART_INTERVAL = 16


def write_table(entries: Iterable[tuple[bytes, bytes]]) -> bytes:
    """A table of keys and values. The keys must be sorted and differ."""
    out = bytearray()
    index: list[tuple[bytes, bytes]] = []
    block: list[tuple[bytes, bytes]] = []
    size = 0
    for entry in entries:
        block.append(entry)
        size += len(entry[0]) + len(entry[1])
        if size >= _BLOCK_BYTES:
            index.append((entry[0], _append_block(out, block, _RESTART_INTERVAL)))
            block, size = [], 0
    if block:
        index.append((block[-1][0], _append_block(out, block, _RESTART_INTERVAL)))
    handles = _append_block(out, [], 1) + _append_block(out, index, 1)
    out += handles.ljust(_FOOTER - 8, b"\0") + struct.pack("<Q", _MAGIC)
    return bytes(out)


def _append_block(out: bytearray, entries: list[tuple[bytes, bytes]], interval: int) -> bytes:
    """Writes a block and returns its handle: where it begins and how long it is."""
    body = bytearray()
    restarts: list[int] = []
    previous = b""
    for count, (key, value) in enumerate(entries):
        shared = 0
        if count % interval:
            longest = min(len(previous), len(key))
            while shared < longest and previous[shared] == key[shared]:
                shared += 1
        else:
            restarts.append(len(body))
        body += encode_varint(shared) + encode_varint(len(key) - shared) + encode_varint(len(value))
        body += key[shared:] + value
        previous = key
    restarts = restarts or [0]
    body += struct.pack(f"<{len(restarts) + 1}I", *restarts, len(restarts))
    handle = encode_varint(len(out)) + encode_varint(len(body))
    content = bytes(body) + b"\0"
    out += content + struct.pack("<I", masked_crc32c(content))
    return handle


def read_table(data: bytes, name: str) -> dict[bytes, bytes]:
    """The keys and values of a table; ``name`` is what errors call it. Raises DataLossError for a damaged one."""
    if len(data) < _FOOTER or struct.unpack("<Q", data[-8:])[0] != _MAGIC:
        raise DataLossError(f"{name} is not an sstable (bad magic number): it is no index of a checkpoint, or damaged.")
    try:
        footer = data[-_FOOTER:]
        place = decode_varint(footer, decode_varint(footer, 0)[1])[1]
        entries: dict[bytes, bytes] = {}
        for _, handle in _entries(_block(data, footer[place:], name)):
            entries.update(_entries(_block(data, handle, name)))
        return entries
    except (ValueError, struct.error, IndexError):
        raise DataLossError(f"{name} is damaged: its index cannot be read. Take another checkpoint.") from None


def _block(data: bytes, handle: bytes, name: str) -> bytes:
    """The entries of the block at a handle."""
    start, after = decode_varint(handle, 0)
    size, _ = decode_varint(handle, after)
    content, checksum = data[start : start + size + 1], data[start + size + 1 : start + size + 5]
    if len(checksum) < 4 or struct.unpack("<I", checksum)[0] != masked_crc32c(content):
        raise DataLossError(f"{name} is damaged: block checksum mismatch. Take another checkpoint.")
    if content[-1]:
        raise UnimplementedError(
            f"{name} is compressed (kind {content[-1]}), which cannot be read; save the checkpoint without compression."
        )
    (restarts,) = struct.unpack("<I", content[-5:-1])
    return content[: -5 - 4 * restarts]


def _entries(block: bytes) -> Iterator[tuple[bytes, bytes]]:
    key, place = b"", 0
    while place < len(block):
        shared, place = decode_varint(block, place)
        rest, place = decode_varint(block, place)
        length, place = decode_varint(block, place)
        if place + rest + length > len(block):
            raise ValueError("an entry is longer than its block")
        key = key[:shared] + block[place : place + rest]
        place += rest
        yield key, block[place : place + length]
        place += length
