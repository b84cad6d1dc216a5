"""Looking at tensors: opens one in its panel, and tells the figures of the one under the pointer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

from editor.actions import ActionText, make_action
from editor.features.feature import Feature, PanelSpec, Place, Workbench
from editor.features.tensor_files import array_as_text, save_array
from editor.files.save_dialog import ask_where_to_save
from editor.panels.tensor_panel import TensorPanel
from editor.run.follower import Follower
from editor.run.looking import Look, Seen, Wanted
from editor.tensor_text import availability_text, figures_table, kind_text
from editor.theme import current_theme
from engine.debugger.tensors.excerpts import Excerpt, Region, Whole
from engine.debugger.tensors.tensor_name import Availability, Kind, TensorName
from engine.graph import EngineError, Problem

#: More elements than this are not put on the clipboard.
_MOST_COPIED = 1_000_000


class Tensors(Feature):
    """Brings together the run, the panel and the canvas."""

    element_chosen = Signal(str, int, tuple, str)
    """Node, output, index, "value" or "gradient": the element that the person asks about."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        window, canvas, controller = bench.window, bench.canvas, bench.controller
        self.look = make_action(
            window,
            ActionText(
                self.tr("&Look at the tensor"),
                self.tr("Shows the numbers of the selected node or wire as a table, in colours and as a histogram."),
            ),
            self._look_at_selection,
            "table",
            "V",
        )
        self.look_gradient = make_action(
            window,
            ActionText(
                self.tr("Look at the &gradient"),
                self.tr("Shows how the loss changes with each element of the selected node's or wire's tensor."),
            ),
            lambda: self._look_at_selection(Kind.GRADIENT),
            "table",
            "Shift+V",
        )
        for action in (self.look, self.look_gradient):
            # A letter belongs to what is typed, except on the canvas.
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            window.removeAction(action)
            canvas.addAction(action)
        self.save = make_action(
            window,
            ActionText(self.tr("&Save the tensor"), self.tr("Saves all elements for numpy, or as a table.")),
            lambda: None,
            "save",
        )
        menu = QMenu(window)
        menu.addAction(self.tr("For numpy (.npy)…"), lambda: self._save("npy", self.tr("numpy array (*.npy)")))
        menu.addAction(self.tr("Table (.csv)…"), lambda: self._save("csv", self.tr("CSV table (*.csv)")))
        self.save.setMenu(menu)
        self.panel = TensorPanel([self.save], window)
        self.panels.append(PanelSpec("tensor", self.tr("Tensor"), "values", self.panel))
        self.add_actions(Place.INSPECT, self.look, self.look_gradient)
        self.add_actions(Place.VALUES, self.look, self.look_gradient)
        self.add_actions(Place.WIRE, self.look, self.look_gradient)
        self._follower = Follower(controller, self._question, self._receive, self)
        self._hover_follower = Follower(controller, self._hover_question, self._receive_hovered, self)
        self.panel.wanted_changed.connect(self._follower.refresh)
        self.panel.element_chosen.connect(self.element_chosen)
        self.panel.copy_wanted.connect(self._copy)
        canvas.look_wanted.connect(self.look_at)
        canvas.figures_wanted.connect(self._hover_follower.refresh)
        controller.went_stale.connect(self.panel.show_outdated)
        bench.document.replaced.connect(self.panel.clear)
        bench.document.node_renamed.connect(self.panel.rename)

    # --- opening -------------------------------------------------------------------------------------------------

    def look_at(self, node: str, output: int = 0, kind: str = Kind.VALUE.value) -> None:
        """Opens the panel with a tensor; ``kind`` is "value" or "gradient"."""
        op = self.bench.document.operation(node)
        if not op.outputs:
            self.problem_found.emit(
                Problem(self.tr("{node} gives no tensor to look at; choose another node.").format(node=node), node)
            )
            return
        self.panel.look_at(TensorName(node, output, Kind(kind)))
        self.bench.docks.bring("tensor")

    def look_at_tensor(self, tensor: TensorName) -> None:
        """Opens the panel with a tensor."""
        self.look_at(tensor.node, tensor.output, tensor.kind.value)

    def _look_at_selection(self, kind: Kind = Kind.VALUE) -> None:
        found = self.bench.canvas.selected_tensor()
        if found is None:
            self.problem_found.emit(Problem(self.tr("Select a node or a wire first: V shows its tensor.")))
        else:
            self.look_at(*found, kind.value)

    # --- following the run ---------------------------------------------------------------------------------------

    def _question(self) -> Look | None:
        wanted = self.panel.wanted()
        return None if wanted is None else Look((wanted,))

    def _receive(self, answer: tuple[Seen, ...] | Problem) -> None:
        if isinstance(answer, Problem):
            self.panel.show_problem(answer)
            return
        self.panel.show_seen(answer[0])
        if self.bench.controller.is_stale:
            self.panel.show_outdated()

    def _hover_question(self) -> Look | None:
        hovered = self.bench.canvas.hovered_tensor()
        if hovered is None:
            return None
        name = TensorName(*hovered)
        return Look((Wanted(name), Wanted(name.of_kind(Kind.GRADIENT))))

    def _receive_hovered(self, answer: tuple[Seen, ...] | Problem) -> None:
        if isinstance(answer, Problem):
            return
        value = answer[0].wanted.tensor
        columns = [(kind_text(seen.wanted.tensor.kind), seen.figures) for seen in answer if seen.figures is not None]
        notes = [f"<span>{availability_text(answer[0].availability)}</span>"] if answer[0].figures is None else []
        if answer[1].availability is Availability.NOT_YET and answer[0].figures is not None:
            notes.append(f"<span>{self.tr('The gradient is not computed yet in this step.')}</span>")
        if self.bench.controller.is_stale:
            notes.append(f"<span>{self.tr('From the graph before the last change.')}</span>")
        table = figures_table(columns, current_theme().error.name()) if columns else ""
        self.bench.canvas.show_figures((value.node, value.output), table + "<br>".join(notes))

    # --- taking it elsewhere -------------------------------------------------------------------------------------

    def _fetch(self, excerpt: Excerpt, receive: Any) -> None:
        """Asks for a part of the tensor once; tells what is in the way."""
        tensor = self.panel.tensor
        if tensor is None or not self._follower.can_ask:
            return

        def take(answer: tuple[Seen, ...] | Problem) -> None:
            if isinstance(answer, Problem):
                self.problem_found.emit(answer)
            elif answer[0].figures is None:
                self.problem_found.emit(Problem(availability_text(answer[0].availability), tensor.node))
            else:
                receive(answer[0].excerpts[0])

        self.bench.controller.inquire(Look((Wanted(tensor, (excerpt,)),)), take)

    def _copy(self, region: Region, separator: str) -> None:
        if region.rows * region.columns > _MOST_COPIED:
            sentence = self.tr("That are too many elements for the clipboard; save the tensor instead.")
            self.problem_found.emit(Problem(sentence))
            return
        self._fetch(region, lambda part: QGuiApplication.clipboard().setText(array_as_text(part, separator)))

    def _save(self, suffix: str, file_filter: str) -> None:
        tensor = self.panel.tensor
        if tensor is None:
            return
        start = Path(self.bench.settings.last_folder, f"{tensor.node.replace('/', '_')}.{suffix}")
        path = ask_where_to_save(self.bench.window, self.tr("Save the tensor"), start, file_filter)
        if path is not None:
            self.save_to(path)

    def save_to(self, path: Path) -> None:
        """Writes the whole tensor; tells when that fails."""

        def write(array: Any) -> None:
            try:
                save_array(path, array)
            except EngineError as error:
                self.problem_found.emit(Problem(str(error)))
            except OSError:
                sentence = self.tr("{path} could not be written; choose another folder.").format(path=path)
                self.problem_found.emit(Problem(sentence))

        self._fetch(Whole(), write)
