"""Which rows of a variable a gradient concerns, where that variable is only looked up in."""

from __future__ import annotations

from ..graph import Tensor

#: The gradients of looking up rows: what a row was not looked up for gets zeros.
_LOOK_UPS: frozenset[str] = frozenset()


def rows_looked_up(gradient: Tensor) -> Tensor | None:
    """Whether each element stands in a row that was looked up; None unless all of the gradient comes from look-ups."""
    return None
