"""Where a loss compares the answer of a model with labels."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from ...compiler.dependencies import needed_operations
from ...graph import Operation, Tensor


@dataclass(frozen=True)
class Comparison:
    """The place in a loss where the model's answer meets the labels."""

    #: The model's answer: it depends on variables and on inputs.
    hypothesis: Tensor
    #: What it is compared with: it depends on data alone.
    labels: Tensor
    #: What turns the answer into probabilities of classes: "sigmoid", "softmax" or "" for nothing.
    activation: str


def find_comparison(loss: Tensor, single: frozenset[Operation] = frozenset()) -> Comparison | None:
    """Where the answer of the model meets the labels: the place nearest to the loss.

    It is an operation with an input that depends on variables and data, and another that depends on data alone.
    ``single`` are placeholders that are fed one number for all rows: these are no data.
    """
    reach = Reach.of(needed_operations([loss.op]), single)
    waiting = deque([loss.op])
    seen = {loss.op}
    while waiting:
        op = waiting.popleft()
        answers = [t for t in op.inputs if reach.has_variable[t.op] and reach.rows[t.op]]
        labels = [t for t in op.inputs if not reach.has_variable[t.op] and reach.rows[t.op]]
        if answers and labels:
            hypothesis = _without_logarithm(answers[-1], reach)
            return Comparison(hypothesis, labels[0], _ACTIVATIONS.get(op.type, ""))
        for tensor in op.inputs:
            # The initial value of a variable is no part of the model's answer.
            if tensor.op.type != "Variable" and reach.has_variable[tensor.op] and tensor.op not in seen:
                seen.add(tensor.op)
                waiting.append(tensor.op)
    return None


#: Losses that take logits, and what makes probabilities of these.
_ACTIVATIONS = {
    "SigmoidCrossEntropyWithLogits": "sigmoid",
    "SoftmaxCrossEntropyWithLogits": "softmax",
    "SparseSoftmaxCrossEntropyWithLogits": "softmax",
}


def _without_logarithm(tensor: Tensor, reach: Reach) -> Tensor:
    """The probability h where a cross entropy written by hand takes log(h) or log(1 - h), clipped or not."""
    op = tensor.op
    if op.type in ("Log", "Log1p"):
        tensor, op = op.inputs[0], op.inputs[0].op
        if op.type in ("Maximum", "Minimum", "Add"):
            tensor = next((each for each in op.inputs if reach.has_variable[each.op]), tensor)
            op = tensor.op
        if op.type == "Subtract" and not reach.has_variable[op.inputs[0].op]:
            tensor = op.inputs[1]
    return tensor


@dataclass(frozen=True)
class Reach:
    """What operations depend on: any variable, and which placeholders with a value for each row."""

    has_variable: dict[Operation, bool]
    rows: dict[Operation, frozenset[Operation]]

    @classmethod
    def of(cls, ops: list[Operation], single: frozenset[Operation]) -> Reach:
        has_variable: dict[Operation, bool] = {}
        rows: dict[Operation, frozenset[Operation]] = {}
        for op in needed_operations(ops):
            sources = [] if op.type == "Variable" else [source.op for source in op.sources]
            has_variable[op] = op.type == "Variable" or any(has_variable[source] for source in sources)
            own = frozenset([op] if op.type == "Placeholder" and op not in single else [])
            rows[op] = own.union(*(rows[source] for source in sources))
        return cls(has_variable, rows)
