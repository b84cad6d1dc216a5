"""Where a run stands, on the canvas: a ring around the node that was computed last, and one around the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen

from editor.canvas.geometry import NODE_WIDTH, canvas_font
from editor.phases import phase_color, phase_name
from editor.run.step_view import StepOperation
from editor.theme import RADIUS, TEXT_SMALL, Theme

if TYPE_CHECKING:
    from editor.canvas.box_item import BoxItem
    from editor.canvas.scene import GraphScene

#: Between a box and the middle of the ring around it.
_GAP = 4.0
_WIDTH = 3.0
_NEXT_WIDTH = 2.0
_TAG_HEIGHT = 16.0
_DISTANT_GAP = 16.0
#: How far the tag reaches above the box.
_TAG_ABOVE = 12.0
_TAG_PADDING = 6.0


@dataclass(frozen=True, slots=True)
class BoxStep:
    """What the present training step has to do with a box."""

    #: One of engine.compiler.schedule.PHASES.
    phase: str
    #: Whether its operation was carried out last; otherwise it comes next.
    is_done: bool

    @property
    def text(self) -> str:
        """What stands in the tag."""
        name = phase_name(self.phase)
        return name if self.is_done else QCoreApplication.translate("BoxStep", "next: {phase}").format(phase=name)

    def paint(self, painter: QPainter, height: float, theme: Theme, has_text: bool) -> None:
        """Paints the ring around a box, and the tag at its upper edge: full for what was done, dashed for the next."""
        color = phase_color(self.phase, theme)
        pen = QPen(color, _WIDTH if self.is_done else _NEXT_WIDTH)
        if not self.is_done:
            pen.setDashPattern([3, 2])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        ring = QRectF(0, 0, NODE_WIDTH, height).adjusted(-_GAP, -_GAP, _GAP, _GAP)
        painter.drawRoundedRect(ring, RADIUS + _GAP, RADIUS + _GAP)
        if has_text:
            self._paint_tag(painter, theme)

    def _paint_tag(self, painter: QPainter, theme: Theme) -> None:
        color = phase_color(self.phase, theme)
        font = canvas_font(TEXT_SMALL, QFont.Weight.DemiBold)
        width = QFontMetricsF(font).horizontalAdvance(self.text) + 2 * _TAG_PADDING
        tag = QRectF(NODE_WIDTH - width - RADIUS, -_TAG_ABOVE, width, _TAG_HEIGHT)
        painter.setPen(QPen(color, 1))
        painter.setBrush(color if self.is_done else theme.surface)
        painter.drawRoundedRect(tag, 4, 4)
        painter.setPen(theme.accent_text if self.is_done else color)
        painter.setFont(font)
        painter.drawText(tag, Qt.AlignmentFlag.AlignCenter, self.text)


def distant_ring(box: QRectF) -> QRectF:
    """The rectangle around a box that stands for the ring from far away."""
    return box.adjusted(-_DISTANT_GAP, -_DISTANT_GAP, _DISTANT_GAP, _DISTANT_GAP)


class StepMarks:
    """Gives the boxes of a scene their part in the present step; a block has that of what is folded into it."""

    def __init__(self, scene: GraphScene) -> None:
        self._scene = scene
        self._marked: list[BoxItem] = []
        # After the scene, which makes its blocks then.
        scene.document.edited.connect(self._give)

    def show(self, latest: StepOperation | None, next_one: StepOperation | None) -> None:
        """Shows which operation was carried out last and which comes next; None where there is none."""
        steps = self._scene.steps
        steps.clear()
        if next_one is not None:
            steps[next_one.node] = BoxStep(next_one.phase, is_done=False)
        if latest is not None:
            steps[latest.node] = BoxStep(latest.phase, is_done=True)
        self._give()

    def _give(self) -> None:
        scene = self._scene
        wanted: dict[BoxItem, BoxStep] = {}
        # In the order of show(): where two meet in a block, the one that was carried out last is told.
        for node, step in scene.steps.items():
            if node in scene.nodes:
                wanted[scene.item_showing(node)] = step
        for item in {*self._marked, *wanted}:
            if item.step != wanted.get(item):
                item.set_step(wanted.get(item))
                # From far away more is painted than the item's own rectangle.
                scene.repaint_wanted.emit(distant_ring(item.box))
        self._marked = list(wanted)
