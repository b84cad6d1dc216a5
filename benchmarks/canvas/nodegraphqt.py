"""The peer: NodeGraphQt's widget alone, as its documentation has it, without its own check for circles.

With that check on, a thousand nodes do not get wired within minutes.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from NodeGraphQt import BaseNode, NodeGraph
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication, QGraphicsView

from .contender import SIZE
from .sample import Sample


class Operation(BaseNode):  # type: ignore[misc]
    """Two inputs and an output."""

    __identifier__ = "benchmark"
    NODE_NAME = "operation"

    def __init__(self) -> None:
        super().__init__()
        self.add_input("x")
        self.add_input("y")
        self.add_output("output", multi_output=True)


def write(sample: Sample, path: Path) -> None:
    """The sample as it is; the widget's own session files hold what only the widget can write."""
    path.write_text(json.dumps([sample.places, sample.sources]), encoding="utf-8")


class Widget:
    """The widget with one graph."""

    def __init__(self) -> None:
        self._application = QApplication.instance() or QApplication([])
        self._graph = NodeGraph()
        self._graph.set_acyclic(False)
        self._graph.register_node(Operation)
        self._viewer = self._graph.viewer()
        self._graph.widget.resize(*SIZE)
        self._graph.widget.show()
        self._nodes: list[Any] = []

    def open(self, path: Path) -> None:
        """Makes the nodes and wires, which is what its ``load_session`` does too, without undo steps."""
        places, sources = json.loads(path.read_text(encoding="utf-8"))
        self._nodes = [
            self._graph.create_node("benchmark.Operation", f"node_{node}", selected=False, pos=place, push_undo=False)
            for node, place in enumerate(places)
        ]
        for node, inputs in enumerate(sources):
            for port, source in enumerate(inputs):
                self._nodes[source].output(0).connect_to(self._nodes[node].input(port), push_undo=False)

    def save(self, path: Path) -> None:
        self._graph.save_session(str(path))

    def view(self) -> QGraphicsView:
        view: QGraphicsView = self._viewer
        return view

    def show_all(self) -> None:
        self._viewer.zoom_to_nodes([node.view for node in self._nodes])

    def show_at(self, zoom: float) -> None:
        middle = self._viewer.scene().itemsBoundingRect().center()
        self._viewer.reset_zoom(middle)
        self._viewer.scale(zoom, zoom)

    def point_of(self, node: int) -> QPointF:
        view = self._nodes[node].view
        return QPointF(self._viewer.mapFromScene(view.sceneBoundingRect().center()))

    def output_of(self, node: int) -> QPointF:
        port = self._nodes[node].output(0).view
        return QPointF(self._viewer.mapFromScene(port.sceneBoundingRect().center()))

    def nodes_in_view(self) -> list[int]:
        area = self._viewer.mapToScene(self._viewer.viewport().rect()).boundingRect().adjusted(200, 200, -600, -400)
        places = enumerate(node.view.sceneBoundingRect() for node in self._nodes)
        return [node for node, box in places if area.contains(box)]

    def select(self, nodes: list[int]) -> None:
        self._graph.clear_selection()
        for node in nodes:
            self._nodes[node].set_selected(True)

    def delete(self, nodes: list[int]) -> None:
        self._graph.delete_nodes([self._nodes[node] for node in nodes])

    def undo(self) -> None:
        self._graph.undo_stack().undo()

    def close(self) -> None:
        self._graph.widget.close()


def make() -> Widget:
    return Widget()
