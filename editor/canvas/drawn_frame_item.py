"""A frame that a person has drawn around nodes: a coloured title above, what belongs together inside."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from editor.canvas.area_item import AreaItem, area_color
from editor.canvas.geometry import FAINT_ZOOM, FRAME_TITLE, PADDING, SMALL_TEXT_ZOOM, canvas_font
from editor.theme import RADIUS, TEXT_TITLE, Theme, current_theme, mix
from engine.model import Frame


class DrawnFrameItem(AreaItem):
    """Unlike the frame around an unfolded scope it has a filled title, a colour, and no button to fold it.

    Only its title and its edges can be taken hold of: what is in it lies free.
    """

    least_width = 120.0
    least_height = 60.0

    @property
    def title_box(self) -> QRectF:
        """The title's strip in scene coordinates."""
        return QRectF(self.x(), self.y(), self.size.width(), FRAME_TITLE)

    @property
    def title(self) -> str:
        """What stands in its title."""
        assert isinstance(self.area, Frame)
        return self.area.title or QCoreApplication.translate("DrawnFrameItem", "Frame")

    def takes_hold_at(self, point: QPointF) -> bool:
        return self.title_box.contains(point)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        theme = current_theme()
        zoom = QStyleOptionGraphicsItem.levelOfDetailFromTransform(painter.worldTransform())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        body = QPainterPath()
        body.addRoundedRect(self.size, RADIUS, RADIUS)
        head = QPainterPath()
        head.addRect(QRectF(0, 0, self.size.width(), FRAME_TITLE))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(frame_ground(self.area.color, theme))
        painter.drawPath(body)
        painter.setBrush(title_ground(self.area.color, theme))
        painter.drawPath(body.intersected(head))
        color = area_color(self.area.color, theme)
        edge = theme.accent if self.isSelected() else color if self.is_hovered else mix(theme.canvas, color, 0.5)
        painter.setPen(QPen(edge, 2.0 if self.isSelected() else 1.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(body)
        if zoom < FAINT_ZOOM:
            return
        weight = QFont.Weight.DemiBold
        bold = canvas_font(weight=weight) if zoom >= SMALL_TEXT_ZOOM else canvas_font(TEXT_TITLE, weight)
        room = QRectF(PADDING, 0, self.size.width() - 2 * PADDING, FRAME_TITLE)
        painter.setFont(bold)
        painter.setPen(theme.text)
        text = QFontMetricsF(bold).elidedText(self.title, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)


def frame_ground(color: str, theme: Theme) -> QColor:
    """Behind what is in a frame."""
    return mix(theme.canvas, area_color(color, theme), 0.08)


def title_ground(color: str, theme: Theme) -> QColor:
    """Behind a frame's title."""
    return mix(theme.canvas, area_color(color, theme), 0.25)
