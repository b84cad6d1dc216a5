"""TFRecord files: length, checksum of the length, data, checksum of the data, again and again.

The format is described in TensorFlow's ``tensorflow/core/lib/io/record_writer.h``.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO

from .crc32c import masked_crc32c


class DamagedRecordError(ValueError):
    """A record whose checksum is not that of its bytes, or that ends too early."""


def framed(data: bytes) -> bytes:
    """A record with its length and checksums."""
    length = struct.pack("<Q", len(data))
    return b"".join([length, struct.pack("<I", masked_crc32c(length)), data, struct.pack("<I", masked_crc32c(data))])


def read_records(file: BinaryIO) -> Iterator[bytes]:
    """The records of a file, in turn. Raises DamagedRecordError for a damaged one."""
    place = 0
    while head := file.read(12):
        if len(head) < 12:
            raise DamagedRecordError(f"truncated record at {place}")
        if struct.unpack("<I", head[8:])[0] != masked_crc32c(head[:8]):
            raise DamagedRecordError(f"corrupted record at {place}")
        (length,) = struct.unpack("<Q", head[:8])
        try:
            data, tail = file.read(length), file.read(4)
        except (MemoryError, OverflowError):
            data, tail = b"", b""
        if len(data) < length or len(tail) < 4:
            raise DamagedRecordError(f"truncated record at {place}")
        if struct.unpack("<I", tail)[0] != masked_crc32c(data):
            raise DamagedRecordError(f"corrupted record at {place}")
        yield data
        place += length + 16
