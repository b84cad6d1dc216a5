"""What is done with a row of the palette besides choosing it: making it a favourite, and reading about it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QToolTip, QWidget

from editor.panels.palette_delegate import star_rect
from editor.panels.palette_model import entry_of

_PRESSES = (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick)
_FAVOURITE_KEYS = (Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)


class RowActions(QObject):
    """Watches a view for presses on stars, and with the field above it for the keys."""

    starred = Signal(str)
    """The key of an entry that becomes a favourite, or ends being one."""
    help_wanted = Signal(str)

    def __init__(self, view: QAbstractItemView, search: QWidget) -> None:
        super().__init__(view)
        self._view = view
        self._viewport = view.viewport()
        for watched in (self._viewport, view, search):
            watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent):
            return self._filter_key(event)
        if watched is not self._viewport:
            return False
        if isinstance(event, QMouseEvent) and event.button() == Qt.MouseButton.LeftButton:
            key = self._starred_at(event.position().toPoint())
            if key is not None and event.type() in _PRESSES:
                self.starred.emit(key)
            return key is not None
        if isinstance(event, QHelpEvent) and self._starred_at(event.pos()) is not None:
            QToolTip.showText(event.globalPos(), self.tr("Favourite, or not any more (Ctrl+Shift+D)"), self._view)
            return True
        return False

    def _filter_key(self, event: QKeyEvent) -> bool:
        is_star = (event.key(), event.modifiers()) == _FAVOURITE_KEYS
        if not is_star and event.key() != Qt.Key.Key_F1:
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            # Here it is about the row, whatever it means in the window.
            event.accept()
        elif event.type() == QEvent.Type.KeyPress:
            entry = entry_of(self._view.currentIndex())
            if entry is not None:
                (self.starred if is_star else self.help_wanted).emit(entry.key)
        return True

    def _starred_at(self, point: QPoint) -> str | None:
        index = self._view.indexAt(point)
        entry = entry_of(index)
        is_on_star = entry is not None and star_rect(self._view.visualRect(index)).contains(point)
        return entry.key if entry is not None and is_on_star else None
