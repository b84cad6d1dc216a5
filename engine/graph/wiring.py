"""Which wires the ports need and can take, and the sentences for those they cannot."""

from __future__ import annotations

from .declaration import InputPort, PortKind
from .operation import Operation
from .output import Output, Step
from .suggest import instead


def missing_ports(op: Operation) -> list[InputPort]:
    """The ports that need a wire and have none; a muted operation needs one wire only."""
    if op.is_muted and op.inputs:
        return []
    return [
        port
        for port in op.declaration.required_inputs
        if not (op.inputs_of(port.name) or (port.unless and op.inputs_of(port.unless)))
    ]


def kind_refusal(source: Output, target: Operation, port: InputPort) -> str:
    """Why what ``source`` gives can never flow into a port of this kind; "" when it can."""
    if port.kind is PortKind.STEP:
        if isinstance(source, Step):
            return ""
        return f"'{port.name}' of {target.name} takes a step, not a tensor; wire the 'done' of a node to it."
    if isinstance(source, Step):
        return (
            f"'{port.name}' of {target.name} takes a tensor, but 'done' of {source.op.name} gives none; wire an output "
            "to it."
        )
    if port.kind is PortKind.VARIABLE and source.kind is not PortKind.VARIABLE:
        return (
            f"'{port.name}' of {target.name} takes a Variable, because it changes it; {source.op.name} is none. Wire a "
            "Variable to it."
        )
    return ""


def no_input_sentence(target: Operation, port: str) -> str:
    return f"{target.name} has no input called '{port}'{instead(port, target.declaration.input_names)}."


def cycle_sentence(source: Operation, target: Operation) -> str:
    if source is target:
        return f"{target.name} cannot be its own input; begin the wire at another node."
    return (
        f"{source.name} already depends on {target.name}; a wire from it to {target.name} would close a circle, and "
        "nothing in it could be computed first; take one of its wires away."
    )
