"""What frames and notes on the canvas share: a rectangle with a colour that is moved, and resized by its edges."""

from __future__ import annotations

import enum

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainterPath
from PySide6.QtWidgets import QGraphicsItem

from editor.canvas.geometry import PAINT_MARGIN
from editor.theme import Theme
from engine.model import Frame, Note

#: How near to an edge a press takes hold of the edge, in pixels on the screen.
_EDGE_REACH = 5.0
_COLOR_TOKENS = {"blue": "forward", "green": "update", "orange": "backward", "yellow": "warning", "red": "error"}
#: The names of the colours that frames and notes can have; "" is grey.
AREA_COLORS = ("", *_COLOR_TOKENS)


class Edge(enum.Flag):
    """Edges of a rectangle; two that meet are a corner."""

    LEFT = enum.auto()
    TOP = enum.auto()
    RIGHT = enum.auto()
    BOTTOM = enum.auto()


NO_EDGE = Edge(0)
_FALLING = (Edge.LEFT | Edge.TOP, Edge.RIGHT | Edge.BOTTOM)
_RISING = (Edge.RIGHT | Edge.TOP, Edge.LEFT | Edge.BOTTOM)


def edge_cursor(edges: Edge) -> Qt.CursorShape:
    """The pointer that says in which directions an edge or a corner can be dragged."""
    if edges in _FALLING:
        return Qt.CursorShape.SizeFDiagCursor
    if edges in _RISING:
        return Qt.CursorShape.SizeBDiagCursor
    is_upright = edges in (Edge.LEFT, Edge.RIGHT)
    return Qt.CursorShape.SizeHorCursor if is_upright else Qt.CursorShape.SizeVerCursor


def area_color(name: str, theme: Theme) -> QColor:
    """The colour with this name; grey for one that is not known."""
    token = _COLOR_TOKENS.get(name)
    return theme.muted if token is None else getattr(theme, token)


class AreaItem(QGraphicsItem):
    """Shows a frame or a note. What it is is immutable: the document's next one takes its place."""

    #: What it may be made as small as.
    least_width = 80.0
    least_height = 40.0

    def __init__(self, area: Frame | Note) -> None:
        super().__init__()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIsSelectable)
        self.area = area
        self.is_hovered = False
        self.size = QRectF(0, 0, area.width, area.height)
        self.setPos(area.left, area.top)

    def show_area(self, area: Frame | Note) -> None:
        """Takes over what the document has."""
        self.area = area
        self.set_box(QRectF(area.left, area.top, area.width, area.height))
        self.update()

    @property
    def box(self) -> QRectF:
        """Its rectangle in scene coordinates."""
        return self.size.translated(self.pos())

    def set_box(self, box: QRectF) -> None:
        """Shows it elsewhere, or larger or smaller; the document is not told."""
        if box != self.box:
            self.prepareGeometryChange()
            self.setPos(box.topLeft())
            self.size = QRectF(0, 0, box.width(), box.height())

    def set_hovered(self, is_hovered: bool) -> None:
        if is_hovered != self.is_hovered:
            self.is_hovered = is_hovered
            self.update()

    def edges_at(self, point: QPointF, zoom: float) -> Edge:
        """The edge or the corner that a press at a point of the scene takes hold of."""
        reach = _EDGE_REACH / zoom
        box = self.box
        if not box.adjusted(-reach, -reach, reach, reach).contains(point):
            return NO_EDGE
        edges = NO_EDGE
        for edge, distance in (
            (Edge.LEFT, point.x() - box.left()),
            (Edge.RIGHT, box.right() - point.x()),
            (Edge.TOP, point.y() - box.top()),
            (Edge.BOTTOM, box.bottom() - point.y()),
        ):
            if abs(distance) <= reach:
                edges |= edge
        return edges

    def takes_hold_at(self, point: QPointF) -> bool:
        """Whether it is moved by a press at a point of the scene."""
        return self.box.contains(point)

    def boundingRect(self) -> QRectF:
        return self.size.adjusted(-PAINT_MARGIN, -PAINT_MARGIN, PAINT_MARGIN, PAINT_MARGIN)

    def shape(self) -> QPainterPath:
        path = QPainterPath()
        path.addRect(self.size)
        return path
