"""The wires that could be made at a node, found a few at a time so that a dialog never waits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from editor.document import Document
from editor.panels.figures import tensor_text
from engine.graph import PortKind, Tensor, Verdict


class End(NamedTuple):
    """A port of a node."""

    node: str
    port: str


class Candidate(NamedTuple):
    """A wire that might be made, and what is written of its far end."""

    source: End
    target: End
    text: str


def outputs_of(document: Document, name: str) -> list[str]:
    """The ports of a node at which wires begin; its step where it has no tensors."""
    op = document.operation(name)
    return [tensor.port for tensor in op.outputs] or [op.done.port]


def inputs_of(document: Document, name: str) -> list[str]:
    """The ports of a node at which wires end."""
    op = document.operation(name)
    ports = [port.name for port in op.declaration.inputs if not port.for_programs or op.inputs_of(port.name)]
    return ports + (["after"] if op.declaration.takes_steps else [])


def candidates_from(document: Document, source: End) -> Iterator[Candidate]:
    """The ports of other nodes at which a wire from an output might end."""
    for op in document.graph.get_operations():
        if op.name == source.node:
            continue
        for port in inputs_of(document, op.name):
            wired = ", ".join(output.op.name for output in op.inputs_of(port))
            text = f"{op.name}   {port}" + (f"   ({wired})" if wired else "")
            yield Candidate(source, End(op.name, port), text)


def candidates_into(document: Document, target: End) -> Iterator[Candidate]:
    """The outputs of other nodes at which a wire to an input might begin."""
    declared = document.operation(target.node).declaration.input_port(target.port)
    takes_steps = declared is None or declared.kind is PortKind.STEP
    for op in document.graph.get_operations():
        if op.name == target.node:
            continue
        for output in [op.done] if takes_steps else op.outputs:
            spec = tensor_text(output) if isinstance(output, Tensor) else ""
            port = f"   {output.port}" if len(op.outputs) > 1 else ""
            yield Candidate(End(op.name, output.port), target, f"{op.name}{port}   {spec}".rstrip())


def verdict_on(document: Document, candidate: Candidate) -> Verdict:
    """Whether the wire may be made, and why not."""
    return document.check_connect(*candidate.source, *candidate.target)
