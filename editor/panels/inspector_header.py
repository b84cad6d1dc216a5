"""The head of the inspector: which node this is and what it does."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from editor.document import Document
from editor.panels.elided_label import ElidedLabel
from editor.panels.fields import CommitLineEdit, RefusalLabel
from editor.panels.formulas import plain_formula
from editor.panels.node_mark import NodeMark
from editor.panels.section import clear_layout
from editor.panels.words import description_of, mark_kind
from editor.theme import SPACE_S, SPACE_XS, TEXT_HEADING, font, set_style
from engine.graph import OpDeclaration, Problem, Severity

#: Room for a name, whatever stands beside it.
_NAME_WIDTH = 140


class InspectorHeader(QWidget):
    """Mark, name (which can be changed), type, description, formula, and what is wrong with the node."""

    named = Signal()
    """Enter was pressed and the name holds: the person is done with it."""

    repair_wanted = Signal(str)
    """The name of the node, whose inputs do not fit each other: repairs are to be offered."""

    def __init__(self, document: Document, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.name = name
        declaration = document.operation(name).declaration
        self.name_edit = CommitLineEdit(self)
        self.name_edit.setFont(font(TEXT_HEADING, QFont.Weight.DemiBold))
        # Reads as a heading until the pointer or the focus is on it.
        self.name_edit.setStyleSheet(
            "QLineEdit:!hover:!focus { border-color: transparent; background: transparent; }"
            "QLineEdit { padding-left: 3px; font-size: 15px; font-weight: 600; }"
        )
        self.name_edit.setAccessibleName(self.tr("Name"))
        self.name_edit.setToolTip(self.tr("The node's name. Type another one to rename it."))
        self._refusal = RefusalLabel(self)
        # A long type gives way to the name, which must be readable whole.
        self.name_edit.setMinimumWidth(_NAME_WIDTH)
        type_label = ElidedLabel(declaration.type, Qt.TextElideMode.ElideRight, self)
        type_label.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        set_style(type_label, role="muted")
        description = QLabel(description_of(declaration), self)
        description.setWordWrap(True)
        description.setToolTip(declaration.example)
        self._problems = QVBoxLayout()
        self._problems.setSpacing(SPACE_XS)
        self.repair = QPushButton(self.tr("Repair…"), self)
        self.repair.setToolTip(self.tr("Offers what would make the inputs fit each other."))
        self.repair.clicked.connect(lambda: self.repair_wanted.emit(self.name))

        first_line = QHBoxLayout()
        first_line.setSpacing(SPACE_XS)
        first_line.addWidget(NodeMark(mark_kind(declaration.kind), declaration.symbol, self))
        first_line.addWidget(self.name_edit, 1)
        first_line.addWidget(type_label)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_S)
        layout.addLayout(first_line)
        layout.addWidget(self._refusal)
        layout.addLayout(self._problems)
        layout.addWidget(self.repair, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(description)
        formula = plain_formula(declaration.formula)
        if formula is not None and len(formula) > 1:
            layout.addWidget(self._formula_label(formula, declaration))
        elif formula is None and declaration.formula:
            description.setToolTip(f"{declaration.formula}\n{declaration.example}".strip())

        self.name_edit.committed.connect(self._rename)
        self.name_edit.returnPressed.connect(self._finish)
        self.name_edit.textEdited.connect(lambda: self._refusal.say(""))
        self.name_edit.restored.connect(lambda: self._refusal.say(""))
        self.refresh()

    def refresh(self) -> None:
        """Shows the name and the problems as they are now."""
        self.name_edit.show_value(self.name)
        clear_layout(self._problems)
        for problem in self._document.problems_of(self.name):
            self._problems.addWidget(_problem_label(problem))
        has_misfit = self.name in self._document.graph and self._document.operation(self.name).problem is not None
        self.repair.setVisible(has_misfit and self._document.may_change)

    def _rename(self, text: str) -> None:
        verdict = self._document.rename(self.name, text)
        if not verdict:
            self._refusal.say(verdict.reason)
            self.name_edit.refuse()

    def _finish(self) -> None:
        if not self.name_edit.is_refused:
            self.named.emit()

    def _formula_label(self, formula: str, declaration: OpDeclaration) -> QLabel:
        label = QLabel(formula, self)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        label.setToolTip(declaration.example)
        set_style(label, role="muted")
        return label


def _problem_label(problem: Problem) -> QLabel:
    label = QLabel(problem.message)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    set_style(label, role="error" if problem.severity is Severity.ERROR else "warning")
    return label
