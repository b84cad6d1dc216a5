"""Numbers and texts out of what files hold: lines of a CSV file, bytes, examples."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ..encoding.example import Example
from ..graph import (
    Attribute,
    AttributeKind,
    Category,
    Inference,
    InputPort,
    InvalidArgumentError,
    OpDeclaration,
    OutputPort,
    TensorShape,
    TensorSpec,
    as_dtype,
    declare,
    float32,
    int64,
)
from .pipelines import DTYPES, Array, by_port, dtypes_of

_QUOTE = ord('"')
_LINE_ENDS = (10, 13)


class _BadRecordError(ValueError):
    """A line that is no line of a CSV file."""


def csv_fields(record: bytes, delimiter: bytes, quotes: bool) -> list[bytes]:
    """The fields of a line. Raises ValueError where quotes do not stand as they must."""
    if not record:
        return []
    if (not quotes or b'"' not in record) and b"\n" not in record and b"\r" not in record:
        return record.split(delimiter)
    fields, place, end, delim = [], 0, len(record), delimiter[0]
    while place < end:
        if record[place] in _LINE_ENDS:
            place += 1
            continue
        field = bytearray()
        if quotes and record[place] == _QUOTE:
            place += 1
            while place < end - 1 and (record[place] != _QUOTE or record[place + 1] != delim):
                if record[place] != _QUOTE:
                    field.append(record[place])
                    place += 1
                else:
                    if record[place + 1] != _QUOTE:
                        raise _BadRecordError("Quote inside a string has to be escaped by another quote")
                    field.append(_QUOTE)
                    place += 2
            closes = place < end and record[place] == _QUOTE
            if not (closes and (place == end - 1 or record[place + 1] == delim)):
                raise _BadRecordError("Quoted field has to end with quote followed by delim or end")
            place += 2
        else:
            while place < end and record[place] != delim:
                if quotes and (record[place] == _QUOTE or record[place] in _LINE_ENDS):
                    raise _BadRecordError("Unquoted fields cannot have quotes/CRLFs inside")
                field.append(record[place])
                place += 1
            place += 1
        fields.append(bytes(field))
    return [*fields, b""] if record[-1] == delim else fields


def text_to_number(text: bytes, dtype: Any) -> Any:
    """The number that a text stands for, blanks around it left out. Raises ValueError for what is none."""
    if b"_" in text:
        raise ValueError(text)
    if dtype.is_integer:
        number = int(text)
        limits = np.iinfo(dtype.numpy)
        if not limits.min <= number <= limits.max:
            raise ValueError(text)
        return number
    return float(text)


def _csv_kernel(k: Any) -> Callable[..., Any]:
    node, given = k.op.node_name, len(k.inputs)
    delimiter = k.attribute("field_delim").encode("utf-8")
    missing = {b"", k.attribute("na_value").encode("utf-8")}
    quotes, chosen = k.attribute("use_quote_delim"), k.attribute("select_cols")
    dtypes = dtypes_of(k.attribute("dtypes"))

    def value(column: int, row: int, field: bytes, default: Array) -> Any:
        if field in missing:
            if default.size == 0:
                raise InvalidArgumentError(
                    f"Field {column} is required but missing in record {row}! Give it a default (at {node}).", node
                )
            return default.reshape(-1)[0]
        if dtypes[column].is_string:
            return field
        try:
            return text_to_number(field, dtypes[column])
        except ValueError:
            raise InvalidArgumentError(
                f"Field {column} in record {row} is not a valid {dtypes[column].name}: "
                f"{field.decode('utf-8', 'replace')} (at {node})",
                node,
            ) from None

    def step(*arrays: Any) -> Any:
        records, defaults = arrays[0], arrays[1:given]
        columns: list[list[Any]] = [[] for _ in dtypes]
        for row, record in enumerate(records.reshape(-1)):
            try:
                fields = csv_fields(record, delimiter, quotes)
            except ValueError as error:
                raise InvalidArgumentError(f"{error} (record {row} of {node})", node) from None
            if chosen is not None and len(fields) > max(chosen):
                fields = [fields[place] for place in chosen]
            if len(fields) != len(dtypes):
                raise InvalidArgumentError(
                    f"Expect {len(dtypes)} fields but have {len(fields)} in record {row} (at {node}); give a default "
                    "for each column.",
                    node,
                )
            for column, field in enumerate(fields):
                columns[column].append(value(column, row, field, defaults[column]))
        results = []
        for found, dtype in zip(columns, dtypes, strict=True):
            array = np.empty(len(found), dtype.numpy)
            array[:] = found
            results.append(array.reshape(records.shape))
        for out, result in zip(arrays[given:], results, strict=len(arrays) > given):
            np.copyto(out, result)
        return tuple(arrays[given:] or results)

    return step


def _csv(node: Inference) -> list[TensorSpec]:
    node.require("records", lambda dtype: dtype.is_string, "string")
    return [TensorSpec(dtype, node.spec("records").shape) for dtype in dtypes_of(node.attribute("dtypes"))]


def _column_ports(attributes: Mapping[str, Any]) -> Sequence[OutputPort]:
    return [OutputPort(f"column_{place}") for place in range(len(dtypes_of(attributes["dtypes"])))]


def _raw_kernel(k: Any) -> Callable[..., Any]:
    dtype, node = k.attribute("dtype"), k.op.node_name
    stored = dtype.numpy.newbyteorder("<" if k.attribute("little_endian") else ">")

    def step(texts: Any, out: Any = None) -> Any:
        items = texts.reshape(-1)
        for item in items:
            if len(item) != len(items[0]):
                raise InvalidArgumentError(
                    "DecodeRaw requires input strings to all be the same size, but one has "
                    f"{len(items[0])} bytes and another {len(item)} (at {node}).",
                    node,
                )
            if len(item) % stored.itemsize:
                raise InvalidArgumentError(
                    f"Input to DecodeRaw has length {len(item)} that is not a multiple of {stored.itemsize}, the size "
                    f"of {dtype.name} (at {node}).",
                    node,
                )
        rows = [np.frombuffer(item, stored) for item in items]
        length = len(rows[0]) if rows else 0
        return k.xp.copy(np.array(rows, dtype.numpy).reshape(*texts.shape, length), out)

    return step


def _raw(node: Inference) -> TensorSpec:
    node.require("texts", lambda dtype: dtype.is_string, "string")
    return TensorSpec(node.attribute("dtype"), node.spec("texts").shape.concatenate(TensorShape([None])))


# --- Examples --------------------------------------------------------------------------------------------------------


def _features(attributes: Mapping[str, Any]) -> list[tuple[str, str, Any, TensorShape]]:
    """Key, kind ("fixed", "rows" or "sparse"), dtype and shape of each feature."""
    return [
        (key, kind, as_dtype(dtype), TensorShape(shape))
        for key, kind, dtype, shape in json.loads(attributes["features"])
    ]


def _values_of(feature: Any, dtype: Any) -> list[Any]:
    if dtype.is_string:
        return list(feature.bytes_list.value)
    return list(feature.int64_list.value if dtype.is_integer else feature.float_list.value)


def _has_kind(feature: Any, dtype: Any) -> bool:
    kind = feature.WhichOneof("kind")
    return kind is None or kind == (
        "bytes_list" if dtype.is_string else "int64_list" if dtype.is_integer else "float_list"
    )


def _example_kernel(k: Any) -> Callable[..., Any]:
    node, given, features = k.op.node_name, len(k.inputs), _features(k.op.attributes)

    def parsed(text: bytes, row: int) -> Any:
        try:
            return Example.FromString(text).features.feature
        except ValueError as error:
            raise InvalidArgumentError(f"Could not parse example input, value: record {row}; {error}", node) from None

    def found_in(example: Any, key: str, dtype: Any, row: int) -> list[Any] | None:
        if key not in example:
            return None
        feature = example[key]
        if not _has_kind(feature, dtype):
            raise InvalidArgumentError(
                f"Name: <unknown>, Key: {key}, Index: {row}.  Data types don't match. Expected type: {dtype.name} "
                f"(at {node}).",
                node,
            )
        return _values_of(feature, dtype) if feature.WhichOneof("kind") else None

    def array_of(values: list[Any], dtype: Any, shape: Any) -> Array:
        array = np.empty(len(values), dtype.numpy)
        array[:] = values
        return array.reshape(shape)

    def fixed(key: str, dtype: Any, shape: TensorShape, found: list[Any] | None, default: Array, row: int) -> Array:
        if found is None:
            if default.size == 0 and shape.num_elements() != 0:
                raise InvalidArgumentError(
                    f"Name: <unknown>, Feature: {key} (data type: {dtype.name}) is required but could not be found. "
                    f"Give it a default_value (at {node}).",
                    node,
                )
            return np.broadcast_to(default, shape.known())
        if len(found) != shape.num_elements():
            raise InvalidArgumentError(
                f"Name: <unknown>, Key: {key}, Index: {row}.  Number of {dtype.name} values != expected.  values size: "
                f"{len(found)} but output shape: {shape} (at {node}).",
                node,
            )
        return array_of(found, dtype, shape.known())

    def step(*arrays: Any) -> Any:
        ports = by_port(k.op, arrays[:given])
        texts = ports["serialized"][0]
        examples = [parsed(text, row) for row, text in enumerate(texts.reshape(-1))]
        defaults = iter(ports.get("defaults", ()))
        results: list[Array] = []
        for key, kind, dtype, shape in features:
            lists = [found_in(example, key, dtype, row) for row, example in enumerate(examples)]
            if kind == "fixed":
                default = next(defaults)
                rows = [fixed(key, dtype, shape, found, default, row) for row, found in enumerate(lists)]
                results.append(np.array(rows, dtype.numpy).reshape(*texts.shape, *shape.known()))
            elif kind == "rows":
                default, each = next(defaults), shape.num_elements() or 1
                longest = max((len(found or ()) // each for found in lists), default=0)
                whole = np.empty((len(lists), longest * each), dtype.numpy)
                whole[...] = default
                for target, found in zip(whole, lists, strict=True):
                    target[: len(found or ())] = found or []
                results.append(whole.reshape(*texts.shape, longest, *shape.known()))
            else:
                results += sparse(lists, dtype, texts.ndim)
        outs = arrays[given:]
        for out, result in zip(outs, results, strict=bool(outs)):
            np.copyto(out, result)
        return tuple(outs or results)

    def sparse(lists: list[list[Any] | None], dtype: Any, rank: int) -> list[Array]:
        places = [(row, place) for row, found in enumerate(lists) for place in range(len(found or ()))]
        longest = max((len(found or ()) for found in lists), default=0)
        indices = np.array(places, np.int64).reshape(-1, 2)[:, 1 - rank :]
        values = array_of([value for found in lists for value in found or ()], dtype, -1)
        return [indices, values, np.array([len(lists), longest][1 - rank :], np.int64)]

    return step


def _examples(node: Inference) -> list[TensorSpec]:
    node.require("serialized", lambda dtype: dtype.is_string, "string")
    first = node.spec("serialized").shape
    specs = []
    for _, kind, dtype, shape in _features(node.op.attributes):
        if kind == "sparse":
            rank = None if first.dims is None else len(first.dims) + 1
            specs += [
                TensorSpec(int64, TensorShape([None, rank])),
                TensorSpec(dtype, TensorShape([None])),
                TensorSpec(int64, TensorShape([rank])),
            ]
        else:
            rows = TensorShape([None]).concatenate(shape) if kind == "rows" else shape
            specs.append(TensorSpec(dtype, first.concatenate(rows)))
    return specs


def _example_ports(attributes: Mapping[str, Any]) -> Sequence[OutputPort]:
    ports = []
    for place, (_, kind, _, _) in enumerate(_features(attributes)):
        words = ("indices", "values", "shape") if kind == "sparse" else ("dense",)
        ports += [OutputPort(f"{word}_{place}") for word in words]
    return ports


declare(
    OpDeclaration(
        type="DecodeCSV",
        category=Category.INTERNAL,
        symbol=",",
        description="The columns of lines of a CSV file.",
        formula="x_1, x_2, \\dots",
        infer=_csv,
        inputs=(InputPort("records"), InputPort("record_defaults", variadic=True)),
        outputs=(OutputPort("column_0"),),
        attributes=(
            DTYPES,
            Attribute("field_delim", AttributeKind.TEXT, ",", "What stands between two fields."),
            Attribute("use_quote_delim", AttributeKind.BOOL, True, "Whether quotes may stand around a field."),
            Attribute("na_value", AttributeKind.TEXT, "", "What stands for a missing value, besides nothing."),
            Attribute(
                "select_cols", AttributeKind.AXES, None, "The columns that are taken; none for all.", optional=True
            ),
        ),
        kernel=_csv_kernel,
        default_name="DecodeCSV",
        stateful=True,
        free_dtype_inputs=("records", "record_defaults"),
        outputs_for=_column_ports,
        example='tf.decode_csv("1,2", [[0.0], [0.0]])',
    )
)
declare(
    OpDeclaration(
        type="DecodeRaw",
        category=Category.INTERNAL,
        symbol="01",
        description="The bytes of texts as numbers.",
        formula="x",
        infer=_raw,
        inputs=(InputPort("texts"),),
        attributes=(
            Attribute("dtype", AttributeKind.DTYPE, float32, "What the bytes are."),
            Attribute("little_endian", AttributeKind.BOOL, True, "Whether the lowest byte comes first."),
        ),
        kernel=_raw_kernel,
        default_name="DecodeRaw",
        stateful=True,
        free_dtype_inputs=("texts",),
        example="tf.decode_raw(text, tf.uint8)",
    )
)
declare(
    OpDeclaration(
        type="ParseExample",
        category=Category.INTERNAL,
        symbol="{}",
        description="The features of examples, as record files hold them.",
        formula="x_1, x_2, \\dots",
        infer=_examples,
        inputs=(InputPort("serialized"), InputPort("defaults", optional=True, variadic=True)),
        outputs=(OutputPort("dense_0"),),
        attributes=(
            Attribute("features", AttributeKind.TEXT, '[["x", "fixed", "float32", []]]', "What is taken, as JSON."),
        ),
        kernel=_example_kernel,
        default_name="ParseExample",
        stateful=True,
        free_dtype_inputs=("serialized", "defaults"),
        outputs_for=_example_ports,
        example="tf.parse_example(texts, features)",
    )
)
