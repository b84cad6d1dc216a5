"""A model in the training process: to be trained, and to be asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from engine.debugger.debugger import Debugger
from engine.debugger.stops import Stops
from engine.formats.graph_file import model_from_bytes
from engine.graph import EngineError, Graph, GraphError, Problem
from engine.model import Model, TypedValues
from engine.runtime import Session
from engine.runtime.explanation import Explanation
from engine.training.data import load_source
from engine.training.fetching import fetch_nodes
from engine.training.paths import resolve_path
from engine.training.run import TrainingRun

Array = np.ndarray[Any, np.dtype[Any]]
Feeds = Mapping[str, str | Array]

#: What errors call the model that came through the pipe; a person never sees them, unless there is a fault in it.
_PLACE = "The document"


class LoadedModel:
    """A model with its training run, or with the problem that keeps it from being trained.

    ``data`` are the bytes of a ``.graph`` file, ``values`` go in place of the variables' initial values where they
    fit. Raises FileFormatError when the bytes are no model.
    """

    def __init__(self, data: bytes, folder: Path | None, values: Mapping[str, Array], memory: int) -> None:
        self._data = data
        self._model = model_from_bytes(data, _PLACE)
        self._folder = folder
        self._memory = memory
        self._values = dict(values)
        self._start()

    def _start(self) -> None:
        self._stamps = _file_stamps(self._model, self._folder)
        self.run: TrainingRun | None = None
        self._debugger: Debugger | None = None
        self.problem: Problem | None = None
        try:
            self.run = TrainingRun(self._model, self._folder)
        except EngineError as error:
            self.problem = problem_of(error)
        else:
            for name, value in self._values.items():
                with suppress(GraphError):  # a value that fits no more leaves the initial one
                    self.run.restore({name: value})
            self._begin_history()

    def _begin_history(self) -> None:
        assert self.run is not None
        try:
            self._debugger = Debugger(self.run, self._memory)
            #: Trains the run until a breakpoint.
            self.stops = Stops(self._debugger)
        except EngineError as error:  # the step cannot be compiled
            self.run = None
            self.problem = problem_of(error)

    @property
    def debugger(self) -> Debugger:
        """The run with its cursor. Raises GraphError, with the problem, when the model cannot be trained."""
        if self._debugger is None:
            problem = self.problem
            assert problem is not None
            raise GraphError(problem.message, problem.node)
        return self._debugger

    def fork(self, data: bytes | None, folder: Path | None, values: Mapping[str, Array]) -> LoadedModel:
        """Another run that goes on from where this one's cursor is, with another model or other values.

        In the midst of a step it begins before that step, at its end after it. Raises EngineError.
        """
        debugger = self.debugger
        forked = LoadedModel(self._data if data is None else data, folder, {}, self._memory)
        forked.debugger.run.adopt(debugger.forking_state())
        for name, value in values.items():
            forked.debugger.run.restore({name: value})
        forked._begin_history()
        return forked

    def limit_memory(self, memory: int) -> None:
        """The history may take so many bytes from now on."""
        self._memory = memory
        if self.run is not None and self.run.history is not None:
            self.run.history.memory = memory

    @property
    def history_bytes(self) -> int:
        return 0 if self.run is None or self.run.history is None else self.run.history.nbytes

    def reset(self) -> None:
        """Begins at epoch 0 with initial values; reads data files again when they have changed."""
        self._values = {}
        if self.run is None or _file_stamps(self._model, self._folder) != self._stamps:
            self._start()
        else:
            self.run.reset()
            self._begin_history()

    def values(self) -> dict[str, Array]:
        """The variables' present values; those the model was loaded with while it cannot be trained."""
        return dict(self._values) if self.run is None else self.run.values()

    def ask(self, names: Sequence[str], feeds: Feeds) -> dict[str, Array]:
        """The values of nodes with the present variables. Raises EngineError, naming the node."""
        if self.run is None:
            return ask_model(self._model, self._values, names, feeds)
        return self.run.fetch(names, _parsed(self.run.graph, feeds))


def ask_another(data: bytes, values: Mapping[str, Array], names: Sequence[str], feeds: Feeds) -> dict[str, Array]:
    """As :meth:`LoadedModel.ask`, for a model (the bytes of a file) that takes ``values`` over where they fit."""
    return ask_model(model_from_bytes(data, _PLACE), values, names, feeds)


def ask_model(model: Model, values: Mapping[str, Array], names: Sequence[str], feeds: Feeds) -> dict[str, Array]:
    """The values of nodes of a model that need not be complete or trainable. Raises EngineError."""
    graph = model.graph
    session = Session(graph=graph, seed=model.run.seed)
    needed = graph.ancestors([graph.operation(name) for name in names])
    variables = sorted((op for op in needed if op.type == "Variable"), key=lambda op: op.number)
    session.initialize(variables)
    for op in variables:
        if op.name in values:
            with suppress(GraphError):
                session.set_value(op, values[op.name])
    return fetch_nodes(session, names, _parsed(graph, feeds))


def explain_step(data: bytes, folder: Path | None) -> Explanation:
    """How a training step of a model (the bytes of a file) is computed, and its times. Raises EngineError."""
    return TrainingRun(model_from_bytes(data, _PLACE), folder).explain()


def problem_of(error: EngineError) -> Problem:
    return Problem(error.message, error.node or "")


def _parsed(graph: Graph, feeds: Feeds) -> dict[str, Array]:
    """Typed text as arrays of the placeholders' dtypes. Raises DataError naming the placeholder."""
    return {
        name: load_source(TypedValues(value), graph.operation(name)) if isinstance(value, str) else value
        for name, value in feeds.items()
    }


def _file_stamps(model: Model, folder: Path | None) -> dict[str, tuple[int, int] | None]:
    """When the data files were last written, and their sizes; None for one that is not there."""
    stamps: dict[str, tuple[int, int] | None] = {}
    for source in model.data.values():
        if isinstance(source, TypedValues):
            continue
        try:
            status = resolve_path(source.path, folder).stat()
            stamps[source.path] = (status.st_mtime_ns, status.st_size)
        except (OSError, ValueError):  # a path may hold what no path can
            stamps[source.path] = None
    return stamps
