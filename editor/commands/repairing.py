"""Repairs: what makes a refused wire legal, made together with the wire as one step."""

from __future__ import annotations

from typing import NamedTuple

from editor.wire_id import WireId
from engine.graph import GraphError, OperationRecord, get_declaration
from engine.model import Model
from engine.repairs import ChangeAttributes, InsertNode, Repair

from .command import DocumentCommand, Host
from .edits import Edit, InsertNodes, NodeState, Position, SetAttributeValue, owned
from .names import FreeNames
from .wiring_draft import WiringDraft

#: How wide and high a new node is thought to be, and the grid that it stands on, in pixels at 100 %.
_WIDTH, _HEIGHT, _GRID = 160.0, 80.0, 10.0
#: How far down the next place is tried where a node stands already.
_STEP = 20.0


class ProposedWire(NamedTuple):
    """A wire that a person wants: a new one, or ``moved`` led to another port."""

    source: str
    source_port: str
    target: str
    target_port: str
    #: The place at a variadic port; None for its end, and for any other port.
    slot: int | None = None
    moved: WireId | None = None


class ApplyRepair(DocumentCommand):
    """Does what a repair says, and makes the wire that it was offered for (None for a node that has a problem)."""

    def __init__(self, host: Host, repair: Repair, wire: ProposedWire | None) -> None:
        model = host.model
        draft = WiringDraft(model.graph)
        if wire is not None:
            propose(draft, model, wire)
        edits: list[Edit] = []
        if isinstance(repair, InsertNode):
            node = _new_node(model, repair)
            name = node.record.name
            edits.append(InsertNodes((node,), host.folder))
            draft.at(name, repair.port).append(repair.source)
            draft.at(repair.target.node, repair.target.port)[repair.target.slot] = (name, _output(repair))
        else:
            edits += _attribute_edits(model, repair)
        super().__init__(host, repair.sentence, [*edits, *draft.edits()])


def propose(draft: WiringDraft, model: Model, wire: ProposedWire) -> None:
    """Makes the wire, in the place of the one that is there unless the port is variadic."""
    if wire.moved is not None:
        del draft.at(wire.moved.target, wire.moved.target_port)[wire.moved.slot]
    wired = draft.at(wire.target, wire.target_port)
    declared = model.graph.operation(wire.target).declaration.input_port(wire.target_port)
    if declared is None or not declared.variadic:
        wired.clear()
    wired.insert(len(wired) if wire.slot is None else wire.slot, (wire.source, wire.source_port))


def place_between(model: Model, source: str, target: str) -> Position:
    """A free place for a node between two others: in the middle, or further down where a node stands already."""
    x1, y1 = model.positions.get(source, (0.0, 0.0))
    x2, y2 = model.positions.get(target, (0.0, 0.0))
    x, y = round((x1 + x2) / 2 / _GRID) * _GRID, round((y1 + y2) / 2 / _GRID) * _GRID
    near = [top for left, top in model.positions.values() if abs(left - x) < _WIDTH + _STEP]
    while any(abs(top - y) < _HEIGHT for top in near):
        y += _STEP
    return x, y


def _new_node(model: Model, repair: InsertNode) -> NodeState:
    declaration = get_declaration(repair.op_type)
    if declaration is None:
        raise GraphError(f"There is no operation called {repair.op_type!r}.")
    values = declaration.default_attributes()
    for name, value in repair.attributes.items():
        attribute = declaration.attribute(name)
        assert attribute is not None, name
        values[name] = owned(attribute.convert(value))
    graph = model.graph
    name = FreeNames(graph).for_new(declaration.default_name or declaration.type)
    record = OperationRecord(declaration, name, values, graph.next_number, "", {})
    return NodeState(record, place_between(model, repair.source[0], repair.target.node))


def _output(repair: InsertNode) -> str:
    declaration = get_declaration(repair.op_type)
    assert declaration is not None
    return declaration.outputs[0].name


def _attribute_edits(model: Model, repair: ChangeAttributes) -> list[Edit]:
    edits: list[Edit] = []
    for node, name, value in repair.changes:
        op = model.graph.operation(node)
        declared = op.declaration.attribute(name)
        if declared is None:
            raise GraphError(f"{node} has no attribute called {name!r}.", node)
        after = owned(declared.convert(value))
        if not declared.same(op.attributes[name], after):
            edits.append(SetAttributeValue(node, name, op.attributes[name], after))
    return edits
