"""What is under the pointer while no button is down: it is brought out, and its tooltip shown."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QToolTip, QWidget

from editor.canvas.area_item import edge_cursor
from editor.canvas.block_item import BlockItem
from editor.canvas.node_text import (
    ValueAge,
    inner_port_tooltip,
    node_tooltip,
    port_tooltip,
    probe_tooltip,
    scope_tooltip,
    wire_tooltip,
)
from editor.canvas.scene import GraphScene, Hit
from editor.document import Document
from engine.graph import Problem, Tensor


class Hover:
    """Keeps the one node or wire that is under the pointer marked as hovered."""

    def __init__(self, scene: GraphScene) -> None:
        self._scene = scene
        self.hit = Hit()
        #: Figures of the tensor that is hovered, and which one that is.
        self._figures: tuple[tuple[str, int], str] | None = None
        self._screen = QPoint()

    def set_hit(self, hit: Hit) -> None:
        """Marks what lies at the pointer now; ``Hit()`` for nothing."""
        old, self.hit = self.hit, hit
        if old.node is not None and old.node is not hit.node:
            old.node.set_hovered(False)
        if old.area is not None and old.area is not hit.area:
            old.area.set_hovered(False)
        if hit.area is not None:
            hit.area.set_hovered(True)
        if old.frame is not None and old.frame is not hit.frame:
            old.frame.set_hovered(False)
        if hit.frame is not None:
            hit.frame.set_hovered(True)
        if old.probe is not None and old.probe is not hit.probe:
            old.probe.set_hovered(False)
        if hit.probe is not None:
            hit.probe.set_hovered(True)
        if old.wire is not None and old.wire is not hit.wire:
            old.wire.set_hovered(False)
        if hit.node is not None:
            hit.node.set_hovered(True, None if hit.port is None else hit.port.key)
        if hit.wire is not None:
            hit.wire.set_hovered(True)
        if hit.node is not old.node:
            self._scene.hovered_changed.emit([] if hit.node is None else list(hit.node.members))

    @property
    def cursor(self) -> Qt.CursorShape:
        """What a press would do."""
        if self.hit.port is not None:
            return Qt.CursorShape.CrossCursor
        if self.hit.edges:
            return edge_cursor(self.hit.edges)
        if any(item is not None for item in (self.hit.node, self.hit.probe, self.hit.frame, self.hit.area)):
            return Qt.CursorShape.OpenHandCursor
        if self.hit.point is not None:
            return Qt.CursorShape.OpenHandCursor
        return Qt.CursorShape.PointingHandCursor if self.hit.wire is not None else Qt.CursorShape.ArrowCursor

    def show_tooltip(self, screen: QPoint, widget: QWidget) -> None:
        self._screen = screen
        text = self.tooltip()
        if text:
            QToolTip.showText(screen, text, widget)
        else:
            QToolTip.hideText()

    def show_figures(self, tensor: tuple[str, int], text: str, widget: QWidget) -> None:
        """Adds figures to the tooltip that is shown."""
        if self._figures != (tensor, text):
            self._figures = (tensor, text)
            self.show_tooltip(self._screen, widget)

    def tooltip(self) -> str:
        """The tooltip of what is hovered, as rich text; "" for nothing."""
        text = self._description()
        if text and self._figures is not None and self._figures[0] == tensor_at(self._scene.document, self.hit):
            return f"{text}<br>{self._figures[1]}"
        return text

    def _description(self) -> str:
        document = self._scene.document
        node, port, wire, frame, probe = self.hit[:5]
        if probe is not None:
            return probe_tooltip(probe.tensor)
        if frame is not None:
            return scope_tooltip(frame.name, len(frame.members), is_folded=False)
        if wire is not None and wire.wire.source in document.graph:
            ends = wire.wire
            source = document.operation(ends.source)
            output = source.output_named(ends.source_port)
            sizes = document.sizes.lines([output] if isinstance(output, Tensor) else [])
            return wire_tooltip(source, ends.source_port, ends.target, ends.target_port, sizes)
        if isinstance(node, BlockItem):
            if port is None:
                result = None if node.value is None else node.value.array
                return scope_tooltip(node.name, len(node.members), True, node.details_text, result, node.problems)
            inner = [(document.operation(end.node), end.key.name) for end in node.ends_of(port)]
            return "<br>".join(inner_port_tooltip(op, name, port.key.is_input) for op, name in inner)
        if node is None or node.name not in document.graph:
            return ""
        op = document.operation(node.name)
        if port is not None:
            return port_tooltip(op, port.key.name, port.key.is_input)
        value, age = (None, ValueAge.PRESENT) if node.value is None else (node.value.array, node.value.age)
        problems: Sequence[Problem] = node.problems
        text = node_tooltip(op, value, age, problems, document.sizes.lines(op.outputs))
        return text if node.stop is None or not node.stop.text else f"{text}<br>{node.stop.text}"


def tensor_at(document: Document, hit: Hit) -> tuple[str, int] | None:
    """The node and the number of its output whose tensor is at a place: also at the other end of a wire."""
    if hit.probe is not None:
        return (hit.probe.tensor.node, hit.probe.tensor.output)
    if hit.wire is not None:
        return _output(document, hit.wire.wire.source, hit.wire.wire.source_port)
    item, port = hit.node, hit.port
    if item is None:
        return None
    if port is not None:
        end = item.ends_of(port)[0]
        if end.node not in document.graph:
            return None
        if not port.key.is_input:
            return _output(document, end.node, end.key.name)
        sources = document.operation(end.node).inputs_of(end.key.name)
        source = sources[end.key.slot] if end.key.slot < len(sources) else None
        return (source.op.name, source.op.outputs.index(source)) if isinstance(source, Tensor) else None
    name = item.result if isinstance(item, BlockItem) else item.name
    return None if name is None or name not in document.graph else _first(document, name)


def _first(document: Document, name: str) -> tuple[str, int] | None:
    outputs = document.operation(name).outputs
    return next(((name, place) for place, output in enumerate(outputs) if isinstance(output, Tensor)), None)


def _output(document: Document, node: str, port: str) -> tuple[str, int] | None:
    if node not in document.graph:
        return None
    op = document.operation(node)
    output = op.output_named(port)
    return (node, op.outputs.index(output)) if isinstance(output, Tensor) else None
