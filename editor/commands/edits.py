"""The smallest reversible changes of a document; every command is a list of these.

An edit holds names and plain data only. It is applied to the document that its command belongs to, and its inverse
undoes it exactly: the same order of nodes, the same slots of variadic ports.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np

from engine.graph import Graph, GraphError, Operation, OperationRecord, Output, record_of
from engine.model import NODE_SETS, DataSource, Model
from engine.training.paths import moved_source

from .tracker import Tracker

Value = TypeVar("Value")
Position = tuple[float, float]
Array = np.ndarray[Any, np.dtype[Any]]
#: Names of an operation and of its output.
SourceName = tuple[str, str]


class Editable(Protocol):
    """What an edit needs of the document."""

    @property
    def model(self) -> Model: ...

    @property
    def folder(self) -> Path | None: ...


class Edit(Protocol):
    def apply(self, document: Editable, tracker: Tracker) -> None:
        """Makes the change; ``tracker`` is told what it touches before it does so."""

    def inverse(self) -> Edit:
        """What undoes this."""


@dataclass(frozen=True)
class NodeState:
    """A node without its wires: the operation, and what the document keeps under its name."""

    record: OperationRecord
    position: Position | None = None
    data: DataSource | None = None
    value: Array | None = None
    #: The sets of the model that its name is in.
    sets: tuple[str, ...] = ()


def node_state(model: Model, op: Operation) -> NodeState:
    """A node as it is now."""
    name = op.name
    return NodeState(
        record_of(op),
        model.positions.get(name),
        model.data.get(name),
        model.values.get(name),
        tuple(field for field in NODE_SETS if name in getattr(model, field)),
    )


@dataclass(frozen=True)
class InsertNodes:
    """Adds nodes, each at its place in the order of making. ``folder`` is where the data's paths start."""

    nodes: tuple[NodeState, ...]
    folder: Path | None

    def apply(self, document: Editable, tracker: Tracker) -> None:
        model = document.model
        for op in model.graph.restore(node.record for node in self.nodes):
            tracker.added(op)
        for node in self.nodes:
            name = node.record.name
            if node.position is not None:
                model.positions[name] = node.position
            if node.data is not None:
                model.data[name] = moved_source(node.data, self.folder, document.folder)
                tracker.gave_data(name)
            if node.value is not None:
                model.values[name] = node.value
        _change_sets(model, self.nodes, frozenset.union)
        sort_as_nodes(model)

    def inverse(self) -> Edit:
        return RemoveNodes(self.nodes, self.folder)


@dataclass(frozen=True)
class RemoveNodes:
    """Takes away nodes that have no wires (any more)."""

    nodes: tuple[NodeState, ...]
    folder: Path | None

    def apply(self, document: Editable, tracker: Tracker) -> None:
        model = document.model
        for node in self.nodes:
            op = model.graph.operation(node.record.name)
            tracker.removed(op)
            model.graph.remove_quietly(op)
            model.positions.pop(op.name, None)
            model.data.pop(op.name, None)
            model.values.pop(op.name, None)
        _change_sets(model, self.nodes, frozenset.difference)

    def inverse(self) -> Edit:
        return InsertNodes(self.nodes, self.folder)


@dataclass(frozen=True)
class SetInputs:
    """Puts other wires in the place of those at a port."""

    target: str
    port: str
    before: tuple[SourceName, ...]
    after: tuple[SourceName, ...]

    def apply(self, document: Editable, tracker: Tracker) -> None:
        graph = document.model.graph
        target = graph.operation(self.target)
        tracker.rewires(target, self.port)
        graph.set_inputs(target, self.port, [output_of(graph, source) for source in self.after])

    def inverse(self) -> Edit:
        return SetInputs(self.target, self.port, self.after, self.before)


@dataclass(frozen=True)
class SetPosition:
    name: str
    before: Position | None
    after: Position | None

    def apply(self, document: Editable, tracker: Tracker) -> None:
        if self.after is None:
            document.model.positions.pop(self.name, None)
        else:
            document.model.positions[self.name] = self.after
        tracker.moved(self.name, self.before, self.after)

    def inverse(self) -> Edit:
        return SetPosition(self.name, self.after, self.before)


@dataclass(frozen=True)
class SetName:
    before: str
    after: str

    def apply(self, document: Editable, tracker: Tracker) -> None:
        model = document.model
        tracker.changed(model.graph.rename(model.graph.operation(self.before), self.after))
        if self.before in model.positions:
            model.positions[self.after] = model.positions.pop(self.before)
        model.data = _renamed(model.data, self.before, self.after)
        model.values = _renamed(model.values, self.before, self.after)
        for field in NODE_SETS:
            names = getattr(model, field)
            if self.before in names:
                setattr(model, field, names - {self.before} | {self.after})
        tracker.renamed(self.before, self.after)

    def inverse(self) -> Edit:
        return SetName(self.after, self.before)


def _change_sets(
    model: Model,
    nodes: Iterable[NodeState],
    change: Callable[[frozenset[str], frozenset[str]], frozenset[str]],
) -> None:
    """Brings the names of nodes into the sets that they are in, or out of them."""
    for field in NODE_SETS:
        names = frozenset(node.record.name for node in nodes if field in node.sets)
        if names:
            setattr(model, field, change(getattr(model, field), names))


def _renamed(kept: dict[str, Value], before: str, after: str) -> dict[str, Value]:
    """The same entries in the same order, one of them under another name."""
    if before not in kept:
        return kept
    return {after if name == before else name: value for name, value in kept.items()}


@dataclass(frozen=True)
class SetAttributeValue:
    name: str
    attribute: str
    before: Any
    after: Any

    def apply(self, document: Editable, tracker: Tracker) -> None:
        graph = document.model.graph
        op = graph.operation(self.name)
        tracker.changed([op, *graph.set_attribute(op, self.attribute, self.after)])

    def inverse(self) -> Edit:
        return SetAttributeValue(self.name, self.attribute, self.after, self.before)


@dataclass(frozen=True)
class SetMuted:
    name: str
    is_muted: bool

    def apply(self, document: Editable, tracker: Tracker) -> None:
        graph = document.model.graph
        op = graph.operation(self.name)
        tracker.changed([op, *graph.set_muted(op, self.is_muted)])

    def inverse(self) -> Edit:
        return SetMuted(self.name, not self.is_muted)


@dataclass(frozen=True)
class SetSource:
    """Gives a placeholder other data. ``folder`` is where the paths started when the edit was made."""

    name: str
    before: DataSource | None
    after: DataSource | None
    folder: Path | None

    def apply(self, document: Editable, tracker: Tracker) -> None:
        if self.after is None:
            document.model.data.pop(self.name, None)
        else:
            document.model.data[self.name] = moved_source(self.after, self.folder, document.folder)
            sort_as_nodes(document.model)
        tracker.gave_data(self.name)

    def inverse(self) -> Edit:
        return SetSource(self.name, self.after, self.before, self.folder)


@dataclass(frozen=True)
class SetField:
    """Puts another value in the place of a whole field of the model, such as its run settings or what is folded.

    The values are immutable (frozensets, tuples, frozen dataclasses), so that nobody changes a step of the past.
    """

    field: str
    before: Any
    after: Any

    def apply(self, document: Editable, tracker: Tracker) -> None:
        setattr(document.model, self.field, self.after)
        tracker.set_field(self.field)

    def inverse(self) -> Edit:
        return SetField(self.field, self.after, self.before)


def field_edit(model: Model, field: str, after: Any) -> list[SetField]:
    """The edit that gives a field another value; none where it has that value already."""
    before = getattr(model, field)
    return [] if before == after else [SetField(field, before, after)]


def names_in(edits: Iterable[Edit]) -> set[str]:
    """The nodes, and the instances of blocks, that edits tell of, under all names that they have there."""
    names: set[str] = set()
    for edit in edits:
        match edit:
            case InsertNodes(nodes) | RemoveNodes(nodes):
                names.update(node.record.name for node in nodes)
            case SetInputs(target):
                names.add(target)
            case SetName(before, after):
                names.update((before, after))
            case SetPosition(name) | SetAttributeValue(name) | SetMuted(name):
                names.add(name)
            case SetField("instances", old, new):
                names.update(scope for scope in {*old, *new} if old.get(scope) != new.get(scope))
    return names


def merged(first: Iterable[Edit], second: Iterable[Edit]) -> list[Edit]:
    """Moves and changes of fields one after the other as one of each; those that change nothing are left out."""
    net: dict[str, SetPosition | SetField] = {}
    for edit in (*first, *second):
        if not isinstance(edit, SetPosition | SetField):
            raise TypeError(f"{type(edit).__name__} cannot be merged.")
        # No node is called so.
        key = edit.name if isinstance(edit, SetPosition) else f" {edit.field}"
        net[key] = replace(edit, before=net[key].before) if key in net else edit
    return [edit for edit in net.values() if edit.before != edit.after]


def place_edits(model: Model, places: Mapping[str, Position]) -> list[Edit]:
    """The edits that move nodes to places where they do not stand yet."""
    before = model.positions
    return [SetPosition(name, before.get(name), place) for name, place in places.items() if before.get(name) != place]


def owned(value: Any) -> Any:
    """An attribute's value that nobody else can change: arrays are copied."""
    return value.copy() if isinstance(value, np.ndarray) else value


def sort_as_nodes(model: Model) -> None:
    """Puts data and trained values into the order of their nodes: a file with the same content has the same bytes."""
    model.data = _in_node_order(model.data, model.graph)
    model.values = _in_node_order(model.values, model.graph)


def _in_node_order(kept: dict[str, Value], graph: Graph) -> dict[str, Value]:
    def number(name: str) -> int:
        return graph.operation(name).number if name in graph else graph.next_number

    return {name: kept[name] for name in sorted(kept, key=number)}


def output_of(graph: Graph, source: SourceName) -> Output:
    """The output with these names. Raises GraphError when there is none."""
    name, port = source
    output = graph.operation(name).output_named(port)
    if output is None:
        raise GraphError(f"{name} has no output called {port!r}.", name)
    return output


def source_names(sources: Sequence[Output]) -> tuple[SourceName, ...]:
    return tuple((source.op.name, source.port) for source in sources)


def rewired(target: Operation, port: str, after: Sequence[Output]) -> SetInputs:
    """The edit that puts ``after`` in the place of what is wired to a port now."""
    return SetInputs(target.name, port, source_names(target.inputs_of(port)), source_names(after))
