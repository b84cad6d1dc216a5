"""Breakpoints on the canvas, and what a run has stopped at: a red dot, a red ring around the cause, its path."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen

from editor.canvas.geometry import NODE_WIDTH, canvas_font
from editor.phases import phase_name
from editor.theme import RADIUS, TEXT_SMALL, Theme

if TYPE_CHECKING:
    from editor.canvas.box_item import BoxItem
    from editor.canvas.scene import GraphScene
    from editor.canvas.wire_item import WireItem

_DOT_RADIUS = 5.0
#: The middle of the dot, outside the top left corner.
_DOT = QPointF(-5, -5)
#: Between a box and the middle of the ring around it: outside that of the present step.
_GAP = 8.0
_CAUSE_WIDTH = 3.0
_PATH_WIDTH = 1.5
_TAG_HEIGHT = 16.0
_TAG_PADDING = 6.0


@dataclass(frozen=True, slots=True)
class BoxStop:
    """What breakpoints and the last stop have to do with a box."""

    #: The phases in which runs stop there, and whether any of these breakpoints is on.
    phases: tuple[str, ...] = ()
    is_enabled: bool = True
    is_cause: bool = False
    is_on_path: bool = False

    @property
    def text(self) -> str:
        """What the dot means, for the tooltip; "" without one."""
        if not self.phases:
            return ""
        text = (
            QCoreApplication.translate("BoxStop", "Runs stop here: {phases}")
            if self.is_enabled
            else QCoreApplication.translate("BoxStop", "Breakpoint that is off: {phases}")
        )
        return text.format(phases=", ".join(map(phase_name, self.phases)))

    def paint(self, painter: QPainter, height: float, theme: Theme, has_text: bool) -> None:
        if self.is_cause or self.is_on_path:
            painter.setPen(QPen(theme.error, _CAUSE_WIDTH if self.is_cause else _PATH_WIDTH))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            ring = QRectF(0, 0, NODE_WIDTH, height).adjusted(-_GAP, -_GAP, _GAP, _GAP)
            painter.drawRoundedRect(ring, RADIUS + _GAP, RADIUS + _GAP)
        if self.is_cause and has_text:
            self._paint_tag(painter, height, theme)
        if self.phases:
            # On a ground of its own, so that it is told from the rings behind it.
            painter.setPen(QPen(theme.error if not self.is_enabled else theme.canvas, 1.5))
            painter.setBrush(theme.error if self.is_enabled else theme.canvas)
            painter.drawEllipse(_DOT, _DOT_RADIUS, _DOT_RADIUS)

    def _paint_tag(self, painter: QPainter, height: float, theme: Theme) -> None:
        text = QCoreApplication.translate("BoxStop", "cause")
        font = canvas_font(TEXT_SMALL, QFont.Weight.DemiBold)
        width = QFontMetricsF(font).horizontalAdvance(text) + 2 * _TAG_PADDING
        tag = QRectF(RADIUS, height - 4, width, _TAG_HEIGHT)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.error)
        painter.drawRoundedRect(tag, 4, 4)
        painter.setPen(theme.surface)
        painter.setFont(font)
        painter.drawText(tag, Qt.AlignmentFlag.AlignCenter, text)


class StopMarks:
    """Gives the boxes and wires of a scene their part in breakpoints and in the last stop."""

    def __init__(self, scene: GraphScene) -> None:
        self._scene = scene
        #: By node, the phases with breakpoints, and whether any is on.
        self._breakpoints: dict[str, tuple[tuple[str, ...], bool]] = {}
        #: From the cause to what it has spoilt.
        self._path: tuple[str, ...] = ()
        self._marked: list[BoxItem] = []
        self._wires: list[WireItem] = []
        # After the scene, which makes its blocks then.
        scene.document.edited.connect(self._give)

    def show_breakpoints(self, breakpoints: Mapping[str, tuple[tuple[str, ...], bool]]) -> None:
        """Shows at which nodes runs stop: by node the phases, and whether any of the breakpoints is on."""
        self._breakpoints = dict(breakpoints)
        self._give()

    def show_path(self, path: Sequence[str]) -> None:
        """Shows a cause, the first node, and the way from there; nothing for an empty path."""
        self._path = tuple(path)
        self._give()

    def _give(self) -> None:
        if not (self._breakpoints or self._path or self._marked or self._wires):
            return
        wanted: dict[BoxItem, BoxStop] = {}
        for node in dict.fromkeys([*self._path[::-1], *self._breakpoints]):
            if node not in self._scene.nodes:
                continue
            item = self._scene.item_showing(node)
            before = wanted.get(item, BoxStop())
            phases, is_enabled = self._breakpoints.get(node, (before.phases, before.is_enabled))
            wanted[item] = BoxStop(
                phases,
                is_enabled,
                before.is_cause or (node,) == self._path[:1],
                before.is_on_path or node in self._path,
            )
        for item in self._marked:
            if item not in wanted:
                item.set_stop(None)
        for item, stop in wanted.items():
            item.set_stop(stop)
        self._marked = list(wanted)
        self._give_wires()
        self._scene.pictured_changed.emit()

    def _give_wires(self) -> None:
        if not (self._path or self._wires):
            return
        steps = {frozenset(pair) for pair in pairwise(self._path)}
        wires = self._scene.wires
        found = [wires[wire] for wire in list(wires) if frozenset((wire.source, wire.target)) in steps]
        for item in self._wires:
            if item not in found:
                item.set_on_path(False)
        for item in found:
            item.set_on_path(True)
        self._wires = found
