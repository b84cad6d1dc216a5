"""Checking gradients: asks the training process, and shows what comes in the panel and on the canvas."""

from __future__ import annotations

from typing import Any

from editor.actions import ActionText, make_action
from editor.canvas.gradient_marks import BoxVerdict
from editor.features.feature import Feature, PanelSpec, Place, Workbench
from editor.panels.gradient_panel import GradientPanel
from editor.run.gradient_question import CheckGradients
from engine.debugger.gradient_check.check import GradientCheck, joined
from engine.graph import NodeKind, Problem

#: So many nodes are asked about at once: training goes on in between, and the check can be stopped.
_NODES_AT_ONCE = 48


class GradientChecking(Feature):
    """Brings together the run, which computes, the panel and the canvas. An edit makes what was found go away."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        window, document, canvas = bench.window, bench.document, bench.canvas
        self.found: GradientCheck | None = None
        self._parts: list[GradientCheck] = []
        self._waiting: list[tuple[str, ...]] = []
        self._count = 0
        #: Counts the checks: the answer to a question of an earlier one says nothing any more.
        self._number = 0
        self._is_telling = False
        self.check = make_action(
            window,
            ActionText(
                self.tr("&Check gradients"),
                self.tr(
                    "Compares the gradients of the selected nodes, or of all, with central differences. "
                    "The run and its values stay as they are."
                ),
            ),
            self.start,
            "check",
            "F8",
        )
        self.stop = make_action(
            window,
            ActionText(self.tr("&Stop checking"), self.tr("Checks no further nodes; what was found stays.")),
            self.finish,
            "stop",
        )
        self.stop.setEnabled(False)
        self.add_actions(Place.INSPECT, self.check)
        self.add_actions(Place.VALUES, self.check)
        self.panel = GradientPanel(self.check, self.stop, window)
        self.panels.append(PanelSpec("gradients", self.tr("Gradients"), "check", self.panel))
        self.panel.view.nodes_chosen.connect(self._select_on_canvas)
        self.panel.view.node_wanted.connect(self._go_to)
        canvas.selection_changed.connect(self._follow_canvas)
        for signal in document.graph_signals:
            signal.connect(self._outdate)
        document.replaced.connect(self._clear)

    def start(self) -> None:
        """Checks the selected nodes, or all when none are selected."""
        document = self.bench.document
        chosen = self.bench.canvas.selected_nodes() or document.names()
        names = [name for name in chosen if document.operation(name).kind is not NodeKind.OPTIMIZER]
        self._forget()
        self._waiting = [tuple(names[i : i + _NODES_AT_ONCE]) for i in range(0, len(names), _NODES_AT_ONCE)]
        self._count = len(names)
        self._show_marks()
        self.bench.docks.bring("gradients")
        self.panel.show_progress(0, self._count)
        self._set_busy(True)
        self._ask_on()

    def finish(self) -> None:
        """Asks about no further nodes."""
        self._waiting.clear()
        self._number += 1
        self._set_busy(False)
        self.panel.show_progress(self._count or 1, self._count or 1)
        if self.found is None:
            self.panel.clear()

    def _set_busy(self, is_busy: bool) -> None:
        self.check.setEnabled(not is_busy)
        self.stop.setEnabled(is_busy)

    # --- asking --------------------------------------------------------------------------------------------------

    def _ask_on(self) -> None:
        if not self._waiting:
            self.finish()
            return
        number = self._number
        question = CheckGradients(self._waiting.pop(0))
        self.bench.controller.inquire(question, lambda answer: self._receive(number, answer))

    def _receive(self, number: int, answer: Any) -> None:
        if number != self._number:
            return
        if not isinstance(answer, GradientCheck):
            self._refuse(answer)
            return
        # What is asked about with its neighbours is told of where something was found or cannot be.
        self._parts.append(answer)
        self.found = joined(self._parts, self.bench.document.graph)
        left = sum(len(names) for names in self._waiting)
        self.panel.show_progress(self._count - left, self._count)
        self.panel.show_check(self.found)
        self._follow_canvas(self.bench.canvas.selected_nodes())
        self._show_marks()
        self._ask_on()

    def _refuse(self, problem: Problem) -> None:
        self._forget()
        self._set_busy(False)
        self._show_marks()
        self.panel.show_refusal(str(problem))
        self.problem_found.emit(problem)

    # --- what is shown -------------------------------------------------------------------------------------------

    def _forget(self) -> None:
        self._number += 1
        self.found = None
        self._parts = []
        self._waiting.clear()

    def _outdate(self) -> None:
        """An edit: what is shown, or to come, is of the graph before it."""
        if self.found is not None or self.stop.isEnabled():
            self._forget()
            self._set_busy(False)
            self._show_marks()
            self.panel.show_outdated()

    def _clear(self) -> None:
        self._forget()
        self._set_busy(False)
        self._show_marks()
        self.panel.clear()

    def _show_marks(self) -> None:
        nodes = () if self.found is None else self.found.nodes
        self.bench.canvas.show_verdicts(
            {node.node: BoxVerdict(node.is_right, None if node.worst is None else node.largest_error) for node in nodes}
        )

    # --- selection -----------------------------------------------------------------------------------------------

    def _select_on_canvas(self, names: list[str]) -> None:
        known = [name for name in names if name in self.bench.document.graph]
        self._is_telling = True
        try:
            self.bench.canvas.select(known)
        finally:
            self._is_telling = False
        if len(known) == 1:
            self.bench.canvas.bring_into_view(known[0])

    def _follow_canvas(self, names: list[str]) -> None:
        if not self._is_telling:
            self.panel.view.select_nodes(names)

    def _go_to(self, name: str) -> None:
        if name in self.bench.document.graph:
            self.bench.canvas.reveal(name)
