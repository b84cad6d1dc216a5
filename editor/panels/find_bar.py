"""The bar over the canvas in which one types what to find."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QToolButton, QVBoxLayout, QWidget

from editor.icons import bind_icon
from editor.panels.fields import RefusalLabel
from editor.theme import ICON_SIZE, SPACE_S, SPACE_XS, ThemeManager, set_style

_WIDTH = 420


class FindBar(QFrame):
    """At the upper right of its parent. Enter and Shift+Enter go through what was found, Esc closes it."""

    query_changed = Signal(str)
    step_wanted = Signal(int)
    """Go on to the next node that was found (1), or back (-1)."""
    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("find_bar")
        self.field = QLineEdit(self)
        self.field.setPlaceholderText(self.tr("Find: name, op:MatMul, shape:(?, 3), is:problem"))
        self.field.setAccessibleName(self.tr("Find nodes"))
        self.field.setAccessibleDescription(
            self.tr("Words of names and operations; op:, dtype:, shape:, is: or an attribute's name narrow it down.")
        )
        self.count = QLabel(self)
        self.count.setAccessibleName(self.tr("How many were found"))
        set_style(self.count, role="muted")
        self.back = self._button("chevron_up", self.tr("Previous (Shift+Enter)"), lambda: self.step_wanted.emit(-1))
        self.next = self._button("chevron_down", self.tr("Next (Enter)"), lambda: self.step_wanted.emit(1))
        self.close_button = self._button("close", self.tr("Close (Esc)"), self.closed.emit)
        self.refusal = RefusalLabel(self)
        row = QHBoxLayout()
        row.setSpacing(SPACE_XS)
        row.addWidget(self.field, 1)
        row.addWidget(self.count)
        for button in (self.back, self.next, self.close_button):
            row.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_S, SPACE_S, SPACE_S, SPACE_S)
        layout.setSpacing(SPACE_XS)
        layout.addLayout(row)
        layout.addWidget(self.refusal)
        self.setFocusProxy(self.field)
        self.field.textChanged.connect(self.query_changed)
        self.field.installEventFilter(self)
        parent.installEventFilter(self)
        ThemeManager.instance().changed.connect(self._dress)
        self._dress()
        self.hide()

    def _button(self, icon: str, name: str, pressed: object) -> QToolButton:
        button = QToolButton(self)
        bind_icon(button, icon)
        button.setIconSize(QSize(ICON_SIZE, ICON_SIZE))
        button.setToolTip(name)
        button.setAccessibleName(name)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(pressed)
        return button

    def say_found(self, place: int, count: int) -> None:
        """``3 of 12``; ``place`` counts from 0, and is -1 while none was gone to."""
        if not count:
            text = self.tr("Nothing") if self.field.text().strip() else ""
        elif place < 0:
            text = self.tr("%n found", "", count)
        else:
            text = self.tr("{place} of {count}").format(place=place + 1, count=count)
        self.count.setText(text)
        self.back.setEnabled(count > 0)
        self.next.setEnabled(count > 0)
        self.refuse("")

    def refuse(self, sentence: str) -> None:
        """Says why what was typed cannot be read; "" takes that away."""
        self.refusal.say(sentence)
        if sentence:
            self.count.clear()
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.parentWidget() and event.type() == QEvent.Type.Resize:
            self._place()
        if watched is self.field and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.step_wanted.emit(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.closed.emit()
                return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def _place(self) -> None:
        parent = self.parentWidget()
        if parent is None:
            return
        width = min(_WIDTH, parent.width() - 2 * SPACE_S)
        self.setFixedWidth(max(width, 0))
        self.adjustSize()
        self.move(parent.width() - self.width() - SPACE_S, SPACE_S)

    def showEvent(self, event: object) -> None:
        self._place()
        self.raise_()

    def _dress(self) -> None:
        theme = ThemeManager.instance().theme
        self.setStyleSheet(
            f"#find_bar {{ background: {theme.raised.name()}; border: 1px solid {theme.line.name()};"
            " border-radius: 6px; }"
        )
