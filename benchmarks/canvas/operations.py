"""What is measured, and what was promised of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Operation:
    """Something a person does. ``goals`` are the milliseconds that it may take, by the number of nodes."""

    key: str
    title: str
    goals: dict[int, float]


_FRAME = {100: 16.0, 1_000: 16.0, 10_000: 16.0}
_SMALL_FRAME = {100: 16.0, 1_000: 16.0}
_UNDO = {100: 50.0, 1_000: 50.0}

OPERATIONS = (
    Operation("open", "open a file, until it is painted", {10_000: 1_500.0}),
    Operation("save", "save it", {10_000: 500.0}),
    Operation("repaint", "repaint the view of everything", {100: 50.0, 1_000: 50.0, 10_000: 50.0}),
    Operation("zoom", "a step of the wheel, from 100 % to everything and back", _FRAME),
    Operation("pan-100", "pan at 100 %, a frame", _FRAME),
    Operation("pan-40", "pan at 40 %, a frame", _FRAME),
    Operation("pan-all", "pan with everything in view, a frame", _FRAME),
    Operation("drag-1", "drag one node, a frame", _FRAME),
    Operation("drag-100", "drag 100 nodes, a frame", _FRAME),
    Operation("band", "rubber band over the view at 40 %, a frame", _SMALL_FRAME),
    Operation("wire", "drag a wire across the view at 40 %, a frame", _SMALL_FRAME),
    Operation("hover", "the pointer over nodes and wires, a frame", _SMALL_FRAME),
    Operation("delete-10", "delete 10 nodes in the middle", {}),
    Operation("undo-10", "undo of it", _UNDO),
    Operation("delete-all", "delete all nodes but the first", {}),
    Operation("undo-all", "undo of it", _UNDO),
)
