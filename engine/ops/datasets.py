"""Where the elements of an input pipeline come from: tensors, numbers, Python functions, files."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from ..encoding.records import DamagedRecordError, read_records
from ..graph import Attribute, AttributeKind, DataLossError, InputPort, InvalidArgumentError, NotFoundError
from .pipelines import DTYPES, SHAPES, Element, Elements, Ports, dataset_operation, dtypes_of, number, shapes_of, sized
from .python_calls import registered_function

_COMPONENTS = InputPort("components", variadic=True)
_FILENAMES = InputPort("filenames")
_COMPRESSION = Attribute(
    "compression_type", AttributeKind.CHOICE, "", "How the files are compressed.", choices=("", "GZIP", "ZLIB")
)


def open_file(path: bytes, compression: str = "") -> BinaryIO:
    """A file for reading. Raises NotFoundError with TensorFlow's words when there is none."""
    name = path.decode("utf-8")
    try:
        if compression == "GZIP":
            return gzip.open(name, "rb")  # type: ignore[return-value]
        if compression == "ZLIB":
            return BytesIO(zlib.decompress(Path(name).read_bytes()))
        return Path(name).open("rb")
    except FileNotFoundError:
        raise NotFoundError(f"{name}; No such file or directory") from None


def _slices(k: Any, ports: Ports) -> Elements:
    components = [np.array(array) for array in ports["components"]]
    if len({len(array) for array in components}) > 1:
        sizes = ", ".join(str(len(array)) for array in components)
        raise InvalidArgumentError(
            f"{k.op.node_name} slices along the first axis, but its components have {sizes} rows; make them equal.",
            k.op.node_name,
        )

    def elements() -> Iterator[Element]:
        for place in range(len(components[0])):
            yield tuple(array[place, ...] for array in components)

    return elements


def _whole(k: Any, ports: Ports) -> Elements:
    components = tuple(np.array(array) for array in ports["components"])
    return lambda: iter((components,))


def _range(k: Any, ports: Ports) -> Elements:
    start, stop, step = (number(k, ports, name) for name in ("start", "stop", "step"))
    if step == 0:
        raise InvalidArgumentError(f"step must be a non-zero integer; change it at {k.op.node_name}.", k.op.node_name)
    return lambda: ((np.array(value, np.int64),) for value in range(start, stop, step))


def _generated(k: Any, ports: Ports) -> Elements:
    function = registered_function(k.attribute("function"), k.op.node_name)
    dtypes, shapes = dtypes_of(k.attribute("dtypes")), shapes_of(k.attribute("shapes"))
    arguments = [np.array(array) if array.ndim else array[()] for array in ports.get("arguments", ())]

    def elements() -> Iterator[Element]:
        for found in function(*arguments):
            arrays = tuple(np.asarray(value, dtype.numpy) for value, dtype in zip(found, dtypes, strict=True))
            for array, shape in zip(arrays, shapes, strict=True):
                if not shape.is_compatible_with(array.shape):
                    raise InvalidArgumentError(
                        f"`generator` yielded an element of shape {array.shape} where an element of shape {shape} was "
                        "expected; name the shapes that it yields.",
                        k.op.node_name,
                    )
            yield arrays

    return elements


def _paths(ports: Ports) -> list[bytes]:
    return list(ports["filenames"][0].reshape(-1))


def text_lines(file: BinaryIO) -> Iterator[bytes]:
    """The lines of a file without the characters that end them."""
    for line in file:
        yield line.removesuffix(b"\n").removesuffix(b"\r")


def _lines(k: Any, ports: Ports) -> Elements:
    paths, compression = _paths(ports), k.attribute("compression_type")

    def elements() -> Iterator[Element]:
        for path in paths:
            with open_file(path, compression) as file:
                for line in text_lines(file):
                    yield (np.array(line, object),)

    return elements


def file_records(file: BinaryIO, path: bytes) -> Iterator[bytes]:
    """The records of a file. Raises DataLossError for a damaged one."""
    try:
        yield from read_records(file)
    except DamagedRecordError as error:
        raise DataLossError(f"{error} in {path.decode('utf-8')}") from None


def _records(k: Any, ports: Ports) -> Elements:
    paths, compression = _paths(ports), k.attribute("compression_type")

    def elements() -> Iterator[Element]:
        for path in paths:
            with open_file(path, compression) as file:
                for record in file_records(file, path):
                    yield (np.array(record, object),)

    return elements


def fixed_records(content: bytes, size: int, header: int, footer: int, path: bytes) -> Iterator[bytes]:
    """Parts of equal size. Raises InvalidArgumentError where the file does not consist of them."""
    body = content[header : len(content) - footer]
    if len(body) % size:
        raise InvalidArgumentError(
            f"Excess data in input file {path.decode('utf-8')}: {len(body) % size} bytes are left after whole records "
            f"of {size} bytes."
        )
    for first in range(0, len(body), size):
        yield body[first : first + size]


def _fixed(k: Any, ports: Ports) -> Elements:
    paths = _paths(ports)
    size, header, footer = (number(k, ports, name) for name in ("record_bytes", "header_bytes", "footer_bytes"))

    def elements() -> Iterator[Element]:
        for path in paths:
            with open_file(path) as file:
                for record in fixed_records(file.read(), size, header, footer, path):
                    yield (np.array(record, object),)

    return elements


dataset_operation(
    "TensorSliceDataset",
    "≡",
    "A data set of the rows of tensors.",
    "x_1, x_2, \\dots",
    _slices,
    (_COMPONENTS,),
    example="tf.data.Dataset.from_tensor_slices(x)",
)
dataset_operation(
    "TensorDataset",
    "1",
    "A data set with one element.",
    "x",
    _whole,
    (_COMPONENTS,),
    example="tf.data.Dataset.from_tensors(x)",
)

_STARTS = [
    sized("start", 0, "The first number."),
    sized("stop", 1, "The number before which it ends."),
    sized("step", 1, "The distance of a number from the one before."),
]
dataset_operation(
    "RangeDataset",
    "ℕ",
    "A data set of whole numbers.",
    "0, 1, 2, \\dots",
    _range,
    tuple(port for port, _ in _STARTS),
    tuple(attribute for _, attribute in _STARTS),
    example="tf.data.Dataset.range(10)",
)
dataset_operation(
    "GeneratorDataset",
    "py",
    "A data set of what a Python generator yields.",
    "f()",
    _generated,
    (InputPort("arguments", optional=True, variadic=True),),
    (
        Attribute("function", AttributeKind.TEXT, "", "The name of the function, as this process knows it."),
        DTYPES,
        SHAPES,
    ),
    example="tf.data.Dataset.from_generator(generator, tf.float32)",
)
dataset_operation(
    "TextLineDataset",
    "¶",
    "A data set of the lines of text files.",
    "line_1, line_2, \\dots",
    _lines,
    (_FILENAMES,),
    (_COMPRESSION,),
    example='tf.data.TextLineDataset("data.csv")',
)
dataset_operation(
    "TFRecordDataset",
    "▤",
    "A data set of the records of TFRecord files.",
    "record_1, record_2, \\dots",
    _records,
    (_FILENAMES,),
    (_COMPRESSION,),
    example='tf.data.TFRecordDataset("data.tfrecord")',
)
_PARTS = [
    sized("record_bytes", 1, "The size of a record in bytes."),
    sized("header_bytes", 0, "How many bytes at the beginning of each file are passed over."),
    sized("footer_bytes", 0, "How many bytes at the end of each file are passed over."),
]
dataset_operation(
    "FixedLengthRecordDataset",
    "▥",
    "A data set of the records of files in which all have one size.",
    "record_1, record_2, \\dots",
    _fixed,
    (_FILENAMES, *(port for port, _ in _PARTS)),
    tuple(attribute for _, attribute in _PARTS),
    example='tf.data.FixedLengthRecordDataset("data.bin", 3073)',
)
