"""The comparison of two documents beside the canvas: one picture of both, and the list of what is different."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QAction, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QSplitter,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from editor.canvas.difference_view import SIGNS, DifferenceView, mark_color
from editor.document import Document
from editor.layouts.placement import place_nodes
from editor.panels.elided_label import ElidedLabel
from editor.panels.empty_state import EmptyState
from editor.theme import SPACE_L, SPACE_M, SPACE_S, SPACE_XS, TEXT_BODY, ThemeManager, current_theme, font, set_style
from engine.diff import Difference, Entry, Mark, compare, entries, unite
from engine.model import Model

_NODE_ROLE = Qt.ItemDataRole.UserRole
_MARK_ROLE = Qt.ItemDataRole.UserRole + 1
_SIGN_SIZE = 16
_LIST_WIDTH = 280


class ComparingPane(QWidget):
    """Shows what was done to one document to make the other of it."""

    def __init__(self, close: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.document = Document(self)
        self.canvas = DifferenceView(self.document, ThemeManager.instance(), self)
        self.canvas.setAccessibleName(self.tr("Comparison"))
        self.title = ElidedLabel("", Qt.TextElideMode.ElideMiddle, self)
        set_style(self.title, role="section")
        self.list = QListWidget(self)
        self.list.setAccessibleName(self.tr("What is different"))
        self.list.setWordWrap(True)
        self.list.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setIconSize(QSize(_SIGN_SIZE, _SIGN_SIZE))
        self.list.currentItemChanged.connect(lambda item, _: self._go_to(item))
        self.list.itemActivated.connect(self._go_to)
        self.empty = EmptyState("check", "", self)
        side = QWidget(self)
        side.setMinimumWidth(_LIST_WIDTH)
        self._side = QStackedLayout(side)
        self._side.addWidget(self.list)
        self._side.addWidget(self.empty)
        self._parts = QSplitter(Qt.Orientation.Horizontal, self)
        self._parts.setChildrenCollapsible(False)
        self._parts.addWidget(self.canvas)
        self._parts.addWidget(side)
        self._parts.setStretchFactor(0, 3)
        self._parts.setStretchFactor(1, 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(self._make_header(close))
        layout.addWidget(self._parts, 1)
        ThemeManager.instance().changed.connect(self._dress)

    def _make_header(self, close: QAction) -> QHBoxLayout:
        header = QHBoxLayout()
        header.setContentsMargins(SPACE_M, SPACE_XS, SPACE_S, SPACE_XS)
        header.setSpacing(SPACE_L)
        header.addWidget(self.title, 1)
        for text, role in (
            (self.tr("+ added"), "update"),
            (self.tr("− removed"), "error"),
            (self.tr("≠ changed"), "warning"),
        ):
            label = QLabel(text, self)
            set_style(label, role=role)
            header.addWidget(label)
        button = QToolButton(self)
        button.setDefaultAction(close)
        button.setAccessibleName(close.iconText())
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        header.addWidget(button)
        return header

    # --- what is shown -------------------------------------------------------------------------------------------

    def show_comparison(self, before: Model, after: Model, title: str, keeps_view: bool) -> None:
        """Shows two documents, of which ``after`` is taken over and changed; all nodes get places."""
        difference = compare(before, after)
        found = entries(difference, before, after)
        union = unite(before, after, difference)
        place_nodes(union.model)
        center, zoom = self.canvas.camera.center, self.canvas.zoom
        self.document.look_at(
            union.model, self.tr("This shows two documents at once; it can be looked at here, not changed.")
        )
        self.canvas.show_marks(_marks(difference), union.wires_added, union.wires_removed)
        if keeps_view:
            self.canvas.camera.show(center, zoom)
        else:
            self.canvas.fit()
        self.title.set_text(title)
        self._list(found, difference)

    def _list(self, found: list[Entry], difference: Difference) -> None:
        row = self.list.currentRow()
        self.list.blockSignals(True)
        self.list.clear()
        for entry in found:
            item = QListWidgetItem(f"      {entry.text}" if entry.is_part else entry.text)
            item.setData(_NODE_ROLE, entry.node)
            item.setData(_MARK_ROLE, entry.mark)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{self._word(entry.mark)}: {entry.text}")
            item.setToolTip(entry.text)
            self.list.addItem(item)
        self.list.setCurrentRow(min(row, len(found) - 1))
        self.list.blockSignals(False)
        moved = self.tr("%n nodes stand elsewhere.", "", difference.moved) if difference.moved else ""
        self.empty.label.setText(f"{self.tr('Both compute the same.')} {moved}".strip())
        self._side.setCurrentIndex(0 if found else 1)
        self._dress()

    def _word(self, mark: Mark) -> str:
        return {"+": self.tr("Added"), "-": self.tr("Removed"), "~": self.tr("Changed")}[mark]

    def _dress(self) -> None:
        for row in range(self.list.count()):
            item = self.list.item(row)
            item.setIcon(_sign_icon(item.data(_MARK_ROLE), self.devicePixelRatio()))

    def _go_to(self, item: QListWidgetItem | None) -> None:
        name = item.data(_NODE_ROLE) if item is not None else ""
        if name and name in self.canvas.graph_scene.nodes:
            self.canvas.select([name])
            self.canvas.bring_into_view(name)


def _marks(difference: Difference) -> dict[str, Mark]:
    """What the nodes of the union are marked with."""
    marks: dict[str, Mark] = dict.fromkeys(difference.renamed.values(), "~")
    marks |= {change.name: "~" for change in difference.nodes_changed}
    marks |= dict.fromkeys(difference.nodes_added, "+")
    marks |= dict.fromkeys(difference.nodes_removed, "-")
    return marks


def _sign_icon(mark: Mark, ratio: float) -> QIcon:
    picture = QPixmap(QSize(_SIGN_SIZE, _SIGN_SIZE) * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setPen(mark_color(mark, current_theme()))
    painter.setFont(font(TEXT_BODY))
    painter.drawText(QRect(0, 0, _SIGN_SIZE, _SIGN_SIZE), Qt.AlignmentFlag.AlignCenter, SIGNS[mark])
    painter.end()
    return QIcon(picture)
