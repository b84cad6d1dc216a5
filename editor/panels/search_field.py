"""A search field above a list: typing searches, the arrow keys move in the list, Enter chooses."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLineEdit, QWidget

from editor.icons import bind_icon

_LIST_KEYS = (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp)


class SearchField(QLineEdit):
    """Moves the selection of ``view`` while the focus stays where the person types."""

    confirmed = Signal()
    """Enter was pressed: the row that is current in the view is meant."""

    def __init__(
        self, view: QAbstractItemView, placeholder: str, parent: QWidget | None = None, escape_clears: bool = True
    ) -> None:
        """Without ``escape_clears`` Esc is left to the window around the field."""
        super().__init__(parent)
        self._view = view
        self._escape_clears = escape_clears
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(placeholder)
        self.setClearButtonEnabled(True)
        # Qt's own picture is black in every theme.
        clear = self.findChild(QAction, "_q_qlineeditclearaction")
        if clear is not None:
            bind_icon(clear, "close", "muted")
        magnifier = QAction(self)
        bind_icon(magnifier, "search", "muted")
        self.addAction(magnifier, QLineEdit.ActionPosition.LeadingPosition)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.confirmed.emit()
        elif event.key() in _LIST_KEYS:
            if not self._view.currentIndex().isValid():
                self._select_first()
            else:
                QApplication.sendEvent(self._view, event)
        elif event.key() == Qt.Key.Key_Escape and self.text() and self._escape_clears:
            self.clear()
        else:
            super().keyPressEvent(event)

    def _select_first(self) -> None:
        first = self._view.model().index(0, 0)
        self._view.selectionModel().setCurrentIndex(first, QItemSelectionModel.SelectionFlag.ClearAndSelect)
