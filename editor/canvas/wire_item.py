"""A wire on the canvas: one curve from port to port, with the tensor's shape or what it carries at it."""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from itertools import pairwise

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath, QPainterPathStroker, QPen, QStaticText
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from editor.canvas.box_item import static_text
from editor.canvas.geometry import SMALL_TEXT_ZOOM, WIRE_SHAPE_ZOOM, Depth, canvas_font, wire_path
from editor.canvas.node_text import shortened_shape
from editor.canvas.routed_path import place_for_label, routed_path
from editor.canvas.wire_label import LABEL_HEIGHT, LABEL_WIDTHS, LabelPlace, TensorLabel
from editor.phases import phase_color
from editor.theme import TEXT_SMALL, Theme, current_theme, mix
from editor.wire_id import WireId
from engine.debugger.tensors.tensor_picture import TensorPicture

_WIDTH = 2.0
#: Wires that are no wider on the screen are drawn as lines of one pixel, which takes a tenth of the time.
_THIN = 1.25
#: How wide the band is in which a press counts as on the wire.
HIT_WIDTH = 10.0
_LABEL_PADDING = 4.0
#: How wide a label may be, and how far it reaches to both sides then.
_MOST_LABEL = 152.0
_LABEL_REACH = _MOST_LABEL / 2 + _LABEL_PADDING
#: Of a point that it is led through, and how near a press counts as on it.
_POINT_RADIUS = 3.0
_POINT_REACH = 8.0
#: Shorter wires have no room for the shape.
_LEAST_LENGTH_BESIDE_LABEL = 24.0


FindLabel = Callable[[WireId], str]
#: The value that flows along a wire and the gradient that flows back; None for what is not shown.
FindTensors = Callable[[WireId], tuple[TensorPicture | None, TensorPicture | None]]
#: Where on a wire there is room for them; None for nowhere.
FindPlace = Callable[["WireItem"], LabelPlace | None]


class WireMark(enum.Enum):
    """What would become of a wire if the button were released now."""

    NONE = enum.auto()
    #: The node being dragged would go into it.
    TARGET = enum.auto()
    #: It would be cut.
    DOOMED = enum.auto()


class WireItem(QGraphicsItem):
    """Shows a wire. Lives in scene coordinates; the scene tells it where its ends are."""

    def __init__(self, wire: WireId, find_label: FindLabel, find_tensors: FindTensors, find_place: FindPlace) -> None:
        """Asks for its label, what it carries, and where on it that can be written, when it is painted."""
        super().__init__()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIsSelectable)
        self.setZValue(Depth.WIRE)
        self.wire = wire
        self.is_hovered = False
        #: Whether it is brought out because it is at the node that is hovered or selected.
        self.is_bright = False
        self.mark = WireMark.NONE
        self.start = QPointF()
        self.end = QPointF()
        #: The points that it is led through, in scene coordinates.
        self.points: list[QPointF] = []
        self._sides = (False, False, False)
        self._ends = (0.0, 0.0, 0.0, 0.0)
        #: Whether it is on the way from the cause at which a run has stopped.
        self.is_on_path = False
        #: Whether only order flows through it, no value: it is dotted.
        self.is_step = False
        #: The phase of a training step in which what it carries is computed.
        self.phase = "forward"
        #: None until it is asked for.
        self._label: str | None = None
        self._find_label = find_label
        self._path = QPainterPath()
        self._bounds = QRectF()
        self._shape: QPainterPath | None = None
        self._find_tensors = find_tensors
        self._labels: tuple[TensorLabel | None, TensorLabel | None] = (None, None)
        self._may_carry = False
        self._find_place = find_place
        self._place: LabelPlace | None = None
        self._is_placed = False

    @property
    def label(self) -> str:
        """The shape of the tensor on the wire; "" for an unknown one."""
        if self._label is None:
            self._label = self._find_label(self.wire)
        return self._label

    def forget_label(self) -> None:
        """The tensor on the wire may have another shape."""
        self._label = None
        self.update()

    def set_carrying(self, may_carry: bool) -> None:
        """Whether it may have to show what it carries, for which it keeps room."""
        if may_carry != self._may_carry:
            self._may_carry = may_carry
            self._lay_out()

    @property
    def value(self) -> TensorLabel | None:
        """What flows along it; None where that is not shown."""
        return self._tensors()[0]

    @property
    def gradient(self) -> TensorLabel | None:
        """What flows back along it; None where that is not shown."""
        return self._tensors()[1]

    def _tensors(self) -> tuple[TensorLabel | None, TensorLabel | None]:
        value, gradient = self._find_tensors(self.wire) if self._may_carry else (None, None)
        self._labels = (_label(self._labels[0], value, False), _label(self._labels[1], gradient, True))
        return self._labels

    @property
    def path(self) -> QPainterPath:
        return self._path

    def tensor_place(self) -> LabelPlace | None:
        """Where what it carries is written; None where there is no room."""
        if not self._is_placed:
            self._place = self._find_place(self)
            self._is_placed = True
        return self._place

    @property
    def known_place(self) -> LabelPlace | None:
        """As :meth:`tensor_place`, when it has been asked for already."""
        return self._place if self._is_placed else None

    def forget_place(self) -> None:
        """What stands around it has changed, so that its label may stand elsewhere."""
        self._is_placed = False

    @property
    def ends(self) -> tuple[float, float, float, float]:
        """Both ends as plain numbers: x1, y1, x2, y2."""
        return self._ends

    def set_ends(
        self,
        start: QPointF,
        end: QPointF,
        leaves_left: bool = False,
        arrives_right: bool = False,
        is_down: bool = False,
    ) -> None:
        """Where it begins and ends, and whether it leaves its source to the left, and comes from the right.

        With ``is_down`` left is up, and right is down.
        """
        sides = (leaves_left, arrives_right, is_down)
        if (start, end, sides) != (self.start, self.end, self._sides):
            self.start, self.end, self._sides = start, end, sides
            self._ends = (start.x(), start.y(), end.x(), end.y())
            self._draw_path()

    def set_points(self, points: Sequence[QPointF]) -> None:
        """The points that it is led through, from its source on; none lead it straight."""
        if points != self.points:
            self.points = list(points)
            self._draw_path()

    def _draw_path(self) -> None:
        if self.points:
            self._path = routed_path(self.start, self.points, self.end, *self._sides)
        else:
            self._path = wire_path(self.start, self.end, *self._sides)
        self._lay_out()

    def point_at(self, place: QPointF, zoom: float) -> int | None:
        """The number of the point within reach of a place, as wide on the screen at every zoom."""
        reach = _POINT_REACH / min(zoom, 1.0)
        distances = [QLineF(point, place).length() for point in self.points]
        near = [number for number, distance in enumerate(distances) if distance <= reach]
        return min(near, key=lambda number: distances[number], default=None)

    def set_hovered(self, is_hovered: bool) -> None:
        if is_hovered != self.is_hovered:
            self.is_hovered = is_hovered
            self.set_lifted(is_hovered or self.isSelected())
            self.update()

    def set_bright(self, is_bright: bool) -> None:
        if is_bright != self.is_bright:
            self.is_bright = is_bright
            self.update()

    def set_mark(self, mark: WireMark) -> None:
        if mark is not self.mark:
            self.mark = mark
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
        self._is_placed = False
        x, y = (LABEL_WIDTHS[0] / 2, LABEL_HEIGHT) if self._may_carry else (HIT_WIDTH / 2, HIT_WIDTH / 2)
        label = QRectF(-_LABEL_REACH, -HIT_WIDTH, 2 * _LABEL_REACH, 2 * HIT_WIDTH).translated(self._middle())
        self._bounds = self._path.controlPointRect().adjusted(-x, -y, x, y).united(label)

    def _middle(self) -> QPointF:
        return place_for_label(self._path) if self.points else (self.start + self.end) / 2

    @property
    def written_label(self) -> str:
        """What of its label is written: as much as there is room for beside its ends, "" for nothing."""
        length = abs(self.end.x() - self.start.x()) + abs(self.end.y() - self.start.y())
        room = length - _LEAST_LENGTH_BESIDE_LABEL - 2 * _LABEL_PADDING
        texts = (self.label, shortened_shape(self.label))
        return next((text for text in texts if _shape_label(text).size().width() <= room), "")

    def is_crossed_by(self, first: QPointF, last: QPointF) -> bool:
        """Whether a straight line in the scene crosses the curve."""
        cut = QLineF(first, last)
        points = [point for polygon in self._path.toSubpathPolygons() for point in polygon.toList()]
        crossing = QLineF.IntersectionType.BoundedIntersection
        return any(QLineF(a, b).intersects(cut)[0] is crossing for a, b in pairwise(points))

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
        is_bright = self.is_hovered or self.is_bright
        is_thin = painter.deviceTransform().m11() * _WIDTH <= _THIN
        look = (theme, self.isSelected(), is_bright, self.is_step, self.phase, self.is_on_path, self.mark)
        painter.setPen(_pen(*look, is_thin))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(self._path)
        if self.points and (zoom >= SMALL_TEXT_ZOOM or is_bright or self.isSelected()):
            painter.setBrush(painter.pen().color())
            for point in self.points:
                painter.drawEllipse(point, _POINT_RADIUS, _POINT_RADIUS)
        if zoom < WIRE_SHAPE_ZOOM:
            return
        written = self.written_label if self._tensors() == (None, None) else ""
        if written:
            text = _shape_label(written)
            size = text.size()
            box = QRectF(0, 0, size.width() + 2 * _LABEL_PADDING, size.height())
            box.moveCenter(self._middle())
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.canvas)
            painter.drawRoundedRect(box, 3, 3)
            painter.setPen(theme.text if self.is_hovered or self.isSelected() else theme.muted)
            painter.setFont(canvas_font(TEXT_SMALL))
            painter.drawStaticText(box.topLeft() + QPointF(_LABEL_PADDING, 0), text)

    def paint_tensors(self, painter: QPainter, theme: Theme) -> None:
        """Paints what it carries, which is done once all wires are painted."""
        labels = [label for label in self._tensors() if label is not None]
        if not labels:
            return
        place = self.tensor_place()
        if place is None and (self.is_hovered or self.isSelected()):
            place = LabelPlace(self._path.pointAtPercent(0.5), LABEL_WIDTHS[0])
        if place is None:
            return
        for label in labels:
            label.paint(painter, place, theme)


def _label(label: TensorLabel | None, picture: TensorPicture | None, is_gradient: bool) -> TensorLabel | None:
    """The label of a picture: that which there is already, if it is of the same."""
    if picture is None:
        return None
    return label if label is not None and label.picture == picture else TensorLabel(picture, is_gradient)


@cache
def _pen(
    theme: Theme,
    is_selected: bool,
    is_bright: bool,
    is_step: bool,
    phase: str,
    is_on_path: bool,
    mark: WireMark,
    is_thin: bool,
) -> QPen:
    own = theme.muted if phase == "forward" else phase_color(phase, theme)
    color = theme.text if is_bright else mix(theme.canvas, own, 0.75)
    if is_on_path:
        color = theme.error
    style = Qt.PenStyle.DotLine if is_step else Qt.PenStyle.SolidLine
    if mark is WireMark.DOOMED:
        return QPen(theme.error, _WIDTH, Qt.PenStyle.DashLine, Qt.PenCapStyle.RoundCap)
    if mark is WireMark.TARGET:
        return QPen(theme.accent, 2 * _WIDTH, style, Qt.PenCapStyle.RoundCap)
    pen = QPen(theme.accent if is_selected else color, 1 if is_thin else _WIDTH, style, Qt.PenCapStyle.RoundCap)
    pen.setCosmetic(is_thin)
    return pen


@lru_cache(maxsize=256)
def _shape_label(label: str) -> QStaticText:
    font = canvas_font(TEXT_SMALL)
    return static_text(QFontMetricsF(font).elidedText(label, Qt.TextElideMode.ElideRight, _MOST_LABEL), font)
