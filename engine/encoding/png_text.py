"""Texts inside PNG pictures: the iTXt chunks of https://www.w3.org/TR/png/#11iTXt."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from .png import DamagedPictureError, chunk

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def with_text(picture: bytes, keyword: str, text: str) -> bytes:
    """The picture with a compressed text in it, in the place of one with the same keyword.

    ``keyword`` is 1 to 79 letters of Latin-1. Raises DamagedPictureError for bytes that are no whole PNG file.
    """
    key = keyword.encode("latin-1")
    body = key + b"\0\1\0\0\0" + zlib.compress(text.encode())
    parts = [SIGNATURE]
    for kind, data in _chunks(picture):
        if kind == b"IEND":
            parts.append(chunk(b"iTXt", body))
        if kind != b"iTXt" or data.split(b"\0", 1)[0] != key:
            parts.append(chunk(kind, data))
    return b"".join(parts)


def text_in(picture: bytes, keyword: str, longest: int) -> str | None:
    """The text with a keyword in a picture; None when it has none.

    Raises DamagedPictureError for bytes that are no whole PNG file, for a text of more than ``longest`` bytes (a few
    bytes in a file can unpack to gigabytes: no more than that is unpacked), and for one that is damaged.
    """
    key = keyword.encode("latin-1")
    for kind, data in _chunks(picture):
        if kind == b"iTXt" and data.split(b"\0", 1)[0] == key:
            return _decoded(data[len(key) + 1 :], longest)
    return None


def _decoded(data: bytes, longest: int) -> str:
    """The text of a chunk from its compression flag on."""
    # The flag, the method, the language and the translated keyword come before the text.
    parts = data[2:].split(b"\0", 2)
    if len(parts) < 3 or data[0] not in (0, 1):
        raise DamagedPictureError("the text in it is damaged")
    packed = parts[2]
    if data[0]:
        unpacking = zlib.decompressobj()
        try:
            packed = unpacking.decompress(packed, longest + 1)
        except zlib.error:
            raise DamagedPictureError("the text in it is damaged") from None
        if len(packed) <= longest and not unpacking.eof:
            raise DamagedPictureError("the text in it is cut off")
    if len(packed) > longest:
        raise DamagedPictureError(f"the text in it is longer than {longest} bytes")
    try:
        return packed.decode()
    except UnicodeDecodeError:
        raise DamagedPictureError("the text in it is no UTF-8") from None


def _chunks(picture: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The chunks, each with its kind. Raises DamagedPictureError where they do not lead to the end of a picture."""
    if not picture.startswith(SIGNATURE):
        raise DamagedPictureError("it is no PNG file")
    place = len(SIGNATURE)
    while True:
        head = picture[place : place + 8]
        if len(head) < 8:
            raise DamagedPictureError("it is cut off")
        length, kind = struct.unpack(">I4s", head)
        data = picture[place + 8 : place + 8 + length]
        check = picture[place + 8 + length : place + 12 + length]
        if len(data) < length or len(check) < 4:
            raise DamagedPictureError("it is cut off")
        if struct.unpack(">I", check)[0] != zlib.crc32(kind + data):
            raise DamagedPictureError("a checksum in it is wrong")
        yield kind, data
        if kind == b"IEND":
            return
        place += 12 + length
