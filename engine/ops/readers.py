"""Readers: records of the files whose names a queue gives, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ..graph import (
    Attribute,
    AttributeKind,
    Category,
    Inference,
    InputPort,
    OpDeclaration,
    OutputPort,
    TensorShape,
    TensorSpec,
    declare,
    int64,
)
from ..graph.dtypes import string
from ..graph.texts import array_of_texts
from .datasets import file_records, fixed_records, open_file, text_lines
from .queues import Queue

Record = tuple[bytes, bytes]


def _lines(path: bytes, options: dict[str, Any]) -> Iterator[Record]:
    with open_file(path) as file:
        for place, line in enumerate(text_lines(file), 1):
            if place > options["skip_header_lines"]:
                yield b"%s:%d" % (path, place), line


def _whole(path: bytes, options: dict[str, Any]) -> Iterator[Record]:
    with open_file(path) as file:
        yield path, file.read()


def _records(path: bytes, options: dict[str, Any]) -> Iterator[Record]:
    place = 0
    with open_file(path, options["compression"]) as file:
        for record in file_records(file, path):
            yield b"%s:%d" % (path, place), record
            place += len(record) + 16


def _fixed(path: bytes, options: dict[str, Any]) -> Iterator[Record]:
    sizes = options["record_bytes"], options["header_bytes"], options["footer_bytes"]
    with open_file(path, options["compression"]) as file:
        for place, record in enumerate(fixed_records(file.read(), *sizes, path)):
            yield b"%s:%d" % (path, place), record


def _identity(path: bytes, options: dict[str, Any]) -> Iterator[Record]:
    yield path, path


_KINDS: dict[str, Callable[[bytes, dict[str, Any]], Iterator[Record]]] = {
    "lines": _lines,
    "whole": _whole,
    "records": _records,
    "fixed": _fixed,
    "identity": _identity,
}
_OPTIONS = ("skip_header_lines", "record_bytes", "header_bytes", "footer_bytes", "compression")


class _Reader:
    """Where a session's reader is."""

    def __init__(self, records_of: Callable[[bytes], Iterator[Record]]) -> None:
        self._records_of = records_of
        self._present: Iterator[Record] = iter(())
        self.produced = 0

    def read(self, queue: Queue, node: str) -> Record:
        """The next record, of the next file when the present one has ended."""
        while (record := next(self._present, None)) is None:
            ((path, *_),) = queue.take(1, False, node)
            self._present = self._records_of(bytes(path[()]))
        self.produced += 1
        return record

    def read_up_to(self, queue: Queue, count: int, node: str) -> list[Record]:
        """As many records, or those that are left of the present file."""
        found = [self.read(queue, node)]
        while len(found) < count and (record := next(self._present, None)) is not None:
            self.produced += 1
            found.append(record)
        return found


def _reader(k: Any) -> _Reader:
    options = {name: k.attribute(name) for name in _OPTIONS}
    records = _KINDS[k.attribute("kind")]
    found: _Reader = k.resource(("reader", k.attribute("reader")), lambda: _Reader(lambda path: records(path, options)))
    return found


def _read_kernel(k: Any) -> Callable[..., Any]:
    reader, node, given = _reader(k), k.op.node_name, len(k.inputs)

    def step(queue: Any, *arrays: Any) -> Any:
        outs = arrays[given - 1 :]
        if given == 1:
            records, shape = [reader.read(queue[()], node)], ()
        else:
            records = reader.read_up_to(queue[()], int(arrays[0]), node)
            shape = (len(records),)  # type: ignore[assignment]
        results = tuple(array_of_texts(shape, list(column)) for column in zip(*records, strict=True))
        for out, result in zip(outs, results, strict=bool(outs)):
            np.copyto(out, result)
        return outs or results

    return step


def _read(node: Inference) -> list[TensorSpec]:
    shape = TensorShape([None] if node.is_connected("count") else [])
    return [TensorSpec(string, shape)] * 2


def _produced_kernel(k: Any) -> Callable[..., Any]:
    reader, xp = _reader(k), k.xp
    return lambda out=None: xp.copy(np.array(reader.produced, np.int64), out)


_ATTRIBUTES = (
    Attribute("reader", AttributeKind.TEXT, "reader", "The name under which the session keeps the place."),
    Attribute("kind", AttributeKind.CHOICE, "lines", "What a record is.", choices=tuple(_KINDS)),
    Attribute("skip_header_lines", AttributeKind.INT, 0, "How many lines at the beginning of a file are left out."),
    Attribute("record_bytes", AttributeKind.INT, 1, "The size of a record, where all have the same."),
    Attribute("header_bytes", AttributeKind.INT, 0, "How many bytes at the beginning of a file are left out."),
    Attribute("footer_bytes", AttributeKind.INT, 0, "How many bytes at the end of a file are left out."),
    Attribute("compression", AttributeKind.CHOICE, "", "How files are compressed.", choices=("", "ZLIB", "GZIP")),
)
declare(
    OpDeclaration(
        type="ReaderRead",
        category=Category.INTERNAL,
        symbol="⇉¶",
        description="The next record of the files that a queue names, and where it comes from.",
        formula="k, v",
        infer=_read,
        inputs=(InputPort("queue"), InputPort("count", optional=True)),
        outputs=(OutputPort("key"), OutputPort("value")),
        attributes=_ATTRIBUTES,
        kernel=_read_kernel,
        default_name="ReaderReadV2",
        stateful=True,
        free_dtype_inputs=("queue", "count"),
        example="tf.TextLineReader().read(queue)",
    )
)
declare(
    OpDeclaration(
        type="ReaderRecordsProduced",
        category=Category.INTERNAL,
        symbol="#¶",
        description="How many records a reader has given.",
        formula="n",
        infer=lambda node: TensorSpec(int64, TensorShape(())),
        attributes=_ATTRIBUTES,
        kernel=_produced_kernel,
        default_name="ReaderNumRecordsProducedV2",
        stateful=True,
        example="reader.num_records_produced()",
    )
)
