"""Running the body of a loop or a branch: a plan of its own for each combination of input shapes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..compiler import compile_program
from ..graph import Operation, Tensor, TensorShape, TensorSpec
from ..graph.body import Body
from .backends.numpy_plan import NumpyPlan
from .random_source import RandomSource
from .state import SessionState

Array = np.ndarray[Any, np.dtype[Any]]

#: How many plans a body keeps; one is needed for each combination of shapes.
KEPT_PLANS = 16
#: Iterations of an inner loop that are told apart in the random numbers.
ITERATIONS = 1 << 20


class BodyFunction:
    """A body bound to a session, called with arrays."""

    def __init__(self, body: Body, state: SessionState) -> None:
        self._body = body
        self._state = state
        self._plans: OrderedDict[Any, NumpyPlan] = OrderedDict()
        self._captured: Sequence[Array] = ()
        self._is_fixed = [not _may_vary(tensor) for tensor in body.inputs]
        #: The plans that hold the captured values already.
        self._fed: set[NumpyPlan] = set()

    def begin(self, captured: Sequence[Array]) -> None:
        """Sets the values of the captured inputs for the calls that follow."""
        self._captured = captured
        self._fed.clear()

    def __call__(self, values: Sequence[Array], iteration: int) -> list[Array]:
        """The outputs for these values of the other inputs, as arrays of the caller's own."""
        inputs = self._body.inputs
        plan = self._plan(values)
        given = dict(zip(inputs, values, strict=False))
        if plan not in self._fed:
            given.update(zip(inputs[len(values) :], self._captured, strict=True))
            self._fed.add(plan)
        plan.feed(given)
        _run_inside(plan, self._state.random, iteration)
        return [np.array(array) for array in plan.fetches if array is not None]

    def _plan(self, values: Sequence[Array]) -> NumpyPlan:
        arrays = [*values, *self._captured]
        shapes = [array.shape if fixed else None for array, fixed in zip(arrays, self._is_fixed, strict=True)]
        key = (self._state.storage.generation, *shapes)
        plan = self._plans.get(key)
        if plan is None:
            body = self._body
            feeds = {
                tensor: TensorSpec(tensor.dtype, TensorShape(shape))
                for tensor, shape in zip(body.inputs, shapes, strict=True)
            }
            program = compile_program(body.outputs, feeds, self._variable_spec)
            plan = self._plans[key] = NumpyPlan(program, self._state, body.graph.version)
            if len(self._plans) > KEPT_PLANS:
                self._plans.popitem(last=False)
        return plan

    def _variable_spec(self, variable: Operation) -> TensorSpec:
        return self._state.storage.spec(variable.origin or variable)


def _may_vary(tensor: Tensor) -> bool:
    """Whether no plan is made for each shape of an input: of one that nothing takes, or of an array that grows."""
    consumers = tensor.consumers()
    return not consumers or any(_lets_grow(op) or _leads_into_growing(op, tensor) for op in consumers)


def _lets_grow(op: Operation) -> bool:
    return op.type == "TensorArrayWrite" and bool(op.attributes["grows"])


def _leads_into_growing(op: Operation, gradient: Tensor) -> bool:
    """Whether an operation differentiates a growing array, and begins with this gradient to it."""
    if op.type != "Gradients":
        return False
    pairs = zip(op.inputs_of("ys"), op.inputs_of("grad_ys"), strict=False)
    return any(seed is gradient and _lets_grow(y.op) for y, seed in pairs)


class OperationFunction:
    """An operation of the session's graph that is run in the midst of a run: what fills a queue."""

    def __init__(self, op: Operation, state: SessionState) -> None:
        self._op = op
        self._state = state
        self._plan: NumpyPlan | None = None

    def __call__(self, iteration: int) -> None:
        graph = self._op.graph
        if self._plan is None or not self._plan.is_current(graph):
            with graph.lock:
                program = compile_program([self._op.done], {}, self._state.storage.spec)
            self._plan = NumpyPlan(program, self._state, graph.version)
        _run_inside(self._plan, self._state.random, iteration)


def _run_inside(plan: NumpyPlan, random: RandomSource, iteration: int) -> None:
    """Runs a plan in the midst of a run, with random numbers of its own in each iteration."""
    outer = random.iteration
    random.iteration = (outer * ITERATIONS + iteration + 1) % (1 << 60)
    try:
        plan.run()
    finally:
        random.iteration = outer
