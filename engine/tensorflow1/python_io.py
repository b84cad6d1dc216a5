"""``tf.python_io``: record files, read and written without a graph."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from ..encoding.records import DamagedRecordError, framed, read_records
from ..graph import DataLossError
from .gfile import as_op_error

__all__ = ["TFRecordCompressionType", "TFRecordOptions", "TFRecordWriter", "tf_record_iterator"]


class TFRecordCompressionType:
    """How a record file is compressed."""

    NONE, ZLIB, GZIP = range(3)


class TFRecordOptions:
    """How a record file is written: ``compression_type`` is "", "ZLIB", "GZIP" or a TFRecordCompressionType."""

    def __init__(self, compression_type: Any = None, **others: Any) -> None:
        names = {None: "", 0: "", 1: "ZLIB", 2: "GZIP", "": "", "ZLIB": "ZLIB", "GZIP": "GZIP"}
        if compression_type not in names:
            raise ValueError(f"{compression_type!r} is no compression; use '', 'ZLIB' or 'GZIP'.")
        self.compression_type = names[compression_type]


def compression_of(options: Any) -> str:
    """ "", "ZLIB" or "GZIP", as options, or a TFRecordCompressionType in their place, say."""
    if options is None:
        return ""
    return (
        options.compression_type if isinstance(options, TFRecordOptions) else TFRecordOptions(options).compression_type
    )


class TFRecordWriter:
    """Writes records, which are bytes, into a new file."""

    def __init__(self, path: str | os.PathLike[str], options: Any = None) -> None:
        compression = compression_of(options)
        try:
            self._file = Path(path).open("wb")  # noqa: SIM115 close() closes it
        except OSError as error:
            raise as_op_error(error, os.fspath(path)) from None
        self._packer: Any = None
        if compression == "GZIP":
            self._packer = zlib.compressobj(wbits=31)
        elif compression == "ZLIB":
            self._packer = zlib.compressobj()

    def write(self, record: bytes) -> None:
        """Adds a record."""
        if isinstance(record, str):
            raise TypeError("A record is bytes; encode the text, or serialize the example.")
        data = framed(bytes(record))
        self._file.write(self._packer.compress(data) if self._packer else data)

    def flush(self) -> None:
        if self._packer:
            self._file.write(self._packer.flush(zlib.Z_SYNC_FLUSH))
        self._file.flush()

    def close(self) -> None:
        if not self._file.closed:
            if self._packer:
                self._file.write(self._packer.flush())
            self._file.close()

    def __enter__(self) -> TFRecordWriter:
        return self

    def __exit__(self, *error: Any) -> None:
        self.close()


def tf_record_iterator(path: str | os.PathLike[str], options: Any = None) -> Iterator[bytes]:
    """The records of a file. Raises NotFoundError when there is none, DataLossError for a damaged one."""
    compression = compression_of(options)
    try:
        # MAX_WBITS + 32 takes zlib and gzip alike.
        file: BinaryIO = (
            BytesIO(zlib.decompress(Path(path).read_bytes(), zlib.MAX_WBITS + 32))
            if compression
            else Path(path).open("rb")  # noqa: SIM115 close() closes it
        )
    except OSError as error:
        raise as_op_error(error, os.fspath(path)) from None
    except zlib.error as error:
        raise DataLossError(f"{error} in {os.fspath(path)}") from None
    with file:
        try:
            yield from read_records(file)
        except DamagedRecordError as error:
            raise DataLossError(f"{error} in {os.fspath(path)}") from None
