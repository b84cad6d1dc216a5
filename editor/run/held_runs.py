"""The runs that the training process holds. No Qt here."""

from __future__ import annotations

import logging
from pathlib import Path

from editor.run.loaded_model import LoadedModel, problem_of
from editor.run.messages import Fork, Load
from engine.graph import EngineError, InvalidArgumentError, Problem


class HeldRuns:
    """All runs that can be looked at, by number, and the present one; they share the memory for their histories."""

    def __init__(self) -> None:
        self._runs: dict[int, LoadedModel] = {}
        self._current = 0
        self._memory = 0
        #: Why there is no present run.
        self.problem: Problem | None = None

    @property
    def present(self) -> LoadedModel | None:
        """The run that is trained and stepped."""
        return self._runs.get(self._current)

    @property
    def history_bytes(self) -> int:
        """What the histories of all runs take."""
        return sum(each.history_bytes for each in self._runs.values())

    def load(self, message: Load) -> None:
        """Begins a run with a model."""
        self._current = message.run
        self._memory = message.memory
        self.problem = None
        try:
            loaded = LoadedModel(message.model, path_of(message.folder), message.values, self._memory)
            self._runs[self._current] = loaded
        except Exception as error:
            self.problem = problem_of_any(error)
        self._share_memory()

    def fork(self, message: Fork) -> None:
        """Begins a run where the cursor of the present one is."""
        left = self.present
        self._current = message.run
        self.problem = None
        try:
            if left is None:
                raise InvalidArgumentError("There is no run to go on from; run the graph first.", "")
            self._runs[message.run] = left.fork(message.model, path_of(message.folder), message.values)
        except Exception as error:
            self.problem = problem_of_any(error)
        else:
            self._share_memory()

    def select(self, number: int) -> None:
        """Makes another run the present one."""
        self._current = number

    def reset(self) -> None:
        """Sets the present run back to epoch 0."""
        try:
            if self.present is not None:
                self.present.reset()
        except Exception as error:
            self._runs.pop(self._current, None)
            self.problem = problem_of_any(error)

    def discard(self, number: int) -> None:
        """Forgets a run."""
        self._runs.pop(number, None)
        self._share_memory()

    def keep_memory(self, memory: int) -> None:
        """All histories together may take so many bytes from now on."""
        self._memory = memory
        self._share_memory()

    def _share_memory(self) -> None:
        """Each run may take its part of the memory."""
        for loaded in self._runs.values():
            loaded.limit_memory(self._memory // len(self._runs))


def path_of(path: str | None) -> Path | None:
    """The document's folder, as messages tell it."""
    return None if path is None else Path(path)


def problem_of_any(error: Exception) -> Problem:
    """The sentence of an error on purpose; for any other, one that tells it is a fault of the program."""
    if isinstance(error, EngineError):
        return problem_of(error)
    if isinstance(error, MemoryError):
        return Problem("There is not enough memory for this; use smaller mini-batches, fewer rows or fewer values.")
    logging.getLogger(__name__).error("unexpected error in the training process", exc_info=error)
    return Problem(f"A fault in the program stopped it: {type(error).__name__}: {error}. Please report it.")
