"""The operations that change a variable, and which value they take from others."""

from __future__ import annotations

from ..graph import Operation

#: Each takes the variable as its first input and the value as its second.
WRITES = frozenset({"Assign", "AssignAdd", "AssignSub"})


def takes_old_value(op: Operation) -> bool:
    """Whether the value that ``op`` writes comes from the start of the run, whatever is written in between.

    It does, so that two variables can be exchanged, unless ``op`` is told to come after a write of the variable that
    it takes its value from.
    """
    if op.type not in WRITES:
        return False
    source = op.inputs[1].op
    before = op.graph.ancestors(op.control_inputs)
    return not any(earlier.type in WRITES and earlier.inputs[0].op is source for earlier in before)
