"""What is in a block, entry by entry: two of them can be compared, and what changed in one carried to another."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..graph import Graph, Operation, OperationRecord, record_of
from ..ops.stand_ins import BLOCK_INPUT, BLOCK_PORTS
from .definition import Definition, Instance
from .expressions import asks_ports

#: ``("node", name)``, ``("muted", name)``, ``("attribute", node, name)``, ``("inputs", node, port)``,
#: ``("instance", scope)``, ``("folded", scope)``; names are as seen from inside.
Key = tuple[str, ...]
#: What each instance has for itself, whatever the definition says.
_OWN_OF_VARIABLES = frozenset({"shape", "initial_value"})


@dataclass
class Contents:
    """The entries of a block, and the operations that they tell of, by their names as seen from inside."""

    entries: dict[Key, Any] = field(default_factory=dict)
    records: dict[str, OperationRecord] = field(default_factory=dict)

    @property
    def nodes(self) -> list[str]:
        return [key[1] for key in self.entries if key[0] == "node"]

    def matches(self, other: Contents) -> bool:
        """Whether both are the same block, whatever is folded in them."""
        return _without_folding(self.entries) == _without_folding(other.entries)

    def with_changes(self, before: Contents, after: Contents) -> Contents:
        """These contents with what has changed from ``before`` to ``after`` changed here, too."""
        entries, records = dict(self.entries), {**self.records}
        for key in (*before.entries, *after.entries):
            old, new = before.entries.get(key), after.entries.get(key)
            if old == new:
                continue
            if new is None:
                entries.pop(key, None)
            else:
                entries[key] = new
            if key[0] == "node" and new is not None:
                records[key[1]] = after.records[key[1]]
            elif key[0] == "attribute" and new is not None and key[1] in records:
                _, node, attribute = key
                value = after.records[node].attributes[attribute]
                records[node] = replace(records[node], attributes=records[node].attributes | {attribute: value})
        for name, record in records.items():
            is_muted = ("muted", name) in entries
            if record.is_muted is not is_muted:
                records[name] = replace(record, is_muted=is_muted)
        nodes = {key[1] for key in entries if key[0] == "node"}
        kept: dict[Key, Any] = {}
        for key, value in entries.items():
            if key[0] in ("attribute", "inputs", "muted") and key[1] not in nodes:
                continue
            if key[0] == "inputs":
                value = tuple(source for source in value if source[0] in nodes)
                if not value:
                    continue
            kept[key] = value
        return Contents(kept, {name: record for name, record in records.items() if name in nodes})


def _without_folding(entries: Mapping[Key, Any]) -> dict[Key, Any]:
    return {key: value for key, value in entries.items() if key[0] != "folded"}


def scope_prefix(scope: str) -> str:
    """What the names of the nodes in a scope begin with; nothing in the whole."""
    return f"{scope}/" if scope else ""


def members_of(graph: Graph, scopes: Iterable[str]) -> dict[str, list[Operation]]:
    """The operations in each of these scopes, in the order in which they were made."""
    members: dict[str, list[Operation]] = {scope: [] for scope in scopes}
    if not members:
        return members
    for op in graph.get_operations():
        for prefix in prefixes(op.name):
            if prefix in members:
                members[prefix].append(op)
        if "" in members:
            members[""].append(op)
    return members


def prefixes(name: str) -> Iterator[str]:
    """The scopes that a name lies in, the outermost first: ``a`` and ``a/b`` for ``a/b/c``."""
    end = name.find("/")
    while end != -1:
        yield name[:end]
        end = name.find("/", end + 1)


def scope_of(name: str, scopes: Mapping[str, Any]) -> str | None:
    """The innermost of some scopes that a node lies in; None where it lies in none."""
    return next((prefix for prefix in reversed(list(prefixes(name))) if prefix in scopes), None)


def nested_in(scope: str, instances: Mapping[str, Instance]) -> dict[str, Instance]:
    """The instances inside a scope, by their names as seen from there."""
    prefix = scope_prefix(scope)
    return {name[len(prefix) :]: each for name, each in instances.items() if name.startswith(prefix) and name != scope}


def contents_of(
    graph: Graph,
    members: Sequence[Operation],
    scope: str,
    definition: Definition,
    definitions: Mapping[str, Definition],
    instances: Mapping[str, Instance],
    folded: Iterable[str] = (),
) -> Contents:
    """What all instances of ``definition`` have in common, as it is in this scope.

    Left out is what an instance has for itself: what is wired to its ports from outside, the sizes and initial values
    of variables, and what rules of the definition say, or rules of an inner block that look at sizes.
    """
    prefix = scope_prefix(scope)
    nested = nested_in(scope, instances)
    own = own_attributes(definition, nested, definitions)
    inside = {op: op.name[len(prefix) :] for op in members}
    found = Contents()
    for op, name in inside.items():
        record = record_of(op)
        found.records[name] = record
        extra = json.dumps(record.extra, sort_keys=True)
        found.entries["node", name] = (op.type, record.gradient_name, record.device, extra)
        if op.is_muted:
            found.entries["muted", name] = True
        for attribute in op.declaration.attributes:
            if (name, attribute.name) in own or (op.type == "Variable" and attribute.name in _OWN_OF_VARIABLES):
                continue
            value = op.attributes[attribute.name]
            found.entries["attribute", name, attribute.name] = json.dumps(attribute.to_json(value))
        is_own_port = op.type == BLOCK_INPUT and scope_of(name, nested) is None
        for port, sources in () if is_own_port else op.connected_ports():
            wired = tuple((inside[source.op], source.port) for source in sources if source.op in inside)
            if wired:
                found.entries["inputs", name, port] = wired
    for name, instance in nested.items():
        found.entries["instance", name] = instance
    for name in folded:
        if name.startswith(prefix) and name != scope:
            found.entries["folded", name[len(prefix) :]] = True
    return found


def own_attributes(
    definition: Definition, nested: Mapping[str, Instance], definitions: Mapping[str, Definition]
) -> set[tuple[str, str]]:
    """The attributes, by node and name, that are set for each instance by itself."""
    own = {(rule.node, rule.attribute) for rule in definition.rules}
    for scope, instance in nested.items():
        inner = definitions.get(instance.definition)
        for rule in () if inner is None else inner.rules:
            if asks_ports(rule.expression):
                own.add((f"{scope}/{rule.node}", rule.attribute))
    return own


def ports_of(members: Iterable[Operation], scope: str, instances: Mapping[str, Instance]) -> list[Operation]:
    """The ports of an instance, in order, inputs and outputs mixed."""
    ports = [op for op in members if op.type in BLOCK_PORTS and scope_of(op.name, instances) == scope]
    return sorted(ports, key=lambda op: (op.attributes["order"], op.number))
