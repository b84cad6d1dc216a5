"""What an operation needs before it can run."""

from __future__ import annotations

from collections.abc import Container, Iterable

from ..graph import AFTER, Operation, Output
from ..graph.inference import Inference, passed_on
from ..graph.walk import postorder


def dependencies(op: Operation, assigned: Container[Operation] = ()) -> list[Output]:
    """All that is wired to ``op`` and has to be there with it.

    A variable is read without computing its initial value, unless it is one of ``assigned``.
    """
    if op.type != "Variable" or op in assigned:
        return op.sources
    return [source for port, sources in op.connected_ports() if port != "initial_value" for source in sources]


def needed_inputs(op: Operation, assigned: Container[Operation] = ()) -> list[Output]:
    """What must be there before ``op`` can run: its dependencies, of a muted operation the input that it passes on."""
    if not op.is_muted or op.problem is not None:
        return dependencies(op, assigned)
    passed = passed_on(Inference(op))
    return [*([] if passed is None else [passed]), *op.inputs_of(AFTER.name)]


def needed_operations(starts: Iterable[Operation]) -> list[Operation]:
    """``starts`` and all that they need, each after what it needs."""
    return postorder(starts, lambda op: [source.op for source in dependencies(op)])
