"""Operations on texts under TensorFlow's names at the top level; ``tf.strings`` has the later spellings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..graph import Tensor, as_dtype, float32
from .build import apply, create, tensor_of
from .sparse_tensors import SparseTensor

__all__ = [
    "as_string",
    "decode_base64",
    "encode_base64",
    "reduce_join",
    "regex_full_match",
    "regex_replace",
    "string_join",
    "string_length",
    "string_lower",
    "string_split",
    "string_strip",
    "string_to_number",
    "string_upper",
    "substr",
]


def string_join(inputs: Sequence[Any], separator: str = "", name: str | None = None) -> Tensor:
    """Texts behind each other, element by element; scalars stand for all elements."""
    return create("StringJoin", {"inputs": list(inputs)}, {"separator": separator}, name).output


def reduce_join(
    inputs: Any,
    axis: Any = None,
    keep_dims: bool | None = None,
    separator: str = "",
    name: str | None = None,
    reduction_indices: Any = None,
    keepdims: bool | None = None,
) -> Tensor:
    """All texts along axes behind each other, in the order in which the axes are named; all of them when None."""
    axes = reduction_indices if axis is None else axis
    keeps = bool(keep_dims if keepdims is None else keepdims)
    return apply("ReduceJoin", tensor_of(inputs), name=name, axes=axes, keep_dims=keeps, separator=separator)


def string_split(
    source: Any = None,
    sep: str | None = None,
    skip_empty: bool = True,
    delimiter: str | None = None,
    result_type: str = "SparseTensor",
    name: str | None = None,
) -> SparseTensor:
    """The parts of each text between separators, each byte of ``sep`` being one; single bytes for an empty one.

    The SparseTensor has a row for each text. Raises ValueError for another ``result_type``.
    """
    refuse_ragged(result_type)
    separator = delimiter if sep is None else sep
    return split_texts(source, " " if separator is None else separator, skip_empty, False, name)


def refuse_ragged(result_type: str) -> None:
    """Raises ValueError for what is no SparseTensor."""
    if result_type != "SparseTensor":
        raise ValueError(f"result_type must be 'SparseTensor' here, not {result_type!r}: there are no ragged tensors.")


def split_texts(source: Any, separator: Any, skip_empty: bool, whole: bool, name: str | None) -> SparseTensor:
    """The parts of texts between separators, each byte of ``separator`` being one unless it is ``whole``."""
    inputs = {"x": source, "separator": separator}
    op = create("StringSplit", inputs, {"skip_empty": skip_empty, "whole_separator": whole}, name)
    return SparseTensor(*op.outputs)


def substr(input: Any, pos: Any, len: Any, name: str | None = None, unit: str = "BYTE") -> Tensor:
    """``len`` characters of each text from ``pos`` on, which may count from the end; an error outside the text."""
    return create("Substr", {"x": input, "position": pos, "length": len}, {"unit": unit}, name).output


def string_length(input: Any, name: str | None = None, unit: str = "BYTE") -> Tensor:
    """How many bytes, or characters, texts have; int32."""
    return apply("StringLength", tensor_of(input), name=name, unit=unit)


def string_to_number(
    string_tensor: Any = None, out_type: Any = float32, name: str | None = None, input: Any = None
) -> Tensor:
    """The numbers that texts stand for."""
    texts = tensor_of(input if string_tensor is None else string_tensor)
    return apply("StringToNumber", texts, name=name, dtype=as_dtype(out_type))


def as_string(
    input: Any,
    precision: int = -1,
    scientific: bool = False,
    shortest: bool = False,
    width: int = -1,
    fill: str = "",
    name: str | None = None,
) -> Tensor:
    """Numbers as texts."""
    settings: dict[str, Any] = {
        "precision": precision,
        "scientific": scientific,
        "shortest": shortest,
        "width": width,
        "fill": fill,
    }
    return apply("AsString", tensor_of(input), name=name, **settings)


def string_strip(input: Any, name: str | None = None) -> Tensor:
    """Texts without the blanks at their ends."""
    return apply("StringStrip", tensor_of(input), name=name)


def string_lower(input: Any, encoding: str = "", name: str | None = None) -> Tensor:
    """Texts with small letters instead of the capitals of ASCII, or of all letters for the ``encoding`` "utf-8"."""
    return apply("StringLower", tensor_of(input), name=name, encoding=_letters(encoding))


def string_upper(input: Any, encoding: str = "", name: str | None = None) -> Tensor:
    """Texts with capitals instead of the small letters of ASCII, or of all letters for the ``encoding`` "utf-8"."""
    return apply("StringUpper", tensor_of(input), name=name, encoding=_letters(encoding))


def _letters(encoding: str) -> str:
    if encoding not in ("", "utf-8"):
        raise ValueError(f"only utf8 or '' (no encoding) is supported, received: {encoding!r}; give one of them.")
    return encoding


def regex_replace(
    input: Any, pattern: str, rewrite: str, replace_global: bool = True, name: str | None = None
) -> Tensor:
    """Texts in which what fits a regular expression is replaced; ``\\\\1`` in ``rewrite`` is the first group."""
    texts = tensor_of(input)
    settings: dict[str, Any] = {"pattern": pattern, "rewrite": rewrite, "replace_global": replace_global}
    return apply("RegexReplace", texts, name=name, **settings)


def regex_full_match(input: Any, pattern: str, name: str | None = None) -> Tensor:
    """Whether whole texts fit a regular expression."""
    return apply("RegexFullMatch", tensor_of(input), name=name, pattern=pattern)


def encode_base64(input: Any, pad: bool = False, name: str | None = None) -> Tensor:
    """Texts in base64, in the alphabet for addresses."""
    return apply("EncodeBase64", tensor_of(input), name=name, pad=pad)


def decode_base64(input: Any, name: str | None = None) -> Tensor:
    """What base64, in the alphabet for addresses, stands for."""
    return apply("DecodeBase64", tensor_of(input), name=name)
