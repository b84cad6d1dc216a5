"""Brings out the wires of the node that is hovered, and those of the selected nodes; all others stay calm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from editor.canvas.scene import GraphScene
    from editor.canvas.wire_item import WireItem

#: Of larger selections the wires stay as they are: they would say nothing, and take long to paint.
_MOST_NODES = 40


class WireHighlight(QObject):
    """Follows the pointer and the selection of a scene."""

    def __init__(self, scene: GraphScene) -> None:
        super().__init__(scene)
        self._scene = scene
        self._hovered: list[str] = []
        self._bright: set[WireItem] = set()
        scene.hovered_changed.connect(self._hover)
        scene.selection_changed.connect(self.refresh)
        scene.document.edited.connect(self.refresh)

    def _hover(self, names: list[str]) -> None:
        self._hovered = names
        self.refresh()

    def refresh(self) -> None:
        """Finds the wires anew."""
        selected = self._scene.selected_names()
        names = {*self._hovered, *(selected if len(selected) <= _MOST_NODES else ())}
        bright = {item for name in names if name in self._scene.nodes for item in self._scene.made_wires_of(name)}
        for item in self._bright - bright:
            item.set_bright(False)
        for item in bright - self._bright:
            item.set_bright(True)
        self._bright = bright
