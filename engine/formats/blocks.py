"""Definitions of blocks in a file, and from their texts to models and back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Raw

from ..blocks.contents import Contents, contents_of, members_of
from ..blocks.definition import Definition, Instance, Parameter, Rule
from ..blocks.expressions import check_expression
from ..graph import AttributeKind, EngineError, FileFormatError, Problem, Severity
from ..model import Model
from .building import build_graph
from .structure import DefinitionEntry, InstanceEntry, NodeEntry, ParameterEntry, WireEntry
from .writing import needed_definitions, node_lines, wire_lines

#: Names of definitions are shown, and name files of the library.
LONGEST_NAME = 60
_FORBIDDEN = frozenset('/\\:*?"<>|')
_TEXTS = msgspec.json.Decoder(dict[str, dict[str, Raw]])
_NODE_TEXTS = msgspec.json.Decoder(list[dict[str, Raw]])
_NODE, _WIRE = msgspec.json.Decoder(NodeEntry), msgspec.json.Decoder(WireEntry)
_NODE_FIELDS = msgspec.json.Decoder(dict[str, Raw])


def check_definition_name(name: str) -> None:
    """Raises FileFormatError with a sentence unless a definition can be called that."""
    if not name.strip() or name != name.strip() or name.startswith(".") or len(name) > LONGEST_NAME:
        raise FileFormatError(f"{name!r} is no name for a block; use 1 to {LONGEST_NAME} characters, no dot first.")
    if any(character in _FORBIDDEN or not character.isprintable() for character in name):
        raise FileFormatError(f'{name!r} is no name for a block; leave out / \\ : * ? " < > | in it.')


# --- reading -----------------------------------------------------------------------------------------------------


def read_definitions(entries: Mapping[str, DefinitionEntry], text: Raw | None, place: str) -> dict[str, Definition]:
    """The definitions of a file. Raises FileFormatError for one that cannot be."""
    if not entries or text is None:
        return {}
    texts = _TEXTS.decode(text)
    found: dict[str, Definition] = {}
    for name, entry in entries.items():
        try:
            check_definition_name(name)
            found[name] = _definition(entry, texts[name].get("nodes", Raw(b"[]")), f"{place}, block {name!r}")
        except FileFormatError:
            raise
        except EngineError as error:
            raise FileFormatError(f"{place}, block {name!r}: {error}") from None
    return found


def read_instances(entries: Mapping[str, InstanceEntry]) -> dict[str, Instance]:
    return {
        scope: Instance(entry.definition, tuple(sorted(entry.parameters.items()))) for scope, entry in entries.items()
    }


def _definition(entry: DefinitionEntry, nodes: Raw, place: str) -> Definition:
    graph = build_graph(entry.nodes, _NODE_TEXTS.decode(nodes), entry.wires, place)
    positions = {node.name: node.position for node in entry.nodes if node.position is not None}
    parameters = tuple(_parameter(each) for each in entry.parameters)
    defaults = {each.name: each.default for each in parameters}
    rules = tuple(Rule(rule.node, rule.attribute, rule.expression) for rule in entry.rules)
    for rule in rules:
        check_expression(rule.expression, defaults)
        if graph.operation(rule.node).declaration.attribute(rule.attribute) is None:
            raise FileFormatError(f"{place}: {rule.node} has no attribute {rule.attribute!r} for a rule to set.")
    model = Model(graph=graph, positions=positions)
    model.instances = read_instances(entry.instances)
    model.folded = frozenset(entry.folded)
    return definition_of(model, Definition(entry.description, parameters, rules))


def _parameter(entry: ParameterEntry) -> Parameter:
    parameter = Parameter(
        entry.name,
        AttributeKind(entry.kind),
        entry.default,
        entry.description,
        tuple(entry.choices),
        entry.minimum,
        entry.maximum,
    )
    parameter.attribute.from_json(entry.default)
    return parameter


# --- between definitions and models ------------------------------------------------------------------------------


def definition_of(model: Model, like: Definition) -> Definition:
    """The definition with the nodes, wires and inner blocks of a model; all else is as in ``like``."""
    ops = model.graph.get_operations()
    return Definition(
        like.description,
        like.parameters,
        like.rules,
        tuple(node_lines(model, ops)),
        tuple(wire_lines(model, ops)),
        tuple(sorted(model.instances.items())),
        model.folded,
    )


def definition_model(definition: Definition) -> Model:
    """The nodes, wires and inner blocks of a definition as a model of its own, a new one each time."""
    nodes = [_NODE.decode(text) for text in definition.nodes]
    wires = [_WIRE.decode(text) for text in definition.wires]
    texts = [_NODE_FIELDS.decode(text) for text in definition.nodes]
    return Model(
        graph=build_graph(nodes, texts, wires, "The block"),
        positions={node.name: node.position for node in nodes if node.position is not None},
        instances=dict(definition.instances),
        folded=definition.folded,
    )


def instance_model(name: str, definitions: Mapping[str, Definition], scope: str) -> Model:
    """A model that holds one instance of a definition, as if it were copied from a document."""
    body = definition_model(definitions[name])
    for op in body.graph.get_operations():
        body.graph.rename(op, f"{scope}/{op.name}")
    body.positions = {f"{scope}/{node}": place for node, place in body.positions.items()}
    body.instances = {scope: Instance(name), **{f"{scope}/{inner}": each for inner, each in body.instances.items()}}
    body.folded = frozenset({scope, *(f"{scope}/{inner}" for inner in body.folded)})
    body.definitions = needed_definitions(definitions, [name])
    return body


# --- whether instances are what they are said to be --------------------------------------------------------------


def mend_blocks(model: Model) -> list[Problem]:
    """Lets scopes that are not what their definitions say be plain scopes, and tells of each in a sentence."""
    problems: list[Problem] = []
    definitions = dict(model.definitions)
    for name, why in list(_unsound(definitions)):
        definitions.pop(name, None)
        problems.append(Problem(why, severity=Severity.WARNING))
    instances = dict(model.instances)
    members = members_of(model.graph, instances)
    bodies: dict[str, Contents] = {}
    # Inner ones first: what holds one that is none is none itself.
    for scope in sorted(model.instances, key=lambda scope: scope.count("/"), reverse=True):
        why = _mismatch(model, scope, definitions, instances, members, bodies)
        if why:
            del instances[scope]
            node = members[scope][0].name if members[scope] else ""
            sentence = f"{scope} is kept as plain nodes, because {why}. Group it again to make a block of it."
            problems.append(Problem(sentence, node, severity=Severity.WARNING))
    model.definitions, model.instances = definitions, instances
    return problems


def _mismatch(
    model: Model,
    scope: str,
    definitions: Mapping[str, Definition],
    instances: Mapping[str, Instance],
    members: Mapping[str, Any],
    bodies: dict[str, Contents],
) -> str:
    """Why a scope is no instance of what it is said to be; "" where it is one."""
    name = model.instances[scope].definition
    definition = definitions.get(name)
    if definition is None:
        return f"there is no block called {name!r} in the file"
    if not members[scope]:
        return "there are no nodes in it"
    for key, value in model.instances[scope].values:
        parameter = definition.parameter(key)
        try:
            if parameter is None:
                return f"{name} has no parameter called {key!r}"
            parameter.attribute.from_json(value)
        except EngineError as error:
            return f"a parameter of {name} cannot be: {error}".rstrip(".")
    if name not in bodies:
        bodies[name] = definition_contents(definition, definitions)
    found = contents_of(model.graph, members[scope], scope, definition, definitions, instances)
    if not found.matches(bodies[name]):
        return f"its nodes are not those of the block {name}"
    return ""


def definition_contents(definition: Definition, definitions: Mapping[str, Definition]) -> Contents:
    """What all instances of a definition have in common."""
    body = definition_model(definition)
    ops = body.graph.get_operations()
    return contents_of(body.graph, ops, "", definition, definitions, body.instances, body.folded)


def _unsound(definitions: Mapping[str, Definition]) -> Iterator[tuple[str, str]]:
    """The definitions that cannot be, and why: those that hold themselves, directly or through others."""
    for name in definitions:
        if holds(definitions, name, name):
            yield name, f"The block {name} holds itself, which would never end; its instances are kept as plain nodes."


def holds(definitions: Mapping[str, Definition], outer: str, inner: str) -> bool:
    """Whether the block ``outer`` has an instance of ``inner`` in it, at any depth."""
    waiting, seen = [outer], set()
    while waiting:
        name = waiting.pop()
        if name in seen or name not in definitions:
            continue
        seen.add(name)
        needed = definitions[name].needed()
        if inner in needed:
            return True
        waiting.extend(needed)
    return False
