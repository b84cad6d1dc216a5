"""Nodes from an expression: a small field in which y = relu(x @ W + b) is written."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QFont, QKeyEvent
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from editor.actions import ActionText, make_action
from editor.commands.expression import AddExpression
from editor.document import Document
from editor.features.feature import Feature, Place, Workbench
from editor.panels.fields import RefusalLabel
from editor.theme import SPACE_L, SPACE_S, set_style
from engine.formats.expression import ExpressionError, Fragment, fragment_from_expression

_SIZE = (480, 280)
#: So many new nodes are named; more are counted.
_MOST_NAMES = 8


class ExpressionDialog(QDialog):
    """Says at every key what the text would add, or what is wrong with it and where. Enter adds it."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.setWindowTitle(self.tr("Add from expression"))
        self.edit = QPlainTextEdit(self)
        self.edit.setAccessibleName(self.tr("Expression"))
        self.edit.setPlaceholderText("y = relu(x @ W + b)")
        font = QFont("monospace")
        font.setStyleHint(QFont.StyleHint.Monospace)
        font.setPixelSize(13)
        self.edit.setFont(font)
        self.edit.setTabChangesFocus(True)
        hint = QLabel(
            self.tr(
                "Names are nodes that are there, or become placeholders (x) and variables (W, b). "
                "Shift+Enter begins another line."
            ),
            self,
        )
        hint.setWordWrap(True)
        set_style(hint, role="muted")
        self.outcome = QLabel(self)
        self.outcome.setWordWrap(True)
        self.refusal = RefusalLabel(self)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.add_button = self.buttons.addButton(self.tr("Add nodes"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.add_button.setDefault(True)
        set_style(self.add_button, primary=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_L, SPACE_L, SPACE_L, SPACE_L)
        layout.setSpacing(SPACE_S)
        for widget in (hint, self.edit, self.outcome, self.refusal, self.buttons):
            layout.addWidget(widget)
        layout.setStretch(1, 1)
        self.resize(*_SIZE)
        self.edit.installEventFilter(self)
        self.edit.textChanged.connect(self._look)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.edit.setFocus()
        self._look()

    @property
    def text(self) -> str:
        return self.edit.toPlainText()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if is_enter and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                if self.add_button.isEnabled():
                    self.accept()
                return True
        return super().eventFilter(watched, event)

    def _look(self) -> None:
        """Reads the text as it is now."""
        fragment: Fragment | None = None
        refusal = ""
        if self.text.strip():
            try:
                fragment = fragment_from_expression(self.text, self._document.graph)
            except ExpressionError as error:
                refusal = str(error)
        self.refusal.say(refusal)
        self.outcome.setVisible(not refusal)
        self.outcome.setText("" if fragment is None else self._words(fragment))
        self.add_button.setEnabled(fragment is not None)

    def _words(self, fragment: Fragment) -> str:
        names = [op.name for op in fragment.model.graph.get_operations()]
        shown = ", ".join(names[:_MOST_NAMES])
        if len(names) > _MOST_NAMES:
            shown = self.tr("{names} and {count} more").format(names=shown, count=len(names) - _MOST_NAMES)
        sources = ", ".join(dict.fromkeys(wire.source for wire in fragment.outside))
        if sources:
            return self.tr("Adds {names}, wired to {sources}.").format(names=shown, sources=sources)
        return self.tr("Adds {names}.").format(names=shown)


class Expressions(Feature):
    """The action that asks for an expression and adds its nodes."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.action = make_action(
            bench.window,
            ActionText(
                self.tr("Add from e&xpression…"),
                self.tr("Makes nodes of an expression such as relu(x @ W + b); pasting one does it, too."),
            ),
            self.ask,
            "code",
            "Ctrl+Shift+V",
        )
        self.add_actions(Place.ADD, self.action)

    def ask(self) -> None:
        """Asks for an expression and adds its nodes at the pointer, or in the middle of what is seen."""
        canvas = self.bench.canvas
        place = canvas.scene_position_at_pointer() or canvas.free_place_in_view()
        dialog = ExpressionDialog(self.bench.document, self.bench.window)
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self.add(dialog.text, place)

    def add(self, text: str, place: QPointF) -> None:
        """Adds the nodes of an expression and selects them; where it is none, the status bar says why."""
        document = self.bench.document
        try:
            command = AddExpression(document, text, (place.x(), place.y()))
        except ExpressionError as error:
            self.bench.status.show_refusal(str(error))
            return
        document.do(command)
        self.bench.canvas.select(command.names)
        self.bench.canvas.bring_all_into_view(command.names)
        self.bench.canvas.setFocus()
