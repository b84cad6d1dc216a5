"""A small picture of a graph: its boxes and wires, without anything written."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from editor.marks import MarkKind, has_bar, mark_color
from editor.theme import RADIUS, Theme, current_theme, mix
from engine.formats.sketch import Sketch

#: As a node stands on the canvas, in pixels at 100 %.
_NODE = QRectF(0, 0, 160, 84)
_BAR = 16.0
#: Around the graph, in pixels of the picture.
_MARGIN = 12.0
#: Few nodes are not drawn larger than this.
_MOST_ZOOM = 0.4


def sketch_pixmap(sketch: Sketch | None, size: QSize, ratio: float, theme: Theme | None = None) -> QPixmap:
    """The picture, ``size`` in device-independent pixels, in the theme that is on; None gives the empty ground."""
    theme = theme or current_theme()
    pixmap = QPixmap(size * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    frame = QRectF(0.5, 0.5, size.width() - 1, size.height() - 1)
    painter.setPen(QPen(theme.line, 1))
    painter.setBrush(theme.canvas)
    painter.drawRoundedRect(frame, RADIUS, RADIUS)
    if sketch is not None and sketch.nodes:
        _paint(painter, sketch, frame.adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN), theme)
    painter.end()
    return pixmap


def _paint(painter: QPainter, sketch: Sketch, target: QRectF, theme: Theme) -> None:
    left, top = min(node[0] for node in sketch.nodes), min(node[1] for node in sketch.nodes)
    width = max(node[0] for node in sketch.nodes) + _NODE.width() - left
    height = max(node[1] for node in sketch.nodes) + _NODE.height() - top
    zoom = min(target.width() / width, target.height() / height, _MOST_ZOOM)
    painter.translate(target.center())
    painter.scale(zoom, zoom)
    painter.translate(-left - width / 2, -top - height / 2)
    places = [QPointF(x, y) for x, y, _ in sketch.nodes]
    out, into = QPointF(_NODE.width(), _NODE.height() / 2), QPointF(0, _NODE.height() / 2)
    painter.setPen(_hairline(mix(theme.canvas, theme.muted, 0.7)))
    painter.drawLines([QLineF(places[source] + out, places[target] + into) for source, target in sketch.wires])
    boxes = [_NODE.translated(place) for place in places]
    painter.setPen(_hairline(mix(theme.line, theme.outline, 0.5)))
    painter.setBrush(theme.surface)
    painter.drawRects(boxes)
    painter.setPen(Qt.PenStyle.NoPen)
    for (_, _, kind), box in zip(sketch.nodes, boxes, strict=True):
        mark = MarkKind.UNKNOWN if kind is None else MarkKind(kind.value)
        if has_bar(mark):
            painter.fillRect(QRectF(box.x(), box.y(), _BAR, box.height()), mark_color(mark, theme))


def _hairline(color: QColor) -> QPen:
    pen = QPen(color, 1)
    pen.setCosmetic(True)
    return pen
