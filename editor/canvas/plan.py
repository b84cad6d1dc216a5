"""Where all nodes and wires of a scene are, as arrays: for what looks at all of them, or asks what is in a rectangle.

They hold for what has no item (yet) as for what has one, so that of ten thousand nodes only those that are seen need
items.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np
from PySide6.QtCore import QPointF, QRectF

from editor.canvas.geometry import NODE_WIDTH, PAINT_MARGIN, WIRE_MARGIN, WIRE_SWING
from editor.marks import MarkKind
from editor.wire_id import WireId

Array = np.ndarray[Any, np.dtype[Any]]
Key = TypeVar("Key", bound=Hashable)

#: The row of no box, with its corner at (0, 0): a wire's end there stands in scene coordinates.
ORIGIN = 0


class Look(NamedTuple):
    """What is told of a node from far away: its bar."""

    mark: MarkKind
    phase: str


class WireEnd(NamedTuple):
    """Where a wire ends: at the node with this row (or :data:`ORIGIN`), and where as seen from its corner."""

    row: int
    x: float
    y: float


class Rows(Generic[Key]):
    """Which row of the arrays belongs to which key; rows of what is gone are given away again."""

    def __init__(self) -> None:
        self.of: dict[Key, int] = {}
        self._keys: list[Key | None] = []
        self._free: list[int] = []
        #: How many rows the arrays have.
        self.capacity = 0
        #: Whether what a row stands for is there and seen, and whether it has an item.
        self.is_seen = np.zeros(0, bool)
        self.has_item = np.zeros(0, bool)

    def add(self, key: Key) -> int:
        """Gives a key a row, that of something seen that has no item. May make the arrays longer."""
        if self._free:
            row = self._free.pop()
        else:
            row = len(self._keys)
            self._keys.append(None)
            if row >= self.capacity:
                self.grow()
        self._keys[row] = key
        self.of[key] = row
        self.is_seen[row] = True
        self.has_item[row] = False
        return row

    def grow(self) -> None:
        """Makes the arrays at least twice as long."""
        self.capacity = max(64, 2 * self.capacity)
        self.is_seen = _longer(self.is_seen, self.capacity)
        self.has_item = _longer(self.has_item, self.capacity)

    def remove(self, key: Key) -> None:
        row = self.of.pop(key)
        self._keys[row] = None
        self._free.append(row)
        self.is_seen[row] = False

    def rename(self, old: Key, new: Key) -> None:
        row = self.of[new] = self.of.pop(old)
        self._keys[row] = new

    def clear(self) -> None:
        self.of.clear()
        self._keys.clear()
        self._free.clear()
        self.is_seen[:] = False

    def seen(self) -> list[Key]:
        return list(self._keys_at(self.is_seen))

    def without_item(self, which: Array) -> list[Key]:
        """Of the rows that are marked, the keys of what is seen and has no item."""
        return list(self._keys_at(which & self.is_seen & ~self.has_item))

    def _keys_at(self, which: Array) -> Iterator[Key]:
        for row in np.flatnonzero(which).tolist():
            key = self._keys[row]
            if key is not None:
                yield key


class NodePlan(Rows[str]):
    """The boxes of nodes. Nodes that are folded into a block are there, but not seen."""

    def __init__(self) -> None:
        super().__init__()
        #: float64 (rows, 4): left, top, width and height in scene coordinates.
        self.boxes = np.zeros((0, 4))
        #: float64 (rows,): the height with the value strip, whether there is a value yet or not.
        self._full_heights = np.zeros(0)
        #: The place of each row's look in :attr:`looks`.
        self.look = np.zeros(0, np.int64)
        self.looks: dict[Look, int] = {}
        #: Counts how often boxes were put elsewhere.
        self.moves = 0
        # The row of the origin.
        self._keys.append(None)
        self.grow()

    def grow(self) -> None:
        super().grow()
        self.boxes = _longer(self.boxes, self.capacity)
        self._full_heights = _longer(self._full_heights, self.capacity)
        self.look = _longer(self.look, self.capacity)

    def clear(self) -> None:
        super().clear()
        self._keys.append(None)

    def put(self, name: str, x: float, y: float) -> None:
        """Adds a node at a place; its size is told by :meth:`set_look`."""
        row = self.add(name)
        self.boxes[row] = (x, y, NODE_WIDTH, 0.0)
        self.moves += 1

    def set_look(self, name: str, full_height: float, height: float, look: Look) -> None:
        """What is seen of a node: its height with a value and now, and its bar."""
        row = self.of[name]
        self.boxes[row, 3] = height
        self._full_heights[row] = full_height
        self.look[row] = self.looks.setdefault(look, len(self.looks))

    def set_height(self, name: str, height: float) -> None:
        self.boxes[self.of[name], 3] = height

    def move(self, positions: Mapping[str, QPointF]) -> None:
        rows = [self.of[name] for name in positions]
        self.moves += 1
        self.boxes[rows, :2] = np.array([(at.x(), at.y()) for at in positions.values()]).reshape(-1, 2)

    def position(self, name: str) -> QPointF:
        x, y = self.boxes[self.of[name], :2].tolist()
        return QPointF(x, y)

    def rows(self, names: Iterable[str]) -> Array:
        return np.array([self.of[name] for name in names], np.int64)

    def hide(self, names: Iterable[str]) -> None:
        """Which nodes are folded into blocks; all others are seen."""
        self.is_seen[list(self.of.values())] = True
        self.is_seen[self.rows(names)] = False

    def seen_boxes(self) -> Array:
        """float64 (nodes, 4)"""
        return self.boxes[self.is_seen]

    def around(self, names: Iterable[str] | None = None) -> QRectF:
        """The rectangle around nodes, or around all that are seen; empty for none."""
        boxes = self.seen_boxes() if names is None else self.boxes[self.rows(names)]
        return _around(boxes)

    def room_of(self, names: Iterable[str]) -> QRectF:
        """The rectangle around nodes, each with the room for its value strip; empty for none."""
        rows = self.rows(names)
        boxes = self.boxes[rows]
        boxes[:, 3] = self._full_heights[rows]
        return _around(boxes)

    def inside(self, rect: QRectF) -> list[str]:
        """The nodes that are seen and lie in a rectangle as a whole."""
        left, top, width, height = self.boxes.T
        is_in = (left >= rect.left()) & (top >= rect.top())
        is_in &= (left + width <= rect.right()) & (top + height <= rect.bottom())
        return list(self._keys_at(is_in & self.is_seen))

    def boxes_near(self, rect: QRectF, without: Iterable[str]) -> Array:
        """float64 (nodes, 4): the boxes that are seen and touch a rectangle, without those of some nodes."""
        left, top, width, height = self.boxes.T
        is_near = (left <= rect.right()) & (top <= rect.bottom())
        is_near &= (left + width >= rect.left()) & (top + height >= rect.top()) & self.is_seen
        is_near[self.rows(without)] = False
        return self.boxes[is_near]

    def touched_by(self, rect: QRectF) -> list[str]:
        """The nodes without an item that are painted in a rectangle."""
        return self.without_item(self._painted_in(rect))

    def seen_in(self, rect: QRectF) -> list[str]:
        """The nodes that are painted in a rectangle."""
        return list(self._keys_at(self._painted_in(rect) & self.is_seen))

    def _painted_in(self, rect: QRectF) -> Array:
        around = rect.adjusted(-PAINT_MARGIN, -PAINT_MARGIN, PAINT_MARGIN, PAINT_MARGIN)
        left, top, width, height = self.boxes.T
        is_in = (left <= around.right()) & (top <= around.bottom())
        is_in &= (left + width >= around.left()) & (top + height >= around.top())
        return np.asarray(is_in)


class WirePlan(Rows[WireId]):
    """The ends of wires, which go with the boxes that they are at."""

    def __init__(self, nodes: NodePlan) -> None:
        super().__init__()
        self._nodes = nodes
        #: Whether wires leave downwards, and so swing out there.
        self.is_down = False
        #: int (rows, 2): the rows of the boxes that a wire joins.
        self._joined = np.zeros((0, 2), np.int64)
        #: float64 (rows, 4): x and y of both its ends, as seen from the corners of these boxes.
        self._offsets = np.zeros((0, 4))
        #: All ends, and for how many moves of the boxes that holds; None once wires end elsewhere.
        self._known_ends: tuple[int, Array] | None = None

    def grow(self) -> None:
        super().grow()
        self._joined = _longer(self._joined, self.capacity)
        self._offsets = _longer(self._offsets, self.capacity)
        self._known_ends = None

    def put(self, wires: Iterable[WireId]) -> None:
        """Adds wires; where they end is told by :meth:`place`."""
        rows = [self.add(wire) for wire in wires]
        self._known_ends = None
        self._joined[rows] = ORIGIN
        self._offsets[rows] = 0.0

    def place(self, ends: Mapping[WireId, tuple[WireEnd, WireEnd]]) -> None:
        """Where wires begin and end."""
        rows = [self.of[wire] for wire in ends]
        self._known_ends = None
        self._joined[rows] = np.array([(start.row, end.row) for start, end in ends.values()]).reshape(-1, 2)
        offsets = [(start.x, start.y, end.x, end.y) for start, end in ends.values()]
        self._offsets[rows] = np.array(offsets).reshape(-1, 4)

    def show(self, wires: Mapping[WireId, bool]) -> None:
        """Which of these wires are seen."""
        self.is_seen[[self.of[wire] for wire in wires]] = list(wires.values())

    def ends_of(self, wire: WireId) -> tuple[QPointF, QPointF]:
        row = self.of[wire]
        source, target = self._nodes.boxes[self._joined[row], :2].tolist()
        x1, y1, x2, y2 = self._offsets[row].tolist()
        return QPointF(source[0] + x1, source[1] + y1), QPointF(target[0] + x2, target[1] + y2)

    def seen_ends(self, without: Iterable[WireId] = ()) -> Array:
        """float64 (wires, 4): x and y of both ends of every wire that is seen, without some, in scene coordinates."""
        is_wanted = self.is_seen.copy()
        is_wanted[[self.of[wire] for wire in without]] = False
        return np.asarray(self._ends()[is_wanted])

    def _ends(self) -> Array:
        """float64 (rows, 4): x and y of both ends in scene coordinates."""
        if self._known_ends is None or self._known_ends[0] != self._nodes.moves:
            corners = self._nodes.boxes[self._joined, :2]
            self._known_ends = self._nodes.moves, self._offsets + corners.reshape(-1, 4)
        return self._known_ends[1]

    def touched_by(self, rect: QRectF) -> list[WireId]:
        """The wires without an item that may be painted in a rectangle."""
        x, y = (WIRE_MARGIN, WIRE_SWING) if self.is_down else (WIRE_SWING, WIRE_MARGIN)
        around = rect.adjusted(-x, -y, x, y)
        x1, y1, x2, y2 = self._ends().T
        is_in = (np.minimum(x1, x2) <= around.right()) & (np.maximum(x1, x2) >= around.left())
        is_in &= (np.minimum(y1, y2) <= around.bottom()) & (np.maximum(y1, y2) >= around.top())
        return self.without_item(is_in)


def _around(boxes: Array) -> QRectF:
    if not len(boxes):
        return QRectF()
    left, top = boxes[:, :2].min(axis=0).tolist()
    right, bottom = (boxes[:, :2] + boxes[:, 2:]).max(axis=0).tolist()
    return QRectF(left, top, right - left, bottom - top)


def _longer(array: Array, rows: int) -> Array:
    """The same array with zeros after it."""
    return np.concatenate([array, np.zeros((rows - len(array), *array.shape[1:]), array.dtype)])
