"""May this wire be made? One answer for dragging, palette, paste, loader and compiler."""

from __future__ import annotations

from collections.abc import Sequence
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
    refusal = permanent_refusal(graph, source, target, port)
    if refusal:
        return Verdict(False, refusal)
    problem = simulate_downstream(target, proposed_wiring(source, target, port, slot)[0])
    if problem is None:
        return ALLOWED
    if problem.node and problem.node != target.name:
        return Verdict(False, f"{problem.message} (at {problem.node}, which follows from this wire)")
    return Verdict(False, problem.message)


def permanent_refusal(graph: Graph, source: Output, target: Operation, port: str) -> str:
    """Why the wire cannot be made whatever the shapes and dtypes are; "" where only these could forbid it."""
    declared = target.declaration.input_port(port)
    if declared is None:
        return no_input_sentence(target, port)
    refusal = kind_refusal(source, target, declared)
    if refusal:
        return refusal
    if not declared.variadic and source in target.inputs_of(port):
        return f"{source.op.name} is already wired to '{port}' of {target.name}; choose another port."
    return cycle_sentence(source.op, target) if graph.would_cycle(source.op, target) else ""


def proposed_wiring(
    source: Output, target: Operation, port: str, slot: int | None
) -> tuple[dict[str, Sequence[Output]], int]:
    """What would be wired to each port of ``target`` once ``source`` is, too, and its place at its port."""
    declared = target.declaration.input_port(port)
    wiring = dict(target.connected_ports())
    wired = list(wiring.get(port, ())) if declared is not None and declared.variadic else []
    place = len(wired) if slot is None else min(slot, len(wired))
    wired.insert(place, source)
    return wiring | {port: wired}, place
