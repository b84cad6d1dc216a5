"""Why a number is what it is: its equation with names and with numbers, and what it was made of."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QSplitter, QStackedLayout, QVBoxLayout, QWidget

from editor.panels.contribution_model import value_text
from editor.panels.contribution_table import ContributionTable
from editor.panels.elided_label import ElidedLabel
from editor.panels.empty_state import EmptyState
from editor.panels.fields import RefusalLabel
from editor.panels.formulas import plain_formula
from editor.panels.typeset_label import TypesetLabel
from editor.panels.why_tools import WhyTools, tint_links
from editor.panels.words import description_of
from editor.run.why_question import WhyAnswer
from editor.theme import SPACE_M, SPACE_S, SPACE_XS, ThemeManager, set_style
from engine.debugger.explanations import Element, ElementReason, How, Kind
from engine.graph import get_declaration


class WhyPanel(QWidget):
    """Shows one reason; a click on an element goes one step further into it."""

    element_wanted = Signal(object)
    """The Element that the person asks about next."""

    def __init__(self, back: QAction, forward: QAction, copy: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.answer: WhyAnswer | None = None
        self.tools = WhyTools(back, forward, copy, self)
        self.refusal = RefusalLabel(self)
        self.refusal.setContentsMargins(SPACE_M, 0, SPACE_M, SPACE_S)
        self.tools.index_refused.connect(self.refusal.say)
        self.table = ContributionTable(self)
        self.table.element_wanted.connect(self.element_wanted)
        self.formula, self.numbers = TypesetLabel(self), TypesetLabel(self)
        self.description = ElidedLabel("", Qt.TextElideMode.ElideRight, self)
        set_style(self.description, role="muted")
        self.note, self.summary = QLabel(self), QLabel(self)
        self.note.setWordWrap(True)
        self.summary.setContentsMargins(SPACE_S, SPACE_XS, SPACE_S, SPACE_XS)
        self.holder = self._make_holder()
        self.empty = EmptyState("help", "", self)
        self._body = QStackedLayout()
        self._body.addWidget(self.empty)
        self._body.addWidget(self._make_body())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.tools)
        layout.addWidget(self.refusal)
        layout.addLayout(self._body, 1)
        ThemeManager.instance().changed.connect(self._follow_theme)
        self.clear()

    def _follow_theme(self) -> None:
        tint_links(self.holder)

    # --- making --------------------------------------------------------------------------------------------------

    def _make_holder(self) -> QLabel:
        """Leads from a gradient to the operation of the backward pass that computes it."""
        holder = QLabel(self)
        holder.setText(f'<a href="holder">{self.tr("How the step computes it")}</a>')
        holder.setTextInteractionFlags(
            Qt.TextInteractionFlag.LinksAccessibleByMouse | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        )
        holder.setToolTip(self.tr("Shows the operation of the backward pass that this gradient comes from."))
        holder.linkActivated.connect(self._want_holder)
        return holder

    def _make_body(self) -> QSplitter:
        splitter = QSplitter(Qt.Orientation.Horizontal, self)
        splitter.addWidget(self._make_equations())
        terms = QWidget(self)
        column = QVBoxLayout(terms)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.table, 1)
        column.addWidget(self.summary)
        splitter.addWidget(terms)
        splitter.setSizes([400, 600])
        return splitter

    def _make_equations(self) -> QWidget:
        """The equations, which may be wider than there is room, and the words under them, which are not."""
        equations = QWidget(self)
        column = QVBoxLayout(equations)
        column.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_S)
        column.setSpacing(SPACE_M)
        column.addWidget(self.formula)
        column.addWidget(self.numbers)
        column.addStretch(1)
        area = QScrollArea(self)
        area.setAccessibleName(self.tr("Formula and numbers"))
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(equations)
        line = QHBoxLayout()
        line.setSpacing(SPACE_M)
        line.addWidget(self.description, 1)
        line.addWidget(self.holder)
        words = QVBoxLayout()
        words.setContentsMargins(SPACE_M, SPACE_XS, SPACE_M, SPACE_XS)
        words.setSpacing(SPACE_XS)
        words.addWidget(self.note)
        words.addLayout(line)
        whole = QWidget(self)
        left = QVBoxLayout(whole)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(0)
        left.addWidget(area, 1)
        left.addLayout(words)
        return whole

    # --- what is shown -------------------------------------------------------------------------------------------

    def clear(self) -> None:
        """Shows that nothing was asked yet."""
        self._show_instead(
            self.tr("Where a number comes from appears here. Select a node and press W, or click its number.")
        )

    def show_busy(self) -> None:
        """Shows that the first answer is on its way; later ones take the place of those before."""
        if self.answer is None:
            self._show_instead(self.tr("Asking the training run…"))

    def show_waiting(self) -> None:
        """Shows that training goes on, so that there are no values to be asked about."""
        self._show_instead(self.tr("Training goes on. Pause it to see where the number comes from."))

    def show_refusal(self, sentence: str) -> None:
        """Shows why there is no answer."""
        self._show_instead(self.tr("Ask about another number, or go back."))
        self.refusal.say(sentence)

    def _show_instead(self, sentence: str) -> None:
        self.answer = None
        self.table.show_reason(None)
        self.refusal.say("")
        self.empty.label.setText(sentence)
        self._body.setCurrentIndex(0)
        self.tools.show_nothing()

    def show_answer(self, answer: WhyAnswer, is_outdated: bool = False) -> None:
        """Shows a reason; ``is_outdated`` says that the graph was changed since its run began."""
        self.answer = answer
        reason = answer.reason
        self.refusal.say("")
        self.formula.show_formula(answer.formula, _readable(reason.formula))
        self.numbers.show_formula(answer.numbers, _readable(reason.numbers))
        self.note.setText(reason.note)
        self.note.setVisible(bool(reason.note))
        declaration = get_declaration(reason.operation)
        self.description.set_text("" if declaration is None else f"{reason.operation}: {description_of(declaration)}")
        self.holder.setVisible(_holder_of(reason) is not None)
        self.table.show_reason(reason)
        self.table.setVisible(bool(reason.terms))
        outdated = self.tr("From the graph before the last change.") if is_outdated else ""
        self.summary.setText("   ".join(part for part in (self._summary(reason), outdated) if part))
        self.tools.show_element(reason.element, answer.shape)
        self._body.setCurrentIndex(1)

    def _summary(self, reason: ElementReason) -> str:
        if reason.how is How.GIVEN:
            return ""
        if reason.how is How.SUM:
            return self.tr("The contributions add up to {total}").format(total=value_text(reason.total))
        if reason.how is How.FUNCTION:
            return self.tr("A local derivative says how fast the result changes with the element")
        return self.tr("No derivative leads through; these are the elements that it depends on")

    def _want_holder(self) -> None:
        element = None if self.answer is None else _holder_of(self.answer.reason)
        if element is not None:
            self.element_wanted.emit(element)


def _holder_of(reason: ElementReason) -> Element | None:
    """Of a gradient, the same number as a tensor of the backward pass."""
    if reason.element.kind is not Kind.GRADIENT:
        return None
    return next((each for each in reason.see_also if each.kind is Kind.VALUE), None)


def _readable(latex: str) -> str:
    """A formula where it is not drawn."""
    return plain_formula(latex) or latex
