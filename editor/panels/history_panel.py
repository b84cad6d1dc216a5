"""The steps of the undo stack as a list: what was done, where the document is now, and where it was saved."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QFont, QIcon, QPixmap, QShowEvent, QUndoStack
from PySide6.QtWidgets import QAbstractItemView, QListView, QStackedLayout, QWidget

from editor.icons import icon
from editor.panels.empty_state import EmptyState
from editor.theme import ThemeManager, current_theme

_Index = QModelIndex | QPersistentModelIndex

#: Beside a line of text, in pixels.
_ICON_SIZE = 16


class HistoryModel(QAbstractListModel):
    """Row 0 is the document as it was opened, row n what it is after n steps; taken back steps are greyed."""

    def __init__(self, stack: QUndoStack, parent: QWidget) -> None:
        super().__init__(parent)
        self._stack = stack
        # As wide as the others, so that the names stand in line.
        empty = QPixmap(_ICON_SIZE, _ICON_SIZE)
        empty.fill(Qt.GlobalColor.transparent)
        self._no_icon = QIcon(empty)

    def renew(self) -> None:
        """Takes over the steps there are now."""
        self.beginResetModel()
        self.endResetModel()

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else self._stack.count() + 1

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, stack = index.row(), self._stack
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(row)
            case Qt.ItemDataRole.DecorationRole:
                return icon("save", "muted") if row == stack.cleanIndex() else self._no_icon
            case Qt.ItemDataRole.ForegroundRole if row > stack.index():
                return current_theme().muted
            case Qt.ItemDataRole.FontRole if row == stack.index():
                font = QFont()
                font.setWeight(QFont.Weight.DemiBold)
                return font
            case Qt.ItemDataRole.AccessibleDescriptionRole | Qt.ItemDataRole.ToolTipRole:
                return self._state(row)
        return None

    def _text(self, row: int) -> str:
        return self.tr("As it was opened") if row == 0 else self._stack.text(row - 1)

    def _state(self, row: int) -> str:
        """Where the document is and what a press would do, in words."""
        stack = self._stack
        parts = [self.tr("saved")] if row == stack.cleanIndex() else []
        if row == stack.index():
            parts.append(self.tr("the document is here"))
        else:
            steps = row - stack.index()
            parts.append(self._way_back(-steps) if steps < 0 else self._way_forward(steps))
        return ", ".join(parts)

    def _way_back(self, steps: int) -> str:
        return self.tr("undo 1 step") if steps == 1 else self.tr("undo {count} steps").format(count=steps)

    def _way_forward(self, steps: int) -> str:
        return self.tr("redo 1 step") if steps == 1 else self.tr("redo {count} steps").format(count=steps)


class HistoryPanel(QWidget):
    """Click or Enter goes to a step; the arrow keys only look."""

    def __init__(self, stack: QUndoStack, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stack = stack
        self.model = HistoryModel(stack, self)
        self.list = QListView(self)
        self.list.setModel(self.model)
        self.list.setUniformItemSizes(True)
        self.list.setIconSize(QSize(_ICON_SIZE, _ICON_SIZE))
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.list.setAccessibleName(self.tr("History"))
        self.empty = EmptyState(
            "history", self.tr("Every change that you make appears here, and can be gone back to."), self
        )
        self._body = QStackedLayout(self)
        self._body.addWidget(self.empty)
        self._body.addWidget(self.list)
        self.list.clicked.connect(self._go)
        self.list.activated.connect(self._go)
        stack.indexChanged.connect(self._follow)
        stack.cleanChanged.connect(self._follow)
        ThemeManager.instance().changed.connect(self._follow)
        self._follow()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._follow()

    def _follow(self) -> None:
        """Shows where the document is. While nobody looks nothing is written."""
        if not self.isVisible():
            return
        self.model.renew()
        present = self.model.index(self._stack.index())
        self.list.setCurrentIndex(present)
        self.list.scrollTo(present)
        self._body.setCurrentIndex(1 if self._stack.count() else 0)

    def _go(self, index: QModelIndex) -> None:
        self._stack.setIndex(index.row())
