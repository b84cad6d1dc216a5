"""Tensors that run along wires while operations are carried out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEasingCurve, QObject, QPointF, QRectF, Qt, QVariantAnimation
from PySide6.QtGui import QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from editor.canvas.flows import Flows, flows_between
from editor.canvas.geometry import Depth
from editor.phases import phase_color
from editor.theme import MOTION_MS, current_theme
from editor.wire_id import WireId
from engine.compiler.schedule import PHASES
from engine.debugger.tensors.step_picture import StepPicture

if TYPE_CHECKING:
    from editor.canvas.scene import GraphScene

_RADIUS = 5.0
_TRAIL_WIDTH = 3.0
#: How much of its way a dot's trail is long, and of how many pieces.
_TRAIL = 0.3
_TRAIL_PIECES = 6
#: With more dots than this they have no trails.
_MOST_TRAILS = 64
#: How high the way from an optimizer to its variables rises above both.
_ARC = 64.0


class FlowItem(QGraphicsItem):
    """Paints all the dots that run at one time."""

    def __init__(self, paths: Sequence[QPainterPath], is_back: bool, phase: str) -> None:
        """``is_back``: the dots run from the paths' ends to their beginnings."""
        super().__init__()
        self.setZValue(Depth.FLOW)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.paths = list(paths)
        self.phase = phase
        #: How far the dots have come, 0 to 1.
        self.share = 0.0
        self._is_back = is_back
        bounds = QRectF()
        for path in self.paths:
            bounds = bounds.united(path.controlPointRect())
        self._bounds = bounds.adjusted(-2 * _RADIUS, -2 * _RADIUS, 2 * _RADIUS, 2 * _RADIUS)

    def boundingRect(self) -> QRectF:
        return self._bounds

    def shape(self) -> QPainterPath:
        return QPainterPath()  # nothing to take hold of

    def head(self, path: QPainterPath) -> QPointF:
        """Where the dot on a path is."""
        return self._point(path, self.share)

    def _point(self, path: QPainterPath, share: float) -> QPointF:
        return path.pointAtPercent(1.0 - share if self._is_back else share)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        theme = current_theme()
        color = phase_color(self.phase, theme)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if len(self.paths) <= _MOST_TRAILS:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(color, _TRAIL_WIDTH, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            for path in self.paths:
                painter.drawPolyline(self._trail(path))
        painter.setPen(QPen(theme.canvas, 1.5))
        painter.setBrush(color)
        for path in self.paths:
            painter.drawEllipse(self.head(path), _RADIUS, _RADIUS)

    def _trail(self, path: QPainterPath) -> list[QPointF]:
        start = max(0.0, self.share - _TRAIL)
        pieces = range(_TRAIL_PIECES + 1)
        return [self._point(path, start + (self.share - start) * piece / _TRAIL_PIECES) for piece in pieces]


class FlowAnimation(QObject):
    """Lets tensors flow when a run has been stepped on; the next step finds the way free."""

    def __init__(self, scene: GraphScene) -> None:
        super().__init__(scene)
        self._scene = scene
        #: How fast: 1 is as everything else that moves; 0 for not at all.
        self.speed = 1.0
        #: Whether nothing is to move, as the system or a run at full speed asks for.
        self.is_still = False
        self.item: FlowItem | None = None
        self._animation = QVariantAnimation(self, startValue=0.0, endValue=1.0)
        self._animation.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._animation.valueChanged.connect(self._move)
        self._animation.finished.connect(self.end)
        scene.values.step_shown.connect(self._follow)
        scene.document.edited.connect(self.end)

    def _follow(self, before: StepPicture | None, after: StepPicture) -> None:
        self.end()
        if self.is_still or not self.speed:
            return
        flows = flows_between(before, after, self._scene.document.graph)
        if flows is not None:
            self._start(flows)

    def _start(self, flows: Flows) -> None:
        paths = self._update_paths(flows) if flows.variables else self._wire_paths(flows)
        if not paths:
            return
        self.item = FlowItem(paths, is_back=flows.phase == PHASES[1], phase=flows.phase)
        self._scene.addItem(self.item)
        self._animation.setDuration(round(MOTION_MS / self.speed))
        self._animation.start()

    def _wire_paths(self, flows: Flows) -> list[QPainterPath]:
        items = (self._scene.wires.get(WireId(*wire)) for wire in flows.wires)
        return [item.path for item in items if item is not None and item.isVisible()]

    def _update_paths(self, flows: Flows) -> list[QPainterPath]:
        """Arcs over the nodes, as no wire leads from an optimizer to what it changes."""
        if not {flows.optimizer, *flows.variables} <= self._scene.nodes.keys():
            return []
        start = _top(self._scene.item_showing(flows.optimizer).box)
        ends = dict.fromkeys(self._scene.item_showing(name) for name in flows.variables)
        return [_arc(start, _top(item.box)) for item in ends]

    def _move(self, share: float) -> None:
        if self.item is not None:
            self.item.share = share
            self.item.update()

    def end(self) -> None:
        """What flows has arrived, wherever it is."""
        if self.item is not None:
            item, self.item = self.item, None
            self._scene.removeItem(item)
        self._animation.stop()


def _top(box: QRectF) -> QPointF:
    return QPointF(box.center().x(), box.top())


def _arc(start: QPointF, end: QPointF) -> QPainterPath:
    height = min(start.y(), end.y()) - _ARC
    path = QPainterPath(start)
    path.cubicTo(QPointF(start.x(), height), QPointF(end.x(), height), end)
    return path
