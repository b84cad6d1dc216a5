"""The frame around an unfolded scope: its title above, the nodes inside."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from editor.canvas.geometry import FAINT_ZOOM, FRAME_TITLE, PADDING, SMALL_TEXT_ZOOM, Depth, canvas_font
from editor.scopes import Scope
from editor.theme import RADIUS, TEXT_TITLE, Theme, current_theme, mix

#: The button that folds, at the left of the title.
_BUTTON = QRectF(4, 3, 24, 24)
_TITLE_LEFT = 32.0


class FrameItem(QGraphicsItem):
    """Shows where a scope begins and ends. Only its title can be taken hold of: what is in it lies free."""

    def __init__(self, scope: Scope, depth: int) -> None:
        super().__init__()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIsSelectable)
        self.name = scope.name
        self.label = scope.label
        self.members: Sequence[str] = scope.members
        self.is_hovered = False
        self.size = QRectF()
        self.refresh(scope, depth)

    def refresh(self, scope: Scope, depth: int) -> None:
        """Takes over the scope's name and nodes; ``depth`` counts the frames around it."""
        self.name, self.label, self.members = scope.name, scope.label, scope.members
        self.setZValue(Depth.FRAME + min(depth, 90))
        self.update()

    @property
    def box(self) -> QRectF:
        """The frame in scene coordinates."""
        return self.size.translated(self.pos())

    @property
    def title_box(self) -> QRectF:
        """The title's strip in scene coordinates."""
        return QRectF(self.x(), self.y(), self.size.width(), FRAME_TITLE)

    @property
    def button_box(self) -> QRectF:
        """The fold button in scene coordinates."""
        return _BUTTON.translated(self.pos())

    def set_box(self, box: QRectF) -> None:
        if box != self.box:
            self.prepareGeometryChange()
            self.setPos(box.topLeft())
            self.size = QRectF(0, 0, box.width(), box.height())

    def set_hovered(self, is_hovered: bool) -> None:
        if is_hovered != self.is_hovered:
            self.is_hovered = is_hovered
            self.update()

    def boundingRect(self) -> QRectF:
        return self.size.adjusted(-2, -2, 2, 2)

    def shape(self) -> QPainterPath:
        path = QPainterPath()
        path.addRect(QRectF(0, 0, self.size.width(), FRAME_TITLE))
        return path

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        theme = current_theme()
        zoom = QStyleOptionGraphicsItem.levelOfDetailFromTransform(painter.worldTransform())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = (
            theme.accent
            if self.isSelected()
            else theme.outline
            if self.is_hovered
            else mix(theme.line, theme.outline, 0.4)
        )
        painter.setPen(QPen(edge, 2.0 if self.isSelected() else 1.0))
        painter.setBrush(mix(theme.canvas, theme.muted, 0.07))
        painter.drawRoundedRect(self.size, RADIUS, RADIUS)
        if zoom < FAINT_ZOOM:
            return
        is_near = zoom >= SMALL_TEXT_ZOOM
        if is_near:
            self._paint_button(painter, theme)
        bold = canvas_font(weight=QFont.Weight.DemiBold) if is_near else canvas_font(TEXT_TITLE, QFont.Weight.DemiBold)
        left = _TITLE_LEFT if is_near else PADDING
        room = QRectF(left, 0, self.size.width() - left - PADDING, FRAME_TITLE)
        painter.setFont(bold)
        painter.setPen(theme.text)
        text = QFontMetricsF(bold).elidedText(self.label, Qt.TextElideMode.ElideMiddle, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)

    def _paint_button(self, painter: QPainter, theme: Theme) -> None:
        """A square with a line in it: what is open here can be closed."""
        middle = _BUTTON.center()
        painter.setPen(QPen(theme.text if self.is_hovered else theme.muted, 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(middle.x() - 6, middle.y() - 6, 12, 12), 2, 2)
        painter.drawLine(middle + QPointF(-3, 0), middle + QPointF(3, 0))
