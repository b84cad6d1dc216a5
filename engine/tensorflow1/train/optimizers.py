"""Optimizers: what minimizes a loss."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...compiler.gradients import has_gradient, why_no_gradient
from ...graph import Operation, Tensor, Variable
from ...graph.graph import current_graph
from ...ops.training import integer_loss_sentence
from ..sources import gradients, trainable_variables

__all__ = ["GradientDescentOptimizer"]

GradientAndVariable = tuple[Tensor | None, Variable]


def _chosen(var_list: Sequence[Variable] | None) -> list[Variable]:
    variables = list(var_list) if var_list is not None else trainable_variables()
    if not variables:
        raise ValueError("No variables to optimize. Make a trainable tf.Variable first.")
    return variables


def _refuse_integer_loss(loss: Tensor) -> None:
    if loss.dtype is not None and not loss.dtype.is_floating:
        raise ValueError(integer_loss_sentence(loss.name, loss.dtype))


class GradientDescentOptimizer:
    """``variable ← variable − learning_rate · ∂loss/∂variable``.

    ``learning_rate`` is a number or a scalar tensor.
    """

    def __init__(self, learning_rate: Any, use_locking: bool = False, name: str = "GradientDescent") -> None:
        self._learning_rate = learning_rate
        self._name = name

    def minimize(
        self,
        loss: Tensor,
        global_step: Variable | None = None,
        var_list: Sequence[Variable] | None = None,
        name: str | None = None,
    ) -> Operation:
        """One operation that computes the gradients of ``loss`` and applies them.

        ``var_list`` None trains all trainable variables that the loss depends on. Raises ValueError when there is
        none, or no gradient reaches any.
        """
        _refuse_integer_loss(loss)
        variables = _chosen(var_list)
        graph = loss.graph
        trained = [variable.output for variable in variables]
        if not any(has_gradient(graph, [loss], tensor) for tensor in trained):
            sentence = why_no_gradient(graph, [loss], trained)
            raise ValueError(f"No gradients provided for any variable: {sentence}")
        inputs: dict[str, Any] = {"loss": loss}
        attributes: dict[str, Any] = {}
        if isinstance(self._learning_rate, Tensor | Variable):
            inputs["learning_rate"] = self._learning_rate
        else:
            attributes["learning_rate"] = float(self._learning_rate)
        if var_list is not None:
            inputs["variables"] = variables
        train = graph.create("GradientDescent", inputs, attributes, name or self._name)
        if global_step is None:
            return train
        step = global_step.assign_add(1)
        return graph.create("Group", {"after": [train.done, step.op.done]}, base_name=f"{self._name}_step")

    def compute_gradients(self, loss: Tensor, var_list: Sequence[Variable] | None = None) -> list[GradientAndVariable]:
        """Pairs of gradient (None where there is none) and variable."""
        _refuse_integer_loss(loss)
        variables = _chosen(var_list)
        return list(zip(gradients(loss, variables), variables, strict=True))

    def apply_gradients(
        self,
        grads_and_vars: Sequence[GradientAndVariable],
        global_step: Variable | None = None,
        name: str | None = None,
    ) -> Operation:
        """One operation that subtracts the learning rate times each gradient from its variable."""
        pairs = [(gradient, variable) for gradient, variable in grads_and_vars if gradient is not None]
        if not pairs:
            raise ValueError("No gradients provided for any variable. Give at least one that is not None.")
        steps = [variable.assign_sub(self._learning_rate * gradient).op.done for gradient, variable in pairs]
        if global_step is not None:
            steps.append(global_step.assign_add(1).op.done)
        return current_graph(pairs[0][0]).create("Group", {"after": steps}, name=name or self._name)
