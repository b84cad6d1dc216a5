"""Values for a placeholder that are typed in."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from editor.document import Document
from editor.panels.figures import spec_of, spec_text
from editor.theme import SPACE_XS, set_style
from engine.graph import EngineError
from engine.model import DataSource, TypedValues
from engine.training.data import load_source

_FEEDBACK_DELAY_MS = 120
_LINES = 3


class TypedDataEditor(QWidget):
    """A text, and under it what it is understood as while it is typed."""

    offered = Signal(object)
    """The TypedValues that the person is done with."""

    def __init__(self, document: Document, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.name = name
        self._committed = ""
        self.text = _ValuesText(self)
        self.text.setAccessibleName(self.tr("Typed values"))
        self.text.setPlaceholderText(self.tr("1, 2, 3 or [[1, 2], [3, 4]]"))
        self.text.setToolTip(
            self.tr("Numbers with commas between them. Enter takes them, Shift+Enter begins a new line.")
        )
        self.feedback = QLabel(self)
        self.feedback.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_XS)
        layout.addWidget(self.text)
        layout.addWidget(self.feedback)
        self._timer = QTimer(self, singleShot=True, interval=_FEEDBACK_DELAY_MS)
        self._timer.timeout.connect(self.update_feedback)
        self.text.textChanged.connect(self._timer.start)
        self.text.finished.connect(self.commit)
        self.text.restored.connect(lambda: self.text.setPlainText(self._committed))

    def show_source(self, source: DataSource | None) -> None:
        """Shows the values of the document, unless others are being typed."""
        text = source.text if isinstance(source, TypedValues) else ""
        if self.text.toPlainText() == self._committed and text != self._committed:
            self.text.setPlainText(text)
        self._committed = text
        self.update_feedback()

    def commit(self) -> None:
        text = self.text.toPlainText()
        if text != self._committed and text.strip() and self.update_feedback():
            self._committed = text
            self.text.document().setModified(False)
            self.offered.emit(TypedValues(text))

    def update_feedback(self) -> bool:
        """Says how many values of which shape there are, or what is wrong. Returns whether they can be taken."""
        self._timer.stop()
        text = self.text.toPlainText()
        if not text.strip():
            self._say(self.tr("Type at least one number."), "muted")
            return False
        try:
            placeholder = self._document.operation(self.name)
            array = load_source(TypedValues(text), placeholder, self._document.folder)
        except EngineError as error:
            self._say(error.message, "error")
            return False
        count = self.tr("1 value") if array.size == 1 else self.tr("{count} values").format(count=array.size)
        self._say(f"{count}, {spec_text(spec_of(array))}", "muted")
        return True

    def _say(self, sentence: str, role: str) -> None:
        self.feedback.setText(sentence)
        set_style(self.feedback, role=role)


class _ValuesText(QPlainTextEdit):
    """Enter and leaving finish; Esc restores; Tab goes on to the next widget."""

    finished = Signal()
    restored = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
        self.setFixedHeight(self.fontMetrics().lineSpacing() * _LINES + 20)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not shift:
            self.finished.emit()
        elif event.key() == Qt.Key.Key_Escape and self.document().isModified():
            self.restored.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self.finished.emit()
