"""A small graph aside, in which the engine is asked what would fit, so that the document's is never touched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from editor.adding.sizing import Surroundings
from engine.graph import (
    AFTER,
    Category,
    EngineError,
    Graph,
    InputPort,
    OpDeclaration,
    Operation,
    OutputPort,
    PortKind,
    Tensor,
    TensorSpec,
    check_connect,
)
from engine.graph.output import Output


def stand_in(graph: Graph, output: Output) -> Output:
    """An output of ``graph`` with the kind and the spec of another graph's output."""
    if not isinstance(output, Tensor):
        return graph.add(source_declaration(TensorSpec(), PortKind.TENSOR)).done
    return graph.add(source_declaration(output.spec, output.kind)).outputs[0]


def source_declaration(spec: TensorSpec, kind: PortKind) -> OpDeclaration:
    """Declares an operation without inputs whose output has this kind and this spec."""
    return OpDeclaration(
        type="StandIn",
        category=Category.INTERNAL,
        symbol="",
        description="",
        formula="",
        infer=lambda node: spec,
        outputs=(OutputPort("output", kind),),
    )


def inputs_for_people(declaration: OpDeclaration, kind: PortKind) -> Iterator[InputPort]:
    """The ports that are drawn, where something of this kind may be wired, those that need a wire first."""
    if kind is PortKind.STEP:
        yield from (AFTER,) if declaration.takes_steps else ()
    else:
        ports = [port for port in declaration.inputs if not port.for_programs]
        yield from sorted(ports, key=lambda port: port.optional)


class TakingScratch:
    """Asks which operations could take an output."""

    def __init__(self, output: Output) -> None:
        self._graph = Graph()
        self._source = stand_in(self._graph, output)

    def takes(self, declaration: OpDeclaration, attributes: Mapping[str, Any]) -> bool:
        """Whether a new operation has an input for it."""
        try:
            op = self._graph.add(declaration, attributes=attributes)
        except EngineError:
            return False
        try:
            ports = inputs_for_people(declaration, self._source.kind)
            return any(check_connect(self._graph, self._source, op, port.name) for port in ports)
        finally:
            self._graph.remove(op)


class GivingScratch:
    """Asks which operations could give an input of ``target`` what it needs beside its other wires."""

    def __init__(self, target: Operation, port: str) -> None:
        self._graph = Graph()
        self._port = port
        wiring = {
            name: [stand_in(self._graph, source) for source in target.inputs_of(name)]
            for name in target.declaration.input_names
            if name != port
        }
        self._target = self._graph.add_copy(target, wiring)
        self.surroundings = Surroundings(
            [source.spec for sources in wiring.values() for source in sources if isinstance(source, Tensor)],
            [output.spec for output in target.outputs],
            port in target.declaration.value_inputs,
        )

    def gives(self, declaration: OpDeclaration, attributes: Mapping[str, Any]) -> bool:
        """Whether a new operation has an output for it."""
        try:
            op = self._graph.add(declaration, attributes=attributes)
        except EngineError:
            return False
        try:
            outputs = [op.done] if self._port == AFTER.name else op.outputs
            return any(check_connect(self._graph, output, self._target, self._port) for output in outputs)
        finally:
            self._graph.remove(op)
