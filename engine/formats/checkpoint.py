"""Checkpoints in TensorFlow's own format (version 2, "tensor bundle"): arrays by name.

``PREFIX.index`` is a sorted string table from names to messages that say where each array lies in
``PREFIX.data-00000-of-00001``, which holds the arrays' bytes one after the other. The messages are those of
TensorFlow's ``tensorflow/core/protobuf/tensor_bundle.proto``; the rest is described in
``tensorflow/core/util/tensor_bundle/tensor_bundle.h``.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from ..encoding.crc32c import crc32c, masked, masked_crc32c
from ..encoding.graph_def import DATA_TYPE_NAMES, DATA_TYPES, TensorShapeProto, VersionDef, shape_proto
from ..encoding.message import Field, Fields, Message
from ..encoding.wire import decode_varint, encode_varint
from ..graph import DataLossError, NotFoundError, UnimplementedError
from .sstable import read_table, write_table
from .storage import replace_file

Array = np.ndarray[Any, np.dtype[Any]]


class BundleHeader(Message):
    """The entry under the empty name."""

    FIELDS: ClassVar[Fields] = {
        "num_shards": Field(1, "int"),
        "endianness": Field(2, "int"),
        "version": Field(3, "message", VersionDef),
    }


class TensorSliceProto(Message):
    FIELDS: ClassVar[Fields] = {}


class BundleEntry(Message):
    """Where an array lies."""

    FIELDS: ClassVar[Fields] = {
        "dtype": Field(1, "int"),
        "shape": Field(2, "message", TensorShapeProto),
        "shard_id": Field(3, "int"),
        "offset": Field(4, "int"),
        "size": Field(5, "int"),
        "crc32c": Field(6, "fixed32"),
        "slices": Field(7, "message", TensorSliceProto, repeated=True),
    }


def index_file(prefix: str) -> str:
    return f"{prefix}.index"


def data_file(prefix: str, shard: int = 0, shards: int = 1) -> str:
    return f"{prefix}.data-{shard:05d}-of-{shards:05d}"


def write_checkpoint(prefix: str, arrays: Mapping[str, Array]) -> None:
    """Writes arrays by name. Each file is replaced at one stroke, the index last: without it there is no checkpoint.

    Raises FileFormatError when a file cannot be written.
    """
    header = BundleHeader(num_shards=1, version=VersionDef(producer=1))
    entries = [(b"", header.SerializeToString())]
    pieces: list[bytes] = []
    offset = 0
    for name in sorted(arrays, key=str.encode):
        array = np.asarray(arrays[name])
        data, checksum = _text_bytes(array) if array.dtype == object else _number_bytes(array)
        entry = BundleEntry(
            dtype=DATA_TYPES["string" if array.dtype == object else array.dtype.name],
            shape=shape_proto(array.shape),
            offset=offset,
            size=len(data),
            crc32c=checksum,
        )
        entries.append((name.encode(), entry.SerializeToString()))
        pieces.append(data)
        offset += len(data)
    replace_file(Path(data_file(prefix)), b"".join(pieces))
    replace_file(Path(index_file(prefix)), write_table(entries))


def _number_bytes(array: Array) -> tuple[bytes, int]:
    data = np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<"), copy=False).tobytes()
    return data, masked_crc32c(data)


def _text_bytes(array: Array) -> tuple[bytes, int]:
    """Texts: all lengths, a checksum of them, then the bytes. The checksums see the lengths at a fixed width."""
    texts = [text.encode() if isinstance(text, str) else bytes(text) for text in array.ravel()]
    fixed = b"".join(len(text).to_bytes(4 if len(text) < 1 << 32 else 8, "little") for text in texts)
    lengths = b"".join(encode_varint(len(text)) for text in texts)
    guard = masked_crc32c(fixed).to_bytes(4, "little")
    body = b"".join(texts)
    return lengths + guard + body, masked(crc32c(fixed + guard + body))


class CheckpointReader:
    """A checkpoint that lies at ``prefix``; the arrays are read when they are asked for.

    Raises NotFoundError when there is none, DataLossError for a damaged one.
    """

    def __init__(self, prefix: str | os.PathLike[str]) -> None:
        self.prefix = os.fspath(prefix)
        index = index_file(self.prefix)
        try:
            data = Path(index).read_bytes()
        except OSError:
            raise NotFoundError(
                f"Unsuccessful TensorSliceReader constructor: Failed to find any matching files for {self.prefix}"
            ) from None
        table = read_table(data, index)
        try:
            self._header = BundleHeader.FromString(table.pop(b"", b""))
            # Keys that begin with a zero byte are the parts of arrays that were saved in slices.
            self.entries = {
                key.decode(): BundleEntry.FromString(value)
                for key, value in sorted(table.items())
                if not key.startswith(b"\0")
            }
        except ValueError:
            raise DataLossError(f"{index} is damaged: an entry cannot be read. Take another checkpoint.") from None

    def __contains__(self, name: str) -> bool:
        return name in self.entries

    def __iter__(self) -> Iterator[str]:
        return iter(self.entries)

    def shape(self, name: str) -> tuple[int, ...]:
        return tuple(dim.size for dim in self._entry(name).shape.dim)

    def dtype_name(self, name: str) -> str:
        number = self._entry(name).dtype
        if number not in DATA_TYPE_NAMES:
            raise UnimplementedError(f"{name} in {self.prefix} has an element type (number {number}) that is not read.")
        return DATA_TYPE_NAMES[number]

    def array(self, name: str) -> Array:
        """An array. Raises NotFoundError when there is none of that name, DataLossError when it is damaged."""
        entry = self._entry(name)
        if entry.slices:
            raise UnimplementedError(f"{name} in {self.prefix} was saved in slices, which are not read; save it whole.")
        if self._header.endianness:
            raise UnimplementedError(f"{self.prefix} was written on a big-endian machine, which is not read.")
        shape, dtype = self.shape(name), self.dtype_name(name)
        if entry.offset < 0 or entry.size < 0 or min(shape, default=0) < 0:
            raise self._damaged(name)
        data = self._bytes(entry, name)
        if dtype == "string":
            return self._texts(data, entry, name).reshape(shape)
        if masked_crc32c(data) != entry.crc32c:
            raise self._damaged(name)
        kind = np.dtype(dtype)
        if len(data) != math.prod(shape) * kind.itemsize:
            raise self._damaged(name)
        return np.frombuffer(data, kind.newbyteorder("<")).astype(kind).reshape(shape)

    def _entry(self, name: str) -> Any:
        if name not in self.entries:
            raise NotFoundError(f"Key {name} not found in checkpoint")
        return self.entries[name]

    def _bytes(self, entry: Any, name: str) -> bytes:
        path = data_file(self.prefix, entry.shard_id, self._header.num_shards)
        try:
            with open(path, "rb") as file:
                if entry.offset + entry.size > os.fstat(file.fileno()).st_size:
                    raise self._damaged(name)
                file.seek(entry.offset)
                return file.read(entry.size)
        except OSError:
            raise NotFoundError(f"{path}; No such file or directory. The checkpoint is not complete.") from None

    def _texts(self, data: bytes, entry: Any, name: str) -> Array:
        try:
            lengths, place = [], 0
            for _ in range(math.prod(self.shape(name))):
                length, place = decode_varint(data, place)
                lengths.append(length)
        except ValueError:
            raise self._damaged(name) from None
        place += 4
        texts = np.empty(len(lengths), object)
        for index, length in enumerate(lengths):
            texts[index] = data[place : place + length]
            place += length
        if place != len(data) or _text_bytes(texts)[1] != entry.crc32c:
            raise self._damaged(name)
        return texts

    def _damaged(self, name: str) -> DataLossError:
        return DataLossError(f"Checksum does not match: {name} in {self.prefix} is damaged. Take another checkpoint.")
