"""This program: the whole window, with all its panels."""

from __future__ import annotations

import tempfile
from pathlib import Path

from PySide6.QtCore import QPointF, QSettings
from PySide6.QtWidgets import QApplication

from editor.app import build_window
from editor.canvas.geometry import PortKey
from editor.canvas.view import GraphView
from editor.garbage import GarbageWatch
from editor.settings import Settings
from engine.formats.graph_file import save_graph_file
from engine.graph import Graph
from engine.model import Model

from .contender import SIZE
from .sample import Sample

_TYPES = ("Add", "Multiply", "Subtract")


def write(sample: Sample, path: Path) -> None:
    """Placeholders, then sums, products and differences."""
    graph = Graph()
    for node, sources in enumerate(sample.sources):
        if sources:
            inputs = dict(zip("xy", (graph.operation(_name(source)).output for source in sources), strict=True))
            graph.create(_TYPES[node % 3], inputs, {}, _name(node))
        else:
            graph.create("Placeholder", {}, {"dtype": "float32", "shape": [None, 8]}, _name(node))
    places = {_name(node): place for node, place in enumerate(sample.places)}
    save_graph_file(Model(graph, positions=places), path)


def _name(node: int) -> str:
    return f"node_{node}"


class Window:
    """The editor's window with one document."""

    def __init__(self) -> None:
        application = QApplication.instance() or QApplication([])
        assert isinstance(application, QApplication)
        self._folder = tempfile.TemporaryDirectory()
        settings = Settings(QSettings(f"{self._folder.name}/settings.ini", QSettings.Format.IniFormat))
        self._window = build_window(application, None, settings)
        GarbageWatch(self._window.windows)
        self._window.show()
        self._canvas.set_motion_reduced(True)
        application.processEvents()
        # The panels around have what the canvas leaves them.
        spare = self._window.size() - self._canvas.viewport().size()
        self._window.resize(spare.width() + SIZE[0], spare.height() + SIZE[1])

    @property
    def _canvas(self) -> GraphView:
        return self._window.canvas

    def open(self, path: Path) -> None:
        self._window.open_path(path)

    def save(self, path: Path) -> None:
        self._window.document.save(path)

    def view(self) -> GraphView:
        return self._canvas

    def show_all(self) -> None:
        self._canvas.fit()

    def show_at(self, zoom: float) -> None:
        self._canvas.camera.show(self._canvas.graph_scene.graph_rect().center(), zoom)

    def point_of(self, node: int) -> QPointF:
        box = self._canvas.graph_scene.item_showing(_name(node)).box
        return QPointF(self._canvas.mapFromScene(box.center() - QPointF(0, 4)))

    def output_of(self, node: int) -> QPointF:
        place = self._canvas.graph_scene.port_position(_name(node), PortKey(False, "output", 0))
        assert place is not None
        return QPointF(self._canvas.mapFromScene(place))

    def nodes_in_view(self) -> list[int]:
        found = self._canvas.graph_scene.node_items_in(self._canvas.camera.visible_rect.adjusted(200, 200, -600, -400))
        return sorted(int(item.name.partition("_")[2]) for item in found)

    def select(self, nodes: list[int]) -> None:
        self._canvas.select(map(_name, nodes))

    def delete(self, nodes: list[int]) -> None:
        self._window.document.delete(list(map(_name, nodes)))

    def undo(self) -> None:
        self._window.document.undo_stack.undo()

    def close(self) -> None:
        self._window.document.undo_stack.setClean()
        self._window.shut_down()
        self._folder.cleanup()


def make() -> Window:
    return Window()
