"""Where frames and notes go when the nodes around them are laid out anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from editor.canvas.geometry import FRAME_PADDING, FRAME_TITLE
from editor.commands import Area, AreaChange
from editor.layouts.arrangement import Arrangement, Rect, Unit
from engine.model import Model


def moved_areas(model: Model, after: Arrangement) -> list[AreaChange]:
    """Frames are drawn anew around the nodes that lay in them; a note stays beside its frame's corner or nearest node.

    A frame stays where it is when its nodes do, or when it has none.
    """
    if not model.frames and not model.notes:
        return []
    before = Arrangement(model)
    rects = {name: before.rect(Unit(name, False)) for name in model.positions if name in model.graph}
    changes: list[AreaChange] = []
    drawn: list[tuple[Rect, Rect]] = []
    # The small ones first: a frame has room for those that lay in it.
    for frame in sorted(model.frames, key=lambda frame: frame.width * frame.height):
        old = _rect(frame)
        names = [name for name, rect in rects.items() if _holds(old, rect)]
        inside = [after.rect(Unit(name, False)) for name in names]
        if inside == [rects[name] for name in names]:
            continue
        new = _around([*inside, *(inner for was, inner in drawn if _holds(old, was))])
        drawn.append((old, new))
        changes.append((frame, replace(frame, left=new.left, top=new.top, width=new.width, height=new.height)))
    for note in model.notes:
        dx, dy = _shift(_rect(note), drawn, rects, after)
        changes.append((note, replace(note, left=note.left + dx, top=note.top + dy)))
    return changes


def _shift(
    note: Rect, drawn: Sequence[tuple[Rect, Rect]], rects: dict[str, Rect], after: Arrangement
) -> tuple[float, float]:
    for was, now in drawn:
        if _holds(was, note):
            return now.left - was.left, now.top - was.top
    if not rects:
        return 0.0, 0.0
    name = min(rects, key=lambda name: _distance(note, rects[name]))
    moved = after.rect(Unit(name, False))
    return moved.left - rects[name].left, moved.top - rects[name].top


def _rect(area: Area) -> Rect:
    return Rect(area.left, area.top, area.width, area.height)


def _holds(outer: Rect, inner: Rect) -> bool:
    # A node's rectangle has room for a value that need not be there.
    is_across = outer.left <= inner.left and inner.right <= outer.right
    return is_across and outer.top <= inner.top and inner.top < outer.bottom


def _around(rects: Sequence[Rect]) -> Rect:
    left, top = min(rect.left for rect in rects), min(rect.top for rect in rects)
    right, bottom = max(rect.right for rect in rects), max(rect.bottom for rect in rects)
    left, top = left - FRAME_PADDING, top - FRAME_PADDING - FRAME_TITLE
    return Rect(left, top, right + FRAME_PADDING - left, bottom + FRAME_PADDING - top)


def _distance(one: Rect, other: Rect) -> float:
    """Between the nearest points of two rectangles, along both axes together."""
    across = max(one.left - other.right, other.left - one.right, 0.0)
    return across + max(one.top - other.bottom, other.top - one.bottom, 0.0)
