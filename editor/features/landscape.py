"""The loss landscape in the window: asks the training process for it piece by piece, and follows the cursor."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QTimer

from editor.actions import ActionText, make_action, rename
from editor.features.feature import Feature, PanelSpec, Place, Workbench
from editor.icons import bind_icon
from editor.panels.landscape_panel import LandscapePanel
from editor.run.landscape_questions import (
    BeginLandscape,
    ContinueLandscape,
    Progress,
    SpotNow,
    TrainedScalars,
    ValuesAt,
)
from editor.run.state import RunState
from editor.run.step_view import StepView
from engine.debugger.landscape.data import Extent, Spot
from engine.graph import Problem

#: Seconds that the training process computes before it looks at anything else: a run that goes on is to go on.
_SLICE_IDLE = 0.03
_SLICE_TRAINING = 0.004
#: The run must have stood for so long before the landscape around it is computed by itself.
_SETTLED_MS = 300
_TRAINING = (RunState.STARTING, RunState.RUNNING)


class LossLandscape(Feature):
    """Brings together the run, which computes, and the panel. Nothing is asked while the panel cannot be seen."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._controller = bench.controller
        #: The number of the landscape that is computed or shown: answers for others are dropped.
        self._number = 0
        self._revision = 0
        self._extent: Extent | None = None
        self._is_computing = False
        self._is_asking_spot = False
        #: Whether what is shown is of another run than the present one.
        self._is_outdated = False
        #: How far the run had come when the landscape was begun; None while there is none.
        self._seen: tuple[int, int] | None = None
        self._follow = QTimer(self)
        self._follow.setSingleShot(True)
        self._follow.setInterval(_SETTLED_MS)
        self._follow.timeout.connect(self._catch_up)
        self._compute_text = ActionText(
            self.tr("Compute the &landscape"),
            self.tr("Draws the loss around the run with its path. The run and its values stay as they are."),
        )
        self._stop_text = ActionText(
            self.tr("Stop computing the &landscape"), self.tr("Leaves the landscape as far as it has come.")
        )
        self.compute = make_action(
            bench.window,
            self._compute_text,
            self.start_or_stop,
            "landscape",
            "Ctrl+Shift+L",
        )
        self.compute.setIconText(self.tr("Compute"))
        self.panel = LandscapePanel(self.compute, bench.window)
        self.panels.append(PanelSpec("landscape", self.tr("Landscape"), "landscape", self.panel))
        self.add_actions(Place.INSPECT, self.compute)
        self.panel.axes_chosen.connect(self._begin_anew)
        self.panel.extent_wanted.connect(self._begin)
        self.panel.put_wanted.connect(self._put)
        self.panel.shown.connect(self._follow.start)
        self._controller.moved.connect(self._follow_cursor)
        self._controller.values_changed.connect(lambda values: self._ask_spot())
        self._controller.state_changed.connect(lambda state: self._follow.start())
        bench.document.replaced.connect(self._clear)

    def start_or_stop(self) -> None:
        """Does what the action says at the moment."""
        if self._is_computing:
            self._set_computing(False)
            self.panel.show_stopped()
        else:
            self.start()

    def _set_computing(self, is_computing: bool) -> None:
        self._is_computing = is_computing
        rename(self.compute, self._stop_text if is_computing else self._compute_text)
        self.compute.setIconText(self.tr("Stop") if is_computing else self.tr("Compute"))
        bind_icon(self.compute, "stop" if is_computing else "landscape")

    def start(self) -> None:
        """Brings the panel, and computes the landscape around the cursor."""
        self.bench.docks.bring("landscape")
        self._begin_anew()

    # --- computing ---------------------------------------------------------------------------------------------------

    def _begin_anew(self) -> None:
        self._begin(None)

    def _begin(self, extent: Extent | None) -> None:
        """Gives up what is computed, and begins with the axes that are chosen; None takes the extent of the path."""
        self._extent = extent
        self._number += 1
        self._revision = 0
        self._is_outdated = False
        self._set_computing(True)
        self.panel.show_busy()
        number = self._number
        self._controller.inquire(TrainedScalars(), lambda answer: self._offer_scalars(number, answer))

    def _offer_scalars(self, number: int, answer: Any) -> None:
        if number != self._number or not self._is_computing:
            return
        if isinstance(answer, Problem):
            self._refuse(answer)
            return
        self.panel.axis_boxes.show_scalars(*answer)
        question = BeginLandscape(number, self.panel.axis_boxes.axes, self._extent)
        self._controller.inquire(question, lambda progress: self._receive(number, progress))

    def _receive(self, number: int, answer: Progress | Problem | None) -> None:
        if number != self._number or not self._is_computing:
            return
        if isinstance(answer, Problem):
            self._refuse(answer)
        elif answer is None:  # the run is another one
            self._set_computing(False)
            self._is_outdated = True
            self._follow.start()
        else:
            self._show(answer)
            if answer.share < 1:
                seconds = _SLICE_TRAINING if self._controller.state in _TRAINING else _SLICE_IDLE
                question = ContinueLandscape(number, self._revision, seconds)
                self._controller.inquire(question, lambda progress: self._receive(number, progress))
            else:
                self._set_computing(False)

    def _show(self, progress: Progress) -> None:
        self.panel.show_progress(progress.share)
        if progress.landscape is not None:
            self._revision = progress.revision
            self.panel.show_landscape(progress.landscape)
            path = progress.landscape.path
            self._seen = (path[-1].epoch, path[-1].batch) if path else (0, 0)

    def _refuse(self, problem: Problem) -> None:
        self._set_computing(False)
        self.panel.show_refusal(problem.message)

    def _clear(self) -> None:
        self._number += 1
        self._set_computing(False)
        self._seen = None
        self._follow.stop()
        self.panel.axis_boxes.clear()
        self.panel.clear()

    # --- following the run -------------------------------------------------------------------------------------------

    def _follow_cursor(self, view: StepView | None) -> None:
        self._ask_spot()
        if view is not None:
            self._follow.start()

    def _ask_spot(self) -> None:
        """Asks where the cursor is now; not while an answer is to come."""
        if self._is_asking_spot or self.panel.landscape is None or not self.panel.isVisible():
            return
        self._is_asking_spot = True
        self._controller.inquire(SpotNow(self._number), self._receive_spot)

    def _receive_spot(self, answer: Spot | Problem | None) -> None:
        self._is_asking_spot = False
        if isinstance(answer, Spot):
            self.panel.show_present(answer)
        elif answer is None and not self._is_computing:  # the run is another one
            self._is_outdated = True
            self._follow.start()

    def _catch_up(self) -> None:
        """Computes the landscape again where the run stands and has come further, or is another one."""
        view = self._controller.view
        if self._is_computing or self._seen is None or view is None or not self.panel.isVisible():
            return
        if self._controller.state in _TRAINING:
            return
        is_whole = view.last.operation > 0 and view.last.operation == len(view.operations)
        reached = divmod(view.last.epoch * view.batches_per_epoch + view.last.batch + is_whole, view.batches_per_epoch)
        if reached != self._seen or self._is_outdated:
            self._begin(self._extent)

    # --- putting the model somewhere ---------------------------------------------------------------------------------

    def _put(self, x: float, y: float) -> None:
        """Gives the trained variables the values of a point of the plane: the run forks there."""
        if self._controller.state in _TRAINING:
            self.panel.show_refusal(self.tr("The model cannot be put elsewhere while it trains; pause the run first."))
            return
        self._controller.inquire(ValuesAt(self._number, x, y), self._receive_values)

    def _receive_values(self, answer: Any) -> None:
        if isinstance(answer, Problem):
            self.panel.show_refusal(answer.message)
        elif answer is not None:
            self._controller.set_values(answer)
