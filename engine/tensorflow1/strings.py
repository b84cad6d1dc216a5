"""``tf.strings``: operations on texts."""

from __future__ import annotations

from typing import Any

from .sparse_tensors import SparseTensor
from .texts import as_string, reduce_join, refuse_ragged, regex_full_match, regex_replace, split_texts, substr
from .texts import string_join as join
from .texts import string_length as length
from .texts import string_lower as lower
from .texts import string_strip as strip
from .texts import string_to_number as to_number
from .texts import string_upper as upper

__all__ = [
    "as_string",
    "join",
    "length",
    "lower",
    "reduce_join",
    "regex_full_match",
    "regex_replace",
    "split",
    "strip",
    "substr",
    "to_number",
    "upper",
]


def split(
    input: Any = None,
    sep: str | None = None,
    maxsplit: int = -1,
    result_type: str = "SparseTensor",
    source: Any = None,
    name: str | None = None,
) -> SparseTensor:
    """The parts of each text between separators; ``sep`` is one as a whole, and None means any number of blanks.

    Raises ValueError for ``maxsplit``: every part is taken, and for another ``result_type``.
    """
    refuse_ragged(result_type)
    if maxsplit != -1:
        raise ValueError("maxsplit must be -1 here: every part is taken.")
    return split_texts(source if input is None else input, sep or "", False, True, name)
