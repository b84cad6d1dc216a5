"""Ports: round for tensors and variables, square for steps; hollow and small where no wire is needed."""

from __future__ import annotations

import enum
from functools import cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPen

from editor.canvas.geometry import (
    LEGAL_PORT_RADIUS,
    NODE_WIDTH,
    OPTIONAL_PORT_RADIUS,
    PADDING,
    PORT_RADIUS,
    ROW_HEIGHT,
    Port,
    canvas_font,
)
from editor.theme import TEXT_SMALL, Theme, mix
from engine.graph import PortKind

#: How far each of the copies of a tensor that is broadcast stands from the next one.
_COPY_SHIFT = 2.0


class PortLook(enum.Enum):
    """How a port answers to the wire that is being dragged."""

    NORMAL = enum.auto()
    #: The wire may be dropped here: it grows.
    LEGAL = enum.auto()
    #: It fades.
    ILLEGAL = enum.auto()
    #: The wire has snapped to it.
    TARGET = enum.auto()


def paint_port(painter: QPainter, port: Port, look: PortLook, is_hovered: bool, theme: Theme) -> None:
    """Paints a port in its node's coordinates."""
    pen, fill = _pen_and_fill(look, is_hovered, port.is_wired, theme)
    painter.setPen(pen)
    painter.setBrush(fill)
    radius = _radius(port, look, is_hovered)
    if port.kind is PortKind.STEP:
        side = radius * 0.85
        painter.drawRect(QRectF(port.center.x() - side, port.center.y() - side, 2 * side, 2 * side))
    else:
        painter.drawEllipse(port.center, radius, radius)


def paint_broadcast(painter: QPainter, port: Port, theme: Theme) -> None:
    """Paints copies behind a port: the tensor there is repeated in the operation."""
    painter.setPen(QPen(theme.muted, 1))
    painter.setBrush(theme.surface)
    is_left = port.center.x() < NODE_WIDTH / 2
    for step in (2, 1):
        shift = QPointF(step * _COPY_SHIFT if is_left else -step * _COPY_SHIFT, -step * _COPY_SHIFT)
        painter.drawEllipse(port.center + shift, PORT_RADIUS, PORT_RADIUS)


def paint_port_name(painter: QPainter, port: Port, look: PortLook, is_hovered: bool, theme: Theme) -> None:
    """Paints a port's name inside the node, beside the port."""
    color = theme.text if is_hovered or look is PortLook.TARGET else theme.muted
    if look is PortLook.ILLEGAL:
        color = theme.disabled
    painter.setPen(color)
    painter.setFont(canvas_font(TEXT_SMALL))
    if port.name_room is not None:
        text = QFontMetricsF(painter.font()).elidedText(port.label, Qt.TextElideMode.ElideRight, port.name_room.width())
        painter.drawText(port.name_room, Qt.AlignmentFlag.AlignCenter, text)
        return
    room = QRectF(PADDING, port.center.y() - ROW_HEIGHT / 2, NODE_WIDTH - 2 * PADDING, ROW_HEIGHT)
    is_left = port.center.x() < NODE_WIDTH / 2
    side = Qt.AlignmentFlag.AlignLeft if is_left else Qt.AlignmentFlag.AlignRight
    painter.drawText(room, side | Qt.AlignmentFlag.AlignVCenter, port.label)


def _radius(port: Port, look: PortLook, is_hovered: bool) -> float:
    if look in (PortLook.LEGAL, PortLook.TARGET):
        return LEGAL_PORT_RADIUS
    radius = OPTIONAL_PORT_RADIUS if port.is_optional and not port.is_wired else PORT_RADIUS
    return radius + 1.5 if is_hovered else radius


@cache
def _pen_and_fill(look: PortLook, is_hovered: bool, is_wired: bool, theme: Theme) -> tuple[QPen, QBrush]:
    edge, fill = _colors(look, is_hovered, is_wired, theme)
    return QPen(edge, 1.5), QBrush(fill)


def _colors(look: PortLook, is_hovered: bool, is_wired: bool, theme: Theme) -> tuple[QColor, QColor]:
    """Edge and fill."""
    if look is PortLook.TARGET:
        return theme.accent, theme.accent
    if look is PortLook.LEGAL:
        return theme.accent, mix(theme.surface, theme.accent, 0.25)
    if look is PortLook.ILLEGAL:
        faded = mix(theme.surface, theme.outline, 0.45)
        return faded, faded if is_wired else theme.surface
    edge = theme.accent if is_hovered else theme.muted
    return edge, edge if is_wired else theme.surface
