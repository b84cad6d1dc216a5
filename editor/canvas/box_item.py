"""A box on the canvas, node or block: one item that paints it, what is written in it, and its ports."""

from __future__ import annotations

import enum
import math
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPixmap, QStaticText
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from editor.canvas.block_geometry import End
from editor.canvas.box_pictures import MOST_SCALE, PICTURES, rendered
from editor.canvas.geometry import (
    BAR_WIDTH,
    COLLAPSED_HEIGHT,
    FAINT_ZOOM,
    HEADER_HEIGHT,
    NODE_WIDTH,
    PADDING,
    PAINT_MARGIN,
    PORT_REACH,
    SMALL_TEXT_ZOOM,
    STRIP_HEIGHT,
    Depth,
    NodeGeometry,
    Port,
    PortKey,
    bar_path,
    body_path,
    canvas_font,
    strip_path,
)
from editor.canvas.gradient_marks import BoxVerdict
from editor.canvas.heat import BoxHeat
from editor.canvas.port_painter import PortLook, paint_broadcast, paint_port, paint_port_name
from editor.canvas.step_mark import BoxStep
from editor.canvas.stop_mark import BoxStop
from editor.canvas.value_display import ValueDisplay
from editor.marks import MarkKind, has_bar, mark_color, paint_mark
from editor.phases import phase_color
from editor.theme import TEXT_SMALL, TEXT_TITLE, Theme, current_theme
from engine.debugger.tensors.tensor_picture import TensorPicture
from engine.graph import Problem, Severity

Array = np.ndarray[Any, np.dtype[Any]]

#: Of a muted node's outline, in widths of the line.
_DASHES = [4, 3]
_MARK = QRectF(10, 6, 18, 16)
_NAME_LEFT = 33.0
# Seen from further away, the header holds the mark and the name only, larger.
_DISTANT_MARK = QRectF(10, 10, 26, 24)
_DISTANT_NAME_LEFT = 42.0
_DISTANT_PADDING = 8.0
_NAME_MIDDLE = 14.0
_DETAILS_MIDDLE = 31.0
_PROBLEM_SIZE = 14.0
_SHADOW_STEPS = 5
_SHADOW_STEP = 1.5
_SHADOW_BELOW = 3.0


class _Text(enum.Enum):
    """What is written in a header: from near the name and the details, from further away the name alone."""

    NAME = enum.auto()
    DISTANT_NAME = enum.auto()
    DETAILS = enum.auto()


class BoxItem(QGraphicsItem):
    """What is painted of a node or block; the classes derived from it say what that is."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._number = PICTURES.new_number()
        self._painted_scale = 0.0
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIsSelectable)
        self.setZValue(Depth.NODE)
        self.name = name
        #: What stands in the header: the name, or as much of it as the frame around does not say.
        self.label = name
        #: The nodes that it shows.
        self.members: Sequence[str] = (name,)
        self.mark = MarkKind.OPERATION
        #: What of a training step it belongs to; what is generated for the backward pass and for updates is coloured.
        self.phase = "forward"
        self.geometry = NodeGeometry((), HEADER_HEIGHT)
        self.problems: Sequence[Problem] = ()
        #: None until the first run gives the node a value (or says that it has none yet).
        self.value: ValueDisplay | None = None
        #: What it takes of a training step, while that is shown.
        self.heat: BoxHeat | None = None
        #: What the present training step has to do with it, while a run stands still.
        self.step: BoxStep | None = None
        #: What breakpoints, and the last stop of a run, have to do with it.
        self.stop: BoxStop | None = None
        #: What a check of its gradients has found, while that is shown.
        self.verdict: BoxVerdict | None = None
        self.is_hovered = False
        self.is_dragged = False
        #: How far the sweep that shows a starting run has come, 0 to 1; None when there is none.
        self.sweep: float | None = None
        self.hovered_port: PortKey | None = None
        self._port_looks: Mapping[PortKey, PortLook] = {}
        self._symbol = ""
        #: Laid out when they are painted first: most nodes of a large graph never are.
        self._texts: dict[_Text, QStaticText] = {}

    # --- what it stands for --------------------------------------------------------------------------------------

    def ends_of(self, port: Port) -> Sequence[End]:
        """The ports of nodes that one of its ports stands for."""
        return (End(self.name, port.key),)

    # --- what is shown -------------------------------------------------------------------------------------------

    def _take_over(self, geometry: NodeGeometry) -> None:
        """Shows other ports, and other texts."""
        before = self.geometry
        if (geometry.least_height, geometry.full_height) != (before.least_height, before.full_height):
            self.prepareGeometryChange()
        self.geometry = geometry
        self._texts.clear()
        self.update()

    def set_problems(self, problems: Sequence[Problem]) -> None:
        if problems != self.problems:
            self.problems = problems
            self._texts.clear()
            self.update()

    def set_value(self, picture: TensorPicture, array: Array | None = None) -> None:
        """Shows a value in the strip; ``array`` is the whole of it where that is known. The caller repaints."""
        if self.value is None:
            self.prepareGeometryChange()
            self.value = ValueDisplay()
        self.value.show(picture, array)
        PICTURES.forget(self._number)

    def set_heat(self, heat: BoxHeat | None) -> None:
        if heat != self.heat:
            self.heat = heat
            self.update()

    def set_verdict(self, verdict: BoxVerdict | None) -> None:
        if verdict != self.verdict:
            self.verdict = verdict
            self.update()

    def set_step(self, step: BoxStep | None) -> None:
        if step != self.step:
            self.step = step
            self.update()

    def set_stop(self, stop: BoxStop | None) -> None:
        if stop != self.stop:
            self.stop = stop
            self.update()

    def set_hovered(self, is_hovered: bool, port: PortKey | None = None) -> None:
        if (is_hovered, port) != (self.is_hovered, self.hovered_port):
            self.is_hovered, self.hovered_port = is_hovered, port
            self.update()

    def set_lifted(self, is_lifted: bool) -> None:
        """Whether it lies over the other nodes."""
        self.setZValue(Depth.SELECTED_NODE if is_lifted else Depth.NODE)

    def set_dragged(self, is_dragged: bool) -> None:
        self.is_dragged = is_dragged
        self.update()

    def set_port_looks(self, looks: Mapping[PortKey, PortLook]) -> None:
        """How the ports answer to the wire being dragged; empty when none is."""
        if looks != self._port_looks:
            self._port_looks = dict(looks)
            self.update()

    def broadcast_ports(self) -> Collection[str]:
        """The inputs whose tensors are broadcast."""
        return ()

    def look_of(self, port: Port) -> PortLook:
        return self._port_looks.get(port.key, PortLook.NORMAL) if self._port_looks else PortLook.NORMAL

    @property
    def has_bar(self) -> bool:
        """Whether there is a coloured bar at its left."""
        return has_bar(self.mark) or self.phase != "forward"

    def color(self, theme: Theme) -> QColor:
        """The colour of its mark and its bar."""
        return box_color(self.mark, self.phase, theme)

    def _details(self) -> tuple[str, str]:
        """The operation, and what matters of its attributes; asked for when they are written."""
        return "", ""

    @property
    def details_text(self) -> str:
        """The operation and what matters of its attributes, unelided."""
        return " ".join(self._details()).rstrip()

    @property
    def is_muted(self) -> bool:
        """Whether it computes nothing and passes an input on: its outline is dashed."""
        return False

    # --- where things are ----------------------------------------------------------------------------------------

    @property
    def height(self) -> float:
        return self.geometry.full_height if self.has_strip else self.geometry.least_height

    @property
    def has_strip(self) -> bool:
        """Whether there is a value at the bottom."""
        return self.value is not None and not self.geometry.is_collapsed

    @property
    def box(self) -> QRectF:
        """The node's box in scene coordinates."""
        return QRectF(self.x(), self.y(), NODE_WIDTH, self.height)

    def port_position(self, key: PortKey) -> QPointF | None:
        """A port's middle in scene coordinates."""
        port = self.geometry.port(key)
        return None if port is None else self.pos() + port.center

    def port_at(self, scene_point: QPointF, reach: float = PORT_REACH) -> Port | None:
        """The port nearest to a point, if it is within reach."""
        point = scene_point - self.pos()
        nearest, least = None, (reach, 2)
        for port in self.geometry.ports:
            offset = port.center - point
            # Of ports that lie upon each other, a free one comes first.
            order = (float(np.hypot(offset.x(), offset.y())), int(port.is_wired))
            if order < least:
                nearest, least = port, order
        return nearest

    def is_on_strip(self, scene_point: QPointF) -> bool:
        """Whether a point is on the value at the bottom."""
        return self.has_strip and scene_point.y() - self.y() > self.geometry.body_height

    def number_at(self, scene_point: QPointF, zoom: float) -> tuple[int, ...] | None:
        """The index of the element whose figure in the strip is at a point; None where no figure is."""
        if self.value is None or not self.is_on_strip(scene_point):
            return None
        place = self.value.number_at(scene_point.x() - self.x(), zoom < SMALL_TEXT_ZOOM)
        return None if place is None else tuple(map(int, np.unravel_index(place, self.value.picture.shape)))

    def boundingRect(self) -> QRectF:
        return QRectF(-PAINT_MARGIN, -PAINT_MARGIN, NODE_WIDTH + 2 * PAINT_MARGIN, self.height + 2 * PAINT_MARGIN)

    def shape(self) -> QPainterPath:
        return body_path(NODE_WIDTH, self.height)

    # --- painting ------------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        scale = painter.deviceTransform().m11()
        # Pictures are for the screen: what is exported, printed or lit up is painted as it is.
        if widget is None or self.sweep is not None or scale > MOST_SCALE:
            self._paint(painter)
            return
        transform, ratio = painter.worldTransform(), widget.devicePixelRatioF()
        picture = PICTURES.find(self._number, self._look(scale, ratio)) or self.make_picture(scale, ratio)
        painter.resetTransform()
        painter.drawPixmap(transform.map(self.boundingRect().topLeft()).toPoint(), picture)
        painter.setWorldTransform(transform)

    def _look(self, scale: float, ratio: float) -> tuple[object, ...]:
        """What its picture depends on and :meth:`update` is not told of."""
        is_outdated = self.value is not None and self.value.is_outdated
        return scale, ratio, current_theme().name, self.isSelected(), is_outdated

    def was_painted_at(self, scale: float) -> bool:
        """Whether it was painted with so many pixels of the screen for each unit of the scene last."""
        return scale > MOST_SCALE or self._painted_scale == scale

    def make_picture(self, scale: float, ratio: float) -> QPixmap:
        self._painted_scale = scale
        picture = rendered(self.boundingRect(), scale, ratio, self._paint)
        PICTURES.keep(self._number, self._look(scale, ratio), picture)
        return picture

    def update(self, *area: Any) -> None:
        """It looks otherwise now, and is painted again."""
        PICTURES.forget(self._number)
        super().update(*area)

    def _paint(self, painter: QPainter) -> None:
        theme = current_theme()
        zoom = QStyleOptionGraphicsItem.levelOfDetailFromTransform(painter.worldTransform())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_box(painter, theme)
        has_small_text = zoom >= SMALL_TEXT_ZOOM
        if self.step is not None:
            self.step.paint(painter, self.height, theme, has_small_text)
        if self.stop is not None:
            self.stop.paint(painter, self.height, theme, has_small_text)
        if zoom < FAINT_ZOOM:
            return
        if self.heat is not None:
            self.heat.paint(painter, self.height, theme, has_small_text)
        if self.verdict is not None:
            self.verdict.paint(painter, self.height, theme, has_small_text)
        painter.translate(0, self.geometry.header_top)
        if has_small_text:
            self._paint_header(painter, theme)
        else:
            self._paint_distant_header(painter, theme)
        painter.translate(0, -self.geometry.header_top)
        if self.value is not None and self.has_strip:
            strip = QRectF(0, self.geometry.body_height, NODE_WIDTH, STRIP_HEIGHT)
            self.value.paint(painter, strip, theme, is_distant=not has_small_text)
        broadcast = self.broadcast_ports()
        for port in self.geometry.ports:
            look = self.look_of(port)
            is_hovered = port.key == self.hovered_port
            if has_small_text and port.key.is_input and port.key.name in broadcast:
                paint_broadcast(painter, port, theme)
            paint_port(painter, port, look, is_hovered, theme)
            if has_small_text and port.is_named:
                paint_port_name(painter, port, look, is_hovered, theme)

    def _paint_box(self, painter: QPainter, theme: Theme) -> None:
        height = self.height
        path = body_path(NODE_WIDTH, height)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.is_dragged:
            _paint_shadow(painter, height, theme)
        ground = theme.raised if self.is_dragged else theme.surface
        painter.setBrush(ground if self.heat is None else self.heat.ground(ground, theme))
        painter.drawPath(path)
        if self.has_strip:
            painter.setBrush(theme.canvas)
            painter.drawPath(strip_path(self.geometry.body_height, height))
        if self.has_bar:
            painter.setBrush(self.color(theme))
            painter.drawPath(bar_path(height))
        if self.sweep is not None:
            self._paint_sweep(painter, self.sweep, theme)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        pen = QPen(*self._outline(theme))
        if self.is_muted:
            pen.setDashPattern(_DASHES)
        painter.setPen(pen)
        painter.drawPath(path)

    def _outline(self, theme: Theme) -> tuple[QColor, float]:
        if self.isSelected():
            return theme.accent, 2.0
        if self.is_muted:
            return theme.muted, 1.0
        return (theme.outline if self.is_hovered else theme.line), 1.0

    def _paint_sweep(self, painter: QPainter, share: float, theme: Theme) -> None:
        """A light that runs down the bar once."""
        length = self.height / 2
        top = share * (self.height + length) - length
        painter.save()
        painter.setClipPath(bar_path(self.height))
        painter.fillRect(QRectF(0, top, BAR_WIDTH, length), theme.accent)
        painter.restore()

    def _paint_header(self, painter: QPainter, theme: Theme) -> None:
        paint_mark(painter, _MARK, self.mark, theme, self._symbol, self.color(theme))
        bold, small = canvas_font(weight=QFont.Weight.DemiBold), canvas_font(TEXT_SMALL)
        _write(
            painter,
            self._laid_out(_Text.NAME),
            QPointF(_NAME_LEFT, _NAME_MIDDLE),
            bold,
            theme.muted if self.is_muted else theme.text,
        )
        if not self.geometry.is_collapsed:
            _write(painter, self._laid_out(_Text.DETAILS), QPointF(PADDING, _DETAILS_MIDDLE), small, theme.muted)
        if self.problems:
            _paint_problem(painter, _worst(self.problems), theme)

    def _paint_distant_header(self, painter: QPainter, theme: Theme) -> None:
        middle = (COLLAPSED_HEIGHT if self.geometry.is_collapsed else HEADER_HEIGHT) / 2
        mark = _DISTANT_MARK.translated(0, middle - _DISTANT_MARK.center().y())
        paint_mark(painter, mark, self.mark, theme, self._symbol, self.color(theme))
        bold = canvas_font(TEXT_TITLE, QFont.Weight.DemiBold)
        _write(painter, self._laid_out(_Text.DISTANT_NAME), QPointF(_DISTANT_NAME_LEFT, middle), bold, theme.text)
        if self.problems:
            _paint_problem(painter, _worst(self.problems), theme)

    def _laid_out(self, text: _Text) -> QStaticText:
        if text not in self._texts:
            self._texts[text] = self._lay_out(text)
        return self._texts[text]

    def _lay_out(self, text: _Text) -> QStaticText:
        if text is _Text.DETAILS:
            small = canvas_font(TEXT_SMALL)
            return static_text(_elided_details(*self._details(), QFontMetricsF(small)), small)
        if text is _Text.NAME:
            font = canvas_font(weight=QFont.Weight.DemiBold)
            room = NODE_WIDTH - _NAME_LEFT - PADDING - (_PROBLEM_SIZE + 2 if self.problems else 0)
        else:
            font = canvas_font(TEXT_TITLE, QFont.Weight.DemiBold)
            room = NODE_WIDTH - _DISTANT_NAME_LEFT - _DISTANT_PADDING - (_PROBLEM_SIZE if self.problems else 0)
        return static_text(QFontMetricsF(font).elidedText(self.label, Qt.TextElideMode.ElideMiddle, room), font)


def box_color(kind: MarkKind, phase: str, theme: Theme) -> QColor:
    """The colour of a node's mark and bar: that of its kind, or of its phase where it was generated."""
    return mark_color(kind, theme) if phase == "forward" else phase_color(phase, theme)


def _elided_details(op_type: str, text: str, metrics: QFontMetricsF) -> str:
    """``Placeholder [?, 2] float32``; where that is too wide, the operation's name gives way to what follows."""
    room = NODE_WIDTH - 2 * PADDING + 4
    whole = f"{op_type} {text}".rstrip()
    if not text or metrics.horizontalAdvance(whole) <= room:
        return metrics.elidedText(whole, Qt.TextElideMode.ElideRight, room)
    left = room - metrics.horizontalAdvance(f" {text}")
    if left < room / 4:
        return metrics.elidedText(whole, Qt.TextElideMode.ElideMiddle, room)
    return f"{metrics.elidedText(op_type, Qt.TextElideMode.ElideRight, left)} {text}"


def static_text(text: str, font: QFont) -> QStaticText:
    """Text that is laid out once and painted often."""
    result = QStaticText(text)
    result.setTextFormat(Qt.TextFormat.PlainText)
    result.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
    result.prepare(font=font)
    return result


def _write(painter: QPainter, text: QStaticText, left_middle: QPointF, font: QFont, color: QColor) -> None:
    painter.setPen(color)
    painter.setFont(font)
    painter.drawStaticText(left_middle - QPointF(0, text.size().height() / 2), text)


def _worst(problems: Sequence[Problem]) -> Severity:
    is_error = any(problem.severity is Severity.ERROR for problem in problems)
    return Severity.ERROR if is_error else Severity.WARNING


def _paint_problem(painter: QPainter, severity: Severity, theme: Theme) -> None:
    """A filled circle for an error, a filled triangle for a warning, each with an exclamation mark."""
    left, top = NODE_WIDTH - PADDING + 2 - _PROBLEM_SIZE, _NAME_MIDDLE - _PROBLEM_SIZE / 2
    box = QRectF(left, top, _PROBLEM_SIZE, _PROBLEM_SIZE)
    painter.setPen(Qt.PenStyle.NoPen)
    middle = box.center()
    if severity is Severity.ERROR:
        painter.setBrush(theme.error)
        painter.drawEllipse(box)
    else:
        painter.setBrush(theme.warning)
        painter.drawPolygon([QPointF(middle.x(), box.top()), box.bottomRight(), box.bottomLeft()])
        middle += QPointF(0, 2)
    painter.setPen(QPen(theme.surface, 1.75, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawLine(middle + QPointF(0, -3.5), middle + QPointF(0, 0.5))
    painter.drawPoint(middle + QPointF(0, 3.5))


def _paint_shadow(painter: QPainter, height: float, theme: Theme) -> None:
    """A soft shadow, a little below."""
    spread = _SHADOW_STEPS * _SHADOW_STEP
    shadow = _shadow(height, theme.shadow.rgba())
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawPixmap(QPointF(-spread, _SHADOW_BELOW - spread), shadow)


@lru_cache(maxsize=64)
def _shadow(height: float, rgba: int) -> QPixmap:
    """Rings of the shadow's colour laid over each other: painted once, as hundreds of nodes may be dragged."""
    color = QColor.fromRgba(rgba)
    color.setAlpha(max(1, color.alpha() // _SHADOW_STEPS))
    most = _SHADOW_STEPS * _SHADOW_STEP
    picture = QPixmap(math.ceil(NODE_WIDTH + 2 * most), math.ceil(height + 2 * most))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    for step in range(1, _SHADOW_STEPS + 1):
        inset, radius = most - step * _SHADOW_STEP, 6 + step * _SHADOW_STEP
        ring = QRectF(0, 0, NODE_WIDTH + 2 * most, height + 2 * most).adjusted(inset, inset, -inset, -inset)
        painter.drawRoundedRect(ring, radius, radius)
    painter.end()
    return picture
