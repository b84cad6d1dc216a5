"""The palette that opens where the pointer is: type a few letters, press Enter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QHideEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QListView, QVBoxLayout, QWidget

from editor.adding.entry import PaletteEntries, PaletteEntry
from editor.adding.preferences import Preferences
from editor.adding.search import Finding, search
from editor.panels.empty_state import EmptyState
from editor.panels.palette_delegate import ENTRY_ROW, PaletteDelegate
from editor.panels.palette_model import PaletteModel, entry_of
from editor.panels.palette_rows import RowActions
from editor.panels.search_field import SearchField
from editor.theme import CONTROL_HEIGHT, SPACE_S, ThemeManager

_WIDTH = 360
_FEWEST_ROWS, _MOST_ROWS = 3, 8


@dataclass(frozen=True)
class PaletteRequest:
    """What a palette is opened for."""

    #: Which entries are offered at all.
    accepts: Callable[[PaletteEntry], bool] = lambda entry: True
    #: Which of them come first where the search says no more.
    suits: Callable[[PaletteEntry], bool] = lambda entry: True
    #: What stands in the search already.
    text: str = ""


ANYTHING = PaletteRequest()


class PalettePopup(QFrame):
    """Opened with :meth:`choose`; a choice, Esc or a press outside closes it."""

    chosen = Signal(object)
    """The PaletteEntry that was chosen."""
    dismissed = Signal()
    """It was closed without a choice."""

    def __init__(self, entries: PaletteEntries, preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setObjectName("palette_popup")
        self._entries = entries
        self._preferences = preferences
        self._request = ANYTHING
        self._offered: list[PaletteEntry] = []
        self._fitting: set[str] = set()
        self._choice: PaletteEntry | None = None
        self._model = PaletteModel(self)
        self.view = QListView(self)
        self.view.setModel(self._model)
        self.view.setItemDelegate(PaletteDelegate(preferences, self.view))
        self.view.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setUniformItemSizes(True)
        self.view.setMouseTracking(True)
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view.setAccessibleName(self.tr("Operations"))
        self.search = SearchField(self.view, self.tr("Search operations"), self, escape_clears=False)
        self._rows = RowActions(self.view, self.search)
        self._nothing = EmptyState("search", self.tr("No operation matches."), self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_S, SPACE_S, SPACE_S, SPACE_S)
        layout.setSpacing(SPACE_S)
        layout.addWidget(self.search)
        layout.addWidget(self.view, 1)
        layout.addWidget(self._nothing, 1)
        self.setFixedWidth(_WIDTH)
        self.search.textChanged.connect(self._search)
        self.search.confirmed.connect(lambda: self._choose(self.view.currentIndex()))
        self.view.clicked.connect(self._choose)
        self._rows.starred.connect(preferences.toggle_favourite)
        self._rows.help_wanted.connect(entries.help_wanted)
        preferences.changed.connect(self.view.viewport().update)
        ThemeManager.instance().changed.connect(self._dress)
        self._dress()

    def choose(self, global_pos: QPoint, request: PaletteRequest = ANYTHING) -> None:
        """Opens with its top left corner at ``global_pos``, moved so that all of it is on the screen."""
        self._request = request
        self._offered = [entry for entry in self._entries.all() if request.accepts(entry)]
        # Asked once, not at every letter that is typed.
        self._fitting = {entry.key for entry in self._offered if request.suits(entry)}
        self._choice = None
        self.search.setText(request.text)
        self._search(request.text)
        screen = QGuiApplication.screenAt(global_pos) or QGuiApplication.primaryScreen()
        self.move(_inside(screen.availableGeometry(), global_pos, self.size()))
        self.show()
        self.raise_()
        self.activateWindow()
        self.search.setFocus(Qt.FocusReason.PopupFocusReason)
        self.search.deselect()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self._choice is not None:
            self.chosen.emit(self._choice)
        else:
            self.dismissed.emit()

    def _search(self, query: str) -> None:
        spelled_out = [Finding(entry) for entry in self._entries.spelled_out(query) if self._request.accepts(entry)]
        rank = self._preferences.rank if query.strip() else self._preferences.browsing_rank
        found_entries = search(self._offered, query, rank(lambda entry: entry.key in self._fitting))
        self._model.show_list([*spelled_out, *found_entries])
        found = self._model.rowCount() > 0
        self.view.setVisible(found)
        self._nothing.setVisible(not found)
        self.view.setCurrentIndex(self._model.first_entry())
        self.view.scrollToTop()
        rows = max(_FEWEST_ROWS, min(self._model.rowCount(), _MOST_ROWS))
        # Whole rows, so that none is cut.
        self.setFixedHeight(rows * ENTRY_ROW + CONTROL_HEIGHT + 3 * SPACE_S + 2 * self.frameWidth() + 2)

    def _choose(self, index: QModelIndex) -> None:
        entry = entry_of(index)
        if entry is not None:
            self._choice = entry
            self.close()

    def _dress(self) -> None:
        theme = ThemeManager.instance().theme
        self.setStyleSheet(
            f"#palette_popup {{ background: {theme.raised.name()}; border: 1px solid {theme.line.name()}; }}"
            f"QListView {{ background: {theme.raised.name()}; }}"
        )


def _inside(screen: QRect, corner: QPoint, size: QSize) -> QPoint:
    """The top left corner of a rectangle of ``size`` as near to ``corner`` as the screen's edges allow."""
    left = max(screen.left() + SPACE_S, min(corner.x(), screen.right() - SPACE_S - size.width()))
    top = max(screen.top() + SPACE_S, min(corner.y(), screen.bottom() - SPACE_S - size.height()))
    return QPoint(left, top)
