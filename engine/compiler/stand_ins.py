"""Nodes that stand for another operation, or for nothing: replaced before gradients are built, so that the same graph
without them gives the same operations, and the same bits.
"""

from __future__ import annotations

from ..graph import Operation, Tensor
from ..ops.stand_ins import BLOCK_PORTS, FUNCTIONS
from .draft import Draft


def replace_stand_ins(draft: Draft) -> None:
    """Takes the ports of blocks away, and puts the chosen functions in the place of Activation nodes."""
    for op in draft.graph.get_operations():
        if op.type in BLOCK_PORTS:
            _pass_on(draft, op)
        elif op.type == "Activation":
            _put_function(draft, op)


def _pass_on(draft: Draft, op: Operation) -> None:
    source = op.inputs[0]
    # One that waits for others, or that reads a variable at its own time, does more than hand its input on.
    if not op.inputs_of("after") and source.op.type != "Variable":
        _replace(draft, op, source)


def _put_function(draft: Draft, op: Operation) -> None:
    function = op.attributes["function"]
    if op.inputs_of("after"):
        return
    if function == "none":
        _replace(draft, op, op.inputs[0])
        return
    with draft.graph.origin(op, op.phase):
        _replace(draft, op, draft.graph.apply(FUNCTIONS[function], op.inputs[0]))


def _replace(draft: Draft, op: Operation, new: Tensor) -> None:
    draft.replace_value(op.output, new)
    draft.graph.remove_quietly(op)
