"""Making a reusable block of nodes, and plain nodes of a block."""

from __future__ import annotations

from collections.abc import Sequence

from editor.wire_id import WireId
from engine.blocks.contents import members_of, ports_of, prefixes, scope_of, scope_prefix
from engine.blocks.definition import Definition, Instance
from engine.formats.blocks import check_definition_name
from engine.graph import GraphError, Operation, Output
from engine.model import Model

from .blocks import renamed_under
from .command import DocumentCommand, Host
from .edits import Edit, RemoveNodes, SetName, field_edit, node_state, rewired
from .run_names import renamed_in, settings_without
from .scope_names import free_scope_names, scope_label
from .wire_edits import disconnect_edits
from .words import translate


class GroupIntoBlock(DocumentCommand):
    """Makes nodes the first instance of a new definition: their names begin with that of the block.

    Raises GraphError for nodes that do not lie together, FileFormatError for a name that cannot be.
    """

    def __init__(self, host: Host, names: Sequence[str], name: str) -> None:
        model = host.model
        name = name.strip()
        check_definition_name(name)
        if name in model.definitions:
            raise GraphError(f"There is already a block called {name!r}; choose another name.")
        if not names:
            raise GraphError("Nothing is selected; select the nodes that belong in the block first.")
        ops = {name: model.graph.operation(name) for name in names}
        around = _common_instance(model, set(ops))
        #: The scope that holds the nodes now.
        self.scope = free_scope_names(model.graph).for_new(scope_prefix(around) + scope_label(name))
        shared = _shared_prefix(list(ops), scope_prefix(around))
        new_names = {old: f"{self.scope}/{old[len(shared) :]}" for old in ops}
        edits: list[Edit] = [SetName(old, new) for old, new in new_names.items()]
        edits += field_edit(model, "run", renamed_in(model.run, new_names))
        inside = {prefix for old in ops for prefix in prefixes(old) if len(prefix) > len(shared)}
        moved = {
            scope: self.scope + "/" + scope[len(shared) :] for scope in inside if _is_whole(model, scope, set(ops))
        }
        edits += field_edit(model, "folded", frozenset(moved.get(scope, scope) for scope in model.folded))
        instances = {moved.get(scope, scope): instance for scope, instance in model.instances.items()}
        edits += field_edit(model, "definitions", {**model.definitions, name: Definition()})
        edits += field_edit(model, "instances", {**instances, self.scope: Instance(name)})
        super().__init__(host, translate("Commands", "Group into the block {name}").format(name=name), edits)


def _is_whole(model: Model, scope: str, names: set[str]) -> bool:
    return all(op.name in names for op in members_of(model.graph, [scope])[scope])


def _common_instance(model: Model, names: set[str]) -> str:
    """The innermost instance that all the nodes lie in, whole instances among them taken as one."""
    members = members_of(model.graph, model.instances)
    whole = {scope for scope, ops in members.items() if ops and all(op.name in names for op in ops)}
    partial = {scope: instance for scope, instance in model.instances.items() if scope not in whole}
    found = {scope_of(name, partial) or "" for name in names}
    if len(found) > 1:
        inner = max(found, key=len)
        raise GraphError(
            f"Some of the nodes are inside the block {inner} and some outside; select nodes of one block, or all of it."
        )
    return found.pop()


def _shared_prefix(names: Sequence[str], least: str) -> str:
    """The scopes that all the names begin with, with the stroke behind; names themselves are no scopes."""
    shared = least
    while True:
        parts = {name[len(shared) :].partition("/")[0] for name in names if "/" in name[len(shared) :]}
        if len(parts) != 1 or any("/" not in name[len(shared) :] for name in names):
            return shared
        shared += f"{parts.pop()}/"


class Ungroup(DocumentCommand):
    """Makes plain nodes of an instance; wires that went through its ports go straight on. The definition stays."""

    def __init__(self, host: Host, scope: str) -> None:
        model = host.model
        graph = model.graph
        if scope not in model.instances:
            raise GraphError(f"{scope} is no block; select an instance of one.")
        ops = members_of(graph, [scope])[scope]
        ports = ports_of(ops, scope, model.instances)
        edits: list[Edit] = [*_healing(model, ports), RemoveNodes(tuple(node_state(model, op) for op in ports), None)]
        gone = {op.name for op in ports}
        staying = [op.name for op in ops if op.name not in gone]
        around = scope.rpartition("/")[0]
        free = free_scope_names(graph)
        tops: dict[str, str] = {}
        for name in staying:
            top = name[len(scope) + 1 :].partition("/")[0]
            if top not in tops:
                tops[top] = free.for_copy(scope_prefix(around) + top)
        new_names = {name: _moved(name, scope, tops) for name in staying}
        #: What the nodes are called now.
        self.names = list(new_names.values())
        edits += [SetName(old, new) for old, new in new_names.items()]
        edits += field_edit(model, "run", renamed_in(settings_without(model.run, gone), new_names))
        folded = {name for name in model.folded if name != scope}
        edits += field_edit(model, "folded", frozenset(_moved(name, scope, tops) for name in folded))
        instances = {_moved(name, scope, tops): each for name, each in model.instances.items() if name != scope}
        edits += field_edit(model, "instances", instances)
        super().__init__(host, translate("Commands", "Ungroup {name}").format(name=scope), edits)


def _moved(name: str, scope: str, tops: dict[str, str]) -> str:
    """The name of a node or scope once what is in ``scope`` lies around it."""
    if not name.startswith(f"{scope}/"):
        return name
    top = name[len(scope) + 1 :].partition("/")[0]
    return renamed_under(name, f"{scope}/{top}", tops.get(top, name))


def _healing(model: Model, ports: Sequence[Operation]) -> list[Edit]:
    """The edits that lead wires past ports, and take what is left of these away."""
    graph = model.graph
    edits: list[Edit] = []
    gone = set(ports)
    touched = dict.fromkeys(
        (wire.target, wire.port) for port in ports for wire in graph.wires_out_of(port) if wire.target not in gone
    )
    for target, port in touched:
        sources = [_past(source, gone) for source in target.inputs_of(port)]
        edits.append(rewired(target, port, [source for source in sources if source is not None]))
    into = [WireId.of(wire) for port in ports for wire in graph.wires_into(port)]
    edits += disconnect_edits(graph, into)
    return edits


def _past(source: Output, gone: set[Operation]) -> Output | None:
    """Where a wire begins once the ports on its way are gone; None where nothing was wired to them."""
    while source.op in gone:
        wired = source.op.inputs_of("x")
        if not wired:
            return None
        source = wired[0].op.done if source is source.op.done else wired[0]
    return source
