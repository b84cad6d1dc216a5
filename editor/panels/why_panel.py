"""Why a number is what it is: its equation with names and with numbers, and what it was made of."""

from __future__ import annotations

import re

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QSplitter,
    QStackedLayout,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from editor.panels.contribution_delegate import ContributionDelegate
from editor.panels.contribution_model import (
    CONTRIBUTION,
    ELEMENT,
    ELEMENT_ROLE,
    PATH,
    TIMES,
    VALUE,
    ContributionModel,
    value_text,
)
from editor.panels.elided_label import ElidedLabel
from editor.panels.empty_state import EmptyState
from editor.panels.fields import CommitLineEdit, RefusalLabel
from editor.panels.formulas import plain_formula
from editor.panels.typeset_label import TypesetLabel
from editor.run.why_question import WhyAnswer
from editor.theme import SPACE_L, SPACE_M, SPACE_S, SPACE_XS, ThemeManager, set_style
from engine.debugger.explanations import Element, ElementReason, How, Kind

_ROW_HEIGHT = 24
#: Columns are as wide as what is in them needs, within these bounds; the bars have the rest, and at least so much.
_NARROWEST, _WIDEST = 56, 208
_BARS_WIDTH = 152
_INDEX_WIDTH = 96


class WhyPanel(QWidget):
    """Shows one reason; a click on an element goes one step further into it."""

    element_wanted = Signal(object)
    """The Element that the person asks about next."""
    index_wanted = Signal(tuple)
    """The element of the same tensor that the person asks about next."""
    kind_wanted = Signal(object)
    """The Kind that is asked for, of the same element."""
    place_wanted = Signal(int)
    """The place on the way here that the person wants to go back to."""

    def __init__(self, back: QAction, forward: QAction, copy: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.answer: WhyAnswer | None = None
        self.model = ContributionModel(self)
        self.view = self._make_view()
        self.trail = QLabel(self)
        self.trail.setTextFormat(Qt.TextFormat.RichText)
        self.trail.setTextInteractionFlags(
            Qt.TextInteractionFlag.LinksAccessibleByMouse | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        )
        self.trail.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.trail.setAccessibleName(self.tr("The way here"))
        self.trail.linkActivated.connect(lambda place: self.place_wanted.emit(int(place)))
        self.index = CommitLineEdit(self)
        self.index.setFixedWidth(_INDEX_WIDTH)
        self.index.setAccessibleName(self.tr("Element"))
        self.index.setToolTip(self.tr("Which element: its index along each axis, such as 0, 2."))
        self.index.committed.connect(self._want_index)
        self.refusal = RefusalLabel(self)
        self.refusal.setContentsMargins(SPACE_M, 0, SPACE_M, SPACE_S)
        self.index.restored.connect(lambda: self.refusal.say(""))
        self.value_button = self._kind_button(self.tr("Value"), Kind.VALUE)
        self.gradient_button = self._kind_button(self.tr("Gradient"), Kind.GRADIENT)
        self._kinds = QButtonGroup(self)
        for button in (self.value_button, self.gradient_button):
            self._kinds.addButton(button)
        self.formula, self.numbers = TypesetLabel(self), TypesetLabel(self)
        self.description = ElidedLabel("", Qt.TextElideMode.ElideRight, self)
        self.note, self.summary = QLabel(self), QLabel(self)
        self.holder = self._make_holder()
        self.note.setWordWrap(True)
        set_style(self.description, role="muted")
        self.summary.setContentsMargins(SPACE_S, SPACE_XS, SPACE_S, SPACE_XS)
        self.empty = EmptyState("help", "", self)
        self._body = QStackedLayout()
        self._body.addWidget(self.empty)
        self._body.addWidget(self._make_body())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(self._make_tools(back, forward, copy))
        layout.addWidget(self.refusal)
        layout.addLayout(self._body, 1)
        ThemeManager.instance().changed.connect(self._follow_theme)
        self.clear()

    # --- making --------------------------------------------------------------------------------------------------

    def _kind_button(self, text: str, kind: Kind) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setCheckable(True)
        button.setToolTip(
            self.tr("Asks why the element has its value.")
            if kind is Kind.VALUE
            else self.tr("Asks why the gradient of the loss to the element is what it is.")
        )
        button.clicked.connect(lambda: self.kind_wanted.emit(kind))
        return button

    def _make_view(self) -> QTableView:
        view = QTableView(self)
        view.setModel(self.model)
        view.setAccessibleName(self.tr("What the number was made of"))
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        view.setShowGrid(False)
        view.setWordWrap(False)
        view.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        view.setTabKeyNavigation(False)
        view.setItemDelegateForColumn(CONTRIBUTION, ContributionDelegate(view))
        view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        view.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        view.verticalHeader().hide()
        header = view.horizontalHeader()
        header.setHighlightSections(False)
        header.setMinimumSectionSize(_NARROWEST)
        view.setMouseTracking(True)
        view.entered.connect(self._point)
        view.clicked.connect(self._want_element)
        view.viewport().installEventFilter(self)
        return view

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
        equations = QWidget(self)
        column = QVBoxLayout(equations)
        column.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_S)
        column.setSpacing(SPACE_M)
        column.addWidget(self.formula)
        column.addWidget(self.numbers)
        column.addStretch(1)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(equations)
        words = QVBoxLayout()
        words.setContentsMargins(SPACE_M, SPACE_XS, SPACE_M, SPACE_XS)
        words.setSpacing(SPACE_XS)
        words.addWidget(self.note)
        line = QHBoxLayout()
        line.setSpacing(SPACE_M)
        line.addWidget(self.description, 1)
        line.addWidget(self.holder)
        words.addLayout(line)
        text = QWidget(self)
        left = QVBoxLayout(text)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(0)
        left.addWidget(area, 1)
        left.addLayout(words)
        terms = QWidget(self)
        below = QVBoxLayout(terms)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(0)
        below.addWidget(self.view, 1)
        below.addWidget(self.summary)
        splitter = QSplitter(Qt.Orientation.Horizontal, self)
        splitter.addWidget(text)
        splitter.addWidget(terms)
        splitter.setSizes([400, 600])
        return splitter

    def _make_tools(self, back: QAction, forward: QAction, copy: QAction) -> QHBoxLayout:
        tools = QHBoxLayout()
        tools.setContentsMargins(SPACE_S, SPACE_XS, SPACE_S, SPACE_XS)
        tools.setSpacing(SPACE_XS)
        for action in (back, forward):
            tools.addWidget(self._button(action))
        tools.addSpacing(SPACE_S)
        tools.addWidget(self.trail, 1)
        tools.addWidget(self.index)
        tools.addSpacing(SPACE_S)
        tools.addWidget(self.value_button)
        tools.addWidget(self.gradient_button)
        tools.addSpacing(SPACE_L)
        tools.addWidget(self._button(copy))
        return tools

    def _button(self, action: QAction) -> QToolButton:
        button = QToolButton(self)
        button.setDefaultAction(action)
        button.setAccessibleName(action.iconText())
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

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
        self.model.show_reason(None)
        self.refusal.say("")
        self.empty.label.setText(sentence)
        self._body.setCurrentIndex(0)
        for widget in (self.index, self.value_button, self.gradient_button):
            widget.setEnabled(False)

    def show_answer(self, answer: WhyAnswer) -> None:
        """Shows a reason."""
        self.answer = answer
        reason = answer.reason
        self.refusal.say("")
        self.formula.show_formula(answer.formula, _readable(reason.formula))
        self.numbers.show_formula(answer.numbers, _readable(reason.numbers))
        self.note.setText(reason.note)
        self.note.setVisible(bool(reason.note))
        self.description.set_text(f"{reason.operation}: {reason.description}")
        self.holder.setVisible(self._held_by(reason) is not None)
        self.model.show_reason(reason)
        self.view.setColumnHidden(PATH, not self.model.has_several_paths)
        self.view.setColumnHidden(TIMES, reason.how is not How.SUM)
        self.view.setColumnHidden(CONTRIBUTION, reason.how is How.DEPENDS)
        self.view.setVisible(bool(reason.terms))
        self.summary.setText(self._summary(reason))
        self.index.setEnabled(bool(answer.shape))
        self.index.show_value(", ".join(map(str, reason.element.index)))
        self.value_button.setEnabled(True)
        self.gradient_button.setEnabled(True)
        is_gradient = reason.element.kind is Kind.GRADIENT
        (self.gradient_button if is_gradient else self.value_button).setChecked(True)
        self._body.setCurrentIndex(1)
        self._fit_columns()

    def _fit_columns(self) -> None:
        taken = 0
        for column in (ELEMENT, VALUE, TIMES, PATH):
            needed = max(self.view.sizeHintForColumn(column), self.view.horizontalHeader().sectionSizeHint(column))
            self.view.setColumnWidth(column, min(max(needed + SPACE_S, _NARROWEST), _WIDEST))
            taken += self.view.columnWidth(column)  # 0 when it is hidden
        self.view.setColumnWidth(CONTRIBUTION, max(self.view.viewport().width() - taken, _BARS_WIDTH))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The bars take what room the table has."""
        if event.type() == QEvent.Type.Resize and watched is self.view.viewport():
            self._fit_columns()
        return super().eventFilter(watched, event)

    def _follow_theme(self) -> None:
        # A label keeps the colour of its links until it is given its text again.
        for label in (self.trail, self.holder):
            text = label.text()
            label.clear()
            label.setText(text)
        self.view.viewport().update()

    def _summary(self, reason: ElementReason) -> str:
        if reason.how is How.GIVEN:
            return ""
        if reason.how is How.SUM:
            return self.tr("The contributions add up to {total}").format(total=value_text(reason.total))
        if reason.how is How.FUNCTION:
            return self.tr("A local derivative says how fast the result changes with the element")
        return self.tr("No derivative leads through; these are the elements that it depends on")

    def show_trail(self, labels: list[str], place: int) -> None:
        """The way here: the elements that were asked about, those before and behind as links."""
        first = max(0, place - 2)
        parts = [
            f"<b>{_escaped(label)}</b>" if number == place else f'<a href="{number}">{_escaped(label)}</a>'
            for number, label in enumerate(labels)
            if first <= number <= place + 1
        ]
        self.trail.setText(("… › " if first else "") + "&nbsp; › &nbsp;".join(parts))

    # --- asking on -----------------------------------------------------------------------------------------------

    def _want_index(self, text: str) -> None:
        numbers = re.findall(r"-?\d+", text)
        shape = self.answer.shape if self.answer is not None else ()
        index = tuple(int(number) for number in numbers)
        if len(index) != len(shape) or any(not 0 <= i < size for i, size in zip(index, shape, strict=True)):
            self.index.refuse()
            sentence = self.tr("Its shape is {shape}: give an index for each axis, separated by commas.")
            self.refusal.say(sentence.format(shape=list(shape)))
            return
        self.index_wanted.emit(index)

    def _want_element(self, index: QModelIndex) -> None:
        element = index.data(ELEMENT_ROLE)
        if isinstance(element, Element):
            self.element_wanted.emit(element)

    def _held_by(self, reason: ElementReason) -> Element | None:
        is_gradient = reason.element.kind is Kind.GRADIENT
        return next((each for each in reason.see_also if is_gradient and each.kind is Kind.VALUE), None)

    def _want_holder(self) -> None:
        element = None if self.answer is None else self._held_by(self.answer.reason)
        if element is not None:
            self.element_wanted.emit(element)

    def _point(self, index: QModelIndex) -> None:
        is_door = isinstance(index.data(ELEMENT_ROLE), Element)
        self.view.viewport().setCursor(Qt.CursorShape.PointingHandCursor if is_door else Qt.CursorShape.ArrowCursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes into the element under the cursor of the table."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.view.hasFocus():
            self._want_element(self.view.currentIndex())
        else:
            super().keyPressEvent(event)


def _readable(latex: str) -> str:
    """A formula where it is not drawn."""
    return plain_formula(latex) or latex


def _escaped(label: str) -> str:
    return label.replace("&", "&amp;").replace("<", "&lt;")
