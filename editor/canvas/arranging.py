"""What is done to the place and look of the selection: aligning, distributing, framing, colouring, collapsing."""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QCoreApplication, QPointF, QRectF

from editor.canvas.geometry import FRAME_PADDING, FRAME_TITLE
from editor.canvas.movables import move_command, selected_movables
from editor.canvas.node_item import NodeItem
from editor.canvas.scene import GraphScene
from editor.commands import ChangeAreas, CollapseNodes
from editor.layouts.alignment import Side, Span, aligned, distributed
from engine.model import Frame

translate = QCoreApplication.translate


class Axis(enum.Enum):
    HORIZONTAL = enum.auto()
    VERTICAL = enum.auto()

    def span(self, box: QRectF) -> Span:
        if self is Axis.HORIZONTAL:
            return Span(box.left(), box.width())
        return Span(box.top(), box.height())

    def offset(self, distance: float) -> QPointF:
        return QPointF(distance, 0.0) if self is Axis.HORIZONTAL else QPointF(0.0, distance)


def align(scene: GraphScene, axis: Axis, side: Side) -> None:
    """Brings what is selected in line: ``HORIZONTAL`` and ``START`` to the leftmost edge."""
    _move_along(scene, axis, lambda spans: aligned(spans, side))


def distribute(scene: GraphScene, axis: Axis) -> None:
    """Makes the gaps in what is selected equal along an axis."""
    _move_along(scene, axis, distributed)


def _move_along(scene: GraphScene, axis: Axis, place: Callable[[Sequence[Span]], list[float]]) -> None:
    movables = selected_movables(scene)
    distances = place([axis.span(movable.box) for movable in movables])
    scene.document.do(move_command(scene, movables, [axis.offset(distance) for distance in distances]))


def frame_selection(scene: GraphScene) -> Frame | None:
    """Draws a frame around what is selected, selects it, and returns it; None where nothing is selected."""
    movables = selected_movables(scene)
    if not movables:
        return None
    rect = QRectF()
    for movable in movables:
        rect = rect.united(movable.box)
    rect.adjust(-FRAME_PADDING, -FRAME_PADDING - FRAME_TITLE, FRAME_PADDING, FRAME_PADDING)
    frame = Frame(rect.left(), rect.top(), rect.width(), rect.height())
    scene.document.do(ChangeAreas(scene.document, translate("Commands", "Frame the selection"), [(None, frame)]))
    scene.select_only((), (), scene.annotations.items_of([frame]))
    return frame


def color_areas(scene: GraphScene, color: str) -> None:
    """Gives the selected frames and notes a colour, by its name."""
    changes = [(area, replace(area, color=color)) for area in scene.annotations.selected()]
    text = translate("Commands", "Colour a frame or note")
    scene.document.do(ChangeAreas(scene.document, text, changes))


def toggle_collapsed(scene: GraphScene) -> None:
    """Shows the selected nodes as their title line only, or whole again where all of them are that already."""
    names = [item.name for item in scene.selectedItems() if isinstance(item, NodeItem)]
    is_collapsed = any(name not in scene.document.model.collapsed for name in names)
    scene.document.do(CollapseNodes(scene.document, names, is_collapsed))
