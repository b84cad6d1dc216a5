"""The marks of the kinds of node: one drawing for canvas, palette, outline and minimap.

Each kind has its own shape, so that none depends on its colour.
"""

from enum import StrEnum
from functools import cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QIcon, QPainter, QPainterPath, QPen, QPixmap, QTransform

from editor.theme import TEXT_TITLE, Theme, font

_ICON_PIXEL_SIZES = (16, 20, 24, 32, 40, 48)


class MarkKind(StrEnum):
    PLACEHOLDER = "placeholder"
    VARIABLE = "variable"
    CONSTANT = "constant"
    OPERATION = "operation"
    LOSS = "loss"
    OPTIMIZER = "optimizer"
    BLOCK = "block"
    UNKNOWN = "unknown"


def mark_color(kind: MarkKind, theme: Theme) -> QColor:
    """The colour of the kind's mark and of the bar at the node's left."""
    colors = {
        MarkKind.PLACEHOLDER: theme.forward,
        MarkKind.VARIABLE: theme.update,
        MarkKind.CONSTANT: theme.muted,
        MarkKind.OPERATION: theme.text,
        MarkKind.LOSS: theme.accent,
        MarkKind.OPTIMIZER: theme.backward,
        MarkKind.BLOCK: theme.text,
        MarkKind.UNKNOWN: theme.warning,
    }
    return colors[kind]


def has_bar(kind: MarkKind) -> bool:
    """Whether a node of this kind has the 4-pixel bar at its left; operations have their symbol alone."""
    return kind is not MarkKind.OPERATION


def paint_mark(
    painter: QPainter, rect: QRectF, kind: MarkKind, theme: Theme, symbol: str = "", color: QColor | None = None
) -> None:
    """Paints the mark in the largest square in the middle of `rect`, meant for 12 to 24 px.

    `symbol` is an operation's writing (+, ×, Σ, σ, ReLU ...). It uses the whole width of `rect` and is made
    smaller where it is wider still; without one an operation is a small filled dot. `color` takes the place of
    the kind's own. The painter's state is left as it was.
    """
    side = min(rect.width(), rect.height())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(rect.center().x() - side / 2, rect.center().y() - side / 2)
    # Marks are drawn on a 16 by 16 grid.
    painter.scale(side / 16, side / 16)
    color = color or mark_color(kind, theme)
    painter.setPen(QPen(color, 1.75, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    match kind:
        case MarkKind.PLACEHOLDER:
            painter.drawEllipse(QPointF(8, 8), 5, 5)
        case MarkKind.VARIABLE:
            painter.setBrush(color)
            painter.drawPolygon([QPointF(8, 2.5), QPointF(13.5, 8), QPointF(8, 13.5), QPointF(2.5, 8)])
        case MarkKind.CONSTANT:
            painter.setBrush(color)
            painter.drawRect(QRectF(4, 4, 8, 8))
        case MarkKind.OPERATION:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            if symbol:
                painter.drawPath(_symbol_path(symbol, 16 * rect.width() / side))
            else:
                painter.drawEllipse(QPointF(8, 8), 3, 3)
        case MarkKind.LOSS:
            painter.drawEllipse(QPointF(8, 8), 5.5, 5.5)
            painter.setBrush(color)
            painter.drawEllipse(QPointF(8, 8), 1.25, 1.25)
        case MarkKind.OPTIMIZER:
            slope = QPainterPath(QPointF(2.5, 2))
            slope.cubicTo(QPointF(3.5, 8), QPointF(7, 11.25), QPointF(13, 11.25))
            painter.drawPath(slope)
            painter.drawPolyline([QPointF(10, 8), QPointF(13.25, 11.25), QPointF(10, 14.5)])
        case MarkKind.BLOCK:
            painter.drawPolyline([QPointF(5.5, 2.5), QPointF(13.5, 2.5), QPointF(13.5, 10.5)])
            painter.drawRoundedRect(QRectF(2.5, 5.5, 8, 8), 1, 1)
        case MarkKind.UNKNOWN:
            square = QRectF(2.5, 2.5, 11, 11)
            painter.drawRoundedRect(square, 1.5, 1.5)
            for start, end in _HATCHING:
                painter.drawLine(start, end)
    painter.restore()


_HATCHING = (
    (QPointF(3.5, 8), QPointF(8, 3.5)),
    (QPointF(3.5, 12.5), QPointF(12.5, 3.5)),
    (QPointF(8, 12.5), QPointF(12.5, 8)),
)


@cache
def mark_icon(kind: MarkKind, symbol: str, theme: Theme) -> QIcon:
    """The mark as an icon, sharp at 16, 20 and 24 px and device pixel ratio 1 and 2."""
    result = QIcon()
    for size in _ICON_PIXEL_SIZES:
        pixmap = QPixmap(size, size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        paint_mark(painter, QRectF(0, 0, size, size), kind, theme, symbol)
        painter.end()
        # Without one of its own, Qt would dye the mark in selected rows.
        for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):
            result.addPixmap(pixmap, mode)
    return result


@cache
def _symbol_path(symbol: str, width: float) -> QPainterPath:
    """The outline of `symbol`, its ink in the middle of the 16 by 16 grid and at most `width` wide."""
    path = QPainterPath()
    path.addText(QPointF(0, 0), font(TEXT_TITLE, QFont.Weight.DemiBold), symbol)
    path.setFillRule(Qt.FillRule.WindingFill)
    ink = path.boundingRect()
    # One scale for all symbols that fit, so that they stand as in one line of text.
    scale = min(16 / TEXT_TITLE, (width - 0.5) / max(ink.width(), 1), 15 / max(ink.height(), 1))
    return QTransform().translate(8, 8).scale(scale, scale).map(path.translated(-ink.center()))
