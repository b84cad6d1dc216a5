"""A wire on the canvas: one curve from port to port, with the tensor's shape at its middle."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath, QPainterPathStroker, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from editor.canvas.geometry import WIRE_SHAPE_ZOOM, Depth, canvas_font, wire_path
from editor.theme import TEXT_SMALL, Theme, current_theme, mix
from editor.wire_id import WireId

_WIDTH = 2.0
#: How wide the band is in which a press counts as on the wire.
HIT_WIDTH = 10.0
_LABEL_PADDING = 4.0
#: Shorter wires have no room for the shape.
_LEAST_LENGTH_BESIDE_LABEL = 24.0


class WireItem(QGraphicsItem):
    """Shows a wire. Lives in scene coordinates; the scene tells it where its ends are."""

    def __init__(self, wire: WireId, label: str) -> None:
        super().__init__()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIsSelectable)
        self.setZValue(Depth.WIRE)
        self.wire = wire
        self.is_hovered = False
        self.start = QPointF()
        self.end = QPointF()
        self._ends = (0.0, 0.0, 0.0, 0.0)
        #: Whether it is on the way from the cause at which a run has stopped.
        self.is_on_path = False
        #: Whether only order flows through it, no value: it is dotted.
        self.is_step = False
        self.label = ""
        self._label_size = QRectF()
        self._path = QPainterPath()
        self._label_box = QRectF()
        self._bounds = QRectF()
        self._shape: QPainterPath | None = None
        self.set_label(label)

    def set_label(self, label: str) -> None:
        """The shape of the tensor on the wire; "" for an unknown one."""
        if label == self.label:
            return
        self.label = label
        metrics = QFontMetricsF(canvas_font(TEXT_SMALL))
        self._label_size = QRectF(0, 0, metrics.horizontalAdvance(label) + 2 * _LABEL_PADDING, metrics.height())
        self._lay_out()

    @property
    def ends(self) -> tuple[float, float, float, float]:
        """Both ends as plain numbers: x1, y1, x2, y2."""
        return self._ends

    def set_ends(self, start: QPointF, end: QPointF) -> None:
        if (start, end) != (self.start, self.end):
            self.start, self.end = start, end
            self._ends = (start.x(), start.y(), end.x(), end.y())
            self._path = wire_path(start, end)
            self._lay_out()

    def set_hovered(self, is_hovered: bool) -> None:
        if is_hovered != self.is_hovered:
            self.is_hovered = is_hovered
            self.set_lifted(is_hovered or self.isSelected())
            self.update()

    def set_on_path(self, is_on_path: bool) -> None:
        if is_on_path != self.is_on_path:
            self.is_on_path = is_on_path
            self.update()

    def set_lifted(self, is_lifted: bool) -> None:
        """Whether it lies over the other wires."""
        self.setZValue(Depth.ACTIVE_WIRE if is_lifted else Depth.WIRE)

    def _lay_out(self) -> None:
        self.prepareGeometryChange()
        self._shape = None
        self._label_box = QRectF(self._label_size)
        self._label_box.moveCenter((self.start + self.end) / 2)
        length = abs(self.end.x() - self.start.x()) + abs(self.end.y() - self.start.y())
        if not self.label or length < self._label_box.width() + _LEAST_LENGTH_BESIDE_LABEL:
            self._label_box = QRectF()
        margin = HIT_WIDTH / 2
        bounds = self._path.controlPointRect().adjusted(-margin, -margin, margin, margin)
        self._bounds = bounds.united(self._label_box)

    def boundingRect(self) -> QRectF:
        return self._bounds

    def shape(self) -> QPainterPath:
        if self._shape is None:
            stroker = QPainterPathStroker()
            stroker.setWidth(HIT_WIDTH)
            self._shape = stroker.createStroke(self._path)
        return self._shape

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        theme = current_theme()
        zoom = QStyleOptionGraphicsItem.levelOfDetailFromTransform(painter.worldTransform())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(_pen(theme, self.isSelected(), self.is_hovered, self.is_step, self.is_on_path))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(self._path)
        if zoom >= WIRE_SHAPE_ZOOM and not self._label_box.isEmpty():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.canvas)
            painter.drawRoundedRect(self._label_box, 3, 3)
            painter.setPen(theme.text if self.is_hovered or self.isSelected() else theme.muted)
            painter.setFont(canvas_font(TEXT_SMALL))
            painter.drawText(self._label_box, Qt.AlignmentFlag.AlignCenter, self.label)


@cache
def _pen(theme: Theme, is_selected: bool, is_hovered: bool, is_step: bool, is_on_path: bool) -> QPen:
    color = theme.text if is_hovered else mix(theme.canvas, theme.muted, 0.75)
    if is_on_path:
        color = theme.error
    style = Qt.PenStyle.DotLine if is_step else Qt.PenStyle.SolidLine
    return QPen(theme.accent if is_selected else color, _WIDTH, style, Qt.PenCapStyle.RoundCap)
