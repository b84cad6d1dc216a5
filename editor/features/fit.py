"""The fit in the window: what the model answers, beside its data, wherever the time cursor is."""

from __future__ import annotations

from PySide6.QtCore import QTimer

from editor.actions import ActionText, make_action
from editor.features.feature import Feature, PanelSpec, Place, Workbench
from editor.panels.fit_panel import FitPanel
from editor.run.fit_questions import FitPicture, ShowFit
from editor.run.state import RunState
from engine.graph import Problem

#: Milliseconds between two questions, at the least; what comes meanwhile is skipped.
_EVERY_MS = 100


class ModelFit(Feature):
    """Brings together the run and the panel. Nothing is asked while the panel cannot be seen."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._controller = bench.controller
        self._node = ""
        #: Counts what answers can be of: another document or node makes those to come worthless.
        self._number = 0
        self._is_asking = False
        #: The serial of the picture that is drawn.
        self._known = 0
        #: Whether something has moved since the last question.
        self._is_due = False
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_EVERY_MS)
        self._pause.timeout.connect(self._ask_if_due)
        self.show_fit = make_action(
            bench.window,
            ActionText(
                self.tr("Show the &fit"),
                self.tr("Draws the data and what the model answers, as a curve or as regions, at the cursor."),
            ),
            self.start,
            "fit",
            "Ctrl+Shift+F",
        )
        self.panel = FitPanel(bench.window)
        self.panels.append(PanelSpec("fit", self.tr("Fit"), "fit", self.panel))
        self.add_actions(Place.INSPECT, self.show_fit)
        self.panel.node_chosen.connect(self._choose)
        self.panel.shown.connect(self.ask)
        self._controller.moved.connect(lambda view: self.ask())
        self._controller.values_changed.connect(lambda values: self.ask())
        bench.document.replaced.connect(self._clear)

    def start(self) -> None:
        """Brings the panel, and draws the fit at the cursor."""
        self.bench.docks.bring("fit")
        self._ask_now()

    def _choose(self, node: str) -> None:
        self._node = node
        self._number += 1
        self._ask_now()

    def ask(self) -> None:
        """Something has moved: asks, unless a question is on its way or nothing can be seen."""
        self._is_due = True
        if not self._pause.isActive():
            self._ask_if_due()

    def _ask_if_due(self) -> None:
        # What was never run is not asked for by itself: it would load the model.
        has_run = self._controller.state is not RunState.IDLE or self._controller.view is not None
        if has_run and self._is_due and not self._is_asking and self.panel.isVisible():
            self._ask_now()

    def _ask_now(self) -> None:
        self._is_due = False
        self._is_asking = True
        self._pause.start()
        number = self._number
        question = ShowFit(self._node, self._known)
        self._controller.inquire(question, lambda answer: self._receive(number, answer))

    def _receive(self, number: int, answer: FitPicture | Problem) -> None:
        if number != self._number:
            return
        self._is_asking = False
        if isinstance(answer, Problem):
            self.panel.show_refusal(answer.message)
        else:
            self._known = answer.serial
            self.panel.show_fit(answer.points, answer.answers)
        if self._is_due and not self._pause.isActive():
            self._ask_if_due()

    def _clear(self) -> None:
        self._number += 1
        self._is_asking = False
        self._node = ""
        self._known = 0
        self.panel.clear()
