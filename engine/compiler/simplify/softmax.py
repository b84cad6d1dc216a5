"""The gradient of a softmax cross entropy from the values of the loss itself."""

from __future__ import annotations

from collections.abc import Sequence

from ...graph import Operation, Tensor
from ..dependencies import needed_operations
from ..draft import Draft

#: The losses whose kernels come upon the softmax of their logits.
_LOSSES = {
    "SoftmaxCrossEntropyWithLogits": "SoftmaxCrossEntropyAndSoftmax",
    "SparseSoftmaxCrossEntropyWithLogits": "SparseSoftmaxCrossEntropyAndSoftmax",
}


def share_softmax(draft: Draft, order: Sequence[Operation]) -> None:
    """Where the softmax of a loss's logits is asked for too (its gradient does), one operation gives both."""
    softmaxes = {
        op.inputs[0]: op
        for op in order
        if op.type == "Softmax" and op.attributes["axis"] in (-1, len(op.output.shape.dims or ()) - 1)
    }
    if not softmaxes:
        return
    for op in order:
        softmax = softmaxes.pop(op.inputs[1], None) if op.type in _LOSSES else None
        if softmax is None or softmax.control_inputs or op.control_inputs:
            continue
        # Labels that are made of the softmax itself (the loss is then its entropy) have to wait for it.
        if softmax not in needed_operations([op.inputs[0].op]):
            _share(draft, op, softmax)


def _share(draft: Draft, loss: Operation, softmax: Operation) -> None:
    labels, logits = loss.inputs
    with draft.graph.origin(loss, loss.phase):
        both = draft.graph.create(_LOSSES[loss.type], {"labels": labels, "logits": logits})
    pairs: list[tuple[Tensor, Tensor]] = [(loss.output, both.outputs[0]), (softmax.output, both.outputs[1])]
    for old, new in pairs:
        draft.replace_value(old, new)
