"""Many lines or rectangles that are painted at once, all or those in a part of the scene, without Python for each."""

from __future__ import annotations

from typing import Any

import numpy as np
from pyqtgraph.Qt import internals
from PySide6.QtCore import QLineF, QRectF

Array = np.ndarray[Any, np.dtype[Any]]

#: So many are painted whether they are seen or not.
_FEW = 500


class FarShapes:
    """Of lines the numbers are x and y of both ends, of rectangles left, top, width and height."""

    def __init__(self, kind: type[QLineF] | type[QRectF]) -> None:
        self._kind = kind
        self.put(np.zeros((0, 4)))

    def put(self, numbers: Array) -> None:
        """float64 (shapes, 4): these in the place of all before."""
        self._numbers = numbers
        self._all = _primitives(self._kind, numbers)
        first, last = numbers[:, :2], numbers[:, 2:]
        if self._kind is QRectF:
            last = first + last
        # Each in memory of its own: they are looked through at every frame.
        self._left, self._top = np.ascontiguousarray(np.minimum(first, last).T)
        self._right, self._bottom = np.ascontiguousarray(np.maximum(first, last).T)

    def arguments(self, part: QRectF | None) -> Any:
        """What ``drawLines`` or ``drawRects`` takes to paint those that touch a part of the scene; all for None."""
        if part is None or len(self._numbers) < _FEW:
            return self._all.drawargs()
        is_in = (self._left <= part.right()) & (self._top <= part.bottom())
        is_in &= (self._right >= part.left()) & (self._bottom >= part.top())
        #: Kept until it is painted.
        self._found = self._all if is_in.all() else _primitives(self._kind, self._numbers[is_in])
        return self._found.drawargs()


def _primitives(kind: type, numbers: Array) -> internals.PrimitiveArray:
    array = internals.PrimitiveArray(kind, 4)
    array.resize(len(numbers))
    array.ndarray()[:] = numbers
    return array
