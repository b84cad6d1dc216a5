"""Tensors as images: a photograph, one of a batch, the channels of a feature map, the filters of a convolution."""

from __future__ import annotations

import enum
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

#: Grey, red-green-blue, and that with opacity.
_COLOURS = (1, 3, 4)
#: Kernels of convolutions are not larger than this, images not smaller.
_LARGEST_KERNEL = 11
_LEAST_SQUARE = 4
#: Elements of a picture; of more, every second, third … row and column is left out.
MOST_ELEMENTS = 1 << 18
#: Tiles of one picture.
MOST_TILES = 256


class Reading(enum.Enum):
    """As what a tensor is read."""

    #: [height, width] or [height, width, colours]
    IMAGE = "image"
    #: [number, height, width] or [number, height, width, colours]: one of them
    BATCH = "batch"
    #: [number, height, width, channels]: the channels of one of them, side by side
    CHANNELS = "channels"
    #: [height, width, inputs, outputs]: the kernels from one input to every output, side by side
    FILTERS = "filters"
    #: [number, side * side]: a row as a square
    ROWS = "rows"


def readings(shape: Sequence[int]) -> tuple[Reading, ...]:
    """What a tensor of this shape can be read as, the likeliest first; nothing for one that is no image."""
    if not shape or min(shape) == 0:
        return ()
    found: list[Reading] = []
    if len(shape) == 4:
        is_kernel = max(shape[:2]) <= _LARGEST_KERNEL
        if is_kernel:
            found.append(Reading.FILTERS)
        if shape[3] in _COLOURS:
            found.append(Reading.BATCH)
        found.append(Reading.CHANNELS)
    elif len(shape) == 3:
        found += [Reading.IMAGE, Reading.BATCH] if shape[2] in _COLOURS else [Reading.BATCH]
    elif len(shape) == 2:
        side = math.isqrt(shape[1])
        if side * side == shape[1] and side >= _LEAST_SQUARE:
            found.append(Reading.ROWS)
        if min(shape) > 1:
            found.append(Reading.IMAGE)
    return tuple(found)


def choices(shape: Sequence[int], reading: Reading) -> int:
    """How many images there are to choose from."""
    if reading is Reading.IMAGE:
        return 1
    return shape[2] if reading is Reading.FILTERS else shape[0]


@dataclass(frozen=True, slots=True)
class Picture:
    """One image of a tensor, or several tiles: [tiles, height, width, colours], as float64."""

    reading: Reading
    number: int = 0

    def take(self, array: Array) -> Array:
        if array.dtype.kind == "O":
            return np.zeros((0, 0, 0, 1))
        number = min(max(self.number, 0), choices(array.shape, self.reading) - 1)
        tiles = self._tiles(array, number)[:MOST_TILES]
        step = math.ceil(math.sqrt(max(tiles.size / MOST_ELEMENTS, 1)))
        return tiles[:, ::step, ::step].astype(np.float64)

    def _tiles(self, array: Array, number: int) -> Array:
        if self.reading in (Reading.CHANNELS, Reading.FILTERS):
            chosen: Array = array[number] if self.reading is Reading.CHANNELS else array[:, :, number]
            return np.moveaxis(chosen, -1, 0)[..., np.newaxis]
        image: Array = array if self.reading is Reading.IMAGE else array[number]
        if self.reading is Reading.ROWS:
            side = math.isqrt(image.size)
            image = image.reshape(side, side)
        return image.reshape(1, *image.shape[:2], -1)
