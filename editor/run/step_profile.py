"""The profile of a document's training step: asked for, and told when it comes."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from editor.document import Document
from editor.run.loaded_model import problem_of
from editor.run.messages import Profile, Profiled
from editor.run.process import TrainingProcess
from editor.run.snapshot import folder_of, model_bytes
from engine.graph import EngineError, Problem
from engine.runtime.explanation import Explanation


class StepProfile(QObject):
    """One profile at a time."""

    ended = Signal(object)
    """The Explanation that was asked for, or the Problem why there is none; None when it is given up."""

    def __init__(self, document: Document, process: TrainingProcess, parent: QObject) -> None:
        super().__init__(parent)
        self._document = document
        self._process = process
        #: The number of the last profile that was asked for, and whether it is still to come.
        self._number = 0
        self._is_to_come = False

    def ask(self) -> None:
        """Asks for the profile of the document as it is now. Does nothing while one is to come."""
        if self._is_to_come:
            return
        self._is_to_come = True
        self._number += 1
        try:
            model = model_bytes(self._document)
        except EngineError as error:
            self.end(problem_of(error))
            return
        self._process.warm_up()
        self._process.send(Profile(self._number, model, folder_of(self._document)))

    def receive(self, message: Profiled) -> None:
        if message.number == self._number:
            self.end(message.result)

    def end(self, result: Explanation | Problem | None) -> None:
        """Tells what came of the profile that was asked for; does nothing when none was."""
        if self._is_to_come:
            self._is_to_come = False
            self.ended.emit(result)
