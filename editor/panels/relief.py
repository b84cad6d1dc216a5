"""Heights and colours of a loss landscape: the same in the contour and in the surface."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtGui import QColor

from editor.theme import Theme
from editor.theme.tokens import mix

Array = np.ndarray[Any, np.dtype[Any]]

#: Bands of one colour between two contour lines.
BANDS = 12
#: More points of a path than these stand so close that rims around them would cover it.
MOST_RIMMED = 60
#: Losses above this percentile share the highest band: otherwise one steep corner would flatten all the rest.
_HIGHEST_PERCENTILE = 97.0
_LOWEST_TINT, _HIGHEST_TINT = 0.06, 0.72


class Relief:
    """The scale of a landscape: from losses to heights between 0 and 1.

    Heights are roots of the loss above the lowest one, so that the contour lines of a quadratic bowl stand equally far
    apart.
    """

    def __init__(self, losses: Array) -> None:
        finite = losses[np.isfinite(losses)]
        self.low = float(finite.min()) if finite.size else 0.0
        high = float(np.percentile(finite, _HIGHEST_PERCENTILE)) if finite.size else 1.0
        self.high = high if high > self.low else self.low + 1.0

    def heights(self, losses: Array) -> Array:
        """Heights of the same shape; NaN where a loss is not finite."""
        with np.errstate(invalid="ignore", over="ignore"):
            shares = np.clip((np.asarray(losses, np.float64) - self.low) / (self.high - self.low), 0.0, 1.0)
        return np.where(np.isfinite(losses), np.sqrt(shares), np.nan)

    def levels(self) -> Array:
        """The heights at which the bands meet, of shape (BANDS - 1,)."""
        return np.arange(1, BANDS) / BANDS


def refined(values: Array, times: int) -> Array:
    """A grid of so many times as many points along both sides, linearly between those that are known.

    Of shape (times·(rows - 1) + 1, times·(columns - 1) + 1), with the further axes of ``values``.
    """
    for axis in (0, 1):
        places = np.arange(times * (values.shape[axis] - 1) + 1) / times
        lower = np.minimum(places.astype(int), values.shape[axis] - 2)
        shares = (places - lower).reshape([-1 if at == axis else 1 for at in range(values.ndim)])
        before, after = np.take(values, lower, axis), np.take(values, lower + 1, axis)
        # Not a sum of products: infinities and NaN beside a known point would take it with them.
        values = np.where(shares == 0, before, np.where(shares == 1, after, before + (after - before) * shares))
    return values


def band_colors(theme: Theme) -> list[QColor]:
    """The colours of the bands, from the lowest one."""
    return [height_color(theme, (band + 0.5) / BANDS) for band in range(BANDS)]


def height_color(theme: Theme, height: float) -> QColor:
    """The ground's own colour at the bottom, the colour of values on their way to the loss at the top."""
    return mix(theme.surface, theme.forward, _LOWEST_TINT + (_HIGHEST_TINT - _LOWEST_TINT) * height)
