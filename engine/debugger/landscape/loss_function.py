"""The loss of a training run as a function of its trained variables, apart from the run itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from ...compiler.dependencies import needed_operations
from ...compiler.writes import changed_variables
from ...graph import Category, Graph, InvalidArgumentError, Operation, Tensor
from ...graph.record import record_of
from ...runtime import Session
from ...runtime.blas_threads import blas_at_one_thread
from ...training.loss import loss_number
from ...training.optimizer_node import trained_variables
from ...training.run import TrainingRun
from .parameters import ParameterSpace

Array = np.ndarray[Any, np.dtype[Any]]

#: What gives something else each time it runs.
_CONSUMING = frozenset({"IteratorGetNext", "QueueDequeue", "QueueSize", "ReaderRead", "ReaderRecordsProduced"})


class LossFunction:
    """f(θ): the loss with the trained variables θ on fixed rows of the data, and its gradient.

    It computes in a graph and a session of its own, so that the run keeps its bits. Random operations draw the same
    numbers at every θ, and what the loss writes into variables is taken back, so that f is a function. ``most_rows``
    limits the rows: then they are taken from all of the training data in equal distances. Variables that are not
    trained keep the values that they have now. Raises InvalidArgumentError for a loss that takes its data from a queue
    or an iterator.
    """

    def __init__(self, run: TrainingRun, most_rows: int) -> None:
        needed = needed_operations([run.loss.op])
        _refuse_consuming(needed)
        values = run.values()
        trained = [op for op in trained_variables(run.optimizer) if op in set(needed)]
        if not trained:
            raise InvalidArgumentError(
                f"The loss {run.loss_name} depends on no variable that {run.optimizer.name} trains, so it has no "
                "landscape; wire a Variable into it.",
                run.loss_name,
            )
        self.space = ParameterSpace({op.name: values[op.name] for op in trained})
        copies = _copied(needed)
        self._graph = copies[run.loss.op].graph
        loss = copies[run.loss.op].outputs[run.loss.value_index]
        variables = {op.name: copies[op] for op in trained}
        rows, self.rows, self.all_rows = _fixed_rows(run.training_rows(), most_rows)
        feeds = {copies[t.op].outputs[t.value_index]: array for t, array in rows.items() if t.op in copies}
        self._session = Session(graph=self._graph, seed=run.settings.seed)
        for op in needed:
            if op.type == "Variable":
                self._session.set_value(copies[op], values[op.name])
        self._variables = variables
        #: What the loss itself writes, with the values that it has at every θ.
        self._written = {
            copies[op]: values[op.name]
            for op in dict.fromkeys(tensor.op for writing in needed for tensor in changed_variables(writing))
            if op not in trained
        }
        self._draws = any(map(_is_random, needed))
        shapes = {tensor: array.shape for tensor, array in feeds.items()}
        self._plan = self._session.plan([loss], shapes)
        self._plan.feed(feeds)
        gradients = [
            self._graph.create("Gradients", {"ys": [loss], "x": op.output}, {"zeros": True}).output
            for op in variables.values()
        ]
        self._gradient_plan = self._session.plan(gradients, shapes)
        self._gradient_plan.feed(feeds)

    def value(self, point: Array) -> float:
        """f(θ) for a vector of shape (size,); the sum of its elements where the loss is no scalar."""
        self._set(point)
        with blas_at_one_thread:  # the window and the run need the other cores
            self._plan.run()
        loss = self._plan.fetches[0]
        assert loss is not None
        return loss_number(loss)

    def gradient(self, point: Array) -> Array:
        """∇f(θ), of shape (size,) in float64."""
        self._set(point)
        with blas_at_one_thread:
            self._gradient_plan.run()
        found = [np.asarray(array, np.float64).ravel() for array in self._gradient_plan.fetches]
        return np.concatenate(found)

    def _set(self, point: Array) -> None:
        for name, value in self.space.values(point).items():
            self._session.set_value(self._variables[name], value)
        for variable, held in self._written.items():
            self._session.set_value(variable, held)
        if self._draws:
            self._session.random.run = 1
            self._session.random.restore({})

    def hessian_product(self, point: Array, direction: Array) -> Array:
        """H v: the Hessian at a point times a vector of shape (size,).

        By the central difference of gradients, (∇f(θ + hv) - ∇f(θ - hv)) / 2h, with the h that balances rounding
        and truncation: the cube root of the dtype's machine epsilon, times the size of θ along v.
        """
        length = float(np.linalg.norm(direction))
        if length == 0:
            return np.zeros_like(point)
        unit = direction / length
        epsilon = max(float(np.finfo(dtype).eps) for dtype in self.space.float_dtypes)
        step = epsilon ** (1 / 3) * max(1.0, float(np.abs(point @ unit)))
        forth, back = self.gradient(point + step * unit), self.gradient(point - step * unit)
        product: Array = (forth - back) * (length / (2 * step))
        return product


def _refuse_consuming(needed: Iterable[Operation]) -> None:
    for op in needed:
        if op.type in _CONSUMING:
            raise InvalidArgumentError(
                f"The loss depends on {op.name} ({op.type}), which gives something else each time it runs, so the loss "
                "is no function of the variables; feed the data to placeholders.",
                op.name,
            )


def _is_random(op: Operation) -> bool:
    return op.declaration.category is Category.RANDOM


def _copied(needed: Iterable[Operation]) -> dict[Operation, Operation]:
    """What a loss needs in a graph of its own, without the variables' initial values."""
    ops, graph = list(needed), Graph()
    copies = dict(zip(ops, graph.restore(record_of(op) for op in ops), strict=True))
    for op, copy in copies.items():
        for port, sources in op.connected_ports():
            if op.type == "Variable" and port == "initial_value":
                continue
            outputs = [copies[source.op].output_named(source.port) for source in sources]
            graph.set_inputs(copy, port, [output for output in outputs if output is not None])
        for tensor, copied in zip(op.outputs, copy.outputs, strict=True):
            copied.spec = tensor.spec
    return copies


def _fixed_rows(data: Mapping[Tensor, Array], most: int) -> tuple[dict[Tensor, Array], int, int]:
    """So many rows of the data, how many these are, and how many there were."""
    count = next((len(array) for array in data.values() if array.ndim), 1)
    if count <= most:
        return dict(data), count, count
    chosen = np.linspace(0, count - 1, most).round().astype(np.intp)
    return {tensor: array[chosen] if array.ndim else array for tensor, array in data.items()}, most, count
