"""Asking why a number is what it is. The answer comes with its formulas drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from editor.run.typesetting import typeset
from engine.debugger.debugger import Debugger
from engine.debugger.explanations import ElementReason, Kind, explain
from engine.debugger.observed_step import ObservedStep
from engine.graph import InvalidArgumentError, Tensor

#: Of the typeset formulas, in pixels.
FORMULA_SIZE = 15


@dataclass(frozen=True)
class WhyAnswer:
    """A reason, and its two equations as SVG ("" where they cannot be drawn)."""

    reason: ElementReason
    formula: str
    numbers: str
    #: The shape of the tensor whose element it is.
    shape: tuple[int, ...]


@dataclass(frozen=True)
class WhyNode:
    """Why an element of a node's output, or the gradient of the loss to it, is what it is.

    ``index`` None: the first element that is not finite, or else the first one.
    """

    node: str
    output: int = 0
    index: tuple[int, ...] | None = None
    kind: Kind = Kind.VALUE

    def answer(self, debugger: Debugger) -> WhyAnswer:
        step = debugger.step
        return _answer(step, self._tensor(debugger, step), self.index, self.kind)

    def _tensor(self, debugger: Debugger, step: ObservedStep) -> Tensor:
        graph = debugger.run.graph
        if self.node not in graph:
            raise InvalidArgumentError(f"The run that is looked at has no node called {self.node}.", self.node)
        op = graph.get_operation_by_name(self.node)
        if self.output >= len(op.outputs):
            raise InvalidArgumentError(
                f"{self.node} gives no value of its own; ask a node that it changes or reads.", self.node
            )
        tensor = step.lowered(op.outputs[self.output])
        if tensor is None:
            raise InvalidArgumentError(
                f"{self.node} takes no part in a training step: {step.loss.op.node_name} does not depend on it.",
                self.node,
            )
        return tensor


@dataclass(frozen=True)
class WhyElement:
    """Why an element of a tensor of the training step, by its name in the step, is what it is."""

    tensor: str
    index: tuple[int, ...]
    kind: Kind = Kind.VALUE

    def answer(self, debugger: Debugger) -> WhyAnswer:
        step = debugger.step
        try:
            tensor = step.graph.get_tensor_by_name(self.tensor)
        except (KeyError, ValueError):
            raise InvalidArgumentError(
                f"The step that is looked at has no tensor called {self.tensor}; ask again from a node.", ""
            ) from None
        return _answer(step, tensor, self.index, self.kind)


WhyQuestion = WhyNode | WhyElement


def _answer(step: ObservedStep, tensor: Tensor, index: tuple[int, ...] | None, kind: Kind) -> WhyAnswer:
    looked_at = step.gradient(tensor) if kind is Kind.GRADIENT else tensor
    value = None if looked_at is None else step.value(looked_at)
    if index is None:
        index = _first_element(value) if value is not None else (0,) * (tensor.shape.rank or 0)
    reason = explain(step, tensor, index, kind)
    shape = tensor.shape.known() if value is None else value.shape
    return WhyAnswer(reason, typeset(reason.formula, FORMULA_SIZE), typeset(reason.numbers, FORMULA_SIZE), shape)


def _first_element(value: np.ndarray[tuple[int, ...], np.dtype[np.generic]]) -> tuple[int, ...]:
    if value.dtype.kind == "f" and value.ndim:
        odd = np.argwhere(~np.isfinite(value))
        if len(odd):
            return tuple(map(int, odd[0]))
    return (0,) * value.ndim
