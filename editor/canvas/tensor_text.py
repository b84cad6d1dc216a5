"""Tensors in a word: a number where there is one, else the shape."""

from __future__ import annotations

from typing import Any

from editor.canvas.node_text import shape_text
from engine.debugger.tensors.tensor_picture import TensorPicture, TensorState
from engine.graph import TensorShape
from engine.graph.literals import format_number

#: "Not computed yet", which is not 0.
NOT_COMPUTED_TEXT = "–"
#: Significant digits of a number on the canvas.
DIGITS = 4
#: Arrays of at most this many elements are written out where there is room.
_WRITTEN_ELEMENTS = 4
_LONGEST_TEXT = 12


def number_text(number: Any, digits: int = DIGITS) -> str:
    """A number with so many significant digits; a text in quotation marks."""
    if isinstance(number, str):
        return f"“{number if len(number) <= _LONGEST_TEXT else f'{number[: _LONGEST_TEXT - 1]}…'}”"
    return f"{number:.{digits}g}" if isinstance(number, complex) else format_number(number, digits)


def row_text(picture: TensorPicture) -> str:
    """A row of few numbers in as many brackets as it has dimensions; "" for anything else."""
    if not picture.shape or not 0 < len(picture.elements) <= _WRITTEN_ELEMENTS:
        return ""
    if not picture.is_whole or len(picture.elements) != picture.shape[-1]:
        return ""
    brackets = len(picture.shape)
    return f"{'[' * brackets}{', '.join(map(number_text, picture.elements))}{']' * brackets}"


def picture_shape_text(picture: TensorPicture) -> str:
    """``[3, 2]``, or the word "scalar"."""
    return shape_text(TensorShape(picture.shape))


def single_text(picture: TensorPicture, digits: int = DIGITS) -> str:
    """The number of a tensor that has one; the dash of one that is not computed; "" for any other."""
    if picture.state is TensorState.NOT_COMPUTED:
        return NOT_COMPUTED_TEXT
    return number_text(picture.elements[0], digits) if picture.is_whole and len(picture.elements) == 1 else ""
