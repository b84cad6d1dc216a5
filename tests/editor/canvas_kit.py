"""What the tests of the canvas share: a document on a canvas, and hands that know where its nodes and ports are."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtWidgets import QApplication, QWidget

from editor.canvas.geometry import PortKey
from editor.canvas.node_item import NodeItem
from editor.canvas.value_display import ValueDisplay
from editor.canvas.view import GraphView
from editor.document import Document
from editor.theme import ThemeManager
from tests.editor import gui


class Canvas:
    """W and x into ``product``, which with b goes into ``sum``; all of them at 100 % in the view."""

    def __init__(self, document: Document | None = None) -> None:
        self.document = linear_document() if document is None else document
        self.view = GraphView(self.document, ThemeManager.instance())
        self.view.set_motion_reduced(True)
        self.view.resize(1000, 700)
        self.view.show()
        self.view.fit()
        QApplication.processEvents()
        self.refusals: list[str] = []
        self.palettes: list[tuple[QPointF, object]] = []
        self.view.refused.connect(lambda reason, place: self.refusals.append(reason))
        self.view.palette_wanted.connect(lambda place, scene, source: self.palettes.append((scene, source)))

    @property
    def viewport(self) -> QWidget:
        return self.view.viewport()

    def node(self, name: str) -> NodeItem:
        return self.view.graph_scene.nodes[name]

    def value(self, name: str) -> ValueDisplay:
        display = self.node(name).value
        assert display is not None, f"{name} shows no value"
        return display

    def at(self, scene: QPointF) -> QPointF:
        """Where a point of the scene is in the viewport."""
        return self.view.viewportTransform().map(scene)

    def on_node(self, name: str) -> QPointF:
        """A point on a node's name, away from its ports."""
        return self.at(self.node(name).pos() + QPointF(80, 12))

    def on_port(self, name: str, port: str, is_input: bool = True, slot: int = 0) -> QPointF:
        position = self.node(name).port_position(PortKey(is_input, port, slot))
        assert position is not None, f"{name} has no port {port} at place {slot}"
        return self.at(position)

    def on_output(self, name: str, port: str = "output") -> QPointF:
        return self.on_port(name, port, is_input=False)

    def on_nothing(self) -> QPointF:
        """A point of the viewport with nothing near it."""
        return QPointF(40, 660)

    def drag(
        self,
        start: QPointF,
        end: QPointF,
        keys: Qt.KeyboardModifier = gui.NO_MODIFIER,
        before_release: Callable[[], None] | None = None,
    ) -> None:
        gui.drag(self.viewport, start, end, keys=keys, before_release=before_release)

    def key(self, key: Qt.Key, keys: Qt.KeyboardModifier = gui.NO_MODIFIER) -> None:
        gui.press_key(self.view, key, keys)

    @property
    def wires(self) -> set[tuple[str, str, str, int]]:
        """The document's wires as (source, target, port, slot)."""
        return {(wire.source, wire.target, wire.target_port, wire.slot) for wire in self.document.wires()}

    def assert_shows_document(self) -> None:
        """The items are those of the document's nodes and wires, where the document has them."""
        scene, document = self.view.graph_scene, self.document
        assert list(scene.nodes) == document.names()
        assert set(scene.wires) == set(document.wires())
        for name, item in scene.nodes.items():
            assert item.name == name
            assert (item.x(), item.y()) == document.position(name)
        for wire, wire_item in scene.wires.items():
            assert wire_item.wire == wire
            assert wire_item.isVisible()
            assert wire_item.start == scene.port_position(wire.source, PortKey(False, wire.source_port, 0))
            assert wire_item.end == scene.port_position(wire.target, PortKey(True, wire.target_port, wire.slot))
        assert len(scene.items()) == len(scene.nodes) + len(scene.wires)

    def pixels(self, rect: QRectF) -> bytes:
        """What is painted in a rectangle of the scene."""
        area = self.view.viewportTransform().mapRect(rect).toAlignedRect()
        image = self.viewport.grab(area).toImage()
        return bytes(image.constBits())


def linear_document() -> Document:
    document = Document()
    for op_type, name, position, attributes in (
        ("Placeholder", "x", (0, 0), {"shape": "[?, 3]"}),
        ("Variable", "W", (0, 120), {"initial_value": "[1]"}),
        ("Variable", "b", (0, 240), {"initial_value": "[1]"}),
        ("Multiply", "product", (260, 40), {}),
        ("Add", "sum", (520, 120), {}),
        ("Square", "square", (520, 320), {}),
        ("Constant", "flag", (0, 360), {"value": "[1, 2]", "dtype": "int32"}),
    ):
        document.add_node(op_type, position, name, attributes)
    for source, target, port in (("x", "product", "x"), ("W", "product", "y"), ("product", "sum", "x")):
        assert document.connect(source, "output", target, port)
    document.undo_stack.clear()
    return document
