"""Protocol buffer messages, read and written without the protobuf package.

The wire format is https://protobuf.dev/programming-guides/encoding/. A message is a class that lists its fields;
it behaves as the generated class of the same name does (``add``, ``SerializeToString``, ``FromString`` …), so that
programs which build a ``tf.Summary`` or a ``tf.train.Example`` run unchanged.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, SupportsIndex, TypeVar

import numpy as np

from .wire import Payload, encode_key, encode_varint, fields_of, packed_varints, signed

M = TypeVar("M", bound="Message")

#: The numpy type of the kinds of numbers that are packed at a fixed width.
_FIXED = {"float": "<f4", "double": "<f8", "fixed32": "<u4"}
_DEFAULTS: dict[str, Any] = {
    "float": 0.0,
    "double": 0.0,
    "bool": False,
    "string": "",
    "bytes": b"",
    "int": 0,
    "fixed32": 0,
}


@dataclass(frozen=True)
class Field:
    """One field of a message: its number and its kind on the wire.

    ``kind`` is int (all varint integers and enums), bool, float, double, fixed32, string, bytes or message.
    Fields of the same ``oneof`` exclude each other. ``map`` marks a map from strings to messages.
    """

    number: int
    kind: str
    message: type[Message] | None = None
    repeated: bool = False
    oneof: str = ""
    map: bool = False

    def convert(self, value: Any) -> Any:
        """``value`` as the message stores it. Raises TypeError for what the field cannot hold."""
        if self.kind == "message":
            assert self.message is not None
            if isinstance(value, self.message):
                return value
            if isinstance(value, Mapping):
                return self.message(**value)
        elif self.kind in ("int", "fixed32"):
            if hasattr(value, "__index__"):
                return operator.index(value)
            if isinstance(value, np.ndarray) and value.ndim == 0:
                return operator.index(value[()])
        elif self.kind == "bool":
            if isinstance(value, bool | np.bool_ | int):
                return bool(value)
        elif self.kind in ("float", "double"):
            if not isinstance(value, str | bytes):
                number = float(value)
                return float(np.float32(number)) if self.kind == "float" else number
        elif self.kind == "string":
            if isinstance(value, bytes):
                return value.decode()
            if isinstance(value, str):
                return str(value)
        elif isinstance(value, bytes | bytearray):
            return bytes(value)
        raise TypeError(f"{value!r} has type {type(value).__name__}, but expected one of: {self._expected()}.")

    def _expected(self) -> str:
        if self.kind == "message":
            assert self.message is not None
            return self.message.__name__
        return {"string": "bytes, str", "double": "float, int", "float": "float, int", "fixed32": "int"}.get(
            self.kind, self.kind
        )


#: The fields of a message by name.
Fields = dict[str, Field]


class Repeated(list[Any]):
    """The values of a repeated field; what is put in is checked."""

    def __init__(self, field: Field, values: Iterable[Any] = ()) -> None:
        self._field = field
        super().__init__(field.convert(value) for value in values)

    def append(self, value: Any) -> None:
        super().append(self._field.convert(value))

    def extend(self, values: Iterable[Any]) -> None:
        super().extend([self._field.convert(value) for value in values])

    def insert(self, index: SupportsIndex, value: Any) -> None:
        super().insert(index, self._field.convert(value))

    def add(self, **fields: Any) -> Any:
        """Adds a message with these fields and returns it."""
        assert self._field.message is not None
        made = self._field.message(**fields)
        super().append(made)
        return made


class MessageMap(dict[str, Any]):
    """The entries of a map field; a key that is asked for first is made."""

    def __init__(self, field: Field, entries: Mapping[str, Any] | None = None) -> None:
        self._field = field
        super().__init__({str(key): field.convert(value) for key, value in (entries or {}).items()})

    def __missing__(self, key: str) -> Any:
        assert self._field.message is not None
        self[key] = made = self._field.message()
        return made


class Message:
    """Base of the messages: their classes list the fields by name."""

    FIELDS: ClassVar[Fields] = {}

    def __init__(self, **fields: Any) -> None:
        self.__dict__["_values"] = {}
        #: Messages that were looked at and not put in: they count as there once something is put into them.
        self.__dict__["_seen"] = {}
        for name, value in fields.items():
            if value is not None:
                self._put(name, value)

    def __getattr__(self, name: str) -> Any:
        field = self.FIELDS.get(name)
        if field is None:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        if name in self._values:
            return self._values[name]
        if field.map or field.repeated:
            made: Any = MessageMap(field) if field.map else Repeated(field)
            self._values[name] = made
            return made
        if field.kind == "message":
            assert field.message is not None
            return self._seen.setdefault(name, field.message())
        return _DEFAULTS[field.kind]

    def __setattr__(self, name: str, value: Any) -> None:
        field = self.FIELDS.get(name)
        if field is None:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        if field.repeated or field.map or field.kind == "message":
            raise AttributeError(
                f"Assignment not allowed to {'repeated field' if field.repeated else 'message field'} {name!r} in "
                f"{type(self).__name__}; use CopyFrom, extend or add."
            )
        self._put(name, value)

    def _put(self, name: str, value: Any) -> None:
        field = self.FIELDS.get(name)
        if field is None:
            raise ValueError(f"Protocol message {type(self).__name__} has no {name!r} field.")
        if field.map:
            self._values[name] = MessageMap(field, value)
        elif field.repeated:
            self._values[name] = Repeated(field, value)
        else:
            converted = field.convert(value)
            if field.oneof:
                for other, its in self.FIELDS.items():
                    if its.oneof == field.oneof:
                        self._forget(other)
            self._values[name] = converted

    def _forget(self, name: str) -> None:
        self._values.pop(name, None)
        self._seen.pop(name, None)

    def _present(self, name: str) -> Any:
        """The value of a field that is there, else None."""
        for seen in [n for n, child in self._seen.items() if child._any()]:
            child = self._seen[seen]
            self._put(seen, child)
            self._seen.pop(seen, None)
        return self._values.get(name)

    def _any(self) -> bool:
        return any(self._present(name) not in (None, [], {}) for name in self.FIELDS)

    # --- what generated classes offer ----------------------------------------------------------------------------

    def HasField(self, name: str) -> bool:
        return self._present(name) is not None

    def WhichOneof(self, oneof: str) -> str | None:
        """The name of the field of a oneof that is there, or None."""
        return next((n for n, field in self.FIELDS.items() if field.oneof == oneof and self.HasField(n)), None)

    def ClearField(self, name: str) -> None:
        self._forget(name)

    def Clear(self) -> None:
        self._values.clear()
        self._seen.clear()

    def CopyFrom(self: M, other: M) -> None:
        self.ParseFromString(other.SerializeToString())

    def MergeFrom(self: M, other: M) -> None:
        self._read(other.SerializeToString())

    def ByteSize(self) -> int:
        return len(self.SerializeToString())

    def ListFields(self) -> list[tuple[str, Any]]:
        """Pairs of name and value of the fields that are there."""
        names = sorted(self.FIELDS, key=lambda name: self.FIELDS[name].number)
        found = [(name, self._present(name)) for name in names]
        return [(name, value) for name, value in found if value not in (None, [], {})]

    def SerializeToString(self, deterministic: bool = True) -> bytes:
        """The message's bytes: fields in the order of their numbers."""
        parts: list[bytes] = []
        for name, field in sorted(self.FIELDS.items(), key=lambda item: item[1].number):
            value = self._present(name)
            if value is None:
                continue
            if field.map:
                for key, entry in value.items():
                    pair = _encode(Field(1, "string"), key) + _encode(Field(2, "message"), entry)
                    parts.append(encode_key(field.number, 2) + encode_varint(len(pair)) + pair)
            elif not field.repeated:
                if field.oneof or field.kind == "message" or value != _DEFAULTS[field.kind]:
                    parts.append(_encode(field, value))
            elif field.kind in ("string", "bytes", "message"):
                parts.extend(_encode(field, item) for item in value)
            elif value:
                packed = _pack(field, value)
                parts.append(encode_key(field.number, 2) + encode_varint(len(packed)) + packed)
        return b"".join(parts)

    def ParseFromString(self, data: bytes) -> int:
        """Reads the message from bytes. Raises ValueError when they hold none."""
        self.Clear()
        return self._read(data)

    def MergeFromString(self, data: bytes) -> int:
        return self._read(data)

    @classmethod
    def FromString(cls: type[M], data: bytes) -> M:
        """The message that bytes hold. Raises ValueError when they hold none."""
        message = cls()
        message.ParseFromString(data)
        return message

    def _read(self, data: bytes) -> int:
        by_number = {field.number: (name, field) for name, field in self.FIELDS.items()}
        for number, payload in fields_of(data):
            if number in by_number:
                self._take(*by_number[number], payload)
        return len(data)

    def _take(self, name: str, field: Field, payload: Payload) -> None:
        if field.map:
            pair = dict(fields_of(_bytes(payload)))
            assert field.message is not None
            key, entry = _bytes(pair.get(1, b"")), _bytes(pair.get(2, b""))
            getattr(self, name)[key.decode()] = field.message.FromString(entry)
        elif field.repeated:
            numbers = field.kind not in ("string", "bytes", "message")
            if numbers and isinstance(payload, bytes):
                getattr(self, name).extend(_unpack(field, payload))
            else:
                getattr(self, name).append(_decode(field, payload))
        elif field.kind == "message" and name in self._values:
            self._values[name]._read(_bytes(payload))
        else:
            self._put(name, _decode(field, payload))

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self.SerializeToString() == other.SerializeToString()

    __hash__ = None  # type: ignore[assignment]

    def __str__(self) -> str:
        """The message as text, a field a line."""
        return "".join(_text_lines(self, ""))

    __repr__ = __str__

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self.FIELDS})


def _bytes(payload: Payload) -> bytes:
    if not isinstance(payload, bytes):
        raise ValueError("Error parsing message: a field has another type than it should have.")
    return payload


def _encode(field: Field, value: Any) -> bytes:
    kind = field.kind
    if kind in ("int", "bool"):
        return encode_key(field.number, 0) + encode_varint(int(value))
    if kind in _FIXED:
        return encode_key(field.number, 1 if kind == "double" else 5) + np.array(value, _FIXED[kind]).tobytes()
    data: bytes = value.SerializeToString() if kind == "message" else value.encode() if kind == "string" else value
    return encode_key(field.number, 2) + encode_varint(len(data)) + data


def _decode(field: Field, payload: Payload) -> Any:
    kind = field.kind
    if kind == "message":
        assert field.message is not None
        return field.message.FromString(_bytes(payload))
    if kind in ("string", "bytes"):
        return _bytes(payload).decode(errors="replace") if kind == "string" else _bytes(payload)
    if kind in _FIXED:
        data = _bytes(payload)
        if len(data) != np.dtype(_FIXED[kind]).itemsize:
            raise ValueError("Error parsing message: a field has another type than it should have.")
        return np.frombuffer(data, _FIXED[kind])[0].item()
    if isinstance(payload, bytes):
        raise ValueError("Error parsing message: a field has another type than it should have.")
    return bool(payload) if kind == "bool" else signed(payload)


def _pack(field: Field, values: list[Any]) -> bytes:
    if field.kind in _FIXED:
        return np.array(values, _FIXED[field.kind]).tobytes()
    return b"".join(encode_varint(int(value)) for value in values)


def _unpack(field: Field, data: bytes) -> list[Any]:
    if field.kind in _FIXED:
        if len(data) % np.dtype(_FIXED[field.kind]).itemsize:
            raise ValueError("Error parsing message: a packed field ends in the middle of a number.")
        return list(np.frombuffer(data, _FIXED[field.kind]).tolist())
    numbers = packed_varints(data)
    return [bool(n) for n in numbers] if field.kind == "bool" else [signed(n) for n in numbers]


def _text_lines(message: Message, indent: str) -> Iterable[str]:
    for name, value in message.ListFields():
        field = message.FIELDS[name]
        if field.map:
            for key, entry in value.items():
                yield f"{indent}{name} {{\n{indent}  key: {quoted(key)}\n{indent}  value {{\n"
                yield from _text_lines(entry, indent + "    ")
                yield f"{indent}  }}\n{indent}}}\n"
            continue
        for item in value if field.repeated else [value]:
            if isinstance(item, Message):
                yield f"{indent}{name} {{\n"
                yield from _text_lines(item, indent + "  ")
                yield f"{indent}}}\n"
            else:
                yield f"{indent}{name}: {_scalar_text(field, item)}\n"


def _scalar_text(field: Field, value: Any) -> str:
    if field.kind in ("float", "double"):
        text = str(np.float32(value)) if field.kind == "float" else str(value)
        return text.removesuffix(".0")
    if field.kind == "bool":
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else quoted(value)


def quoted(value: str | bytes) -> str:
    """A text as protobuf's text format spells it, with octal escapes for what is not ASCII."""
    data = value.encode() if isinstance(value, str) else value
    escapes = {34: '\\"', 39: "\\'", 92: "\\\\", 10: "\\n", 13: "\\r", 9: "\\t"}
    return '"' + "".join(escapes.get(b) or (chr(b) if 32 <= b < 127 else f"\\{b:03o}") for b in data) + '"'
