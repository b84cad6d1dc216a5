"""Numbers as colours: from blue (the most negative) over the ground (0) to orange (the most positive)."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from functools import cache
from math import isfinite
from typing import Any

import numpy as np
from PySide6.QtGui import QColor, QImage

from editor.theme import Theme, mix

Array = np.ndarray[Any, np.dtype[Any]]

#: Colours on each side of 0.
_STEPS = 127


def heat_color(share: float, theme: Theme) -> QColor:
    """The colour of a number that is this share (-1 to 1) of the largest magnitude."""
    ground = mix(theme.canvas, theme.text, 0.06)
    return mix(ground, theme.backward if share > 0 else theme.forward, abs(share))


def heat_colors(values: Array, theme: Theme) -> Array:
    """Colours as 0xffRRGGBB (uint32), in the shape of ``values``; what is not finite has the error colour.

    The largest finite magnitude has the strongest colour.
    """
    values = np.asarray(values)
    values = np.abs(values) if values.dtype.kind == "c" else values.astype(np.float64)
    finite = np.isfinite(values)
    if finite.all():
        shares = values / (np.abs(values).max(initial=0.0) or 1.0)
        return _scale(theme)[np.rint(shares * _STEPS).astype(np.intp) + _STEPS]
    known = np.where(finite, values, 0.0)
    places = np.rint(known / (np.abs(known).max() or 1.0) * _STEPS).astype(np.intp) + _STEPS
    return np.where(finite, _scale(theme)[places], np.uint32(theme.error.rgb()))


def heat_image(elements: Sequence[Any], theme: Theme) -> QImage:
    """A row of pixels, one for each of a few numbers, in the colours of :func:`heat_colors`; of none, that of 0."""
    # Some hundred of these are made for each picture of a step: for few numbers numpy would take several times as long.
    numbers = [abs(item) if isinstance(item, complex) else float(item) for item in elements] or [0.0]
    largest = max((abs(number) for number in numbers if isfinite(number)), default=0.0) or 1.0
    scale, error = _scale_numbers(theme), theme.error.rgb()
    pixels = array(
        "I", [scale[round(item / largest * _STEPS) + _STEPS] if isfinite(item) else error for item in numbers]
    )
    return QImage(pixels.tobytes(), len(pixels), 1, 4 * len(pixels), QImage.Format.Format_RGB32).copy()


@cache
def _scale(theme: Theme) -> Array:
    return np.array(_scale_numbers(theme), np.uint32)


@cache
def _scale_numbers(theme: Theme) -> list[int]:
    return [heat_color(place / _STEPS, theme).rgb() for place in range(-_STEPS, _STEPS + 1)]
