"""The card beside a refused wire or a node with a problem: why, and a button for each repair."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QToolTip, QVBoxLayout, QWidget

from editor.theme import RADIUS, SPACE_M, SPACE_S, SPACE_XS, Theme, ThemeManager, set_style

_WIDTH = 360
_OFFSET = QPoint(12, 16)
_NEXT = (Qt.Key.Key_Down, Qt.Key.Key_Right)
_PREVIOUS = (Qt.Key.Key_Up, Qt.Key.Key_Left)


class RepairCard(QFrame):
    """Floats over the canvas until a repair is chosen, Esc is pressed, or something else gets the keyboard."""

    #: The number of the repair that was chosen.
    chosen = Signal(int)

    def __init__(self, parent: QWidget, theme_manager: ThemeManager) -> None:
        super().__init__(parent)
        self._theme = theme_manager.theme
        theme_manager.changed.connect(self._set_theme)
        self.setObjectName("repair_card")
        self.setAccessibleName(self.tr("Repairs"))
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.reason = QLabel(self)
        self.reason.setTextFormat(Qt.TextFormat.PlainText)
        self.reason.setWordWrap(True)
        self.buttons: list[QPushButton] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(SPACE_M, SPACE_M, SPACE_M, SPACE_M)
        self._layout.setSpacing(SPACE_XS)
        self._layout.addWidget(self.reason)
        self._layout.addSpacing(SPACE_S)
        self.hide()

    def offer(self, reason: str, repairs: Sequence[str], point: QPoint) -> None:
        """Shows the sentence and the repairs beside a point of the parent; the first repair has the keyboard."""
        QToolTip.hideText()
        self._clear()
        self.reason.setText(reason)
        for number, sentence in enumerate(repairs):
            button = QPushButton(sentence.replace("&", "&&"), self)
            button.setToolTip(self.tr("Makes the change and the wire as one step, which can be undone."))
            button.setAutoDefault(True)
            set_style(button, primary=number == 0)
            button.clicked.connect(lambda _=False, number=number: self._choose(number))
            button.installEventFilter(self)
            button.ensurePolished()
            self._layout.addWidget(button)
            self.buttons.append(button)
        self._place(point)
        self.show()
        self.raise_()
        self.buttons[0].setFocus(Qt.FocusReason.PopupFocusReason)
        said = self.tr("{reason} {count} repairs are offered; the arrow keys choose, Enter repairs, Esc closes.")
        text = said.format(reason=reason, count=len(repairs))
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))

    def close_card(self) -> None:
        """Takes it away with nothing changed."""
        if self.isVisible():
            had_focus = self.isAncestorOf(self.focusWidget() or self) and any(b.hasFocus() for b in self.buttons)
            self.hide()
            parent = self.parentWidget()
            if had_focus and parent is not None:
                parent.setFocus()

    def _choose(self, number: int) -> None:
        self.close_card()
        self.chosen.emit(number)

    def _clear(self) -> None:
        for button in self.buttons:
            self._layout.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.buttons = []

    def _place(self, point: QPoint) -> None:
        parent = self.parentWidget()
        area = QRect() if parent is None else parent.rect()
        wanted = max([_WIDTH, *(button.sizeHint().width() + 2 * SPACE_M for button in self.buttons)])
        width = max(160, min(wanted, area.width() - 2 * SPACE_S))
        self.reason.setFixedWidth(width - 2 * SPACE_M)
        height = self._layout.totalHeightForWidth(width)
        place = QRect(point + _OFFSET, QSize(width, max(height, self._layout.totalSizeHint().height())))
        place.moveLeft(max(SPACE_S, min(place.left(), area.right() - SPACE_S - place.width())))
        if place.bottom() > area.bottom() - SPACE_S:
            place.moveBottom(max(place.height() + SPACE_S, point.y() - SPACE_S))
        self.setGeometry(place)

    # --- keys ----------------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and watched in self.buttons:
            return self._press(self.buttons.index(watched), event)
        if isinstance(event, QFocusEvent) and event.type() == QEvent.Type.FocusOut and self.isVisible():
            focused = self.window().focusWidget()
            if focused is not None and focused not in self.buttons and self.isActiveWindow():
                self.hide()
        return super().eventFilter(watched, event)

    def _press(self, number: int, event: QKeyEvent) -> bool:
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self.close_card()
        elif key in _NEXT:
            self.buttons[(number + 1) % len(self.buttons)].setFocus(Qt.FocusReason.TabFocusReason)
        elif key in _PREVIOUS:
            self.buttons[(number - 1) % len(self.buttons)].setFocus(Qt.FocusReason.BacktabFocusReason)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.buttons[number].click()
        else:
            return False
        return True

    # --- painting ------------------------------------------------------------------------------------------------

    def _set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.error, 1))
        painter.setBrush(self._theme.raised)
        painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
