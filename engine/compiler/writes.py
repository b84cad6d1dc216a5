"""The operations that change a variable, and which value they take from others."""

from __future__ import annotations

from collections.abc import Sequence

from ..graph import Operation, Tensor

#: Each takes the variable as its first input and the value as its second.
WRITES = frozenset(
    {"Assign", "AssignAdd", "AssignSub"}
    | {f"Scatter{by}{verb}" for by in ("", "Nd") for verb in ("Update", "Add", "Sub")}
)


#: What runs bodies changes the variables that are wired to the port ``variables``.
BODY_RUNNERS = frozenset({"While", "If"})


def changed_variables(op: Operation) -> list[Tensor]:
    """The variables that an operation changes, as the tensors that read them."""
    if op.type in WRITES:
        return op.inputs[:1]
    if op.type in BODY_RUNNERS:
        return [source for source in op.inputs_of("variables") if isinstance(source, Tensor)]
    return []


def changes_variables(op: Operation) -> bool:
    """Whether an operation writes a variable, be it in a body; half-wired ones would, too."""
    return op.type in WRITES or bool(changed_variables(op))


def writes_of_old_values(operations: Sequence[Operation]) -> frozenset[Operation]:
    """Those of ``operations`` that write a value from the start of the run, whatever is written in between.

    They do, so that two variables can be exchanged, except one that is told to come after a write of the variable
    that it takes its value from. ``operations`` stand in an order in which they can run.
    """
    writes = [op for op in operations if op.type in WRITES]
    read = dict.fromkeys(op.inputs[1].op for op in writes if op.control_inputs and op.inputs[1].op.type == "Variable")
    if not read:
        return frozenset(writes)
    bits = {variable: 1 << place for place, variable in enumerate(read)}
    #: For each operation, the variables of ``read`` that are written before it or by it, as bits.
    written: dict[Operation, int] = {}
    old = []
    for op in operations:
        if op.type in WRITES:
            before = 0
            for step in op.control_inputs:
                before |= written[step]
            if not before & bits.get(op.inputs[1].op, 0):
                old.append(op)
        found = bits.get(op.inputs[0].op, 0) if op.type in WRITES else 0
        for _, sources in op.connected_ports():
            for source in sources:
                found |= written[source.op]
        written[op] = found
    return frozenset(old)
