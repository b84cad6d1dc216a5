"""Inputs that commit when the person is done, and say under themselves why a value is refused."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QSpinBox, QVBoxLayout, QWidget

from editor.theme import SPACE_S, SPACE_XS, set_style

#: Called with the text and +1 or -1; the text one step up or down, or None when there is no such thing.
Stepper = Callable[[str, int], str | None]


class CommitLineEdit(QLineEdit):
    """Commits with Enter or when the focus leaves; Esc brings the committed text back."""

    committed = Signal(str)
    """The text, when it is another than the one committed last."""
    restored = Signal()
    """Esc was pressed."""

    def __init__(self, parent: QWidget | None = None, stepper: Stepper | None = None) -> None:
        """``stepper`` makes the Up and Down keys step the value."""
        super().__init__(parent)
        self._stepper = stepper
        self._committed_text = ""
        self._refused_text: str | None = None
        self.textEdited.connect(lambda: self._set_refused(None))

    def show_value(self, text: str) -> None:
        """Shows what the document holds, unless the person is writing something else at the moment."""
        self._committed_text = text
        # The same text set again would lose what is selected for typing over.
        if not self.isModified() and text != self.text():
            self.setText(text)
            self.setCursorPosition(0)

    @property
    def is_refused(self) -> bool:
        return self._refused_text is not None

    def refuse(self) -> None:
        """Keeps the text, so that it can be mended, and marks it as wrong."""
        self._set_refused(self.text())
        self.setModified(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._commit()
            self.selectAll()
            self.returnPressed.emit()
        elif event.key() == Qt.Key.Key_Escape and (self.isModified() or self._refused_text is not None):
            self.setText(self._committed_text)
            self._set_refused(None)
            self.restored.emit()
        elif self._stepper is not None and event.key() in steps:
            stepped = self._stepper(self.text(), steps[Qt.Key(event.key())])
            if stepped is not None:
                self.setText(stepped)
                self.setModified(True)
                self._set_refused(None)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        # A menu of the field's own, or another window in front, does not mean that the person is done.
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self._commit()

    def _commit(self) -> None:
        text = self.text()
        if text in (self._committed_text, self._refused_text):
            return
        # From here on the document's answer is shown, in its own spelling.
        self.setModified(False)
        self.committed.emit(text)

    def _set_refused(self, text: str | None) -> None:
        if (text is None) != (self._refused_text is None):
            set_style(self, invalid=text is not None)
        self._refused_text = text


class RefusalLabel(QLabel):
    """The sentence under a field; takes no room while there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWordWrap(True)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        set_style(self, role="error")
        self.hide()

    def say(self, sentence: str) -> None:
        """Shows a sentence; nothing when it is empty."""
        self.setText(sentence)
        self.setVisible(bool(sentence))


class LineField(QWidget):
    """A CommitLineEdit with its refusal under it."""

    committed = Signal(str)

    def __init__(self, parent: QWidget | None = None, stepper: Stepper | None = None) -> None:
        super().__init__(parent)
        self.edit = CommitLineEdit(self, stepper)
        self.refusal = RefusalLabel(self)
        self.setFocusProxy(self.edit)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_XS)
        self._line = QHBoxLayout()
        self._line.setSpacing(SPACE_S)
        self._line.addWidget(self.edit, 1)
        layout.addLayout(self._line)
        layout.addWidget(self.refusal)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.edit.committed.connect(self._commit)
        self.edit.restored.connect(lambda: self.refusal.say(""))
        self.edit.textEdited.connect(lambda: self.refusal.say(""))

    def add_beside(self, widget: QWidget) -> None:
        """Puts a button into the line; a refusal stands below all of it."""
        self._line.addWidget(widget)

    def show_value(self, text: str) -> None:
        self.edit.show_value(text)

    def refuse(self, sentence: str) -> None:
        self.refusal.say(sentence)
        self.edit.refuse()

    def _commit(self, text: str) -> None:
        self.refusal.say("")
        self.committed.emit(text)


class _WheelGuard(QObject):
    """Leaves the wheel to the panel around a widget that does not have the focus."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return False


def guard_from_wheel(widget: QWidget) -> None:
    """Scrolling a panel must not change the numbers and choices that pass under the pointer."""
    widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    widget.installEventFilter(_WheelGuard(widget))


def show_number(spin: QSpinBox, number: int) -> None:
    """Shows what the document holds and tells nobody; a number beyond the box's range shows as the end of it."""
    spin.blockSignals(True)
    spin.setValue(min(max(number, spin.minimum()), spin.maximum()))
    spin.blockSignals(False)


def step_int(text: str, direction: int) -> str | None:
    """One more or one less."""
    try:
        return str(int(text) + direction)
    except ValueError:
        return None


def step_float(text: str, direction: int) -> str | None:
    """One unit of the first digit up or down, so that a step suits numbers of any size: 0.1 → 0.2, 0.1 → 0.09."""
    try:
        number = float(text)
    except ValueError:
        return None
    if not math.isfinite(number):
        return None
    if number == 0:
        return "0.1" if direction > 0 else "-0.1"
    exponent = math.floor(math.log10(abs(number)) + 1e-12)
    towards_zero = (direction > 0) != (number > 0)
    if towards_zero and math.isclose(abs(number), 10.0**exponent):
        exponent -= 1
    # Rounded, so that 0.3 − 0.1 is 0.2 and not 0.19999999999999998.
    return f"{number + direction * 10.0**exponent:.12g}"
