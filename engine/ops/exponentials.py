"""What softmax and the losses on it have in common: e^(x − max) for each row of classes, and its sum."""

from __future__ import annotations

from math import prod
from typing import Any

from ..graph import TensorSpec

#: With at most so many classes, in at least so many rows, they are worked on with the classes as the first axis:
#: loops over the rows are long ones then, and need not begin anew for every row.
FEW_CLASSES = 64
MANY_ROWS = 8


class Exponentials:
    """Bound to the shape of the logits; the classes stand in their last axis.

    Called with logits, gives x − max and e^(x − max), of shape (rows, classes), or (classes, rows) where that is
    faster, and the sum of the latter over ``axis``, which broadcasts to them. All are its own and may be changed.
    """

    def __init__(self, k: Any, logits: TensorSpec, classes_first: bool = True) -> None:
        shape = logits.shape.known()
        assert logits.dtype is not None
        dtype = logits.dtype.numpy
        rows, classes = prod(shape[:-1]), shape[-1]
        self._xp = k.xp
        self._shape = shape
        self._two_axes = rows, classes
        self._turned = classes_first and classes <= FEW_CLASSES and rows >= MANY_ROWS
        own = (classes, rows) if self._turned else (rows, classes)
        #: The axis of the classes.
        self.axis = 0 if self._turned else 1
        self._shifted, self._powers = k.xp.scratch(own, dtype), k.xp.scratch(own, dtype)
        self._column = k.xp.scratch((rows,) if self._turned else (rows, 1), dtype)

    def view(self, x: Any) -> Any:
        """What has the shape of the logits, seen as the exponentials lie."""
        return x.reshape(self._two_axes).T if self._turned else x.reshape(self._two_axes)

    def put_back(self, x: Any, out: Any = None) -> Any:
        """Exponentials, copied into the shape of the logits."""
        lying = x.T if self._turned else x
        if out is None:
            return self._xp.copy(lying).reshape(self._shape)
        self._xp.copy(lying, out.reshape(self._two_axes))
        return out

    def __call__(self, logits: Any) -> tuple[Any, Any, Any]:
        xp, kept = self._xp, not self._turned
        x = self.view(logits)
        if self._turned:
            x = xp.copy(x, self._shifted)
        largest = xp.reduce_max(x, self.axis, kept, self._column)
        shifted = xp.subtract(x, largest, self._shifted)
        powers = xp.exp(shifted, self._powers)
        return shifted, powers, xp.reduce_sum(powers, self.axis, kept, self._column)
