"""Two documents on one canvas: what came, what went and what is another one is marked, the rest stands back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from editor.canvas.box_item import BoxItem
from editor.canvas.geometry import PortKey, canvas_font, wire_path
from editor.canvas.looking_view import LookingView
from editor.theme import RADIUS, TEXT_SMALL, Theme, current_theme
from engine.diff import Mark, WireName

#: What stands in a tag: the minus of typography is as wide as the plus.
SIGNS: Mapping[Mark, str] = {"+": "+", "-": "−", "~": "≠"}
#: Between a box and the middle of the ring around it, the ring's width, and that of a wire, on the screen.
_GAP = 4.0
_WIDTH = 3.0
_TAG = 18.0
#: How much of the canvas lies over what is the same in both.
_VEIL = 0.55


def mark_color(mark: Mark, theme: Theme) -> QColor:
    """Green for what came, red for what went, amber for what is another one."""
    return {"+": theme.update, "-": theme.error, "~": theme.warning}[mark]


class DifferenceView(LookingView):
    """Shows the union of two documents."""

    _marks: Mapping[str, Mark] = {}
    _wires_added: tuple[WireName, ...] = ()
    _wires_removed: tuple[WireName, ...] = ()

    def show_marks(
        self, marks: Mapping[str, Mark], wires_added: Iterable[WireName], wires_removed: Iterable[WireName]
    ) -> None:
        """Marks nodes and wires, by their names in the document that is shown."""
        self._marks = dict(marks)
        self._wires_added, self._wires_removed = tuple(wires_added), tuple(wires_removed)
        self.viewport().update()

    # --- painting ------------------------------------------------------------------------------------------------

    def drawForeground(self, painter: QPainter, rect: QRectF | Any) -> None:
        theme = current_theme()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_marks(painter, theme)
        for wire in self._wires_added:
            self._paint_wire(painter, wire, "+", theme)
        for wire in self._wires_removed:
            self._paint_wire(painter, wire, "-", theme)
        painter.restore()
        super().drawForeground(painter, rect)

    def _paint_marks(self, painter: QPainter, theme: Theme) -> None:
        marked: dict[BoxItem, Mark] = {}
        for name, mark in self._marks.items():
            if name in self.graph_scene.nodes:
                item = self.graph_scene.item_showing(name)
                # A block with several kinds of change in it is another one.
                marked[item] = mark if marked.get(item, mark) == mark and item.name == name else "~"
        veil = QColor(theme.canvas)
        veil.setAlphaF(_VEIL)
        for item in self.graph_scene.shown():
            if item not in marked:
                painter.fillRect(item.box, veil)
        for item, mark in marked.items():
            _paint_ring(painter, item.box, mark, theme, self.zoom)

    def _paint_wire(self, painter: QPainter, wire: WireName, mark: Mark, theme: Theme) -> None:
        start = self.graph_scene.port_position(wire.source, PortKey(False, wire.source_port, 0))
        end = self.graph_scene.port_position(wire.target, PortKey(True, wire.target_port, 0))
        if start is None or end is None:
            return
        color = mark_color(mark, theme)
        # What is gone is dashed: colour alone tells nothing to everybody.
        style = Qt.PenStyle.DashLine if mark == "-" else Qt.PenStyle.SolidLine
        painter.setPen(QPen(color, _WIDTH, style, Qt.PenCapStyle.RoundCap))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        path = wire_path(start, end, is_down=self.graph_scene.is_down)
        painter.drawPath(path)
        _paint_sign(painter, path.pointAtPercent(0.5), mark, theme, self.zoom)


def _paint_ring(painter: QPainter, box: QRectF, mark: Mark, theme: Theme, zoom: float) -> None:
    style = Qt.PenStyle.DashLine if mark == "-" else Qt.PenStyle.SolidLine
    painter.setPen(QPen(mark_color(mark, theme), max(_WIDTH, 1.5 / zoom), style))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(box.adjusted(-_GAP, -_GAP, _GAP, _GAP), RADIUS + _GAP, RADIUS + _GAP)
    _paint_sign(painter, box.topLeft() + QPointF(RADIUS + _TAG / 2, -_GAP), mark, theme, zoom)


def _paint_sign(painter: QPainter, middle: QPointF, mark: Mark, theme: Theme, zoom: float) -> None:
    """A round tag with the sign; from far away it is no smaller on the screen than half its size."""
    size = max(_TAG, _TAG / 2 / zoom)
    tag = QRectF(middle.x() - size / 2, middle.y() - size / 2, size, size)
    painter.setPen(QPen(theme.canvas, size / 12))
    painter.setBrush(mark_color(mark, theme))
    painter.drawEllipse(tag)
    font = QFont(canvas_font(TEXT_SMALL, QFont.Weight.DemiBold))
    font.setPixelSize(max(1, round(size * 0.72)))
    painter.setFont(font)
    painter.setPen(theme.surface)
    text = SIGNS[mark]
    metrics = QFontMetricsF(font)
    bounds = metrics.tightBoundingRect(text)
    painter.drawText(middle - bounds.center(), text)
