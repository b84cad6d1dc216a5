"""Painting a graph as a picture of its own: in any theme, and without what is selected or under the pointer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from editor.canvas.scene import GraphScene
from editor.theme import LIGHT, Theme, ThemeManager
from editor.theme import THEMES as BY_APPEARANCE

#: Around the graph, in pixels at 100 %.
MARGIN = 24.0
THEMES = {theme.name: theme for theme in BY_APPEARANCE.values()}


@dataclass(frozen=True)
class PictureOptions:
    """How a picture looks."""

    theme: Theme = LIGHT
    #: Whether the ground behind the graph is left out.
    is_transparent: bool = False
    #: Pixels for each pixel at 100 %; of PNG pictures only.
    scale: float = 2.0


def picture_rect(scene: GraphScene, names: Iterable[str] | None = None) -> QRectF:
    """What a picture shows, in scene coordinates: the graph, or what lies around these nodes. Empty for no nodes."""
    rect = scene.graph_rect(names)
    return rect if rect.isEmpty() else rect.adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN).toAlignedRect().toRectF()


def paint_graph(scene: GraphScene, painter: QPainter, target: QRectF, source: QRectF, options: PictureOptions) -> None:
    """Paints a part of a scene into a rectangle of the painter."""
    selected = set(scene.selectedItems())
    was_blocked = scene.blockSignals(True)
    try:
        for item in selected:
            item.setSelected(False)
        with ThemeManager.instance().painting_with(options.theme):
            if not options.is_transparent:
                painter.fillRect(target, options.theme.canvas)
            scene.render(painter, target, source)
    finally:
        for item in selected:
            item.setSelected(True)
        scene.blockSignals(was_blocked)
