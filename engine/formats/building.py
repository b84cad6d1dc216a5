"""From the nodes and wires that a file lists to a graph."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import msgspec
from msgspec import Raw

from ..graph import (
    AFTER,
    DONE,
    EngineError,
    FileFormatError,
    Graph,
    InputPort,
    NodeKind,
    OpDeclaration,
    Operation,
    Output,
    OutputPort,
    PortKind,
    get_declaration,
    unknown_declaration,
)
from ..graph.collector import collector_paused
from ..graph.inference import infer_downstream
from ..graph.suggest import instead
from ..graph.wiring import kind_refusal
from .structure import NodeEntry, WireEntry

_KNOWN_KEYS = frozenset(NodeEntry.__struct_fields__)
_LONGEST_SENTENCE = 500


class _Ends(NamedTuple):
    """Where a wire begins and ends, by name, and what errors call the wire."""

    source: str
    source_port: str
    target: str
    target_port: str
    place: str


@dataclass
class _Ports:
    """The ports that the wires of a node of unknown type use, in the order in which they appear."""

    inputs: dict[str, PortKind] = field(default_factory=dict)
    outputs: dict[str, PortKind] = field(default_factory=dict)


def build_graph(
    nodes: Sequence[NodeEntry], node_texts: Sequence[Mapping[str, Raw]], wires: Sequence[WireEntry], place: str
) -> Graph:
    """The graph of these nodes and wires; ``node_texts`` has each node's fields as they stand in the file.

    Shapes and dtypes that do not fit become problems of the operations. Raises FileFormatError for everything else
    that is wrong: names, types of attributes, wires to what does not exist, circles.
    """
    with collector_paused():
        return _built(nodes, node_texts, wires, place)


def _built(
    nodes: Sequence[NodeEntry], node_texts: Sequence[Mapping[str, Raw]], wires: Sequence[WireEntry], place: str
) -> Graph:
    graph = Graph()
    ends = [_ends(wire, f"{place}, wire {number}") for number, wire in enumerate(wires, 1)]
    unknown = _unknown_ports(nodes, ends)
    for node, texts in zip(nodes, node_texts, strict=True):
        declaration = get_declaration(node.type) or _stand_in(node.type, unknown[node.name])
        op = _add_node(graph, declaration, node, f"{place}, node {node.name!r}")
        op.gradient_name = node.gradient
        op.is_muted = node.muted and not op.is_unknown
        op.extra = {key: raw_text(raw) for key, raw in texts.items() if op.is_unknown or key not in _KNOWN_KEYS}
    for (target, port), sources in _wiring(graph, ends).items():
        graph.set_inputs(target, port, sources)
    _refuse_circle(graph, place)
    infer_downstream(graph.get_operations())
    return graph


def _refusal(sentence: str) -> FileFormatError:
    """The error with a sentence that stays readable when the file holds a very long name or value."""
    if len(sentence) > _LONGEST_SENTENCE:
        half = _LONGEST_SENTENCE // 2
        sentence = f"{sentence[:half]} … {sentence[-half:]}"
    return FileFormatError(sentence)


def raw_text(raw: Raw) -> str:
    """A part of a JSON text, as it stands there."""
    return bytes(raw).decode()


# --- nodes -------------------------------------------------------------------------------------------------------


def _add_node(graph: Graph, declaration: OpDeclaration, node: NodeEntry, place: str) -> Operation:
    try:
        attributes = {} if declaration.kind is NodeKind.UNKNOWN else _attributes(declaration, node.attributes)
        return graph.add_quietly(declaration, node.name, attributes)
    except EngineError as error:
        raise _refusal(f"{place}: {error}") from None


def _attributes(declaration: OpDeclaration, entries: Mapping[str, Raw]) -> dict[str, Any]:
    values = {}
    for name, raw in entries.items():
        attribute = declaration.attribute(name)
        if attribute is None:
            known = [attribute.name for attribute in declaration.attributes]
            raise _refusal(f"{declaration.type} has no attribute {name!r}{instead(name, known)}.")
        try:
            values[name] = attribute.from_json(msgspec.json.decode(raw))
        except msgspec.DecodeError as error:
            raise _refusal(f"{name}: {error}.") from None
        except RecursionError:
            raise _refusal(f"{name}: its value nests lists in lists too deeply.") from None
    return values


def _unknown_ports(nodes: Iterable[NodeEntry], ends: Iterable[_Ends]) -> dict[str, _Ports]:
    """What the wires tell of the ports of nodes whose type this version does not know."""
    declarations = {node.name: get_declaration(node.type) for node in nodes}
    ports = {name: _Ports() for name, declaration in declarations.items() if declaration is None}
    for wire in ends:
        if wire.target in ports:
            kind = PortKind.STEP if wire.source_port == DONE.name else PortKind.TENSOR
            ports[wire.target].inputs.setdefault(wire.target_port, kind)
        if wire.source in ports:
            # One output may feed several ports: where one of them changes a variable, the output is a variable.
            declaration = declarations.get(wire.target)
            port = declaration.input_port(wire.target_port) if declaration else None
            outputs = ports[wire.source].outputs
            outputs.setdefault(wire.source_port, PortKind.TENSOR)
            if port is not None and port.kind is PortKind.VARIABLE:
                outputs[wire.source_port] = PortKind.VARIABLE
    return ports


def _stand_in(op_type: str, ports: _Ports) -> OpDeclaration:
    """The declaration of a type this version does not know, with ports that all its wires fit."""
    inputs = {name: kind for name, kind in ports.inputs.items() if name != AFTER.name}
    outputs = {name: kind for name, kind in ports.outputs.items() if name != DONE.name}
    return replace(
        unknown_declaration(op_type, list(inputs), list(outputs)),
        inputs=tuple(InputPort(name, kind, optional=True, variadic=True) for name, kind in inputs.items()),
        outputs=tuple(OutputPort(name, kind) for name, kind in outputs.items()),
    )


# --- wires -------------------------------------------------------------------------------------------------------


def _ends(wire: WireEntry, place: str) -> _Ends:
    source, _, source_port = wire.source.rpartition(":")
    target, _, target_port = wire.target.rpartition(":")
    for end, name, port in ((wire.source, source, source_port), (wire.target, target, target_port)):
        if not name or not port:
            raise _refusal(f"{place}: {end!r} is no end of a wire; write node:port, for example x:output.")
    return _Ends(source, source_port, target, target_port, f"{place} ({wire.source} to {wire.target})")


def _wiring(graph: Graph, ends: Iterable[_Ends]) -> dict[tuple[Operation, str], list[Output]]:
    """What is wired to each port, in order. Raises FileFormatError for a wire that cannot be."""
    wiring: dict[tuple[Operation, str], list[Output]] = {}
    for wire in ends:
        target = _node(graph, wire.target, wire.place)
        port = _input_port(target, wire)
        source = _output(_node(graph, wire.source, wire.place), wire)
        refusal = kind_refusal(source, target, port)
        if refusal:
            raise _refusal(f"{wire.place}: {refusal}")
        sources = wiring.setdefault((target, port.name), [])
        if sources and not port.variadic:
            raise _refusal(f"{wire.place}: {sources[0].op.name} is wired there already; remove one of the two.")
        sources.append(source)
    return wiring


def _node(graph: Graph, name: str, place: str) -> Operation:
    if name not in graph:
        names = [op.name for op in graph.get_operations()]
        raise _refusal(f"{place}: there is no node called {name!r}{instead(name, names, limit=3)}.")
    return graph.operation(name)


def _input_port(target: Operation, wire: _Ends) -> InputPort:
    port = target.declaration.input_port(wire.target_port)
    if port is None:
        known = [port.name for port in target.declaration.inputs]
        raise _refusal(
            f"{wire.place}: {target.name} ({target.type}) has no input {wire.target_port!r}"
            f"{instead(wire.target_port, known)}."
        )
    return port


def _output(source: Operation, wire: _Ends) -> Output:
    output = source.output_named(wire.source_port)
    if output is None:
        known = [tensor.port for tensor in source.outputs]
        raise _refusal(
            f"{wire.place}: {source.name} ({source.type}) has no output {wire.source_port!r}"
            f"{instead(wire.source_port, known)}."
        )
    return output


def _refuse_circle(graph: Graph, place: str) -> None:
    graph.settle_ranks()
    if all(source.op.rank < op.rank for op in graph.get_operations() for source in op.sources):
        return
    import networkx as nx  # late: only where there is something to find

    names = [edge[0].name for edge in nx.find_cycle(graph.nx)]
    shown = [*names[:6], *(["…"] if len(names) > 6 else []), names[0]]
    raise _refusal(
        f"{place}: the wires {' → '.join(shown)} close a circle, so nothing in it could be computed first; remove one."
    )
