"""The backward graph: the generated gradient and update nodes, drawn beside the canvas and tied to its nodes."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer

from editor.actions import ActionText, make_action, make_toggle
from editor.errors import sentence_of, show_error
from editor.features.feature import Feature, Place, Workbench
from editor.features.step_excerpt import MOST_DRAWN, excerpt, is_too_large
from editor.features.step_graph_builder import StepGraphBuilder
from editor.features.step_graph_pane import StepGraphPane
from editor.features.step_layout import place_step
from editor.files.actions import SUFFIX
from editor.files.save_dialog import ask_where_to_save
from editor.icons import bind_icon
from editor.run.step_values import StepValues
from editor.run.step_view import StepOperation
from engine.formats.graph_file import save_graph_file
from engine.graph import EngineError, Problem
from engine.training.step_graph import StepGraph, build_step_graph, moved_step

#: How long after an edit the step is built again, in milliseconds; edits in between wait together.
_BUILD_DELAY = 200
#: Of the height of the canvas: the step is drawn with its forward part, so that it needs more.
_SHARE = 0.6


class BackwardGraph(Feature):
    """Shows the graph of the training step while it is switched on. It follows edits, the selection and the cursor."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        window, document, canvas, controller = bench.window, bench.document, bench.canvas, bench.controller
        self.step: StepGraph | None = None
        self._is_telling = False
        self._is_asking = False
        self._moved_meanwhile = False
        self.toggle = make_toggle(
            window,
            ActionText(
                self.tr("&Backward graph"),
                self.tr("Draws the gradient and update nodes that are generated for the graph, beside it."),
            ),
            self._switch,
            shortcut="Ctrl+B",
        )
        bind_icon(self.toggle, "step_back")
        self.toggle.setIconVisibleInMenu(False)  # The check mark has its place.
        self.save = make_action(
            window,
            ActionText(
                self.tr("Save backward graph &as…"),
                self.tr("Saves the training step as a graph of its own, its gradients and updates as ordinary nodes."),
            ),
            self.ask_and_save,
            "save_as",
            "Ctrl+Shift+B",
        )
        self.add_actions(Place.INSPECT, self.toggle, self.save)
        self.pane = StepGraphPane((self.save,), window)
        bench.middle.addWidget(self.pane)
        self.pane.hide()
        self.builder = StepGraphBuilder(document, self)
        self.builder.built.connect(self._receive)
        self._timer = QTimer(self, singleShot=True, interval=_BUILD_DELAY)
        self._timer.timeout.connect(self.builder.build)
        document.edited.connect(self._grow_old)
        document.replaced.connect(self._begin_again)
        canvas.selection_changed.connect(self._follow_canvas)
        canvas.graph_scene.hovered_changed.connect(self._hover_from_canvas)
        self.pane.canvas.selection_changed.connect(self._select_on_canvas)
        self.pane.canvas.graph_scene.hovered_changed.connect(self._hover_from_pane)
        self.pane.document.refused.connect(bench.status.show_refusal)
        self.pane.canvas.refused.connect(lambda reason, place: bench.status.show_refusal(reason))
        controller.values_changed.connect(self.pane.canvas.set_values)
        controller.moved.connect(self._follow_cursor)
        controller.went_stale.connect(lambda: self.pane.canvas.mark_values_stale())

    # --- building ------------------------------------------------------------------------------------------------

    def _switch(self, is_on: bool) -> None:
        self.pane.setVisible(is_on)
        if is_on:
            height = self.bench.middle.height()
            self.bench.middle.setSizes([round(height * (1 - _SHARE)), round(height * _SHARE)])
            self.pane.canvas.set_motion_reduced(self.bench.canvas.camera.is_motion_reduced)
            self.builder.build()
        else:
            self._timer.stop()
            self.builder.cancel()

    def _grow_old(self) -> None:
        if self.toggle.isChecked():
            self._timer.start()

    def _begin_again(self) -> None:
        """Another document: nothing of the old one stays to be seen."""
        self.step = None
        self.pane.say_building()
        self._grow_old()

    def _receive(self, result: StepGraph | Problem) -> None:
        if isinstance(result, Problem):
            self.step = None
            self.pane.counts.clear()
            self.pane.say(str(result))
            return
        self.step = result
        self.pane.count(result)
        if not is_too_large(result):
            self.pane.show_step(result)
            self._show_cursor()
        self._follow_canvas(self.bench.canvas.selected_nodes())
        self._ask_values()

    def _show_part(self, names: list[str]) -> None:
        """Of a step that is too large to be drawn whole, shows nodes with what is beside them."""
        assert self.step is not None
        if not names:
            self.pane.say(self.tr("The step is too large to be drawn whole. Select nodes to see what belongs to them."))
        elif len(names) > MOST_DRAWN:
            self.pane.say(self.tr("Too many nodes belong to the selection to be drawn. Select fewer nodes."))
        else:
            part = excerpt(self.step, names)
            place_step(part, self.bench.document.model)
            self.pane.show_step(part, keeps_view=False)
            self._show_cursor()
            self._ask_values()

    # --- selection and hovering ----------------------------------------------------------------------------------

    def _counterparts(self, names: Iterable[str]) -> list[str]:
        """What the step has of nodes of the canvas: themselves, and what is generated for them."""
        step = self.step
        if step is None:
            return []
        found = (each for name in names for each in (name, *step.belonging_to(name)))
        return [name for name in dict.fromkeys(found) if name in step.model.graph]

    def _origins(self, names: Iterable[str]) -> list[str]:
        """The nodes of the canvas that nodes of the step stand or are generated for."""
        step = self.step
        if step is None:
            return []
        found = dict.fromkeys(step.origins.get(name, name) for name in names)
        return [name for name in found if name in self.bench.document.graph]

    def _follow_canvas(self, names: list[str]) -> None:
        if self._is_telling or not self.toggle.isChecked():
            return
        chosen = self._counterparts(names)
        if self.step is not None and is_too_large(self.step):
            self._show_part(chosen)
        self._tell(lambda: self.pane.canvas.select(chosen))
        if chosen:
            self.pane.canvas.bring_all_into_view(chosen)

    def _select_on_canvas(self, names: list[str]) -> None:
        if self._is_telling:
            return
        origins = self._origins(names)
        self._tell(lambda: self.bench.canvas.select(origins))
        if len(origins) == 1:
            self.bench.canvas.bring_into_view(origins[0])

    def _tell(self, select: Any) -> None:
        """Selects on one canvas what belongs to the selection on the other, whose answer need not come back."""
        self._is_telling = True
        try:
            select()
        finally:
            self._is_telling = False

    def _hover_from_canvas(self, names: list[str]) -> None:
        if self.toggle.isChecked():
            self.pane.canvas.graph_scene.mark_hovered(self._counterparts(names))

    def _hover_from_pane(self, names: list[str]) -> None:
        self.bench.canvas.graph_scene.mark_hovered(self._origins(names))

    # --- values --------------------------------------------------------------------------------------------------

    def _follow_cursor(self, view: object) -> None:
        self._show_cursor()
        if view is None:
            self.pane.canvas.mark_values_stale()
        else:
            self._ask_values()

    def _show_cursor(self) -> None:
        """Shows which operation was carried out last, and which comes next: each is a node of its own here."""
        view = self.bench.controller.view
        latest, following = (None, None) if view is None else (view.latest, view.next)
        self.pane.canvas.show_step(_by_name(latest), _by_name(following))

    def _ask_values(self) -> None:
        """Asks for the values of the step that the cursor is in; one question at a time is under way."""
        if self.step is None or not self.toggle.isChecked() or self.bench.controller.view is None:
            return
        if self._is_asking:
            self._moved_meanwhile = True
            return
        self._is_asking = True
        self._moved_meanwhile = False
        names = tuple(op.name for op in self.pane.document.graph.get_operations() if op.outputs)
        self.bench.controller.inquire(StepValues(names), self._receive_values)

    def _receive_values(self, answer: Any) -> None:
        self._is_asking = False
        if isinstance(answer, dict):
            self.pane.canvas.set_values(answer)
        if self._moved_meanwhile:
            self._ask_values()

    # --- saving --------------------------------------------------------------------------------------------------

    def ask_and_save(self) -> None:
        """Asks where to, and saves the step of the document as it is now."""
        bench = self.bench
        try:
            step = build_step_graph(bench.document.model, bench.document.folder)
        except EngineError as error:
            self.problem_found.emit(Problem(error.message, error.node or ""))
            return
        begin = Path(bench.settings.last_folder) / f"{bench.document.title}_step{SUFFIX}"
        title = self.tr("Save backward graph")
        path = ask_where_to_save(bench.window, title, begin, self.tr("Chainrule graphs (*.graph);;All files (*)"))
        if path is None:
            return
        try:
            save_graph_file(moved_step(step, bench.document.folder, path.absolute().parent), path)
        except (EngineError, OSError) as error:
            show_error(bench.window, self.tr("Cannot save {name}").format(name=path.name), sentence_of(error, path))


def _by_name(operation: StepOperation | None) -> StepOperation | None:
    """An operation of a step as a node of the step's own graph."""
    return None if operation is None else operation._replace(node=operation.name)
