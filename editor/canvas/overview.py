"""The whole graph from far away: boxes and straight wires, painted from arrays without Python per item."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from pyqtgraph.Qt import internals
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from editor.canvas.area_item import AreaItem, area_color
from editor.canvas.box_item import BoxItem, box_color
from editor.canvas.drawn_frame_item import frame_ground
from editor.canvas.far_shapes import FarShapes
from editor.canvas.geometry import BAR_WIDTH, NODE_WIDTH
from editor.canvas.heat import distant_ground
from editor.canvas.plan import Look
from editor.canvas.scene import GraphScene
from editor.canvas.step_mark import distant_ring
from editor.marks import has_bar
from editor.phases import phase_color
from editor.theme import Theme, mix

Array = np.ndarray[Any, np.dtype[Any]]

#: From far away the bar is painted this much wider, so that the kinds of node can still be told apart.
_BAR = BAR_WIDTH * 4
#: How much larger than a box the ring of what a run has stopped at is: x, y, width, height.
_FURTHER_AROUND = (-28, -28, 56, 56)
#: The dot of a breakpoint, outside the top left corner.
_DOT = (-24, -24, 32, 32)


class Overview:
    """Paints a scene from arrays, which are made again after the scene has changed."""

    def __init__(self, scene: GraphScene) -> None:
        self._scene = scene
        self._is_old = True
        self._boxes = FarShapes(QRectF)
        self._selected = internals.PrimitiveArray(QRectF, 4)
        self._problems = internals.PrimitiveArray(QRectF, 4)
        self._wires = FarShapes(QLineF)
        self._frames = internals.PrimitiveArray(QRectF, 4)
        #: The dots of breakpoints, and the boxes on the way from the cause at which a run has stopped.
        self._dots = internals.PrimitiveArray(QRectF, 4)
        self._path = internals.PrimitiveArray(QRectF, 4)
        #: By kind and phase of the nodes.
        self._bars: dict[Look, internals.PrimitiveArray] = {}
        #: The boxes that have heat, by its phase and strength.
        self._hot: dict[tuple[int, int], internals.PrimitiveArray] = {}
        #: Drawn frames and notes, by their colours.
        self._drawn_frames: dict[str, internals.PrimitiveArray] = {}
        self._notes: dict[str, internals.PrimitiveArray] = {}
        scene.pictured_changed.connect(self._grow_old)

    def _grow_old(self) -> None:
        self._is_old = True

    def paint(self, painter: QPainter, theme: Theme, part: QRectF | None = None) -> None:
        """Paints boxes and wires in scene coordinates: all, or those that touch a part of the scene."""
        if self._is_old:
            self._gather()
            self._is_old = False
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(_hairline(theme.line))
        for color, frames in self._drawn_frames.items():
            painter.setBrush(frame_ground(color, theme))
            painter.drawRects(*frames.drawargs())
        painter.setBrush(mix(theme.canvas, theme.muted, 0.07))
        painter.drawRects(*self._frames.drawargs())
        painter.setPen(_hairline(mix(theme.canvas, theme.muted, 0.6)))
        painter.drawLines(*self._wires.arguments(part))
        painter.setPen(_hairline(mix(theme.line, theme.outline, 0.4)))
        for color, notes in self._notes.items():
            painter.setBrush(mix(theme.surface, area_color(color, theme), 0.25))
            painter.drawRects(*notes.drawargs())
        painter.setBrush(theme.surface)
        painter.drawRects(*self._boxes.arguments(part))
        for (phase, step), boxes in self._hot.items():
            painter.setBrush(distant_ground(phase, step, theme))
            painter.drawRects(*boxes.drawargs())
        painter.setPen(Qt.PenStyle.NoPen)
        for (kind, of_phase), bars in self._bars.items():
            painter.setBrush(box_color(kind, of_phase, theme))
            painter.drawRects(*bars.drawargs())
        painter.setBrush(theme.error)
        painter.drawRects(*self._problems.drawargs())
        painter.drawRects(*self._dots.drawargs())
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(_hairline(theme.error, 2))
        painter.drawRects(*self._path.drawargs())
        self._paint_step(painter, theme)
        painter.setPen(_hairline(theme.accent, 2))
        painter.drawRects(*self._selected.drawargs())

    def _paint_step(self, painter: QPainter, theme: Theme) -> None:
        """The marks of the present training step: few, and others with every operation, so they are not gathered."""
        for name, step in self._scene.steps.items():
            if name in self._scene.nodes:
                painter.setPen(_hairline(phase_color(step.phase, theme), 3))
                painter.drawRect(distant_ring(self._scene.item_showing(name).box))

    def _gather(self) -> None:
        scene = self._scene
        nodes, seen = scene.node_plan, scene.node_plan.is_seen
        blocks = list(scene.blocks.items.values())
        of_blocks = _boxes(blocks)
        self._boxes.put(np.concatenate([nodes.boxes[seen], of_blocks]))
        self._bars = {}
        for look, number in nodes.looks.items():
            if has_bar(look.mark) or look.phase != "forward":
                self._bars[look] = _filled(_bars(nodes.boxes[seen & (nodes.look == number)]))
        for look in {Look(block.mark, block.phase) for block in blocks}:
            self._bars[look] = _filled(_bars(_boxes([block for block in blocks if (block.mark, block.phase) == look])))
        # Only what has an item can be selected, or have marks of a run.
        made = [item for item in (*scene.nodes.made.values(), *blocks) if item.isVisible()]
        self._gather_marks(made)
        frames = sorted(scene.blocks.frames.values(), key=lambda frame: frame.zValue())
        corners = [(frame.x(), frame.y(), frame.size.width(), frame.size.height()) for frame in frames]
        _fill(self._frames, np.array(corners).reshape(-1, 4))
        # Large ones first: a small frame is seen in a large one.
        self._drawn_frames = _by_color(sorted(scene.annotations.frames, key=lambda item: item.zValue()))
        self._notes = _by_color(scene.annotations.notes)
        straight = scene.wire_plan.seen_ends(without=scene.routes.seen())
        self._wires.put(np.concatenate([straight, np.array(scene.routes.lines()).reshape(-1, 4)]))

    def _gather_marks(self, made: Sequence[BoxItem]) -> None:
        heats = defaultdict(list)
        for item in made:
            if item.heat is not None:
                heats[item.heat.phase, item.heat.distant_step].append(item)
        self._hot = {heat: _filled(_boxes(items)) for heat, items in heats.items()}
        areas = [item.box.getRect() for item in self._scene.annotations.selected_items()]
        selected = _boxes([item for item in made if item.isSelected()])
        _fill(self._selected, np.concatenate([selected, np.array(areas).reshape(-1, 4)]))
        stopped = [(item, item.stop) for item in made if item.stop is not None]
        dots = _boxes([item for item, stop in stopped if stop.phases])
        _fill(self._dots, dots * (1, 1, 0, 0) + _DOT)
        _fill(self._path, _boxes([item for item, stop in stopped if stop.is_on_path]) + _FURTHER_AROUND)
        scene = self._scene
        names = scene.names_with_problems()
        worried = scene.node_plan.boxes[scene.node_plan.rows(names)]
        worried = np.concatenate([worried, _boxes([item for item in scene.blocks.items.values() if item.problems])])
        _fill(self._problems, worried * (1, 1, 0, 0) + (NODE_WIDTH - 40, 8, 32, 32))


def _boxes(items: Iterable[BoxItem]) -> Array:
    """float64 (items, 4): left, top, width and height."""
    return np.array([(item.x(), item.y(), NODE_WIDTH, item.height) for item in items]).reshape(-1, 4)


def _bars(boxes: Array) -> Array:
    return np.asarray(boxes * (1, 1, 0, 1) + (0, 0, _BAR, 0))


def _fill(array: internals.PrimitiveArray, numbers: Array) -> None:
    array.resize(len(numbers))
    array.ndarray()[:] = numbers


def _filled(boxes: Array) -> internals.PrimitiveArray:
    array = internals.PrimitiveArray(QRectF, 4)
    _fill(array, boxes)
    return array


def _by_color(items: Sequence[AreaItem]) -> dict[str, internals.PrimitiveArray]:
    groups = defaultdict(list)
    for item in items:
        groups[item.area.color].append(item.box.getRect())
    return {color: _filled(np.array(boxes)) for color, boxes in groups.items()}


def _hairline(color: QColor, width: float = 1) -> QPen:
    pen = QPen(color, width)
    pen.setCosmetic(True)
    return pen
