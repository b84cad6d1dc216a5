"""A picture of a document that is brought up to date by its signals alone, as the canvas's is."""

from __future__ import annotations

from typing import Any

from editor.document import Document
from editor.wire_id import WireId
from engine.graph import AFTER, Graph

#: Fields of the model that ``field_changed`` tells of, besides those that follow their nodes.
FIELDS = ("frames", "notes", "direction", "views", "routes", "definitions", "instances")


class Mirror:
    """Follows a document. :meth:`check` compares the picture with the document itself."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.seen: list[str] = []
        self.begin_again()
        document.replaced.connect(self.begin_again)
        document.wires_removed.connect(self._wires_removed)
        document.nodes_removed.connect(self._nodes_removed)
        document.node_renamed.connect(self._renamed)
        document.nodes_added.connect(self._nodes_added)
        document.wires_added.connect(self._wires_added)
        document.nodes_moved.connect(self._moved)
        document.nodes_changed.connect(self._changed)
        document.data_changed.connect(self._data_changed)
        document.run_settings_changed.connect(self._run_settings_changed)
        document.field_changed.connect(self._field_changed)
        document.folding_changed.connect(self._folding_changed)

    def begin_again(self) -> None:
        document = self.document
        self.wires = set(document.wires())
        self.positions = {name: document.position(name) for name in document.names()}
        self.faces = {name: face(document.graph, name) for name in document.names()}
        self.data = dict(document.model.data)
        self.run = document.model.run
        self.folded = document.model.folded
        self.fields = {field: getattr(document.model, field) for field in FIELDS}
        self.collapsed = document.model.collapsed

    def check(self) -> None:
        document = self.document
        names = set(document.names())
        assert self.positions.keys() == names
        assert self.wires == set(document.wires())
        assert self.positions == {name: document.position(name) for name in names}
        assert self.faces == {name: face(document.graph, name) for name in names}
        assert self.data == document.model.data
        assert self.run == document.model.run
        assert self.folded == document.model.folded
        assert self.fields == {field: getattr(document.model, field) for field in FIELDS}
        assert self.collapsed == document.model.collapsed

    def _wires_removed(self, wires: list[WireId]) -> None:
        self.seen.append("wires_removed")
        assert wires
        assert self.wires.issuperset(wires)
        self.wires.difference_update(wires)

    def _nodes_removed(self, names: list[str]) -> None:
        self.seen.append("nodes_removed")
        assert names
        for name in names:
            assert not any(name in (wire.source, wire.target) for wire in self.wires)
            del self.positions[name], self.faces[name]
            self.collapsed -= {name}
            self.data.pop(name, None)

    def _renamed(self, old: str, new: str) -> None:
        self.seen.append("node_renamed")
        self.wires = {wire.renamed(old, new) for wire in self.wires}
        self.positions[new] = self.positions.pop(old)
        self.faces[new] = self.faces.pop(old)
        if old in self.collapsed:
            self.collapsed = self.collapsed - {old} | {new}
        if old in self.data:
            self.data[new] = self.data.pop(old)

    def _nodes_added(self, names: list[str]) -> None:
        self.seen.append("nodes_added")
        assert names
        for name in names:
            assert name not in self.positions
            self.positions[name] = self.document.position(name)
            self.faces[name] = face(self.document.graph, name)
        self.collapsed |= self.document.model.collapsed.intersection(names)

    def _wires_added(self, wires: list[WireId]) -> None:
        self.seen.append("wires_added")
        assert wires
        assert self.wires.isdisjoint(wires)
        assert all(wire.source in self.positions and wire.target in self.positions for wire in wires)
        self.wires.update(wires)

    def _moved(self, names: list[str]) -> None:
        self.seen.append("nodes_moved")
        for name in names:
            assert self.positions[name] != self.document.position(name)
            self.positions[name] = self.document.position(name)

    def _changed(self, names: list[str]) -> None:
        self.seen.append("nodes_changed")
        assert names
        for name in names:
            assert name in self.faces
            self.faces[name] = face(self.document.graph, name)

    def _data_changed(self, name: str) -> None:
        self.seen.append("data_changed")
        self.document.operation(name)
        if name in self.document.model.data:
            self.data[name] = self.document.model.data[name]
        else:
            self.data.pop(name, None)

    def _run_settings_changed(self) -> None:
        self.seen.append("run_settings_changed")
        assert self.run != self.document.model.run
        self.run = self.document.model.run

    def _folding_changed(self) -> None:
        self.seen.append("folding_changed")
        self.folded = self.document.model.folded

    def _field_changed(self, field: str) -> None:
        self.seen.append("field_changed")
        if field == "collapsed":
            self.collapsed = self.document.model.collapsed
        else:
            assert self.fields[field] != getattr(self.document.model, field)
            self.fields[field] = getattr(self.document.model, field)


def face(graph: Graph, name: str) -> Any:
    """All of a node that can be seen, except its name and its wires."""
    op = graph.operation(name)
    attributes = {
        attribute.name: repr(attribute.to_json(op.attributes[attribute.name]))
        for attribute in op.declaration.attributes
    }
    problem = op.problem and op.problem.message
    return (
        op.type,
        attributes,
        [tensor.spec for tensor in op.outputs],
        problem,
        bool(op.inputs_of(AFTER.name)),
        op.is_muted,
    )
