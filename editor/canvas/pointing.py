"""From a press of the left button to the gesture it becomes."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from editor.canvas.area_item import AreaItem
from editor.canvas.block_item import BlockItem
from editor.canvas.box_item import BoxItem
from editor.canvas.frame_item import FrameItem
from editor.canvas.geometry import Port
from editor.canvas.gestures import DragNodes, DragPoint, DragProbe, DragWire, Gesture, ResizeArea, RubberBand
from editor.canvas.gestures.drag_point import toggle_point
from editor.canvas.note_item import NoteItem, open_link
from editor.canvas.scene import Hit
from editor.canvas.tools import Pointer, Tools
from editor.canvas.wire_item import WireItem

_ADDING = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier


class Press:
    """A press that is a click while the pointer stays, and becomes a gesture once it has moved."""

    def __init__(self, tools: Tools, pointer: Pointer, hit: Hit) -> None:
        self._tools = tools
        self.pointer = pointer
        self._hit = hit
        #: Whether a press on a wire is about its points.
        self._is_routing = bool(pointer.modifiers & Qt.KeyboardModifier.AltModifier)
        self._is_adding = bool(pointer.modifiers & _ADDING)
        item = self._box if hit.port is None else None
        self._was_selected = item is not None and item.isSelected()
        if item is not None and not self._was_selected:
            self._select()

    def has_moved(self, pointer: Pointer) -> bool:
        distance = (pointer.point - self.pointer.point).manhattanLength()
        return distance >= QApplication.startDragDistance()

    def gesture(self) -> Gesture:
        """What dragging from here does."""
        node, port, frame, probe, area = (
            self._hit.node,
            self._hit.port,
            self._hit.frame,
            self._hit.probe,
            self._hit.area,
        )
        if probe is not None:
            return DragProbe(self._tools, probe)
        if area is not None:
            return ResizeArea(self._tools, area, self._hit.edges) if self._hit.edges else DragNodes(self._tools, area)
        if self._hit.wire is not None and (self._hit.point is not None or self._is_routing):
            return DragPoint(self._tools, self._hit.wire, self._hit.point)
        if node is None:
            return RubberBand(self._tools) if frame is None else DragNodes(self._tools, frame)
        if port is None:
            return DragNodes(self._tools, node)
        return DragWire(self._tools, node, port, self._picked_up(node, port))

    def _picked_up(self, node: BoxItem, port: Port) -> WireItem | None:
        """The wire whose end is at a port; None where a port of a block stands for several."""
        ends = node.ends_of(port)
        if not port.key.is_input or not port.is_wired or len(ends) > 1:
            return None
        return self._tools.scene.wire_at(*ends[0])

    def click(self) -> None:
        """The button came up where it went down."""
        scene = self._tools.scene
        probe = self._hit.probe
        if probe is not None:
            if probe.is_on_close(self.pointer.scene):
                scene.probes.unpin(probe.tensor)
        elif self._hit.wire is not None and self._is_routing:
            toggle_point(self._tools, self._hit.wire, self.pointer.scene)
        elif self._hit.port is not None or self._hit.wire is not None:
            self._select()
        elif self._hit.frame is not None and self._hit.frame.button_box.contains(self.pointer.scene):
            self._tools.document.set_folded([self._hit.frame.name], True)
        elif self._clicked_link:
            open_link(self._clicked_link)
        elif self._box is None:
            if not self._is_adding:
                scene.select_only([])
        elif self._was_selected:
            if self._is_adding:
                self._box.setSelected(False)
            else:
                scene.select_items({self._box})

    @property
    def _clicked_link(self) -> str:
        """The link in a note that was clicked with Ctrl; "" for none."""
        has_ctrl = bool(self.pointer.modifiers & Qt.KeyboardModifier.ControlModifier)
        area = self._hit.area
        return area.link_at(self.pointer.scene) if has_ctrl and isinstance(area, NoteItem) else ""

    @property
    def clicked_number(self) -> tuple[str, tuple[int, ...]] | None:
        """The node, and the index of the element, whose figure was clicked to look at it, not to add to a selection."""
        return None if self._is_adding else figure_at(self._hit, self.pointer, self._tools.camera.zoom)

    @property
    def _box(self) -> BoxItem | FrameItem | AreaItem | None:
        return self._hit.node or self._hit.frame or self._hit.area

    def _select(self) -> None:
        scene = self._tools.scene
        item = self._hit.wire or self._box
        if item is None:
            return
        with scene.one_selection():
            is_selected = self._is_adding and item.isSelected()
            if not self._is_adding:
                scene.clearSelection()
            item.setSelected(not is_selected)


def figure_at(hit: Hit, pointer: Pointer, zoom: float) -> tuple[str, tuple[int, ...]] | None:
    """The node, and the index of the element, whose figure in the node's strip is at the pointer; None elsewhere."""
    item = hit.node
    if item is None or hit.port is not None or isinstance(item, BlockItem):
        return None
    index = item.number_at(pointer.scene, zoom)
    return None if index is None else (item.name, index)
