"""Asking for the value of any node, with values typed in for the placeholders it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QPushButton,
    QScrollArea,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from editor.document import Document
from editor.icons import bind_icon
from editor.panels.empty_state import EmptyState
from editor.panels.fields import LineField, RefusalLabel
from editor.panels.figures import Array, tensor_text
from editor.panels.section import add_form_row, clear_layout, form_layout, narrow_combo, replace_widget
from editor.panels.wiring_section import ValueSection
from editor.theme import SPACE_L, SPACE_M, SPACE_S, set_style
from engine.graph import AttributeValueError, Problem, TensorShape
from engine.graph.literals import parse_array
from engine.training.placeholders import needed_placeholders

if TYPE_CHECKING:
    from editor.run.controller import RunController

_QUESTION_WIDTH = 320


class AskPanel(QWidget):
    """Choose nodes, fill in the placeholders they depend on, press Compute. Variables have their present values."""

    def __init__(self, document: Document, controller: RunController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._controller = controller
        self._asked: list[str] | None = None
        self.chosen: list[str] = []
        """The names of the nodes that are asked for."""
        self.feeds: dict[str, LineField] = {}
        self.combo = NodeCombo(self)
        self.combo.setAccessibleName(self.tr("Node"))
        self.combo.setToolTip(self.tr("The node whose value is wanted. Several can be chosen, one after the other."))
        self._chips = QVBoxLayout()
        self._chips.setSpacing(0)
        self._form_host = QWidget(self)
        self.compute = QPushButton(self.tr("Compute"), self)
        self.compute.setToolTip(self.tr("Compute: runs the graph once and shows the values (Enter)"))
        set_style(self.compute, primary=True)
        self.refusal = RefusalLabel(self)
        self._results = QVBoxLayout()
        self._results.setContentsMargins(SPACE_M, SPACE_M, SPACE_M, SPACE_M)
        self._results.setSpacing(SPACE_M)
        self.answers: dict[str, ValueSection] = {}

        question = QWidget(self)
        self._question = QVBoxLayout(question)
        self._question.setContentsMargins(SPACE_M, SPACE_M, SPACE_M, SPACE_M)
        self._question.setSpacing(SPACE_S)
        node_form = form_layout()
        add_form_row(node_form, self.tr("Node"), self.combo, self.combo.toolTip())
        self._question.addLayout(node_form)
        self._question.addLayout(self._chips)
        self._question.addWidget(self._form_host)
        self._question.addWidget(self.refusal)
        self._question.addWidget(self.compute, 0, Qt.AlignmentFlag.AlignRight)
        self._question.addStretch(1)
        answer = QWidget(self)
        answer.setLayout(self._results)
        self._results.addStretch(1)
        self._answer_area = _scrolled(answer, self.tr("Answers"))
        self.empty = EmptyState("ask", self.tr("Choose a node to see its value. Press Compute."), self)
        answer_side = QWidget(self)
        self._answer_stack = QStackedLayout(answer_side)
        self._answer_stack.addWidget(self.empty)
        self._answer_stack.addWidget(self._answer_area)
        question_area = _scrolled(question, self.tr("Question"))
        question_area.setFixedWidth(_QUESTION_WIDTH)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_L)
        layout.addWidget(question_area)
        layout.addWidget(answer_side, 1)

        self.combo.chosen.connect(self.choose)
        self.compute.clicked.connect(self.ask)
        document.nodes_added.connect(self._update_nodes)
        document.nodes_removed.connect(self._update_nodes)
        document.nodes_changed.connect(self._update_form)
        document.wires_added.connect(self._update_form)
        document.wires_removed.connect(self._update_form)
        document.node_renamed.connect(self._rename)
        document.replaced.connect(self._begin_again)
        controller.answered.connect(self._show_answer)
        controller.failed.connect(self._show_failure)
        self._update_nodes()

    # --- the question ----------------------------------------------------------------------------------------

    def choose(self, name: str) -> None:
        """Asks for one node more; one that is chosen already stays where it is."""
        if name in self._document.graph and name not in self.chosen:
            self.chosen.append(name)
            self.refusal.say("")
            self._update_form()
            next((field for field in self.feeds.values() if not field.edit.text()), self.compute).setFocus()

    def drop(self, name: str) -> None:
        """Asks for one node less."""
        if name in self.chosen:
            self.chosen.remove(name)
            self._update_form()

    def ask(self) -> None:
        """Sends the question, when every field holds numbers."""
        if not self.chosen:
            self.refusal.say(self.tr("Choose a node first."))
            self.combo.setFocus()
            return
        feeds: dict[str, str] = {}
        for name, field in self.feeds.items():
            text = field.edit.text().strip()
            try:
                if not text:
                    raise AttributeValueError(self.tr("Type a value for {name}.").format(name=name))
                parse_array(text)
            except AttributeValueError as error:
                field.refuse(error.message)
                field.edit.setFocus()
                return
            field.refusal.say("")
            feeds[name] = text
        self.refusal.say("")
        self._asked = list(self.chosen)
        self._controller.ask(self._asked, dict(feeds))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.ask()
        else:
            super().keyPressEvent(event)

    def _update_nodes(self) -> None:
        operations = [op for op in self._document.graph.get_operations() if op.outputs]
        self.combo.show_names([op.name for op in operations])
        self._update_form()

    def _update_form(self) -> None:
        """A field for each placeholder that the chosen nodes depend on; texts typed before stay."""
        self.chosen = [name for name in self.chosen if name in self._document.graph]
        texts = {name: field.edit.text() for name, field in self.feeds.items()}
        clear_layout(self._chips)
        for name in self.chosen:
            self._chips.addWidget(self._chip(name))
        host = QWidget(self)
        form = form_layout()
        host.setLayout(form)
        self.feeds = {}
        tensors = [self._document.operation(name).outputs[0] for name in self.chosen]
        for placeholder in needed_placeholders(tensor.op for tensor in tensors):
            field = LineField(host)
            field.edit.setPlaceholderText(_example(placeholder.output.shape))
            field.edit.setAccessibleName(placeholder.name)
            field.edit.setText(texts.get(placeholder.name, ""))
            field.edit.returnPressed.connect(self.ask)
            tooltip = self.tr("The value that is fed to {name}.").format(name=placeholder.name)
            add_form_row(form, placeholder.name, field, tooltip)
            spec = QLabel(tensor_text(placeholder.output), host)
            set_style(spec, role="caption")
            form.addRow("", spec)
            self.feeds[placeholder.name] = field
        replace_widget(self._question, self._form_host, host)
        self._form_host = host
        self.compute.setEnabled(bool(self.chosen))

    def _chip(self, name: str) -> QWidget:
        chip = QWidget(self)
        row = QHBoxLayout(chip)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(QLabel(name, chip), 1)
        remove = QToolButton(chip)
        bind_icon(remove, "close", "muted")
        remove.setToolTip(self.tr("Remove {name} from the question").format(name=name))
        remove.setAccessibleName(remove.toolTip())
        remove.clicked.connect(lambda: self.drop(name))
        row.addWidget(remove)
        return chip

    def _rename(self, old: str, new: str) -> None:
        self.chosen = [new if name == old else name for name in self.chosen]
        if old in self.feeds:
            self.feeds[new] = self.feeds.pop(old)
        self._update_nodes()

    def _begin_again(self) -> None:
        self.chosen = []
        self.feeds = {}
        self._show_answer({})
        self._update_nodes()

    # --- the answer ------------------------------------------------------------------------------------------

    def _show_answer(self, values: dict[str, Array]) -> None:
        self._asked = None
        clear_layout(self._results)
        self.answers = {}
        for name, array in values.items():
            section = ValueSection(name, self)
            self._results.addWidget(section)
            section.show_value(array)
            self.answers[name] = section
        self._results.addStretch(1)
        self._answer_stack.setCurrentWidget(self._answer_area if values else self.empty)

    def _show_failure(self, problem: Problem) -> None:
        """A failure of the question; those of a run are shown elsewhere."""
        if self._asked is not None:
            self._asked = None
            self.refusal.say(problem.message)


class NodeCombo(QComboBox):
    """Finds a node by any part of its name."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        edit = QLineEdit(self)
        edit.setPlaceholderText(self.tr("Search a node"))
        self.setLineEdit(edit)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        narrow_combo(self)
        completer = QCompleter(self.model(), self)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setCompleter(completer)
        matches = QListView(self)
        set_style(matches, framed=True)
        completer.setPopup(matches)
        self.activated.connect(lambda row: self._choose(self.itemText(row)))
        completer.activated.connect(self._choose)

    def show_names(self, names: list[str]) -> None:
        """Offers these nodes."""
        self.clear()
        self.addItems(names)
        self.setCurrentIndex(-1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentText().strip():
            self._choose_best()
        else:
            super().keyPressEvent(event)

    def _choose_best(self) -> None:
        """The node of that name, else the first one that the text is found in."""
        typed = self.currentText().strip().lower()
        names = [self.itemText(row) for row in range(self.count())]
        exact = [name for name in names if name.lower() == typed]
        found = exact or [name for name in names if typed in name.lower()]
        if found:
            self._choose(found[0])

    def _choose(self, name: str) -> None:
        if name:
            self.setCurrentIndex(-1)
            self.clearEditText()
            self.chosen.emit(name)


def _example(shape: TensorShape) -> str:
    """What could be typed for a placeholder of this shape."""
    examples = {None: QCoreApplication.translate("AskPanel", "5 or 1, 2, 3"), 0: "5", 1: "1, 2, 3", 2: "1, 2; 3, 4"}
    return examples.get(shape.rank, "[[[1, 2]]]")


def _scrolled(content: QWidget, name: str) -> QScrollArea:
    area = QScrollArea()
    area.setAccessibleName(name)
    area.setWidgetResizable(True)
    area.setWidget(content)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return area
