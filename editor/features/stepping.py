"""Stepping through a run: the actions, the timeline, and where the cursor is on the canvas."""

from __future__ import annotations

from editor.actions import ActionText, make_action, make_toggle
from editor.features.feature import Feature, PanelSpec, Place, Workbench
from editor.icons import bind_icon
from editor.panels.run_ruler import StopMark
from editor.panels.timeline_panel import TimelinePanel
from editor.run.controller import RunState
from editor.run.state import RunProgress
from editor.run.step_view import StepView
from editor.step_actions import StepActions
from engine.debugger.moment import Moment


class Stepping(Feature):
    """Brings together the cursor of the run, the timeline and the canvas."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        window, controller, canvas = bench.window, bench.controller, bench.canvas
        self._controller = controller
        self._canvas = canvas
        #: Where runs have stopped for a reason, by the number of the run.
        self._marks: dict[int, list[StopMark]] = {}
        self.steps = StepActions(controller, window)
        self.to_node = make_action(
            window,
            ActionText(
                self.tr("Run to this &node"),
                self.tr("Carries out operations until the selected node has been computed."),
            ),
            self._run_to_node,
            "run_to",
            "F4",
        )
        self.to_epoch = make_action(
            window,
            ActionText(self.tr("&Go to epoch…"), self.tr("Goes back to an epoch, or trains until it is reached.")),
            self._ask_for_epoch,
            "history",
            "Ctrl+F5",
        )
        self.follow = make_toggle(
            window,
            ActionText(self.tr("&Follow"), self.tr("Moves the canvas to the node that was computed last.")),
            lambda is_on: self._bring_into_view(),
            shortcut="Shift+F4",
        )
        bind_icon(self.follow, "follow")
        # In the menu a tick says whether it is on; an icon would stand in its place.
        self.follow.setIconVisibleInMenu(False)
        self.panel = TimelinePanel([self.steps.back, self.steps.forward, [self.follow]], window)
        self.panels.append(PanelSpec("timeline", self.tr("Timeline"), "timeline", self.panel))
        self.add_actions(Place.DEBUG, *self.steps.forward)
        self.add_actions(Place.DEBUG, *reversed(self.steps.back))
        self.add_actions(Place.DEBUG, self.to_node, self.to_epoch)
        self.add_actions(Place.DEBUG, self.follow)
        self.add_actions(Place.NODE, self.to_node)
        self.panel.moment_wanted.connect(self.seek)
        self.panel.epoch_wanted.connect(controller.run_to_epoch)
        self.panel.epoch_wanted.connect(canvas.setFocus)
        self.panel.phase_wanted.connect(controller.step_phase)
        canvas.selection_changed.connect(self._follow_selection)
        controller.moved.connect(self._follow_cursor)
        controller.progress.connect(self._follow_progress)
        controller.state_changed.connect(self._follow_state)
        bench.document.replaced.connect(self._clear)
        self._follow_selection([])
        self.panel.clear()

    def seek(self, moment: Moment) -> None:
        """Goes to a moment of the run."""
        self._controller.seek(moment)

    # --- following -----------------------------------------------------------------------------------------------

    def _follow_cursor(self, view: StepView | None) -> None:
        if view is None:
            self._canvas.show_step(None, None)
            if self._controller.state in (RunState.STARTING, RunState.RUNNING):
                self.panel.show_running(self._controller.epoch)
            elif not len(self._controller.history):
                self.panel.clear()
            return
        self._mark(view)
        self.panel.show_view(view)
        self.panel.show_marks(self._marks.get(self._controller.runs.current, []))
        self._canvas.show_step(view.latest, view.next)
        self._bring_into_view()

    def _follow_progress(self, progress: RunProgress) -> None:
        if self._controller.state is RunState.RUNNING:
            self.panel.show_running(progress.epoch)

    def _follow_state(self, state: RunState) -> None:
        if state is RunState.RUNNING:
            self.panel.show_running(self._controller.epoch)
        elif state is RunState.IDLE and self._controller.view is None:
            self._marks.pop(self._controller.runs.current, None)  # it begins again
            self.panel.clear()

    def _clear(self) -> None:
        self._marks.clear()
        self.panel.show_marks([])
        self.panel.clear()

    def _bring_into_view(self) -> None:
        view = self._controller.view
        if view is None or not self.follow.isChecked():
            return
        shown = view.latest or view.next
        if shown is not None and shown.node in self._canvas.graph_scene.nodes:
            self._canvas.bring_into_view(shown.node)

    def _mark(self, view: StepView) -> None:
        """Marks a moment at which a breakpoint or a failure has stopped the run."""
        if view.stop is not None:
            reason = view.stop.sentence
        elif view.stopped_by is not None and self._controller.state is RunState.FAILED:
            reason = str(view.stopped_by)
        else:
            return
        marks = self._marks.setdefault(self._controller.runs.current, [])
        if all(mark.moment != view.moment for mark in marks):
            marks.append(StopMark(view.moment, reason))

    # --- going ---------------------------------------------------------------------------------------------------

    def _follow_selection(self, names: list[str]) -> None:
        self.to_node.setEnabled(len(names) == 1)

    def _run_to_node(self) -> None:
        names = self._canvas.selected_nodes()
        if len(names) == 1:
            self._controller.run_to_node(names[0])

    def _ask_for_epoch(self) -> None:
        self.bench.docks.bring("timeline")
        self.panel.ask_for_epoch()
