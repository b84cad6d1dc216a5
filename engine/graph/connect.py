"""May this wire be made? One answer for dragging, palette, paste, loader and compiler."""

from __future__ import annotations

from dataclasses import dataclass

from .graph import Graph
from .inference import simulate_downstream
from .operation import Operation
from .output import Output
from .wiring import cycle_sentence, kind_refusal, no_input_sentence


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a wire may be made, and when not, the reason as a sentence a person can act on."""

    allowed: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.allowed


ALLOWED = Verdict(True)


def check_connect(graph: Graph, source: Output, target: Operation, port: str, slot: int | None = None) -> Verdict:
    """Whether ``source`` may be wired to a port, with shapes and dtypes followed through the whole graph.

    ``slot`` is the place in a variadic port (the end when None). Nothing is changed.
    """
    declared = target.declaration.input_port(port)
    if declared is None:
        return Verdict(False, no_input_sentence(target, port))
    refusal = kind_refusal(source, target, declared)
    if refusal:
        return Verdict(False, refusal)
    if not declared.variadic and source in target.inputs_of(port):
        return Verdict(False, f"{source.op.name} is already wired to '{port}' of {target.name}; choose another port.")
    if graph.would_cycle(source.op, target):
        return Verdict(False, cycle_sentence(source.op, target))
    wiring = dict(target.connected_ports())
    wired = list(wiring.get(port, ())) if declared.variadic else []
    wired.insert(len(wired) if slot is None else slot, source)
    problem = simulate_downstream(target, wiring | {port: wired})
    if problem is None:
        return ALLOWED
    if problem.node and problem.node != target.name:
        return Verdict(False, f"{problem.message} (at {problem.node}, which follows from this wire)")
    return Verdict(False, problem.message)
