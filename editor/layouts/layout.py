"""A layered layout: boxes in columns along the flow of values, few crossings, even spacing. Knows no graph and no Qt.

Longest paths give the columns; what nothing flows into (variables, constants) stands right before its first reader;
sweeps of barycentres order each column and keep the best order; isotonic regression gives the heights. The same input
always gives the same picture.
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from editor.layouts.layering import Link, Size, components, layers, without_circles

Place = tuple[float, float]

#: Between columns, and between boxes of a column.
COLUMN_GAP = 80.0
ROW_GAP = 30.0
#: Wires over up to so many columns keep a free lane between the boxes that they pass; longer ones move no box.
_LONGEST_LANE = 4
_LANE_HEIGHT = 10.0
#: Everything stands on this grid.
_GRID = 10.0
_SWEEPS = 10
_HEIGHT_ROUNDS = 6
_STEPS = _SWEEPS + _HEIGHT_ROUNDS
#: How much more it counts that what computes stands where it should than that parameters and lanes do.
_FLOW_WEIGHT = 20.0
#: Boxes without wires stand in rows at least this wide.
_LEAST_ROW_WIDTH = 1000.0


def layered_layout(
    sizes: Sequence[Size], links: Sequence[Link], report: Callable[[float], None] | None = None
) -> list[Place]:
    """The top left corners of the boxes, the leftmost and the topmost at 0. No boxes overlap.

    Wires that close a circle are allowed; those that would lead back are drawn back. ``report`` is told now and then
    what share of the work is done, 0 to 1.
    """
    steps = 0.0

    def advance(count: int) -> None:
        """A step of the work on so many boxes is done."""
        nonlocal steps
        steps += count / (len(sizes) * _STEPS)
        if report is not None:
            report(min(steps, 1.0))

    links = [link for link in links if link.source != link.target]
    places: list[Place] = [(0.0, 0.0)] * len(sizes)
    top, widest = 0.0, _LEAST_ROW_WIDTH
    loose: list[int] = []
    groups = components(len(sizes), links)
    group_of = {box: place for place, members in enumerate(groups) for box in members}
    links_of: list[list[Link]] = [[] for _ in groups]
    for link in links:
        links_of[group_of[link.source]].append(link)
    for members, inner in zip(groups, links_of, strict=True):
        if len(members) == 1:
            loose += members
            continue
        part = _Part(members, sizes, inner, partial(advance, len(members)))
        width, height = part.arrange()
        for box, (x, y) in zip(members, part.places, strict=True):
            places[box] = (x, y + top)
        top += height + 2 * ROW_GAP
        widest = max(widest, width)
    left = row_height = 0.0
    for box in loose:
        width, height = sizes[box]
        if left and left + width > widest:
            left, top, row_height = 0.0, top + row_height + ROW_GAP, 0.0
        places[box] = (left, top)
        left += width + COLUMN_GAP
        row_height = max(row_height, height)
    if report is not None:
        report(1.0)
    return places


@dataclass(slots=True)
class _Slot:
    """What stands in a column: a box, or the lane of a wire that passes."""

    width: float
    height: float
    layer: int
    #: (number of the slot, where the wire is at this slot, where it is at the other), on both sides.
    before: list[tuple[int, float, float]]
    after: list[tuple[int, float, float]]
    y: float = 0.0


class _Part:
    """Boxes that hang together."""

    def __init__(
        self, members: Sequence[int], sizes: Sequence[Size], links: Sequence[Link], advance: Callable[[], None]
    ) -> None:
        """``advance`` is called after each sweep."""
        self._advance = advance
        number = {box: index for index, box in enumerate(members)}
        inner = [link._replace(source=number[link.source], target=number[link.target]) for link in links]
        self._links = without_circles(len(members), inner)
        layer_of = layers(len(members), self._links)
        self._slots = [_Slot(*sizes[box], layer_of[index], [], []) for index, box in enumerate(members)]
        self._boxes = len(members)
        for link in self._links:
            self._add_wire(link)
        self._columns: list[list[int]] = [[] for _ in range(max(layer_of) + 1)]
        for index, slot in enumerate(self._slots):
            self._columns[slot.layer].append(index)
        self.places: list[Place] = []

    def _add_wire(self, link: Link) -> None:
        """Joins two boxes, by way of lanes in the columns between them."""
        source, target = self._slots[link.source].layer, self._slots[link.target].layer
        here, here_y = link.source, link.source_y
        if target - source <= _LONGEST_LANE:
            for layer in range(source + 1, target):
                lane = len(self._slots)
                self._slots.append(_Slot(0.0, _LANE_HEIGHT, layer, [], []))
                self._join(here, here_y, lane, _LANE_HEIGHT / 2)
                here, here_y = lane, _LANE_HEIGHT / 2
        self._join(here, here_y, link.target, link.target_y)

    def _join(self, source: int, source_y: float, target: int, target_y: float) -> None:
        self._slots[source].after.append((target, source_y, target_y))
        self._slots[target].before.append((source, target_y, source_y))

    def arrange(self) -> Size:
        """Finds the places; returns how much room all take."""
        self._order()
        self._set_heights()
        widths = [max(self._slots[slot].width for slot in column) for column in self._columns]
        lefts = [0.0]
        for width in widths:
            lefts.append(math.ceil((lefts[-1] + width + COLUMN_GAP) / _GRID) * _GRID)
        boxes = self._slots[: self._boxes]
        top = min(slot.y for slot in boxes)
        self.places = [(lefts[slot.layer], slot.y - top) for slot in boxes]
        return Size(lefts[-2] + widths[-1], max(slot.y - top + slot.height for slot in boxes))

    # --- the order in each column --------------------------------------------------------------------------------

    def _order(self) -> None:
        """Sweeps to the right and back, each column by the middle of its neighbours; the best order is kept."""
        rank = self._ranks()
        best, fewest = [list(column) for column in self._columns], self._crossings(rank)
        for sweep in range(_SWEEPS):
            if fewest == 0:
                break
            to_right = sweep % 2 == 0
            for column in self._columns if to_right else reversed(self._columns):
                self._sort_column(column, rank, to_right)
            crossings = self._crossings(rank)
            if crossings < fewest:
                best, fewest = [list(column) for column in self._columns], crossings
            self._advance()
        self._columns = best

    def _sort_column(self, column: list[int], rank: list[float], by_left: bool) -> None:
        """Sorts by the middle of the neighbours on one side; ``rank`` is kept true."""
        keys: dict[int, float] = {}
        for place, index in enumerate(column):
            slot = self._slots[index]
            wires = (slot.before or slot.after) if by_left else (slot.after or slot.before)
            near = [rank[other] + other_y / (self._slots[other].height + 1) for other, _, other_y in wires]
            keys[index] = sum(near) / len(near) if near else float(place)
        column.sort(key=keys.__getitem__)
        for place, index in enumerate(column):
            rank[index] = float(place)

    def _ranks(self) -> list[float]:
        """Each slot's place in its column, counted from the top."""
        rank = [0.0] * len(self._slots)
        for column in self._columns:
            for place, index in enumerate(column):
                rank[index] = float(place)
        return rank

    def _crossings(self, rank: Sequence[float]) -> int:
        total = 0
        for column in self._columns:
            wires = sorted(
                (rank[index], here, rank[other], there)
                for index in column
                for other, here, there in self._slots[index].after
            )
            seen: list[tuple[float, float]] = []
            for _, _, *end in wires:
                key = (end[0], end[1])
                total += len(seen) - bisect.bisect_right(seen, key)
                bisect.insort(seen, key)
        return total

    # --- heights -------------------------------------------------------------------------------------------------

    def _set_heights(self) -> None:
        for column in self._columns:
            y = 0.0
            for index in column:
                self._slots[index].y = y
                y += self._slots[index].height + ROW_GAP
        for sweep in range(_HEIGHT_ROUNDS):
            to_right = sweep % 2 == 0
            for column in self._columns if to_right else reversed(self._columns):
                self._level_column(column, to_right, sweep >= _HEIGHT_ROUNDS - 2)
            self._advance()

    def _level_column(self, column: list[int], by_left: bool, by_both: bool) -> None:
        """Brings each slot as near as the others of its column allow to the heights of its neighbours."""
        wanted: list[float] = []
        for index in column:
            slot = self._slots[index]
            wires = [*slot.before, *slot.after] if by_both else slot.before if by_left else slot.after
            near = [self._slots[other] for other, _, _ in wires or slot.after]
            near = [other for other in near if abs(other.layer - slot.layer) == 1]
            # Parameters go where their readers are, not the other way round.
            near = [other for other in near if other.before] or near
            # Tops, not ports, are brought level: boxes that are entered below and left above would make a staircase.
            wanted.append(sum(other.y for other in near) / len(near) if near else slot.y)
        slots = [self._slots[index] for index in column]
        weights = [_FLOW_WEIGHT if slot.before and slot.width else 1.0 for slot in slots]
        for slot, y in zip(slots, _apart(wanted, [slot.height for slot in slots], weights), strict=True):
            slot.y = y


def _apart(wanted: Sequence[float], heights: Sequence[float], weights: Sequence[float]) -> list[float]:
    """The tops nearest to the wanted ones (weighted squares) that keep order and gaps: isotonic regression."""
    offsets = [0.0]
    for height in heights[:-1]:
        offsets.append(offsets[-1] + height + ROW_GAP)
    # Blocks of slots that touch: [weighted sum of what their first slot would want, weight, how many].
    blocks: list[list[float]] = []
    for want, offset, weight in zip(wanted, offsets, weights, strict=True):
        blocks.append([weight * (want - offset), weight, 1])
        while len(blocks) > 1 and blocks[-2][0] / blocks[-2][1] > blocks[-1][0] / blocks[-1][1]:
            merged = blocks.pop()
            blocks[-1] = [a + b for a, b in zip(blocks[-1], merged, strict=True)]
    tops = [total / weight for total, weight, count in blocks for _ in range(int(count))]
    return [round((top + offset) / _GRID) * _GRID for top, offset in zip(tops, offsets, strict=True)]
