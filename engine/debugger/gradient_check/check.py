"""Are the gradients right? The engine's own, in float64, beside central differences of what is computed forwards.

Two things are compared. For each operation, what its gradient rule makes of the gradient that arrives at it, with the
differences of the operation alone: this finds the operation whose rule is wrong. For each variable, the gradient of the
loss with the differences of the whole loss. All is computed at one point of a run, on its mini-batch, with its random
numbers held fixed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ...compiler.dependencies import needed_operations
from ...compiler.gradients import with_gradient
from ...compiler.writes import changed_variables
from ...graph import Graph, GraphError, NonFiniteError, Operation, Problem, Tensor
from ...runtime import Session
from ...training.optimizer_node import trained_variables
from ...training.run import TrainingRun
from ..observed_step import ObservedStep
from .difference_check import Checked, DifferenceCheck, Element
from .double_precision import copy_of, in_float64
from .isolated_operation import IsolatedOperation, why_not_isolated

Array = np.ndarray[Any, np.dtype[Any]]

#: Each difference in the loss is a pass forwards: of the variables of large graphs fewer elements are looked at, so
#: that no more operations than about this many times the number of steps are carried out.
_VARIABLE_WORK = 200_000

#: Of a larger tensor so many elements are looked at, chosen at random.
SAMPLES = 24


@dataclass(frozen=True)
class NodeCheck:
    """What was found at one node of the person's graph."""

    node: str
    type: str
    #: How many elements were compared, of how many.
    checked: int
    elements: int
    wrong: int
    #: Elements at which there is no derivative to compare with.
    kinks: int
    #: The largest relative error of those that are not at a kink.
    largest_error: float
    #: Where that is, and in the gradient to which input; None where all are at kinks.
    worst: Element | None
    worst_at: str
    #: Of a wrong variable: the operations with a wrong rule that its gradient comes by.
    because_of: tuple[str, ...] = ()

    @property
    def is_right(self) -> bool:
        return self.wrong == 0

    @property
    def sentence(self) -> str:
        """What was found, with the numbers of a wrong element."""
        count = (
            f"{self.checked} of {self.elements} elements" if self.checked < self.elements else _elements(self.checked)
        )
        if self.worst is None:
            return f"every element is at a kink, where there is no derivative to compare with ({count})."
        kinks = f", {self.kinks} of them at a kink" if self.kinks else ""
        if self.is_right:
            return f"the gradient is right ({count}{kinks}, largest relative error {self.largest_error:.1e})."
        index = list(self.worst.index) if self.worst.index else ""
        cause = f", because of {', '.join(self.because_of)}" if self.because_of else ""
        return (
            f"the gradient to {self.worst_at}{index} is {self.worst.gradient:.7g}, but central differences give "
            f"{self.worst.difference:.7g} ({self.wrong} of {count} are wrong{kinks}{cause})."
        )


@dataclass(frozen=True)
class GradientCheck:
    """The nodes that were checked, those with a wrong gradient first, and why others were not."""

    loss: str
    nodes: tuple[NodeCheck, ...]
    unchecked: tuple[Problem, ...]
    samples: int
    seed: int

    @property
    def is_right(self) -> bool:
        return all(node.is_right for node in self.nodes)


def check_gradients(
    run: TrainingRun, nodes: Collection[str] | None = None, samples: int = SAMPLES, seed: int = 0
) -> GradientCheck:
    """Compares the gradients of a run's loss at the mini-batch that comes next; the run stays as it is.

    ``nodes`` names those to check (None: all that a gradient goes through), ``samples`` how many elements of each
    tensor, chosen with ``seed``. Raises GraphError where the loss cannot be computed in float64, NonFiniteError where
    it is not finite, and what computing it raises.
    """
    point = _Point(run)
    chooser = DifferenceCheck(samples, seed)
    per_variable = max(1, min(samples, _VARIABLE_WORK // (len(point.variables) * len(point.step.operations) or 1)))
    variable_chooser = DifferenceCheck(per_variable, seed)
    found: dict[str, list[tuple[str, Checked]]] = {}
    unchecked: dict[str, Problem] = {}
    for op in point.step.operations:
        if nodes is not None and op.node_name not in nodes:
            continue
        for place, checked in point.rule_checks(op, chooser, unchecked):
            found.setdefault(op.node_name, []).append((place, checked))
    checks = [_node_check(run.graph.operation(name), parts) for name, parts in found.items()]
    for variable in point.variables:
        if nodes is None or variable.name in nodes:
            checks.append(_node_check(variable, [(variable.name, point.variable_check(variable, variable_chooser))]))
    for name in nodes or ():
        if name not in found and name not in unchecked and all(check.node != name for check in checks):
            unchecked[name] = Problem(f"No gradient of {run.loss_name} goes through it.", name)
    return joined([GradientCheck(run.loss_name, tuple(checks), tuple(unchecked.values()), samples, seed)], run.graph)


def _elements(count: int) -> str:
    return "1 element" if count == 1 else f"{count} elements"


def joined(parts: Sequence[GradientCheck], graph: Graph) -> GradientCheck:
    """What was found in several parts of a graph: wrong rules first, then what is wrong because of them."""
    nodes = [node for part in parts for node in part.nodes]
    rules = [node.node for node in nodes if not node.is_right and node.type != "Variable"]
    causes = {name: graph.ancestors([graph.operation(name)]) for name in rules}
    for place, node in enumerate(nodes):
        if not node.is_right and node.type == "Variable":
            variable = graph.operation(node.node)
            behind = tuple(name for name, needed in causes.items() if variable in needed)
            nodes[place] = replace(node, because_of=behind)
    nodes.sort(key=lambda node: (node.is_right, bool(node.because_of)))
    unchecked = tuple(problem for part in parts for problem in part.unchecked)
    return replace(parts[0], nodes=tuple(nodes), unchecked=unchecked)


class _Point:
    """The loss of a run and its gradients in float64, with the run's variables, mini-batch and random numbers."""

    def __init__(self, run: TrainingRun) -> None:
        wanted = [op for op in trained_variables(run.optimizer) if op.output in with_gradient([run.loss])]
        needed = needed_operations([run.loss.op, *wanted])
        _refuse_what_moves_on(needed)
        values = {op: run.value(op) for op in needed if op.type == "Variable"}
        self._copies = in_float64(needed, values)
        loss = copy_of(run.loss, self._copies)
        assert isinstance(loss, Tensor)
        graph = loss.op.graph
        self._session = Session(graph=graph, seed=run.settings.seed)
        for op, value in values.items():
            self._session.set_value(self._copies[op], value)
        #: The variables, in the run's graph.
        self.variables = wanted
        inputs = {"ys": [loss]}
        gradients = [
            graph.create("Gradients", inputs | {"x": self._copies[op].output}, {"zeros": True}).output for op in wanted
        ]
        feeds = {
            self._copies[tensor.op].output: array.astype(np.float64) if array.dtype.kind == "f" else array
            for tensor, array in run.present_batch().items()
            if tensor.op in self._copies
        }
        shapes = {tensor: array.shape for tensor, array in feeds.items()}
        self._random = self._session.random
        self._random.restore(run.session_state.random.positions())
        self._random.run = 1 + run.step
        self._positions = self._random.positions()
        lowered, plan = self._session.observed_plan([loss, *gradients], shapes)
        plan.feed(feeds)
        self.step = ObservedStep(lowered, plan, self._session.state, loss)
        self.step.go_to(len(self.step.operations))
        if not np.isfinite(self._value_of(loss)).all():
            raise NonFiniteError(
                f"{run.loss_name} is not finite here, so that there are no differences to compare its gradients with; "
                "find where that comes from first.",
                run.loss_name,
            )
        self._gradients = {op: self._value_of(gradient) for op, gradient in zip(wanted, gradients, strict=True)}
        # What a gradient is stopped at counts as constant: differences must not go through it either.
        stopped = [copy.output for copy in self._copies.values() if copy.type == "StopGradient"]
        feeds |= {tensor: self._value_of(tensor) for tensor in stopped}
        shapes = {tensor: array.shape for tensor, array in feeds.items()}
        self._forward = self._session.plan([loss], shapes)
        self._forward.feed(feeds)

    def _value_of(self, tensor: Tensor) -> Array:
        lowered = self.step.lowered(tensor)
        assert lowered is not None
        value = self.step.value(lowered)
        assert value is not None
        return np.array(value)

    # --- the rule of an operation ----------------------------------------------------------------------------------

    def rule_checks(
        self, op: Operation, chooser: DifferenceCheck, unchecked: dict[str, Problem]
    ) -> Iterator[tuple[str, Checked]]:
        """Compares what the rule of an operation gives to each of its inputs; names the inputs.

        Why it cannot be done is put into ``unchecked``, by node.
        """
        contributions = self._contributions(op)
        if not contributions:
            return
        refusal = why_not_isolated(op)
        if refusal:
            unchecked[op.node_name] = Problem(refusal, op.node_name)
            return
        weights = [self._upstream(tensor) for tensor in op.outputs]
        values = [self.step.read_value(op, place) for place in range(len(op.inputs))]
        alone = IsolatedOperation(op, [np.asarray(value) for value in values], weights)
        names = _input_names(op)
        for place, gradient in contributions.items():
            yield names[place], chooser.compare(alone.values[place], gradient, alone.changes(place), alone.magnitude)

    def _contributions(self, op: Operation) -> dict[int, Array]:
        """By place of an input, what goes back to it, where that is computed."""
        found = {}
        for place in range(len(op.inputs)):
            tensor = self.step.contribution(op, place)
            value = None if tensor is None else self.step.value(tensor)
            if value is not None:
                found[place] = np.array(value)
        return found

    def _upstream(self, tensor: Tensor) -> Array | None:
        gradient = self.step.gradient(tensor)
        return None if gradient is None else self.step.value(gradient)

    # --- the gradient to a variable --------------------------------------------------------------------------------

    def variable_check(self, variable: Operation, chooser: DifferenceCheck) -> Checked:
        copy = self._copies[variable]
        value = self._session.value(copy)
        before = self._loss_with(copy, value)

        def change(index: tuple[int, ...], amount: float) -> float:
            changed = value.copy()
            changed[index] += amount
            return float((self._loss_with(copy, changed) - before).sum())

        try:
            return chooser.compare(value, self._gradients[variable], change, float(np.abs(before).sum()))
        finally:
            self._session.set_value(copy, value)

    def _loss_with(self, variable: Operation, value: Array) -> Array:
        self._session.set_value(variable, value)
        self._random.restore(self._positions)
        self._forward.run()
        return np.array(self._forward.fetches[0])


#: What gives something else, or waits for something else, each time it runs.
_MOVE_ON = frozenset({"IteratorGetNext", "ReduceDataset", "QueueDequeue", "QueueEnqueue", "ReaderRead"})


def _refuse_what_moves_on(ops: Sequence[Operation]) -> None:
    """Raises GraphError for what keeps a loss from being computed twice of the same."""
    for op in ops:
        if op.type in _MOVE_ON:
            raise GraphError(
                f"{op.name} gives other data each time it runs, so that differences would compare different "
                "mini-batches; wire a Placeholder instead.",
                op.name,
            )
        changed = changed_variables(op)
        if changed:
            raise GraphError(
                f"{op.name} changes {changed[0].op.name} whenever the loss is computed, so that it cannot be computed "
                "twice of the same; take it out of the loss.",
                op.name,
            )


def _node_check(op: Operation, parts: Sequence[tuple[str, Checked]]) -> NodeCheck:
    at, worst = max(
        ((name, part.worst) for name, part in parts if part.worst is not None),
        key=lambda pair: (pair[1].is_wrong, pair[1].error),
        default=("", None),
    )
    return NodeCheck(
        op.name,
        op.type,
        sum(part.checked for _, part in parts),
        sum(part.elements for _, part in parts),
        sum(part.wrong for _, part in parts),
        sum(part.kinks for _, part in parts),
        max((part.largest_error for _, part in parts), default=0.0),
        worst,
        at,
    )


def _input_names(op: Operation) -> list[str]:
    """The name of each input: its port, with a number where the port takes several."""
    names: list[str] = []
    wiring: Mapping[str, Any] = op.wiring
    for port, sources in wiring.items():
        count = sum(isinstance(source, Tensor) for source in sources)
        names += [port] if count == 1 else [f"{port}[{number}]" for number in range(count)]
    return names
