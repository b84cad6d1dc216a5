"""A scope in the inspector: its name, and the way to each of its nodes."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from editor.document import Document
from editor.marks import MarkKind, mark_icon
from editor.panels.block_parameters import BlockParameters
from editor.panels.fields import CommitLineEdit, RefusalLabel
from editor.panels.node_mark import NodeMark
from editor.panels.words import mark_kind
from editor.theme import SPACE_S, SPACE_XS, TEXT_HEADING, Theme, ThemeManager, current_theme, font, set_style

_NODE_ROLE = Qt.ItemDataRole.UserRole


class BlockInspector(QWidget):
    """Shows the scope called :attr:`name`; a double-click or Enter on one of its nodes asks to be taken there."""

    node_wanted = Signal(str)
    """The name of a node inside."""

    def __init__(self, document: Document, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.name = name
        self._theme: Theme | None = None
        self.name_edit = CommitLineEdit(self)
        self.name_edit.setFont(font(TEXT_HEADING, QFont.Weight.DemiBold))
        self.name_edit.setAccessibleName(self.tr("Name"))
        self.name_edit.setToolTip(self.tr("The block's name. Another one renames all its nodes."))
        self._refusal = RefusalLabel(self)
        self.count = QLabel(self)
        self.count.setWordWrap(True)
        set_style(self.count, role="muted")
        self.parameters = BlockParameters(document, name, self)
        self.nodes = _NodeList(self)
        self.nodes.setAccessibleName(self.tr("Nodes of the block"))
        self.nodes.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.nodes.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.nodes.setToolTip(self.tr("A double-click shows the node."))
        first_line = QHBoxLayout()
        first_line.setSpacing(SPACE_XS)
        first_line.addWidget(NodeMark(MarkKind.BLOCK, "", self))
        first_line.addWidget(self.name_edit, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_S)
        layout.addLayout(first_line)
        layout.addWidget(self._refusal)
        layout.addWidget(self.parameters)
        layout.addWidget(self.count)
        layout.addWidget(self.nodes, 1)
        self.name_edit.committed.connect(self._rename)
        self.name_edit.textEdited.connect(lambda: self._refusal.say(""))
        self.name_edit.restored.connect(lambda: self._refusal.say(""))
        self.nodes.itemDoubleClicked.connect(self._go)
        self.nodes.confirmed.connect(self._go)
        ThemeManager.instance().changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Shows the scope as it is now; nothing of one that is not there any more."""
        scope = self._document.scopes.by_name.get(self.name)
        members = [] if scope is None else scope.members
        self.name_edit.show_value(self.name)
        self.parameters.name = self.name
        self.parameters.refresh()
        count = len(members)
        is_folded = self.name in self._document.folded
        if is_folded and self.name in self._document.model.instances:
            how = self.tr("Enter on the canvas goes inside; Ctrl+G unfolds it.")
        elif is_folded:
            how = self.tr("Enter on the canvas unfolds it.")
        else:
            how = self.tr("Enter on the canvas folds it.")
        self.count.setText(f"{self.tr('%n nodes', '', count)}. {how}")
        shown = [self.nodes.item(row).data(_NODE_ROLE) for row in range(self.nodes.count())]
        if shown == members and self._theme is current_theme():
            return
        self._theme = current_theme()
        self.nodes.clear()
        for name in members:
            op = self._document.operation(name)
            item = QListWidgetItem(name[len(self.name) + 1 :], self.nodes)
            item.setIcon(mark_icon(mark_kind(op.kind), op.declaration.symbol, self._theme))
            item.setData(_NODE_ROLE, name)
            item.setToolTip(f"{name}  {op.type}")

    def _rename(self, text: str) -> None:
        old, self.name = self.name, text.strip().strip("/")
        verdict = self._document.rename_block(old, text)
        if not verdict:
            self.name = old
            self._refusal.say(verdict.reason)
            self.name_edit.refuse()

    def _go(self, item: QListWidgetItem) -> None:
        self.node_wanted.emit(item.data(_NODE_ROLE))


class _NodeList(QListWidget):
    confirmed = Signal(QListWidgetItem)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentItem() is not None:
            self.confirmed.emit(self.currentItem())
        else:
            super().keyPressEvent(event)
