"""A wire with one end in the air: what could stand at the other one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from editor.adding.scratch import GivingScratch, TakingScratch
from editor.adding.sizing import fitting_attributes, is_sized
from editor.document import Document
from engine.graph import Verdict, get_declaration


@dataclass(frozen=True)
class OpenWire:
    """The port of a node at which a wire has been begun."""

    document: Document
    node: str
    port: str
    #: Whether the port is an input, so that an output is looked for.
    is_input: bool

    @cached_property
    def _taking(self) -> TakingScratch | None:
        """Asks about what could take the output that the wire begins at."""
        output = None if self.is_input else self.document.operation(self.node).output_named(self.port)
        return None if output is None else TakingScratch(output)

    @cached_property
    def _giving(self) -> GivingScratch:
        return GivingScratch(self.document.operation(self.node), self.port)

    def attributes_for(self, op_type: str, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """The attributes with which a new operation has a port for the other end, as far as shapes and dtypes tell.

        Those that are given, and where there are none, others than the defaults if it needs them. None: it fits with
        none.
        """
        declaration = get_declaration(op_type)
        if declaration is None:
            return None
        if not self.is_input:
            return given if self._taking is not None and self._taking.takes(declaration, given) else None
        if is_sized(op_type) and not given:
            return fitting_attributes(
                op_type, self._giving.surroundings, lambda attributes: self._giving.gives(declaration, attributes)
            )
        return given if self._giving.gives(declaration, given) else None

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
