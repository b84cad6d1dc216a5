"""Calls of Session.run that were made before: what they fetch and feed is known, and need not be looked at again."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np

from ..graph import Tensor
from .backends.numpy_plan import NumpyPlan
from .feeds import feed_value
from .fetches import Fetches, is_nest

Array = np.ndarray[Any, np.dtype[Any]]
_NDARRAY = np.ndarray


def call_key(fetches: Any, feed_dict: Mapping[Any, Any] | None) -> Hashable:
    """Equal for calls that fetch and feed the same; it cannot be hashed for fetches in a nest of another form."""
    kind = type(fetches)
    wanted = tuple(fetches) if kind is list or kind is tuple else fetches
    return kind, wanted, tuple(feed_dict) if feed_dict else ()


def is_known_by_key(fetches: Any, feed_dict: Mapping[Any, Any] | None, values: Mapping[Tensor, Array]) -> bool:
    """Whether all calls with the same key want the same.

    Tuples of different types may be equal; and what is fed in a repeated call is told apart by its order, so each key
    of the feeds must stand for one of the fed ``values``.
    """
    fetched = fetches if type(fetches) in (list, tuple) else (fetches,)
    return len(values) == len(feed_dict or ()) and not any(map(is_nest, (*fetched, *(feed_dict or ()))))


class Call:
    """The plan for a call, the places that its feeds go to, and the form of what it gives."""

    __slots__ = ("_feeds", "_fetches", "_tensors", "plan")

    def __init__(self, plan: NumpyPlan, fetches: Fetches, values: Mapping[Tensor, Array]) -> None:
        self.plan = plan
        self._fetches = fetches
        #: The fed tensors with their shapes, in the order of the feeds.
        self._tensors = {tensor: value.shape for tensor, value in values.items()}
        #: Of each: its place in the plan, and the dtype and shape of what can be copied there as it is.
        self._feeds: list[tuple[Any, Any, Any]] = [
            # Texts are looked at each time: an array of objects may hold anything.
            (place, value.dtype if isinstance(place, np.ndarray) and not place.dtype.hasobject else None, value.shape)
            for place, value in ((plan.feeds.get(tensor), value) for tensor, value in values.items())
        ]

    def feed(self, feed_dict: Mapping[Any, Any] | None) -> bool:
        """Copies the fed values into the plan. Returns False when their shapes ask for another one.

        Raises TypeError and ValueError as :func:`~engine.runtime.feeds.feed_value` does.
        """
        if feed_dict:
            for (place, dtype, shape), value in zip(self._feeds, feed_dict.values()):  # noqa: B905 equal by the key
                if type(value) is not _NDARRAY or value.dtype is not dtype or value.shape != shape:
                    return self._feed_converted(feed_dict)
                place[...] = value
        return True

    def _feed_converted(self, feed_dict: Mapping[Any, Any]) -> bool:
        """As :meth:`feed`, for values that are not all arrays of the right dtype."""
        for tensor, value in zip(self._tensors, feed_dict.values(), strict=True):
            array = feed_value(tensor, value)
            if array.shape != self._tensors[tensor]:
                return False
            self.plan.feed({tensor: array})
        return True

    def results(self) -> Any:
        """What the plan has computed, in the form of the fetches, as values that the caller may keep."""
        values = [None if a is None else a.copy() if a.ndim else a[()] for a in self.plan.fetches]
        form = self._fetches.form
        if form is list:
            return values
        return tuple(values) if form is tuple else self._fetches.result(values)
