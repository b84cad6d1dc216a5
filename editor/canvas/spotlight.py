"""Nodes that were found stand out: everything else lies under a veil."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from editor.canvas.scene import GraphScene
from editor.theme import RADIUS, Theme

#: How much of the ground lies over what was not found.
_VEIL = 0.6
_GAP = 3.0
#: Rings are no thinner on the screen than this.
_LEAST_WIDTH = 1.5
_LEAST_SIZE = 6.0


class Spotlight:
    """Paints over a scene, once everything else is painted."""

    def __init__(self, scene: GraphScene) -> None:
        self._scene = scene
        #: None while nothing is looked for.
        self._names: frozenset[str] | None = None
        self._current = ""

    @property
    def is_on(self) -> bool:
        return self._names is not None

    def show(self, names: Collection[str] | None, current: str = "") -> None:
        """Lets these nodes stand out, one of them more; None takes the veil away."""
        self._names = None if names is None else frozenset(names)
        self._current = current

    def paint(self, painter: QPainter, visible: QRectF, zoom: float, theme: Theme) -> None:
        """Paints the veil over what is seen of the scene, and rings around what was found."""
        if self._names is None:
            return
        boxes = self._boxes(visible, zoom)
        hole = QPainterPath()
        hole.setFillRule(Qt.FillRule.WindingFill)
        for box in boxes.values():
            hole.addRoundedRect(box, RADIUS, RADIUS)
        cover = QPainterPath()
        cover.addRect(visible)
        veil = QColor(theme.canvas)
        veil.setAlphaF(_VEIL)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillPath(cover.subtracted(hole) if len(boxes) < 200 else cover, veil)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for name, box in boxes.items():
            width = 3.0 if name == self._current else 1.5
            painter.setPen(QPen(theme.accent, max(width, _LEAST_WIDTH * width / 1.5 / zoom)))
            painter.drawRoundedRect(box, RADIUS, RADIUS)
        painter.restore()

    def _boxes(self, visible: QRectF, zoom: float) -> dict[str, QRectF]:
        """Around what was found and is seen, no smaller on the screen than a dot."""
        found: dict[str, QRectF] = {}
        least = _LEAST_SIZE / zoom
        for name in self._names or ():
            if name not in self._scene.nodes:
                continue
            item = self._scene.item_showing(name)
            if item.name in found and name != self._current:
                continue
            box = item.box.adjusted(-_GAP, -_GAP, _GAP, _GAP)
            x, y = max(0.0, least - box.width()) / 2, max(0.0, least - box.height()) / 2
            box = box.adjusted(-x, -y, x, y)
            if box.intersects(visible):
                # A block stands for all that is found in it.
                found[self._current if name == self._current else item.name] = box
        return found
