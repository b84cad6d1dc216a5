"""What a check of gradients has found, at each node: a tick or a cross with the largest relative error."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from editor.canvas.geometry import NODE_WIDTH, PAINT_MARGIN, canvas_font
from editor.theme import TEXT_SMALL, Theme

if TYPE_CHECKING:
    from editor.canvas.box_item import BoxItem
    from editor.canvas.scene import GraphScene

#: From far away there is a badge alone, over the lower right corner.
_BADGE = 20.0
#: What stands in it, as points of lines from its middle.
_TICK = ((-4.0, 0.5), (-1.0, 3.5), (4.5, -3.5))
_CROSS = (((-3.5, -3.5), (3.5, 3.5)), ((-3.5, 3.5), (3.5, -3.5)))
_WEDGE = ((-4.5, 2.5), (0.0, -3.0), (4.5, 2.5))


@dataclass(frozen=True, slots=True)
class BoxVerdict:
    """What was found at a node, or, of several, at the worst of them."""

    is_right: bool
    #: The largest relative error; None where all elements are at kinks.
    error: float | None

    @property
    def text(self) -> str:
        """``✓ 2e-11``, ``✗ 0.5``, or a wedge where there is no derivative to compare with."""
        if self.error is None:
            return "⌃"
        figure = "0" if self.error == 0 else f"{self.error:.1g}"
        return f"{'✓' if self.is_right else '✗'} {figure}"

    def color(self, theme: Theme) -> QColor:
        if not self.is_right:
            return theme.error
        return theme.muted if self.error is None else theme.update

    def worse(self, other: BoxVerdict) -> BoxVerdict:
        """Of two verdicts the one that a person must know of."""
        return max(self, other, key=lambda each: (not each.is_right, -1.0 if each.error is None else each.error))

    def paint(self, painter: QPainter, bottom: float, theme: Theme, has_text: bool) -> None:
        """Paints it under a box that ends at ``bottom``, at the right."""
        if not has_text:
            self._paint_badge(painter, QPointF(NODE_WIDTH - 6, bottom - 2), theme)
            return
        font = canvas_font(TEXT_SMALL, QFont.Weight.DemiBold)
        width = QFontMetricsF(font).horizontalAdvance(self.text)
        # Wires may run under it.
        painter.fillRect(QRectF(NODE_WIDTH - width - 2, bottom + 1, width + 2, PAINT_MARGIN - 1), theme.canvas)
        painter.setPen(self.color(theme))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setFont(font)
        painter.drawText(QPointF(NODE_WIDTH - width, bottom + PAINT_MARGIN - 1.5), self.text)

    def _paint_badge(self, painter: QPainter, middle: QPointF, theme: Theme) -> None:
        painter.setPen(QPen(theme.canvas, 2))
        painter.setBrush(self.color(theme))
        painter.drawEllipse(middle, _BADGE / 2, _BADGE / 2)
        painter.setPen(
            QPen(theme.surface, 2.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        )
        if not self.is_right:
            lines: tuple[tuple[tuple[float, float], ...], ...] = _CROSS
        else:
            lines = (_WEDGE,) if self.error is None else (_TICK,)
        for line in lines:
            painter.drawPolyline([middle + QPointF(*point) for point in line])


class GradientMarks:
    """Gives the boxes of a scene their verdicts, blocks that of the worst node in them."""

    def __init__(self, scene: GraphScene) -> None:
        self._scene = scene
        self._verdicts: dict[str, BoxVerdict] = {}
        # After the scene, which makes its blocks then.
        scene.document.edited.connect(self._follow_blocks)

    def show(self, verdicts: Mapping[str, BoxVerdict]) -> None:
        """Shows these verdicts of nodes, and none at others."""
        if not verdicts and not self._verdicts:
            return
        self._verdicts = dict(verdicts)
        nodes = self._scene.nodes
        self._give(nodes[name] for name in {*nodes.made, *(name for name in self._verdicts if name in nodes)})
        self._give(self._scene.blocks.items.values())
        self._scene.pictured_changed.emit()

    def _follow_blocks(self) -> None:
        """Blocks that were folded just now."""
        if self._verdicts:
            self._give(self._scene.blocks.items.values())
            self._scene.pictured_changed.emit()

    def _give(self, items: Iterable[BoxItem]) -> None:
        for item in items:
            inside = [self._verdicts[name] for name in item.members if name in self._verdicts]
            worst = inside[0] if inside else None
            for verdict in inside[1:]:
                worst = verdict if worst is None else worst.worse(verdict)
            item.set_verdict(worst)
