"""A wire with one end in the air: what could stand at the other one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from editor.document import Document
from engine.graph import OpDeclaration, Operation, PortKind, Verdict, get_declaration


@dataclass(frozen=True)
class OpenWire:
    """The port of a node at which a wire has been begun."""

    document: Document
    node: str
    port: str
    #: Whether the port is an input, so that an output is looked for.
    is_input: bool

    @property
    def operation(self) -> Operation:
        return self.document.operation(self.node)

    @cached_property
    def _kinds(self) -> set[PortKind]:
        """The kinds of port that the other end may have."""
        if self.is_input:
            declared = self.operation.declaration.input_port(self.port)
            kind = PortKind.TENSOR if declared is None else declared.kind
            return {PortKind.TENSOR, PortKind.VARIABLE} if kind is PortKind.TENSOR else {kind}
        output = self.operation.output_named(self.port)
        if output is None or output.kind is PortKind.STEP:
            return {PortKind.STEP}
        return {PortKind.TENSOR, output.kind}

    def takes(self, op_type: str) -> bool:
        """Whether a new operation of this type has a port for the other end."""
        declaration = get_declaration(op_type)
        return declaration is not None and self._has_port(declaration)

    def connect(self, names: Sequence[str]) -> Verdict:
        """Makes the wire to the first of these nodes that takes it; the reason of the last one where none does."""
        verdict = Verdict(False, "")
        for name in names:
            verdict = self._connect_backwards(name) if self.is_input else self._connect_forwards(name)
            if verdict:
                break
        return verdict

    def _connect_forwards(self, name: str) -> Verdict:
        document = self.document
        port = document.free_port_for(self.node, self.port, name)
        if port is not None:
            return document.connect(self.node, self.port, name, port)
        verdict = Verdict(False, "")
        for declared in document.operation(name).declaration.inputs:
            verdict = document.check_connect(self.node, self.port, name, declared.name)
        return verdict

    def _connect_backwards(self, name: str) -> Verdict:
        verdict = Verdict(False, "")
        for output in self.document.operation(name).outputs:
            verdict = self.document.connect(name, output.port, self.node, self.port)
            if verdict:
                break
        return verdict

    def _has_port(self, declaration: OpDeclaration) -> bool:
        if self.is_input:
            return any(port.kind in self._kinds for port in declaration.outputs if not port.for_programs)
        if PortKind.STEP in self._kinds and declaration.takes_steps:
            return True
        return any(port.kind in self._kinds for port in declaration.inputs if not port.optional)
