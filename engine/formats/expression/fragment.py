"""From an expression to the nodes and wires that it stands for."""

from __future__ import annotations

from dataclasses import dataclass

from ...graph import Graph, Operation, record_of
from ...model import Model
from .syntax import Source
from .walk import Walk


@dataclass(frozen=True)
class OutsideWire:
    """A wire from a node that was there already to one of the fragment."""

    source: str
    source_port: str
    target: str
    target_port: str
    #: The wire's place at its port, among all wires there.
    slot: int


@dataclass(frozen=True)
class Fragment:
    """What an expression adds to a graph."""

    #: The new nodes with the wires among them; they have no positions.
    model: Model
    outside: tuple[OutsideWire, ...]


def fragment_from_expression(text: str, around: Graph | None = None) -> Fragment:
    """The nodes of an expression, or of several lines of them, as they would be added to the graph ``around``.

    A name means what a line before gave that name to, else the node of ``around`` that is called so (dots stand for
    slashes: ``layer.W``), else a new node: a Variable where the name begins with a capital letter or is b, otherwise
    a Placeholder. Numbers and lists become Constants of the dtype that the operation needs. Functions are operations
    by type, default name or TensorFlow's name. Nothing is run, and ``around`` is not changed.

    Raises ExpressionError with a sentence, a line and a column.
    """
    source = Source(text)
    graph = Graph()
    stand_ins = _stand_ins(source, graph, around)
    Walk(source, graph, stand_ins).read()
    outside = tuple(
        OutsideWire(output.op.name, output.port, op.name, port, slot)
        for op in graph.get_operations()
        for port, outputs in op.connected_ports()
        for slot, output in enumerate(outputs)
        if output.op in stand_ins.values()
    )
    for op in set(stand_ins.values()):
        graph.remove(op)
    return Fragment(Model(graph=graph), outside)


def _stand_ins(source: Source, graph: Graph, around: Graph | None) -> dict[str, Operation]:
    """Copies, without wires, of the nodes that the text may speak of, by the name it calls them."""
    if around is None:
        return {}
    found: dict[str, Operation] = {}
    copies: dict[str, Operation] = {}
    for written in source.names():
        name = written.replace(".", "/")
        if name not in around:
            continue
        if name not in copies:
            original = around.operation(name)
            (copy,) = graph.restore([record_of(original)])
            for tensor, known in zip(copy.outputs, original.outputs, strict=True):
                tensor.spec = known.spec
            copies[name] = copy
        found[written] = copies[name]
    return found
