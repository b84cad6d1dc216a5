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
    chunks = [chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(rows.tobytes())), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def chunk(kind: bytes, data: bytes) -> bytes:
    """A part of a PNG file: its length, its kind of four letters, its content and a checksum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


class DamagedPictureError(ValueError):
    """Bytes that are no PNG file, or one of a kind that is not read here."""


def decode_png(data: bytes) -> np.ndarray[Any, np.dtype[Any]]:
    """The picture in a PNG file, (height, width, channels): uint8, or uint16 where the file has 16 bits a channel.

    Palettes and fewer bits become 8 bits a channel. Raises DamagedPictureError for what is no such file, and for an
    interlaced one.
    """
    head, palette, transparent, packed = _chunks(data)
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", head)
    if interlaced:
        raise DamagedPictureError("the picture is interlaced; save it without")
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}.get(colour)
    if channels is None or depth not in (1, 2, 4, 8, 16):
        raise DamagedPictureError(f"colour type {colour} with {depth} bits is unknown")
    length = (width * channels * depth + 7) // 8
    try:
        raw = np.frombuffer(zlib.decompress(packed), np.uint8).reshape(height, 1 + length)
    except (zlib.error, ValueError):
        raise DamagedPictureError("the picture's data is damaged") from None
    rows = _unfiltered(raw, max(1, channels * depth // 8))
    if depth == 16:
        return rows.view(">u2").astype(np.uint16).reshape(height, width, channels)
    if depth < 8:
        bits = np.unpackbits(rows, axis=1).reshape(height, -1, depth)[:, :width]
        rows = np.packbits(bits, axis=2).reshape(height, width) >> (8 - depth)
        if colour == 0:
            rows = (rows * (255 // (2**depth - 1))).astype(np.uint8)
    if colour != 3:
        return rows.reshape(height, width, channels)
    colours = np.frombuffer(palette, np.uint8).reshape(-1, 3)
    if transparent:
        alpha = np.full((len(colours), 1), 255, np.uint8)
        alpha[: len(transparent), 0] = np.frombuffer(transparent, np.uint8)
        colours = np.concatenate([colours, alpha], axis=1)
    if rows.size and rows.max() >= len(colours):
        raise DamagedPictureError("the picture has colours that are not in its palette")
    return colours[rows.reshape(height, width)]


def _chunks(data: bytes) -> tuple[bytes, bytes, bytes, bytes]:
    """The parts of a file that matter: head, palette, transparency, and the packed rows."""
    if not data.startswith(b"\x89PNG\r\n\x1a\n"):
        raise DamagedPictureError("it does not begin as a PNG file does")
    found: dict[bytes, bytes] = {}
    place = 8
    while place + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, place)
        kind = data[place + 4 : place + 8]
        found[kind] = found.get(kind, b"") + data[place + 8 : place + 8 + length]
        place += 12 + length
    if len(found.get(b"IHDR", b"")) != 13 or b"IDAT" not in found:
        raise DamagedPictureError("its head or its picture is missing")
    return found[b"IHDR"], found.get(b"PLTE", b""), found.get(b"tRNS", b""), found[b"IDAT"]


def _unfiltered(raw: np.ndarray[Any, np.dtype[np.uint8]], step: int) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """The rows as they were before each was written as differences to what is left of it and above it."""
    rows = raw[:, 1:].copy()
    above = np.zeros(rows.shape[1], np.uint8)
    for row, kind in zip(rows, raw[:, 0].tolist(), strict=True):
        if kind == 1:
            for first in range(step):
                row[first::step] = np.cumsum(row[first::step], dtype=np.uint8)
        elif kind == 2:
            row += above
        elif kind in (3, 4):
            _unfilter_row(row, above, step, kind)
        elif kind:
            raise DamagedPictureError(f"filter {kind} is unknown")
        above = row
    return rows


def _unfilter_row(
    row: np.ndarray[Any, np.dtype[np.uint8]], above: np.ndarray[Any, np.dtype[np.uint8]], step: int, kind: int
) -> None:
    """The filters in which each byte depends on the one before: the mean, and Paeth's."""
    values, over = row.tolist(), above.tolist()
    for place, value in enumerate(values):
        left = values[place - step] if place >= step else 0
        up = over[place]
        if kind == 3:
            guess = (left + up) // 2
        else:
            corner = over[place - step] if place >= step else 0
            to_left, to_up, to_corner = abs(up - corner), abs(left - corner), abs(left + up - 2 * corner)
            guess = left if to_left <= to_up and to_left <= to_corner else up if to_up <= to_corner else corner
        values[place] = (value + guess) & 255
    row[:] = values
