"""The command palette: type a few letters of what shall be done, and press Enter."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from editor.commanding.search import Row
from editor.panels.empty_state import EmptyState
from editor.panels.marked_text import draw_elided, draw_marked
from editor.panels.search_field import SearchField
from editor.theme import (
    CONTROL_HEIGHT,
    SPACE_M,
    SPACE_S,
    SPACE_XS,
    TEXT_BODY,
    TEXT_SMALL,
    ThemeManager,
    current_theme,
    font,
)

_WIDTH = 560
_ROW = 44
_FEWEST_ROWS, _MOST_ROWS = 3, 9
_ROW_ROLE = Qt.ItemDataRole.UserRole
#: How far below the window's upper edge it opens.
_TOP = 72

Index = QModelIndex | QPersistentModelIndex


class CommandPalette(QFrame):
    """Opened with :meth:`open`. A choice is carried out after it has closed, so that it acts on the window."""

    def __init__(self, rows: Callable[[str], Sequence[Row]], chosen: Callable[[Row], object], parent: QWidget) -> None:
        """``rows`` gives what a text finds; ``chosen`` is called with the choice."""
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setObjectName("command_palette")
        self._rows = rows
        self._chosen = chosen
        self._choice: Row | None = None
        self._model = _RowModel(self)
        self.view = QListView(self)
        self.view.setModel(self._model)
        self.view.setItemDelegate(_RowDelegate(self.view))
        self.view.setUniformItemSizes(True)
        self.view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setMouseTracking(True)
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view.setAccessibleName(self.tr("Commands"))
        self.search = SearchField(self.view, self.tr("What shall be done? @ goes to a node"), self, escape_clears=False)
        self._nothing = EmptyState("search", self.tr("No command matches."), self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_S, SPACE_S, SPACE_S, SPACE_S)
        layout.setSpacing(SPACE_S)
        layout.addWidget(self.search)
        layout.addWidget(self.view, 1)
        layout.addWidget(self._nothing, 1)
        self.search.textChanged.connect(self._search)
        self.search.confirmed.connect(lambda: self._choose(self.view.currentIndex()))
        self.view.clicked.connect(self._choose)
        ThemeManager.instance().changed.connect(self._dress)
        self._dress()

    def open(self) -> None:
        """Opens in the upper middle of its window, with nothing typed."""
        self._choice = None
        window = self.parentWidget()
        assert window is not None
        self.setFixedWidth(min(_WIDTH, window.width() - 2 * SPACE_M))
        self.search.clear()
        self._search("")
        left = (window.width() - self.width()) // 2
        self.move(window.mapToGlobal(QPoint(left, min(_TOP, window.height() // 8))))
        self.show()
        self.raise_()
        self.activateWindow()
        self.search.setFocus(Qt.FocusReason.PopupFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def rows(self) -> list[Row]:
        """What is listed."""
        return list(self._model.rows)

    def _search(self, text: str) -> None:
        self._model.show(self._rows(text))
        has_rows = bool(self._model.rows)
        self.view.setVisible(has_rows)
        self._nothing.setVisible(not has_rows)
        self.view.setCurrentIndex(self._model.index(0))
        self.view.scrollToTop()
        count = max(_FEWEST_ROWS, min(len(self._model.rows), _MOST_ROWS))
        # Whole rows, so that none is cut.
        self.setFixedHeight(count * _ROW + CONTROL_HEIGHT + 3 * SPACE_S + 2 * self.frameWidth() + 2)

    def _choose(self, index: QModelIndex) -> None:
        row = index.data(_ROW_ROLE)
        if isinstance(row, Row) and row.is_enabled:
            self.close()
            self._chosen(row)

    def _dress(self) -> None:
        theme = ThemeManager.instance().theme
        self.setStyleSheet(
            f"#command_palette {{ background: {theme.raised.name()}; border: 1px solid {theme.line.name()}; }}"
            f"QListView {{ background: {theme.raised.name()}; }}"
        )


class _RowModel(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.rows: list[Row] = []

    def show(self, rows: Sequence[Row]) -> None:
        self.beginResetModel()
        self.rows = list(rows)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        selectable = Qt.ItemFlag.ItemIsSelectable
        is_enabled = index.isValid() and self.rows[index.row()].is_enabled
        return selectable | Qt.ItemFlag.ItemIsEnabled if is_enabled else selectable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return row.title
            case Qt.ItemDataRole.AccessibleTextRole:
                state = "" if row.is_on is None else (self.tr("on") if row.is_on else self.tr("off"))
                state = state if row.is_enabled else self.tr("not possible now")
                return ", ".join(part for part in (row.title, state, row.keys, row.description) if part)
            case Qt.ItemDataRole.ToolTipRole:
                return row.description
        return row if role == _ROW_ROLE else None


class _RowDelegate(QStyledItemDelegate):
    """The title and, under it, where it stands and what it does; its keys at the right."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self.initStyleOption(option, index)
        option.text = ""
        style = option.widget.style() if option.widget else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        row: Row = index.data(_ROW_ROLE)
        theme = current_theme()
        area = option.rect.adjusted(SPACE_S, 0, -SPACE_S, 0)
        painter.save()
        painter.setFont(font(TEXT_SMALL))
        painter.setPen(theme.muted)
        keys = row.keys if row.is_on is None else f"{'✓' if row.is_on else ''}  {row.keys}".strip()
        width = painter.fontMetrics().horizontalAdvance(keys)
        line = QRect(area.left(), area.top() + SPACE_XS, area.width(), 20)
        painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, keys)
        draw_elided(painter, QRect(area.left(), line.bottom() + 1, area.width(), 16), row.description)
        room = line.adjusted(0, 0, -width - SPACE_S, 0)
        draw_marked(painter, room, row.title, row.letters, TEXT_BODY, theme.text if row.is_enabled else theme.disabled)
        painter.restore()
