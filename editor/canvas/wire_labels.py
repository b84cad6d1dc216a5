"""What wires carry, painted over all wires and under all nodes, so that no line runs through a number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from editor.canvas.geometry import WIRE_SHAPE_ZOOM, Depth
from editor.canvas.wire_item import WireItem
from editor.theme import current_theme

if TYPE_CHECKING:
    from editor.canvas.scene import GraphScene


class WireLabels(QGraphicsItem):
    """Paints the labels of the wires that are seen; in the scene while wires show what they carry."""

    def __init__(self, scene: GraphScene) -> None:
        super().__init__()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)  # it asks what is to be painted
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setZValue(Depth.WIRE_LABEL)
        self._scene = scene
        self._area = QRectF()

    def set_shown(self, is_shown: bool) -> None:
        """Puts it into the scene, or takes it out."""
        if is_shown and self.scene() is None:
            self._scene.addItem(self)
        elif not is_shown and self.scene() is not None:
            self._scene.removeItem(self)

    def fit(self, area: QRectF) -> None:
        """Covers an area: that of the wires and not more, as the scene's search tree divides what its items cover."""
        if area != self._area:
            self.prepareGeometryChange()
            self._area = QRectF(area)

    def boundingRect(self) -> QRectF:
        return self._area

    def shape(self) -> QPainterPath:
        return QPainterPath()  # nothing to take hold of

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        if QStyleOptionGraphicsItem.levelOfDetailFromTransform(painter.worldTransform()) < WIRE_SHAPE_ZOOM:
            return
        theme = current_theme()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        exposed = QRectF(option.exposedRect)
        for item in self._scene.items(exposed, Qt.ItemSelectionMode.IntersectsItemBoundingRect):
            if isinstance(item, WireItem):
                item.paint_tensors(painter, theme)
