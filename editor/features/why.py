"""Why this number? Asks the training process, keeps the way that was gone, and shows the reason in the panel."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication

from editor.actions import ActionText, make_action
from editor.features.feature import Feature, PanelSpec, Place, Workbench
from editor.panels.why_panel import WhyPanel
from editor.run.state import RunState
from editor.run.why_question import WhyAnswer, WhyElement, WhyNode, WhyQuestion
from engine.debugger.explanations import Element, Kind
from engine.graph import Problem

#: So many questions are kept to be gone back to.
_KEPT = 200


@dataclass
class Asked:
    """A question that was asked, and how the number is called once that is known."""

    question: WhyQuestion
    label: str


class Why(Feature):
    """The panel, its actions, and the questions."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        #: The questions that were asked, and which of them is shown.
        self.asked: list[Asked] = []
        self.place = -1
        #: Whether an answer is on its way, and whether another has to be asked for when it is here.
        self._is_waiting = False
        self._has_changed = False
        window = bench.window
        self.why_value = make_action(
            window,
            ActionText(
                self.tr("&Why this value?"),
                self.tr("Shows what the selected node's value was computed from, and by how much."),
            ),
            lambda: self._ask_selected(Kind.VALUE),
            "help",
            "W",
        )
        self.why_gradient = make_action(
            window,
            ActionText(
                self.tr("Why this &gradient?"),
                self.tr("Shows how the chain rule made the gradient of the loss to the selected node's value."),
            ),
            lambda: self._ask_selected(Kind.GRADIENT),
            "help",
            "Shift+W",
        )
        for action in (self.why_value, self.why_gradient):
            # A letter elsewhere is typed, not a command.
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            window.removeAction(action)
            bench.canvas.addAction(action)
        self.back, self.forward, self.copy = self._make_panel_actions()
        self.panel = WhyPanel(self.back, self.forward, self.copy, window)
        for action in (self.back, self.forward, self.copy):
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            window.removeAction(action)
            self.panel.addAction(action)
        self.panels.append(PanelSpec("why", self.tr("Why"), "help", self.panel))
        self.add_actions(Place.INSPECT, self.why_value, self.why_gradient)
        self.add_actions(Place.VALUES, self.why_value, self.why_gradient)
        self.panel.element_wanted.connect(self._ask_element)
        self.panel.tools.index_wanted.connect(self._ask_index)
        self.panel.tools.kind_wanted.connect(self._ask_kind)
        self.panel.tools.place_wanted.connect(self._go)
        bench.canvas.selection_changed.connect(self._enable)
        bench.canvas.number_clicked.connect(lambda node, index: self.show_element(node, 0, index))
        bench.controller.moved.connect(self._ask_again)
        bench.controller.went_stale.connect(self._show_outdated)
        bench.document.replaced.connect(self.clear)
        self._enable(bench.canvas.selected_nodes())
        self._show_place()

    def _make_panel_actions(self) -> tuple[QAction, QAction, QAction]:
        parent = self.bench.window
        back = make_action(
            parent,
            ActionText(self.tr("&Back"), self.tr("Goes back to the number that was asked about before.")),
            lambda: self._go(self.place - 1),
            "chevron_left",
            "Alt+Left",
        )
        forward = make_action(
            parent,
            ActionText(self.tr("&Forward"), self.tr("Goes on to the number that was gone back from.")),
            lambda: self._go(self.place + 1),
            "chevron_right",
            "Alt+Right",
        )
        copy = make_action(
            parent,
            ActionText(
                self.tr("&Copy as LaTeX"),
                self.tr("Puts both equations, with names and with numbers, on the clipboard."),
            ),
            self._copy,
            "copy",
            "Ctrl+Shift+C",
        )
        return back, forward, copy

    @property
    def is_waiting(self) -> bool:
        """Whether an answer is on its way."""
        return self._is_waiting

    # --- asking --------------------------------------------------------------------------------------------------

    def show_element(
        self, node: str, output_index: int = 0, element_index: tuple[int, ...] | None = None, kind: str = Kind.VALUE
    ) -> None:
        """Shows why an element of a node's output is what it is; None: its first element, or one that is not finite.

        ``kind`` is "value", or "gradient" for the gradient of the loss to it.
        """
        self._ask(Asked(WhyNode(node, output_index, element_index, Kind(kind)), node))

    def _ask_selected(self, kind: Kind) -> None:
        names = self.bench.canvas.selected_nodes()
        if len(names) == 1:
            self.show_element(names[0], kind=kind)

    def _ask_element(self, element: Element) -> None:
        if not self._is_waiting:
            self._ask(Asked(WhyElement(element.tensor, element.index, element.kind), element.label))

    def _ask_index(self, index: tuple[int, ...]) -> None:
        answer = self.panel.answer
        if answer is not None:
            element = answer.reason.element
            self._ask(Asked(WhyElement(element.tensor, index, element.kind), element.label))

    def _ask_kind(self, kind: Kind) -> None:
        answer = self.panel.answer
        if answer is not None and answer.reason.element.kind is not kind:
            element = answer.reason.element
            # A tensor of the backward pass that is a gradient is asked about as such.
            as_gradient = (each for each in answer.reason.see_also if each.kind is kind is Kind.GRADIENT)
            other = next(as_gradient, element)
            self._ask(Asked(WhyElement(other.tensor, element.index, kind), element.label))

    def _ask(self, asked: Asked) -> None:
        """A new question: those that were gone back from are forgotten."""
        self.asked = [*self.asked[: self.place + 1], asked][-_KEPT:]
        self._go(len(self.asked) - 1)

    def _go(self, place: int) -> None:
        if not 0 <= place < len(self.asked):
            return
        self.place = place
        self._show_place()
        self.bench.docks.bring("why")
        self._send()

    def _send(self) -> None:
        """Asks the question that is shown; one is under way at a time."""
        if self._is_waiting:
            self._has_changed = True
            return
        if self.bench.controller.state is RunState.RUNNING:
            # The values of a step are there only while the run stands still; the question is asked again then.
            self.panel.show_waiting()
            self._show_place()
            return
        self._is_waiting = True
        self.panel.show_busy()
        asked = self.asked[self.place]
        self.bench.controller.inquire(asked.question, lambda answer: self._receive(asked, answer))

    def _ask_again(self, view: object) -> None:
        """The cursor has moved: the number may be another one now."""
        if view is not None and self.asked and self.panel.isVisible():
            self._send()

    # --- what comes ----------------------------------------------------------------------------------------------

    def _receive(self, asked: Asked, answer: WhyAnswer | Problem) -> None:
        self._is_waiting = False
        if self._has_changed and self.asked:
            self._has_changed = False
            self._send()
            return
        if not self.asked:
            return
        if isinstance(answer, Problem):
            self.panel.show_refusal(answer.message)
        else:
            asked.label = answer.reason.element.label
            self.panel.show_answer(answer, self.bench.controller.is_stale)
            self._show_on_canvas(answer.reason.element.node)
        self._show_place()

    def _show_outdated(self) -> None:
        """The graph was edited: what is shown stays, and says that it is of the graph before."""
        if self.panel.answer is not None:
            self.panel.show_answer(self.panel.answer, is_outdated=True)

    def _show_on_canvas(self, node: str) -> None:
        if node in self.bench.document.graph and self.bench.canvas.selected_nodes() != [node]:
            self.bench.canvas.select([node])
            self.bench.canvas.bring_into_view(node)

    def _show_place(self) -> None:
        self.back.setEnabled(self.place > 0)
        self.forward.setEnabled(self.place < len(self.asked) - 1)
        self.copy.setEnabled(self.panel.answer is not None)
        self.panel.tools.show_trail([asked.label for asked in self.asked], self.place)

    def _enable(self, names: list[str]) -> None:
        for action in (self.why_value, self.why_gradient):
            action.setEnabled(len(names) == 1)

    def _copy(self) -> None:
        answer = self.panel.answer
        if answer is not None:
            equations = [text for text in (answer.reason.formula, answer.reason.numbers) if text]
            QApplication.clipboard().setText("\n".join(equations))

    def clear(self) -> None:
        """Forgets every question."""
        self.asked, self.place = [], -1
        self._has_changed = False
        self.panel.clear()
        self._show_place()
