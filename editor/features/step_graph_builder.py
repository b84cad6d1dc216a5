"""Builds the graph of a document's training step, and finds places for its nodes, beside the window's thread."""

from __future__ import annotations

import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, Signal

from editor.document import Document
from editor.features.step_excerpt import is_too_large
from editor.features.step_layout import place_step
from editor.scopes import WHOLE, Scopes
from engine.formats.graph_file import model_from_bytes, model_to_bytes
from engine.graph import EngineError, Problem
from engine.model import Model
from engine.training.step_graph import StepGraph, build_step_graph

#: With more generated nodes than this, those that come from one node, or change one variable, are folded into a block.
_MOST_UNFOLDED = 80
#: While it works, the window's thread gets its turn after so many seconds at most: less than a frame takes.
_SWITCH_INTERVAL = 0.0005


@dataclass(frozen=True)
class _Snapshot:
    """A document as it was when it was asked about."""

    number: int
    content: bytes
    title: str
    folder: Path | None


class StepGraphBuilder(QObject):
    """Builds one step after the other; of those asked for meanwhile only the last one."""

    built = Signal(object)
    """A StepGraph, laid out if it can be drawn whole, or the Problem why there is none."""
    _done = Signal(int, object)

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        #: Counts what was asked for.
        self._number = 0
        #: The number of what was asked for last; 0 once it has come, or is not wanted any more.
        self._wanted = 0
        self._is_busy = False
        self._done.connect(self._receive)

    def build(self) -> None:
        """Asks for the step of the document as it is now."""
        self._number += 1
        self._wanted = self._number
        if not self._is_busy:
            self._start()

    def cancel(self) -> None:
        """Lets nothing come of what was asked for."""
        self._wanted = 0

    def _start(self) -> None:
        try:
            content = model_to_bytes(self._document.model)
        except EngineError as error:
            self.built.emit(Problem(error.message, error.node or ""))
            return
        self._is_busy = True
        snapshot = _Snapshot(self._wanted, content, self._document.title, self._document.folder)
        threading.Thread(target=self._work, args=(snapshot,), name="step graph", daemon=True).start()

    def _work(self, snapshot: _Snapshot) -> None:
        """In a thread of its own, on a copy of the model."""
        interval = sys.getswitchinterval()
        sys.setswitchinterval(_SWITCH_INTERVAL)
        result: StepGraph | Problem = Problem(
            QCoreApplication.translate("StepGraphBuilder", "The backward graph could not be built.")
        )
        try:
            result = placed_step(model_from_bytes(snapshot.content, snapshot.title), snapshot.folder)
        except EngineError as error:
            result = Problem(error.message, error.node or "")
        finally:
            sys.setswitchinterval(interval)
            with suppress(RuntimeError):  # the window was closed meanwhile
                self._done.emit(snapshot.number, result)

    def _receive(self, number: int, result: StepGraph | Problem) -> None:
        self._is_busy = False
        if number == self._wanted:
            self._wanted = 0
            self.built.emit(result)
        elif self._wanted:  # the document was edited while its step was built
            self._start()


def placed_step(model: Model, folder: Path | None) -> StepGraph:
    """The training step of a model, laid out if it can be drawn whole. Raises EngineError when there is no step."""
    step = build_step_graph(model, folder)
    if is_too_large(step):
        return step
    names = set(step.origins)
    step.model.folded = frozenset(
        scope for scope in model.folded if any(name.startswith(f"{scope}/") for name in names)
    )
    if len(names) > _MOST_UNFOLDED:
        scopes = Scopes(op.name for op in step.model.graph.get_operations())
        step.model.folded |= {
            name for name, scope in scopes.by_name.items() if scope.parent != WHOLE and names.issuperset(scope.members)
        }
    place_step(step, model)
    return step
