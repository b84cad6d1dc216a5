"""Moving averages of variables, which often do better than the variables themselves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ...graph import Operation, Tensor, Variable, float32
from ...graph.convert import as_output
from ...graph.default import current_graph
from ..build import apply, in_dtype
from ..sources import constant, group
from ..variables import global_variables, trainable_variables
from .slots import beside_variables

__all__ = ["ExponentialMovingAverage"]


class ExponentialMovingAverage:
    """``average ← average − (1 − decay) · (average − variable)``, for each variable, whenever it is told to.

    With ``num_updates`` the decay is smaller in the beginning: min(decay, (1 + num_updates) / (10 + num_updates)).
    ``zero_debias`` corrects averages of tensors, which begin at 0.
    """

    def __init__(
        self,
        decay: Any,
        num_updates: Any = None,
        zero_debias: bool = False,
        name: str = "ExponentialMovingAverage",
    ) -> None:
        self._decay = decay
        self._num_updates = num_updates
        self._zero_debias = zero_debias
        self._name = name
        #: By the operation that is averaged and the place among its outputs.
        self._averages: dict[tuple[Operation, int], Variable] = {}

    @property
    def name(self) -> str:
        return self._name

    def apply(self, var_list: Iterable[Any] | None = None) -> Operation:
        """The operation that brings the averages up to date; the first call for a variable makes its average.

        ``var_list`` holds variables (None: all trainable ones) or tensors. Raises TypeError for whole numbers.
        """
        averaged = trainable_variables() if var_list is None else list(var_list)
        corrected: set[Operation] = set()
        for value in averaged:
            if value.dtype is None or not value.dtype.is_floating:
                raise TypeError(f"The variables must be half, float, or double: {value.name}; leave it out.")
            if _key(value) not in self._averages:
                average = self._averages[_key(value)] = self._make(value)
                if self._zero_debias and not isinstance(value, Variable):
                    corrected.add(average.op)
        graph = current_graph(*averaged)
        with graph.name_scope(self._name) as scope:
            decay = self._present_decay()
            updates = [_update(self._averages[_key(value)], value, decay, corrected) for value in averaged]
            return group(*updates, name=scope)

    def average(self, var: Any) -> Variable | None:
        """The variable that holds the average of ``var``; None when there is none."""
        return self._averages.get(_key(var))

    def average_name(self, var: Any) -> str:
        """What the variable that holds the average of ``var`` is called, or would be."""
        average = self.average(var)
        return f"{var.op.name}/{self._name}" if average is None else average.op.name

    def variables_to_restore(self, moving_avg_variables: Iterable[Any] | None = None) -> dict[str, Any]:
        """For a Saver that puts the averages in the variables' places: variables by the name to restore them from."""
        averaged = (
            list(moving_avg_variables)
            if moving_avg_variables is not None
            else [
                *trainable_variables(),
                *current_graph().get_collection("moving_average_variables"),
            ]
        )
        names = {self.average_name(variable): variable for variable in averaged}
        those = {variable.op for variable in averaged}
        others = {each.op.name: each for each in global_variables() if each.op not in those}
        return names | {name: variable for name, variable in others.items() if name not in names}

    def _make(self, value: Any) -> Variable:
        """The average of a variable begins with its initial value, that of a tensor with zeros."""
        graph = value.op.graph
        with beside_variables(graph) as prefix:
            name = f"{prefix}{value.op.name}/{self._name}"
            if isinstance(value, Variable):
                graph.add_to_collection("moving_average_variables", value)
                return Variable(value, trainable=False, name=name)
            zeros = constant(0.0, value.dtype, value.shape, f"{name}/Initializer/zeros")
            return Variable(zeros, trainable=False, name=name)

    def _present_decay(self) -> Tensor:
        graph = current_graph(self._decay, self._num_updates)
        decay = as_output(graph, self._decay, float32)
        assert isinstance(decay, Tensor)
        if self._num_updates is None:
            return decay
        updates = graph.apply("Cast", self._num_updates, dtype=float32, name="num_updates")
        return graph.apply("Minimum", decay, (1.0 + updates) / (10.0 + updates))


def _key(value: Any) -> tuple[Operation, int]:
    return value.op, 0 if isinstance(value, Variable) else value.value_index


def _update(average: Variable, value: Any, decay: Tensor, corrected: set[Operation]) -> Operation:
    """The write of one average."""
    graph = average.graph
    with graph.name_scope("AssignMovingAvg") as scope:
        rest = in_dtype(1.0 - decay, average.dtype)
        if average.op not in corrected:
            return apply("AssignSub", average, (average - value) * rest, name=scope).op
        with beside_variables(graph):
            zero = constant(0.0, average.dtype, average.shape, f"{average.op.name}/biased/Initializer/zeros")
            biased = Variable(zero, trainable=False, name=f"{average.op.name}/biased")
            count = Variable(0.0, trainable=False, name=f"{average.op.name}/local_step", dtype=average.dtype)
        present = biased.assign_sub((biased - value) * rest)
        correction = 1.0 - (1.0 - rest) ** count.assign_add(1.0)
        return apply("Assign", average, present / correction, name=scope).op
