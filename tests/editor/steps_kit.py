"""A run that is stepped through in the training process."""

from __future__ import annotations

from collections.abc import Callable

from pytestqt.qtbot import QtBot

from editor.document import Document
from editor.run.controller import RunController, RunState
from editor.run.step_view import StepView
from engine.graph import Problem


class Steps:
    """A controller, and every StepView it told."""

    def __init__(self, document: Document, qtbot: QtBot) -> None:
        self.document = document
        self.controller = RunController(document)
        self.qtbot = qtbot
        self.views: list[StepView] = []
        self.failures: list[Problem] = []
        self.controller.moved.connect(lambda view: view is not None and self.views.append(view))
        self.controller.failed.connect(self.failures.append)

    def after(self, do: Callable[[], object]) -> StepView:
        """The view that the cursor has once ``do`` has moved it."""
        count = len(self.views)
        do()
        self.qtbot.waitUntil(lambda: len(self.views) > count, timeout=20_000)
        return self.views[-1]

    def run(self, epochs: int) -> None:
        self.controller.run(epochs)
        self.qtbot.waitUntil(lambda: self.controller.state is RunState.FINISHED, timeout=20_000)
        self.qtbot.waitUntil(lambda: self.controller.view is not None, timeout=20_000)

    def value(self, name: str) -> float:
        return float(self.controller.variable_values()[name].ravel()[0])
