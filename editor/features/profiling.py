"""Profiling a training step: asks for it, and shows what comes in the panel and as heat on the canvas."""

from __future__ import annotations

from editor.actions import ActionText, make_action, make_toggle
from editor.features.feature import Feature, PanelSpec, Place, Workbench
from editor.icons import bind_icon
from editor.panels.profile_panel import ProfilePanel
from editor.run.snapshot import Conditions
from editor.step_times import node_times
from engine.graph import Problem
from engine.runtime.explanation import Explanation


class Profiling(Feature):
    """Brings together the run, which measures, the panel and the canvas. An edit makes a profile go away."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        window, document, controller, canvas = bench.window, bench.document, bench.controller, bench.canvas
        self._document = document
        self._controller = controller
        self._canvas = canvas
        self.explanation: Explanation | None = None
        #: What the step that is shown, or asked for, trains with; None when there is none.
        self._conditions: Conditions | None = None
        #: Whether the canvas is told what is selected in the table, so that its answer need not come back.
        self._is_telling = False
        self.profile = make_action(
            window,
            ActionText(
                self.tr("&Profile a step"),
                self.tr("Measures what each node takes of a training step. The run and its values stay as they are."),
            ),
            self.start,
            "timer",
            "F6",
        )
        self.heat = make_toggle(
            window,
            ActionText(
                self.tr("&Heat"), self.tr("Shows on the canvas what part of a profiled step's time each node takes.")
            ),
            lambda is_on: self._show_heat(),
            checked=True,
            shortcut="Shift+F6",
        )
        bind_icon(self.heat, "heat")
        # In the menu a tick says whether it is on; an icon would stand in its place.
        self.heat.setIconVisibleInMenu(False)
        window.addAction(self.heat)
        self.panel = ProfilePanel(self.profile, self.heat, window)
        self.panels.append(PanelSpec("profile", self.tr("Profile"), "timer", self.panel))
        self.add_actions(Place.RUN, self.profile)
        self.add_actions(Place.VIEW, self.heat)
        self.panel.view.nodes_chosen.connect(self._select_on_canvas)
        self.panel.view.node_wanted.connect(self._go_to)
        canvas.selection_changed.connect(self._follow_canvas)
        controller.profiled.connect(self._receive)
        for signal in document.graph_signals:
            signal.connect(self._outdate)
        document.data_changed.connect(self._compare_conditions)
        document.run_settings_changed.connect(self._compare_conditions)
        document.replaced.connect(self._clear)
        self._show_heat()

    def start(self) -> None:
        """Asks for a profile of the document as it is now."""
        self.explanation = None
        self._conditions = Conditions.of(self._document)
        self._show_heat()
        self.profile.setEnabled(False)
        self.panel.show_busy()
        self.bench.docks.bring("profile")
        self._controller.profile()

    # --- what comes ----------------------------------------------------------------------------------------------

    def _receive(self, result: Explanation | Problem | None) -> None:
        self.profile.setEnabled(True)
        if result is None:
            self._clear()
        elif self._conditions is None:
            self.panel.show_outdated()
        elif isinstance(result, Problem):
            self._clear()
            self.panel.show_refusal(result.message)
            self.problem_found.emit(result)
        else:
            self.explanation = result
            self.panel.show_explanation(result)
            self._follow_canvas(self._canvas.selected_nodes())
            self._show_heat()

    def _outdate(self) -> None:
        """An edit: what is shown, or to come, is of the graph before it."""
        if self._conditions is not None:
            self._conditions = None
            self.explanation = None
            self._show_heat()
            if self.profile.isEnabled():
                self.panel.show_outdated()

    def _compare_conditions(self) -> None:
        if self._conditions is not None and self._conditions != Conditions.of(self._document):
            self._outdate()

    def _clear(self) -> None:
        self._conditions = None
        self.explanation = None
        self._show_heat()
        self.panel.clear()

    def _show_heat(self) -> None:
        self.heat.setEnabled(self.explanation is not None)
        is_shown = self.explanation is not None and self.heat.isChecked()
        self._canvas.show_heat(node_times(self.explanation) if self.explanation is not None and is_shown else {})

    # --- selection -----------------------------------------------------------------------------------------------

    def _select_on_canvas(self, names: list[str]) -> None:
        known = [name for name in names if name in self._document.graph]
        self._is_telling = True
        try:
            self._canvas.select(known)
        finally:
            self._is_telling = False
        if len(known) == 1:
            self._canvas.bring_into_view(known[0])

    def _follow_canvas(self, names: list[str]) -> None:
        if not self._is_telling:
            self.panel.view.select_nodes(names)

    def _go_to(self, name: str) -> None:
        if name in self._document.graph:
            self._canvas.reveal(name)
