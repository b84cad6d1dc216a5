"""A training run: a model, its data and its settings, epoch by epoch."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..compiler import LoweredStep
from ..graph import DataError, Graph, GraphError, InvalidArgumentError, NonFiniteError, Operation, Output, Tensor
from ..model import Model
from ..runtime import Session
from ..runtime.backends.numpy_plan import NumpyPlan
from ..runtime.state import SessionState
from .batches import Batches
from .data import load_source
from .fetching import fetch_nodes, observed_tensor, run_once
from .history import DEFAULT_MEMORY, History, RunState
from .loss import loss_number
from .optimizer_node import find_optimizer, loss_of, writes_after
from .placeholders import initial_value_problem, needed_placeholders

if TYPE_CHECKING:
    from ..runtime.explanation import Explanation

Array = np.ndarray[Any, np.dtype[Any]]


class TrainingRun:
    """Trains a model's graph on its data.

    ``folder`` is the document's, from which relative data paths start. The run is determined by graph, data and
    settings: the same ones give the same numbers, bit for bit. Raises an EngineError whose sentence names the node
    when the model cannot be trained.
    """

    def __init__(self, model: Model, folder: Path | None = None) -> None:
        self.graph: Graph = model.graph
        self.settings = model.run
        self.optimizer = find_optimizer(model)
        loss = loss_of(self.optimizer)
        if loss is None:
            raise GraphError(f"Nothing is wired to 'loss' of {self.optimizer.name}; connect it.", self.optimizer.name)
        self._loss = loss
        self._step = [self.optimizer, *writes_after(self.optimizer)]
        self._variables = [op for op in self.graph.get_operations() if op.type == "Variable"]
        self._metrics = [_metric(self.graph, name) for name in self.settings.metrics]
        for variable in self._variables:
            problem = initial_value_problem(variable)
            if problem:
                raise GraphError(problem, variable.name)
        placeholders = needed_placeholders([*self._step, *(metric.op for metric in self._metrics)])
        data = {op.output: _load(model, op, folder) for op in placeholders}
        self._batches = Batches(data, self.settings)
        self._session = Session(graph=self.graph, seed=self.settings.seed)
        #: The training plans by the number of rows in a mini-batch: one, or two where the last is smaller.
        self._plans: dict[int, NumpyPlan] = {}
        #: The plan whose feeds hold the data of the last mini-batch.
        self._loaded: NumpyPlan | None = None
        #: The plan that keeps every value, for mini-batches of this number of rows.
        self._observed: dict[int, tuple[LoweredStep, NumpyPlan]] = {}
        #: The key frames; None until :meth:`record_history`.
        self.history: History | None = None
        #: The step before which another frame is due.
        self._frame_at = sys.maxsize
        self.reset()

    @property
    def loss(self) -> Tensor:
        """What is made smaller."""
        return self._loss

    @property
    def loss_name(self) -> str:
        return self._loss.op.name

    @property
    def metric_names(self) -> tuple[str, ...]:
        return tuple(tensor.op.name for tensor in self._metrics)

    @property
    def batches_per_epoch(self) -> int:
        return self._batches.per_epoch

    def reset(self) -> None:
        """Sets the variables to their initial values and begins again at epoch 0."""
        self._session.random.run = 0
        self._session.random.restore({})
        self._session.initialize()
        self._begin_at(0, 0)
        #: The loss of the last epoch that was trained; NaN before the first.
        self.last_loss = math.nan
        if self.history is not None:
            self.record_history(self.history.memory)

    def _begin_at(self, epoch: int, batch: int) -> None:
        #: Epochs done so far.
        self.epoch = epoch
        #: The mini-batch of the present epoch that comes next.
        self.batch = batch
        self._loss_sum = 0.0
        self._counted_rows = 0

    @property
    def step(self) -> int:
        """How many mini-batches have been trained."""
        return self.epoch * self._batches.per_epoch + self.batch

    def train_epoch(self) -> float:
        """Runs one epoch, or the rest of one that was begun.

        Returns the loss before each update, averaged over the mini-batches by their rows: exactly a float32 where the
        loss is one and there is one batch. Raises NonFiniteError when the loss is not finite.
        """
        while not self.train_step():
            pass
        return self.last_loss

    def train_step(self) -> bool:
        """Trains one mini-batch. Returns whether that was the last one of its epoch.

        Raises NonFiniteError when the loss is not finite; the mini-batch then counts as not done.
        """
        step = self.epoch * self._batches.per_epoch + self.batch
        if step >= self._frame_at:
            self._record_frame(step)
        plan, rows = self._load_batch(self.batch)
        self._session.random.run = 1 + step
        plan.run()
        loss = plan.fetches[0]
        assert loss is not None
        return self.count_step(loss_number(loss), rows)

    def count_step(self, loss: float, rows: int) -> bool:
        """Goes on to the next mini-batch, after one of so many rows; whoever calls this has run it.

        Returns whether it was the last one of its epoch. Raises NonFiniteError when the loss is not finite.
        """
        if not math.isfinite(loss):
            raise self._not_finite(loss)
        count = self._batches.per_epoch
        if count == 1:
            self.last_loss = loss
            self.epoch += 1
            return True
        self._loss_sum += loss * rows
        self._counted_rows += rows
        self.batch += 1
        if self.batch < count:
            return False
        self.last_loss = self._loss_sum / self._counted_rows
        self._begin_at(self.epoch + 1, 0)
        return True

    @property
    def batch_loss(self) -> float:
        """The loss of the mini-batch that :meth:`train_step` has trained last; NaN before the first."""
        loss = None if self._loaded is None else self._loaded.fetches[0]
        return math.nan if loss is None else loss_number(loss)

    def _load_batch(self, index: int) -> tuple[NumpyPlan, int]:
        """The training plan with one mini-batch in its feeds, and the number of rows."""
        batch, rows, is_new = self._batches.training_batch(self.epoch, index)
        plan = self._plans.get(rows)
        if plan is None or not plan.is_current(self.graph):
            fetches, shapes = self._step_fetches(), self._batches.shapes(rows)
            plan = self._plans[rows] = self._session.plan(fetches, shapes, exact=True)
        if is_new or plan is not self._loaded:
            plan.feed(batch)
            self._loaded = plan
        return plan, rows

    def _step_fetches(self) -> list[Output]:
        return [self._loss, *(op.done for op in self._step)]

    def observed_plan(self) -> tuple[LoweredStep, NumpyPlan, int]:
        """The present mini-batch's step in a plan that keeps every value, with its feeds, and its number of rows.

        Running it is up to the caller; it gives the bits of :meth:`train_step`, and :meth:`count_step` goes on.
        """
        # The plan for training first: it may put variables into another place.
        _, rows = self._load_batch(self.batch)
        known = self._observed.get(rows)
        if known is None or not known[1].is_current(self.graph):
            known = self._session.observed_plan(self._step_fetches(), self._batches.shapes(rows))
            self._observed = {rows: known}
        lowered, plan = known
        plan.feed(self.present_batch())
        self._session.random.run = 1 + self.step
        return lowered, plan, rows

    def present_batch(self) -> dict[Tensor, Array]:
        """What the placeholders are fed in the mini-batch that comes next; not to be written into."""
        return self._batches.training_batch(self.epoch, self.batch)[0]

    def value(self, variable: Operation) -> Array:
        """A copy of a variable's present value."""
        return self._session.value(variable)

    @property
    def session_state(self) -> SessionState:
        """The variables' values and the random numbers, for whoever looks at a step or sets the run back."""
        return self._session.state

    # --- history -------------------------------------------------------------------------------------------------

    def record_history(self, memory: int = DEFAULT_MEMORY) -> None:
        """Keeps key frames from now on, of so many bytes at most, from which :meth:`seek` goes back in time."""
        self._load_batch(self.batch)  # compiled, the optimizer has its slots
        storage = self._session.state.storage
        for slot in storage.hidden():
            storage.require(slot)
        self.history = History(memory)
        self._record_frame(self.step)

    def _record_frame(self, step: int) -> None:
        assert self.history is not None
        self.history.record(step, self.full_state)
        self._frame_at = self.history.next_at

    def full_state(self) -> RunState:
        """All that the further run depends on, copied."""
        state = self._session.state
        return RunState(
            self.epoch,
            self.batch,
            state.storage.values(),
            state.random.positions(),
            self._loss_sum,
            self._counted_rows,
            self.last_loss,
        )

    def restore_full_state(self, state: RunState) -> None:
        """Goes back, or forth, to a state that :meth:`full_state` gave, bit for bit."""
        self._session.state.storage.restore(state.variables)
        self._session.random.restore(state.positions)
        self._begin_at(state.epoch, state.batch)
        self._loss_sum, self._counted_rows = state.loss_sum, state.rows
        self.last_loss = state.last_loss

    def restore_nearest(self) -> None:
        """Goes back to the last frame of the history, from the midst of a step that failed."""
        assert self.history is not None
        self.restore_full_state(self.history.nearest(self.step)[1])

    def adopt(self, state: RunState) -> None:
        """Goes on from where a run of another model was: variables, slots and random numbers of the same names.

        What fits no more keeps its initial value; where mini-batches are cut differently, the epoch begins anew.
        """
        self._load_batch(0)  # compiled, the optimizer has its slots
        values = {op.name: array for op, array in state.variables.arrays.items()}
        for op in (*self._variables, *self._session.hidden_variables):
            if op.name in values and op.output.shape.is_compatible_with(values[op.name].shape):
                self._session.set_value(op, values[op.name])
        self._session.random.restore(state.positions)
        is_cut_alike = state.batch < self._batches.per_epoch
        self._begin_at(state.epoch, state.batch if is_cut_alike else 0)
        if is_cut_alike:
            self._loss_sum, self._counted_rows = state.loss_sum, state.rows
        self.last_loss = state.last_loss

    def seek(self, epoch: int, batch: int = 0) -> None:
        """Goes to the start of a mini-batch that the run has come by, or to the one that comes next.

        Every variable, slot and random state is what it was there, bit for bit. Raises InvalidArgumentError for a
        place before the first frame of the history.
        """
        assert self.history is not None, "record_history() comes first"
        step = epoch * self._batches.per_epoch + batch
        if step < self.history.first:
            first, place = self.history.nearest(self.history.first)[1], f"epoch {epoch}"
            raise InvalidArgumentError(
                f"This run begins at epoch {first.epoch}; it has no {place}. Choose a later one, or the run it left.",
                "",
            )
        found, state = self.history.nearest(step)
        if not found <= self.step <= step:
            self.restore_full_state(state)
        self.history.pause()
        while self.step < step:
            self.train_step()

    def _not_finite(self, value: float) -> NonFiniteError:
        return NonFiniteError(
            f"The loss {self.loss_name} became {value} in epoch {self.epoch}. Try a smaller learning rate, or look "
            "for a logarithm or a division of something that reaches 0.",
            self.loss_name,
        )

    def explain(self, runs: int = 20) -> Explanation:
        """How a training step is computed, and what its time goes into; the run stays where it is.

        Raises InvalidArgumentError when the step does what cannot be taken back.
        """
        plan, _ = self._load_batch(0)
        return plan.explain(runs)

    def metrics(self) -> dict[str, float]:
        """The metrics with the present variables, on the held-back rows, or on all when none are held back."""
        if not self._metrics:
            return {}
        batch = self._batches.evaluation_rows()
        values = run_once(self._session, self._metrics, batch)
        return {tensor.op.name: float(np.mean(value)) for tensor, value in zip(self._metrics, values, strict=True)}

    def training_rows(self) -> dict[Tensor, Array]:
        """The data of the placeholders that training needs, without the rows that are held back; not to be changed."""
        return self._batches.training_rows()

    def values(self) -> dict[str, Array]:
        """Copies of the variables' present values."""
        return {op.name: self._session.value(op) for op in self._variables}

    def restore(self, values: Mapping[str, Array]) -> None:
        """Sets variables to values. Raises GraphError for one that does not fit; unknown names are left out."""
        for op in self._variables:
            if op.name in values:
                self._session.set_value(op, values[op.name])

    def fetch(self, names: Sequence[str], feeds: Mapping[str, Any]) -> dict[str, Array]:
        """The values of nodes with the present variables, placeholders fed by hand.

        Raises InvalidArgumentError naming a placeholder that is needed and not fed, GraphError for an unknown node.
        """
        return fetch_nodes(self._session, names, feeds)


def _metric(graph: Graph, name: str) -> Tensor:
    if name not in graph:
        raise GraphError(f"The run settings list the metric {name!r}, but no node has that name; take it off the list.")
    return observed_tensor(graph, name)


def _load(model: Model, placeholder: Operation, folder: Path | None) -> Array:
    source = model.data.get(placeholder.name)
    if source is None:
        raise DataError(
            f"{placeholder.name} has no data; type values or choose a file for it in the inspector.", placeholder.name
        )
    return load_source(source, placeholder, folder)
