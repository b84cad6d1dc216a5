"""Heat: what part of a training step's time each node takes, as a tint and as a bar under it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from editor.canvas.geometry import PAINT_MARGIN, canvas_font
from editor.step_times import PhaseTimes, phase_colors
from editor.theme import TEXT_SMALL, Theme, mix

if TYPE_CHECKING:
    from editor.canvas.box_item import BoxItem
    from editor.canvas.scene import GraphScene

#: How much of the colour the hottest node's ground takes on: what is written on it must stay easy to read.
_TINT = 0.16
#: From far away nothing is written on it.
_DISTANT_TINT = 0.7
_DISTANT_STEPS = 4
_BAR_TOP = 4.0
_BAR_HEIGHT = 4.0
#: The bar of the hottest node; beside it stands its share.
_LONGEST_BAR = 120.0
_SHORTEST_BAR = 2.0
_GAP = 4.0


@dataclass(frozen=True, slots=True)
class BoxHeat:
    """What a box takes of a step, and how that compares."""

    times: PhaseTimes
    #: Of the time of the step.
    share: float
    #: Of the time of the node that takes most; 1 at most.
    level: float

    @property
    def phase(self) -> int:
        """The place of the phase that takes most."""
        return self.times.index(max(self.times))

    @property
    def distant_step(self) -> int:
        """How hot it is in the few steps that can be told apart from far away."""
        return ceil(self.level * _DISTANT_STEPS)

    def ground(self, base: QColor, theme: Theme) -> QColor:
        """The ground of a box, which is ``base`` without heat."""
        return mix(base, phase_colors(theme)[self.phase], self.level * _TINT)

    @property
    def text(self) -> str:
        """``31 %``; what is less than one half percent is not nothing."""
        percent = 100 * self.share
        return f"{percent:.0f} %" if percent >= 0.5 else "< 1 %"

    def paint(self, painter: QPainter, bottom: float, theme: Theme, has_text: bool) -> None:
        """Paints the bar under a box that ends at ``bottom``: its length is the time, its colours are the phases."""
        painter.setPen(Qt.PenStyle.NoPen)
        length = max(_SHORTEST_BAR, self.level * _LONGEST_BAR)
        left = 0.0
        for time, color in zip(self.times, phase_colors(theme), strict=True):
            part = length * time / self.times.total
            painter.fillRect(QRectF(left, bottom + _BAR_TOP, part, _BAR_HEIGHT), color)
            left += part
        if has_text:
            font = canvas_font(TEXT_SMALL)
            width = QFontMetricsF(font).horizontalAdvance(self.text)
            # Wires may run under it.
            painter.fillRect(QRectF(length + _GAP - 1, bottom + 1, width + 2, PAINT_MARGIN - 1), theme.canvas)
            painter.setFont(font)
            painter.setPen(theme.muted)
            painter.drawText(QPointF(length + _GAP, bottom + _BAR_TOP + _BAR_HEIGHT + 2), self.text)


def distant_ground(phase: int, step: int, theme: Theme) -> QColor:
    """The ground of a box from far away."""
    return mix(theme.surface, phase_colors(theme)[phase], _DISTANT_TINT * step / _DISTANT_STEPS)


class Heat:
    """Gives the boxes of a scene their heat, blocks that of all that is in them."""

    def __init__(self, scene: GraphScene) -> None:
        self._scene = scene
        self._times: dict[str, PhaseTimes] = {}
        # After the scene, which makes its blocks then.
        scene.document.edited.connect(self._follow_blocks)

    def show(self, times: Mapping[str, PhaseTimes]) -> None:
        """Shows these times of nodes; what is not among them, and everything when there are none, has no heat."""
        if not times and not self._times:
            return
        self._times = {name: each for name, each in times.items() if each.total > 0}
        nodes = self._scene.nodes
        self._give(nodes[name] for name in {*nodes.made, *(name for name in self._times if name in nodes)})
        self._give(self._scene.blocks.items.values())
        self._scene.pictured_changed.emit()

    def _follow_blocks(self) -> None:
        """Blocks that were folded just now."""
        if self._times:
            self._give(self._scene.blocks.items.values())
            self._scene.pictured_changed.emit()

    def _give(self, items: Iterable[BoxItem]) -> None:
        whole = sum(each.total for each in self._times.values())
        most = max((each.total for each in self._times.values()), default=0.0)
        for item in items:
            inside = [self._times[name] for name in item.members if name in self._times]
            if not inside:
                item.set_heat(None)
                continue
            times = PhaseTimes.sum_of(inside)
            item.set_heat(BoxHeat(times, times.total / whole, min(times.total / most, 1.0)))
