"""Operations on texts. A text is ``bytes``: what concerns letters concerns those of ASCII, as in TensorFlow."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from operator import methodcaller
from typing import Any

import numpy as np

from ..graph import (
    Attribute,
    AttributeKind,
    Category,
    Inference,
    InputPort,
    InvalidArgumentError,
    OpDeclaration,
    OutputPort,
    TensorSpec,
    bool_,
    broadcast_shapes,
    declare,
    float32,
    int32,
)
from ..graph.dtypes import string
from ..graph.texts import array_of_texts
from .parsing import text_to_number

_X = InputPort("x")


def is_text(dtype: Any) -> bool:
    """Whether a dtype is that of texts."""
    return bool(dtype.is_string)


def _like(dtype: Any) -> Callable[[Inference], TensorSpec]:
    """The rule of what gives an element of a dtype for each text."""

    def infer(node: Inference) -> TensorSpec:
        node.require("x", is_text, "string")
        return TensorSpec(dtype, node.spec("x").shape)

    return infer


def _each(make: Callable[[Any], Callable[[bytes], Any]]) -> Callable[[Any], Callable[..., Any]]:
    """A kernel of a function of one text, which ``make`` gives for the attributes."""

    def kernel(k: Any) -> Callable[..., Any]:
        function, xp, dtype = make(k), k.xp, k.outputs[0].dtype.numpy

        def step(x: Any, out: Any = None) -> Any:
            found = np.empty(x.size, dtype)
            found[:] = [function(text) for text in x.reshape(-1)]
            return xp.copy(found.reshape(x.shape), out)

        return step

    return kernel


def _plain(function: Callable[[bytes], Any]) -> Callable[[Any], Callable[..., Any]]:
    return _each(lambda k: function)


# --- Parts and lengths -----------------------------------------------------------------------------------------------


def _substring(node: Inference) -> TensorSpec:
    node.require("x", is_text, "string")
    return TensorSpec(string, broadcast_shapes(node.spec("x").shape, node.spec("position").shape))


def _substring_kernel(k: Any) -> Callable[..., Any]:
    node, xp, letters = k.op.node_name, k.xp, k.attribute("unit") == "UTF8_CHAR"

    def part(text: bytes, position: int, length: int) -> bytes:
        whole: Any = text.decode("utf-8", "replace") if letters else text
        if not -len(whole) <= position <= len(whole):
            raise InvalidArgumentError(
                f"pos {position} out of range for string b'{text.decode('utf-8', 'replace')}' at index 0 (at {node}); "
                f"it has {len(whole)} characters.",
                node,
            )
        first = position if position >= 0 else len(whole) + position
        found = whole[first : first + max(length, 0)]
        return found.encode("utf-8") if letters else bytes(found)

    def step(x: Any, position: Any, length: Any, out: Any = None) -> Any:
        texts, positions, lengths = np.broadcast_arrays(x, position, length)
        rows = zip(texts.reshape(-1), positions.reshape(-1), lengths.reshape(-1), strict=True)
        return xp.copy(array_of_texts(texts.shape, [part(text, int(a), int(b)) for text, a, b in rows]), out)

    return step


def _length_of(k: Any) -> Callable[[bytes], int]:
    if k.attribute("unit") == "UTF8_CHAR":
        return lambda text: len(text.decode("utf-8", "replace"))
    return len


# --- Numbers ---------------------------------------------------------------------------------------------------------


def _number_of(k: Any) -> Callable[[bytes], Any]:
    dtype, node = k.attribute("dtype"), k.op.node_name

    def number(text: bytes) -> Any:
        try:
            return text_to_number(text, dtype)
        except ValueError:
            shown = text.decode("utf-8", "replace")
            raise InvalidArgumentError(
                f"StringToNumberOp could not correctly convert string: {shown} (at {node}); it is no {dtype.name}.",
                node,
            ) from None

    return number


def _to_number(node: Inference) -> TensorSpec:
    return _like(node.attribute("dtype"))(node)


def _number_format(k: Any) -> str:
    """How C's printf would write it."""
    precision, width, fill = k.attribute("precision"), k.attribute("width"), k.attribute("fill")
    if len(fill) > 1:
        raise InvalidArgumentError(f"Fill string must be one or fewer characters: {fill!r}", k.op.node_name)
    begin = fill if fill in ("0", "+", "-", " ") else ""
    size = "" if width < 0 else str(width)
    return f"%{begin}{size}" + ("" if precision < 0 else f".{precision}")


def _as_text_kernel(k: Any) -> Callable[..., Any]:
    xp, dtype, form = k.xp, k.inputs[0].dtype, _number_format(k)
    kind = "e" if k.attribute("scientific") else "g" if k.attribute("shortest") else "f"

    def text(item: Any) -> bytes:
        if dtype.is_bool:
            return b"true" if item else b"false"
        if dtype.is_string:
            return bytes(item)
        written: str = (form + ("d" if dtype.is_integer else kind)) % item
        return written.encode()

    def step(x: Any, out: Any = None) -> Any:
        return xp.copy(array_of_texts(x.shape, [text(item) for item in x.reshape(-1)]), out)

    return step


def _as_text(node: Inference) -> TensorSpec:
    dtype = node.spec("x").dtype
    if dtype is not None and not dtype.is_floating and (node.attribute("scientific") or node.attribute("shortest")):
        raise node.shape_error("scientific and shortest format not supported for datatype " + dtype.name)
    return TensorSpec(string, node.spec("x").shape)


# --- Expressions -----------------------------------------------------------------------------------------------------


def _pattern(k: Any) -> re.Pattern[bytes]:
    try:
        return re.compile(k.attribute("pattern").encode("utf-8"))
    except re.error as error:
        raise InvalidArgumentError(
            f"Invalid pattern: {k.attribute('pattern')}, error: {error} (at {k.op.node_name})", k.op.node_name
        ) from None


def _replacer(k: Any) -> Callable[[bytes], bytes]:
    pattern, count = _pattern(k), 0 if k.attribute("replace_global") else 1
    rewrite = re.sub(rb"\\(\d)", rb"\\g<\1>", k.attribute("rewrite").encode("utf-8"))
    return lambda text: pattern.sub(rewrite, text, count=count)


def _matcher(k: Any) -> Callable[[bytes], bool]:
    pattern = _pattern(k)
    return lambda text: pattern.fullmatch(text) is not None


def _encoder(k: Any) -> Callable[[bytes], bytes]:
    pads = k.attribute("pad")
    return lambda text: base64.urlsafe_b64encode(text) if pads else base64.urlsafe_b64encode(text).rstrip(b"=")


def _decoder(k: Any) -> Callable[[bytes], bytes]:
    def decoded(text: bytes) -> bytes:
        try:
            return base64.b64decode(text.rstrip(b"=") + b"=" * (-len(text.rstrip(b"=")) % 4), b"-_", validate=True)
        except binascii.Error:
            raise InvalidArgumentError(
                f"Invalid character found in base64 (at {k.op.node_name}).", k.op.node_name
            ) from None

    return decoded


def _cased(change: str) -> Callable[[Any], Callable[[bytes], bytes]]:
    """The function of bytes, or of the letters of UTF-8, that a method of Python's texts is."""

    def make(k: Any) -> Callable[[bytes], bytes]:
        changed = methodcaller(change)
        return (lambda text: changed(text.decode("utf-8", "replace")).encode()) if k.attribute("encoding") else changed

    return make


_UNIT = Attribute("unit", AttributeKind.CHOICE, "BYTE", "What is counted.", choices=("BYTE", "UTF8_CHAR"))
_ENCODING = Attribute(
    "encoding",
    AttributeKind.CHOICE,
    "",
    "Which letters change: of ASCII, or of all UTF-8.",
    choices=("", "utf-8"),
)
_PATTERN = Attribute("pattern", AttributeKind.TEXT, "", "A regular expression.")


def declare_text(
    op_type: str,
    symbol: str,
    description: str,
    infer: Any,
    kernel: Any,
    example: str,
    inputs: tuple[InputPort, ...] = (_X,),
    attributes: tuple[Attribute, ...] = (),
    outputs: tuple[OutputPort, ...] = (OutputPort("output"),),
) -> None:
    """Declares an operation on texts, which only programs use."""
    declare(
        OpDeclaration(
            type=op_type,
            category=Category.INTERNAL,
            symbol=symbol,
            description=description,
            formula="f(x)",
            infer=infer,
            inputs=inputs,
            outputs=outputs,
            attributes=attributes,
            kernel=kernel,
            default_name=op_type,
            free_dtype_inputs=tuple(port.name for port in inputs),
            example=example,
        )
    )


declare_text(
    "Substr",
    "a[i]",
    "Parts of texts, from a place on.",
    _substring,
    _substring_kernel,
    'tf.substr("hello", 1, 3)',
    (_X, InputPort("position"), InputPort("length")),
    (_UNIT,),
)
declare_text(
    "StringLength",
    "#a",
    "How long texts are.",
    _like(int32),
    _each(_length_of),
    'tf.strings.length("a")',
    (_X,),
    (_UNIT,),
)
declare_text(
    "StringToNumber",
    "a→1",
    "The numbers that texts stand for.",
    _to_number,
    _each(_number_of),
    'tf.string_to_number("1.5")',
    (_X,),
    (Attribute("dtype", AttributeKind.DTYPE, float32, "float32, float64, int32 or int64."),),
)
declare_text(
    "AsString",
    "1→a",
    "Numbers as texts.",
    _as_text,
    _as_text_kernel,
    "tf.as_string(1.5)",
    (_X,),
    (
        Attribute("precision", AttributeKind.INT, -1, "Digits behind the point; -1 for the usual six."),
        Attribute("scientific", AttributeKind.BOOL, False, "Whether it has an exponent."),
        Attribute("shortest", AttributeKind.BOOL, False, "Whether it is the shorter way of writing it."),
        Attribute("width", AttributeKind.INT, -1, "How long it is at least."),
        Attribute("fill", AttributeKind.TEXT, "", "What it is filled up with."),
    ),
)
declare_text(
    "StringStrip", "a_", "Texts without blanks around.", _like(string), _plain(bytes.strip), "tf.string_strip(x)"
)
declare_text(
    "StringLower",
    "a",
    "Texts in small letters.",
    _like(string),
    _each(_cased("lower")),
    "tf.strings.lower(x)",
    attributes=(_ENCODING,),
)
declare_text(
    "StringUpper",
    "A",
    "Texts in capital letters.",
    _like(string),
    _each(_cased("upper")),
    "tf.strings.upper(x)",
    attributes=(_ENCODING,),
)
declare_text(
    "RegexReplace",
    ".*→",
    "Texts in which what fits an expression is replaced.",
    _like(string),
    _each(_replacer),
    'tf.regex_replace(x, "a+", "b")',
    (_X,),
    (
        _PATTERN,
        Attribute("rewrite", AttributeKind.TEXT, "", "What stands in its place; \\1 is the first group."),
        Attribute("replace_global", AttributeKind.BOOL, True, "Whether every place is replaced, not only the first."),
    ),
)
declare_text(
    "RegexFullMatch",
    ".*?",
    "Whether whole texts fit an expression.",
    _like(bool_),
    _each(_matcher),
    'tf.strings.regex_full_match(x, "a+")',
    (_X,),
    (_PATTERN,),
)
declare_text(
    "EncodeBase64",
    "64",
    "Texts in base64, in the alphabet for addresses.",
    _like(string),
    _each(_encoder),
    "tf.encode_base64(x)",
    (_X,),
    (Attribute("pad", AttributeKind.BOOL, False, "Whether it is filled up with equals signs."),),
)
declare_text("DecodeBase64", "64⁻¹", "What base64 stands for.", _like(string), _each(_decoder), "tf.decode_base64(x)")
