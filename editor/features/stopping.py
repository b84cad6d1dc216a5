"""Stopping runs where it matters: breakpoints, their marks on the canvas, and what a run has stopped at."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QMenu

from editor.actions import ActionText, make_action, make_toggle
from editor.breakpoint_list import BreakpointList
from editor.features.feature import Feature, PanelSpec, Place, Workbench
from editor.panels.breakpoints_panel import BreakpointsPanel
from editor.phases import phase_name
from editor.run.failure_question import WhyFailed
from editor.run.state import RunState
from editor.run.step_view import StepView
from engine.compiler.schedule import PHASES
from engine.debugger.breakpoints import AtNode, Stop
from engine.debugger.causes.cause import Cause
from engine.debugger.moment import Moment
from engine.graph import Problem


class Stopping(Feature):
    """Brings together the breakpoints, the run and the canvas."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        window, self._canvas, self._controller = bench.window, bench.canvas, bench.controller
        self.breakpoints = BreakpointList(bench.document, self)
        self.panel = BreakpointsPanel(self.breakpoints, window)
        self.panels.append(PanelSpec("breakpoints", self.tr("Breakpoints"), "breakpoint", self.panel))
        self.toggle = make_action(
            window,
            ActionText(
                self.tr("Toggle &breakpoint"),
                self.tr("Lets runs stop at the selected nodes in the forward pass, or no longer stop there."),
            ),
            self._toggle_nodes,
            "breakpoint",
            "F9",
        )
        self.phases = {
            phase: make_toggle(
                window,
                ActionText(
                    phase_name(phase), self.tr("Lets runs stop at the selected nodes in this pass of every step.")
                ),
                partial(self._set_phase, phase),
            )
            for phase in PHASES
        }
        self.phase_menu = QMenu(self.tr("Break &here"), window)
        self.phase_menu.setToolTipsVisible(True)
        self.phase_menu.addActions(list(self.phases.values()))
        self.phase_menu.aboutToShow.connect(self._follow_selection)
        self.condition = make_action(
            window,
            ActionText(
                self.tr("Stop &if…"),
                self.tr("Types a condition at which runs stop: the loss, a variable, a gradient, an epoch."),
            ),
            self._ask_for_condition,
            shortcut="Ctrl+F9",
        )
        self.remove_all = make_action(
            window,
            ActionText(self.tr("Remove &all breakpoints"), self.tr("Lets runs go on wherever they stop now.")),
            self.breakpoints.clear,
            shortcut="Ctrl+Shift+F9",
        )
        self.add_actions(Place.DEBUG, self.toggle, self.phase_menu.menuAction(), self.condition, self.remove_all)
        self.add_actions(Place.NODE, self.toggle, self.phase_menu.menuAction())
        self.breakpoints.changed.connect(self._follow_breakpoints)
        self.panel.node_wanted.connect(self._show_node)
        self.panel.report.node_wanted.connect(self._show_node)
        self.panel.report.cause_wanted.connect(self._go_to)
        self._canvas.selection_changed.connect(lambda names: self._follow_selection())
        self._controller.moved.connect(self._follow_cursor)
        self._controller.watched.connect(self._follow_problems)
        bench.document.replaced.connect(self._forget_stop)
        self._follow_breakpoints()
        self._follow_selection()

    # --- breakpoints -----------------------------------------------------------------------------------------------

    def _follow_breakpoints(self) -> None:
        breakpoints = self.breakpoints.all()
        self._controller.set_breakpoints(breakpoints)
        marks: dict[str, tuple[tuple[str, ...], bool]] = {}
        for each in breakpoints:
            if isinstance(each.at, AtNode):
                _, is_enabled = marks.get(each.at.node, ((), False))
                marks[each.at.node] = (self.breakpoints.phases_of(each.at.node), is_enabled or each.is_enabled)
        self._canvas.stop_marks.show_breakpoints(marks)
        self.remove_all.setEnabled(bool(breakpoints))
        self._follow_selection()

    def _follow_problems(self, problems: dict[int, Problem]) -> None:
        self.panel.show_run_problems({number: problem.message for number, problem in problems.items()})

    def _follow_selection(self) -> None:
        names = self._canvas.selected_nodes()
        self.toggle.setEnabled(bool(names))
        self.phase_menu.menuAction().setEnabled(bool(names))
        for phase, action in self.phases.items():
            action.blockSignals(True)
            action.setChecked(bool(names) and all(phase in self.breakpoints.phases_of(name) for name in names))
            action.blockSignals(False)

    def _toggle_nodes(self) -> None:
        """Where any selected node has none, all get one; else all lose theirs."""
        names = self._canvas.selected_nodes()
        bare = [name for name in names if not self.breakpoints.phases_of(name)]
        for name in bare:
            self.breakpoints.toggle_node(name, "forward")
        for name in () if bare else names:
            self.breakpoints.remove_node(name)

    def _set_phase(self, phase: str, is_on: bool) -> None:
        for name in self._canvas.selected_nodes():
            if (phase in self.breakpoints.phases_of(name)) != is_on:
                self.breakpoints.toggle_node(name, phase)

    def _ask_for_condition(self) -> None:
        self.bench.docks.bring("breakpoints")
        self.panel.ask_for_condition()

    # --- stops -----------------------------------------------------------------------------------------------------

    def _follow_cursor(self, view: StepView | None) -> None:
        if view is None:  # a run goes on
            self._forget_stop()
        elif view.stop is not None:
            self._show_stop(view.stop)
        elif view.stopped_by is not None and self._controller.state is RunState.FAILED:
            self._controller.inquire(WhyFailed(), self._show_failure)

    def _show_failure(self, answer: Cause | Problem | None) -> None:
        """Shows where the NaN comes from for which the run has failed."""
        if isinstance(answer, Cause):
            self.panel.report.show_cause(answer)
            self.bench.docks.bring("breakpoints")
            self._show_path(answer)

    def _show_stop(self, stop: Stop) -> None:
        self.panel.show_hits(stop.number, stop.hits)
        self.panel.report.show_stop(stop)
        self.bench.docks.bring("breakpoints")
        if stop.cause is not None:
            self.bench.status.show_refusal(stop.sentence)
            self._show_path(stop.cause)
        elif stop.node in self._canvas.graph_scene.nodes:
            self._canvas.bring_into_view(stop.node)

    def _show_path(self, cause: Cause) -> None:
        self._canvas.stop_marks.show_path(cause.path or (cause.node,))
        if cause.node in self._canvas.graph_scene.nodes:
            self._canvas.bring_into_view(cause.node)

    def _forget_stop(self) -> None:
        self._canvas.stop_marks.show_path(())
        self.panel.report.clear()

    def _show_node(self, name: str) -> None:
        if name in self._canvas.graph_scene.nodes:
            self._canvas.reveal(name)
        else:
            self.problem_found.emit(Problem(self.tr("There is no node {name} any more.").format(name=name)))

    def _go_to(self, cause: Cause) -> None:
        """Puts the cursor where a cause happened."""
        self._show_node(cause.node)
        self._controller.seek(Moment(cause.epoch, cause.batch, cause.operation))
