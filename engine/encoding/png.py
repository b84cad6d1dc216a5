"""PNG pictures from arrays: https://www.w3.org/TR/png/."""

from __future__ import annotations

import struct
import zlib
from typing import Any

import numpy as np

#: The colour type for a number of channels: grey, grey with alpha, RGB, RGBA.
_COLOUR_TYPES = {1: 0, 2: 4, 3: 2, 4: 6}


def encode_png(pixels: np.ndarray[Any, np.dtype[np.uint8]]) -> bytes:
    """The bytes of a PNG file with the picture ``pixels`` (height, width, channels), 8 bits a channel."""
    height, width, channels = pixels.shape
    head = struct.pack(">IIBBBBB", width, height, 8, _COLOUR_TYPES[channels], 0, 0, 0)
    # Each row begins with a byte that names its filter; 0 is none.
    rows = np.zeros((height, 1 + width * channels), np.uint8)
    rows[:, 1:] = pixels.reshape(height, width * channels)
    chunks = [_chunk(b"IHDR", head), _chunk(b"IDAT", zlib.compress(rows.tobytes())), _chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
