"""The outline as a model for tree views, kept in step with the document row by row."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont

from editor.document import Document
from editor.marks import MarkKind, mark_icon
from editor.outline.branches import INPUT, NODE, SCOPE, Branch, Key, keys_under, root_key
from editor.panels.figures import tensor_text
from editor.panels.words import mark_kind
from editor.scopes import WHOLE, Scopes
from editor.theme import TEXT_BODY, current_theme, font
from engine.graph import Severity, Tensor
from engine.graph.literals import format_number

Array = np.ndarray[Any, np.dtype[Any]]
Index = QModelIndex | QPersistentModelIndex

NAME, OPERATION, SHAPE, VALUE = range(4)
#: The Key of a row.
KEY_ROLE = Qt.ItemDataRole.UserRole


class OutlineModel(QAbstractItemModel):
    """Scopes, under them nodes, under them the ends of their wires.

    Changes of the document are noted as they come, and taken over by :meth:`follow`: rows come and go, so that what
    is unfolded, selected or read aloud stays.
    """

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._numbers = count(1)
        self._branches: dict[int, Branch] = {}
        self._by_key: dict[Key, Branch] = {}
        self._values: Mapping[str, Array | None] = {}
        #: What was noted: whether nodes came, went or have other names; nodes whose rows say something else.
        self._is_old = False
        self._changed: set[str] = set()
        self._rewired: set[str] = set()
        self._scopes = Scopes(())
        self._root = Branch(root_key(), None, 0, 0)
        self.begin_again()
        document.nodes_added.connect(lambda names: self._note_nodes())
        document.nodes_removed.connect(lambda names: self._note_nodes())
        document.node_renamed.connect(self._rename)
        document.nodes_changed.connect(self._changed.update)
        document.sizes_changed.connect(self._tell_of_sizes)
        document.wires_added.connect(self._note_wires)
        document.wires_removed.connect(self._note_wires)

    # --- following the document ----------------------------------------------------------------------------------

    def begin_again(self) -> None:
        """Another document: nothing of the old one stays."""
        self.beginResetModel()
        self._scopes = self._document.scopes
        self._branches.clear()
        self._by_key.clear()
        self._root = Branch(root_key(), None, 0, 0)
        self._forget_notes()
        self.endResetModel()

    def follow(self) -> None:
        """Takes over what has changed."""
        if self._is_old:
            self._scopes = self._document.scopes
            self._sync(self._root)
        for name in self._rewired:
            branch = self._by_key.get(Key(NODE, name))
            if branch is not None:
                self._sync(branch)
        for name in self._changed | self._rewired:
            self._tell_changed(name)
        self._forget_notes()

    def _tell_of_sizes(self, names: list[str]) -> None:
        for name in names:
            self._tell_changed(name)

    def show_problems(self) -> None:
        """Nodes have other problems."""
        for branch in (self._root, *self._branches.values()):
            if branch.key.is_scope and branch.children:
                last = self._index(branch.children[-1], VALUE)
                self.dataChanged.emit(self._index(branch.children[0], NAME), last)

    def set_values(self, values: Mapping[str, Array | None]) -> None:
        """Present values of nodes; views are to be repainted by who calls this."""
        self._values = {**self._values, **values}

    def _forget_notes(self) -> None:
        self._is_old = False
        self._changed.clear()
        self._rewired.clear()

    def _note_nodes(self) -> None:
        self._is_old = True

    def _note_wires(self, wires: list[Any]) -> None:
        for wire in wires:
            self._rewired.update((wire.source, wire.target))

    def _rename(self, old: str, new: str) -> None:
        """A node keeps its row; where its name puts it into another scope, :meth:`follow` moves it."""
        self._is_old = True
        self._changed.add(new)
        value = self._values.get(old)
        if value is not None:
            self._values = {**self._values, new: value}
        for branch in list(self._branches.values()):
            key = branch.key
            wire = None if key.wire is None else key.wire.renamed(old, new)
            renamed = Key(key.kind, new if key.name == old and not key.is_scope else key.name, wire)
            if renamed != key:
                self._by_key.pop(key, None)
                branch.key = renamed
                self._by_key[renamed] = branch

    def _tell_changed(self, name: str) -> None:
        branch = self._by_key.get(Key(NODE, name))
        if branch is None:
            return
        self.dataChanged.emit(self._index(branch, NAME), self._index(branch, VALUE))
        for child in branch.children or ():
            self.dataChanged.emit(self._index(child, NAME), self._index(child, VALUE))

    def _sync(self, branch: Branch) -> None:
        """Brings the rows under a branch, and under those, up to date, if anybody has asked for them."""
        if branch.children is None:
            return
        wanted = keys_under(branch.key, self._document, self._scopes)
        kept = set(wanted)
        for row in reversed(range(len(branch.children))):
            if branch.children[row].key not in kept:
                self._remove_row(branch, row)
        there = {child.key for child in branch.children}
        if [child.key for child in branch.children] != [key for key in wanted if key in there]:
            for row in reversed(range(len(branch.children))):
                self._remove_row(branch, row)
        row = 0
        while row < len(wanted):
            if row < len(branch.children) and branch.children[row].key == wanted[row]:
                row += 1
                continue
            end = row
            known = branch.children[row].key if row < len(branch.children) else None
            while end < len(wanted) and wanted[end] != known:
                end += 1
            self._insert_rows(branch, row, wanted[row:end])
            row = end
        for child in branch.children:
            if child.key.is_scope:
                self._sync(child)

    def _remove_row(self, branch: Branch, row: int) -> None:
        assert branch.children is not None
        self.beginRemoveRows(self._index(branch, NAME), row, row)
        self._forget(branch.children.pop(row))
        for place in range(row, len(branch.children)):
            branch.children[place].row = place
        self.endRemoveRows()

    def _insert_rows(self, branch: Branch, row: int, keys: list[Key]) -> None:
        assert branch.children is not None
        self.beginInsertRows(self._index(branch, NAME), row, row + len(keys) - 1)
        branch.children[row:row] = [self._make(key, branch) for key in keys]
        for place in range(row, len(branch.children)):
            branch.children[place].row = place
        self.endInsertRows()

    def _make(self, key: Key, parent: Branch) -> Branch:
        branch = Branch(key, parent, 0, next(self._numbers))
        self._branches[branch.number] = branch
        self._by_key[key] = branch
        return branch

    def _forget(self, branch: Branch) -> None:
        self._branches.pop(branch.number, None)
        if self._by_key.get(branch.key) is branch:
            del self._by_key[branch.key]
        for child in branch.children or ():
            self._forget(child)

    # --- finding rows --------------------------------------------------------------------------------------------

    def key_at(self, index: Index) -> Key | None:
        """What a row stands for; None for no row."""
        branch = self._branch(index)
        return None if branch is None or branch is self._root else branch.key

    def index_of_node(self, name: str) -> QModelIndex:
        """The row of a node; an invalid index when there is none."""
        for scope in reversed([*self._scopes.around(self._scopes.scope_of(name)), WHOLE]):
            branch = self._root if scope == WHOLE else self._by_key.get(Key(SCOPE, scope))
            if branch is None:
                return QModelIndex()
            self._children(branch)
        found = self._by_key.get(Key(NODE, name))
        return QModelIndex() if found is None else self._index(found, NAME)

    def _branch(self, index: Index) -> Branch | None:
        return self._branches.get(index.internalId()) if index.isValid() else self._root

    def _index(self, branch: Branch, column: int) -> QModelIndex:
        return QModelIndex() if branch is self._root else self.createIndex(branch.row, column, branch.number)

    def _children(self, branch: Branch) -> list[Branch]:
        if branch.children is None:
            keys = keys_under(branch.key, self._document, self._scopes)
            branch.children = [self._make(key, branch) for key in keys]
            for row, child in enumerate(branch.children):
                child.row = row
        return branch.children

    def members(self, scope: str) -> list[str]:
        """The nodes of a scope, those of inner scopes too."""
        known = self._scopes.by_name.get(scope)
        return [] if known is None else list(known.members)

    # --- what views ask ------------------------------------------------------------------------------------------

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008
        branch = self._branch(parent)
        children = [] if branch is None else self._children(branch)
        return self._index(children[row], column) if 0 <= row < len(children) else QModelIndex()

    def parent(self, index: Index = QModelIndex()) -> QModelIndex:  # type: ignore[override] # noqa: B008
        branch = self._branch(index)
        return QModelIndex() if branch is None or branch.parent is None else self._index(branch.parent, NAME)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        branch = self._branch(parent)
        return 0 if branch is None or parent.column() > 0 else len(self._children(branch))

    def hasChildren(self, parent: Index = QModelIndex()) -> bool:  # noqa: B008
        branch = self._branch(parent)
        if branch is None or not branch.key.is_node:
            return branch is not None and branch.key.is_scope and self.rowCount(parent) > 0
        if branch.children is not None:
            return bool(branch.children)
        op = self._document.operation(branch.key.name) if branch.key.name in self._document.graph else None
        return op is not None and bool(self._document.wires_of(op.name))

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return VALUE + 1

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return [self.tr("Name"), self.tr("Operation"), self.tr("Shape"), self.tr("Value")][section]

    def flags(self, index: Index) -> Qt.ItemFlag:
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable if index.isValid() else Qt.ItemFlag.NoItemFlags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        key = self.key_at(index)
        if key is None:
            return None
        if role == KEY_ROLE:
            return key
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return self._text(key, index.column())
        if key.is_node and key.name not in self._document.graph:
            return None  # it is going just now
        match role:
            case Qt.ItemDataRole.DecorationRole if index.column() == NAME:
                return self._icon(key)
            case Qt.ItemDataRole.FontRole if key.is_scope and index.column() == NAME:
                return font(TEXT_BODY, QFont.Weight.DemiBold)
            case Qt.ItemDataRole.ForegroundRole:
                return self._color(key, index.column())
            case Qt.ItemDataRole.ToolTipRole:
                return self._told(key) or self._text(key, index.column())
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._spoken(key) if index.column() == NAME else self._text(key, index.column())
        return None

    # --- what rows say -------------------------------------------------------------------------------------------

    def _text(self, key: Key, column: int) -> str:
        if key.is_scope:
            scope = self._scopes.by_name.get(key.name)
            count_text = "" if scope is None else self.tr("%n nodes", "", len(scope.members))
            return (("" if scope is None else scope.label), count_text, "", "")[column]
        if key.wire is not None:
            return self._wire_text(key, column)
        if key.name not in self._document.graph:
            return ""
        op = self._document.operation(key.name)
        match column:
            case 0:
                scope_name = self._scopes.scope_of(key.name)
                return key.name[len(scope_name) + 1 :] if scope_name else key.name
            case 1:
                return op.type
            case 2:
                return tensor_text(op.outputs[0]) if op.outputs else ""
            case _:
                return _value_text(self._values.get(key.name))

    def _wire_text(self, key: Key, column: int) -> str:
        wire = key.wire
        assert wire is not None
        if column == NAME:
            if key.kind == INPUT:
                return self.tr("{port} ← {node}").format(port=wire.target_port, node=wire.source)
            return self.tr("→ {node}, {port}").format(node=wire.target, port=wire.target_port)
        if column == SHAPE and wire.source in self._document.graph:
            output = self._document.operation(wire.source).output_named(wire.source_port)
            return tensor_text(output) if isinstance(output, Tensor) else ""
        return ""

    def _spoken(self, key: Key) -> str:
        """All that a row shows, as one sentence."""
        if key.is_scope:
            return self.tr("Block {name}, {count}").format(name=key.name, count=self._text(key, OPERATION))
        if key.wire is not None:
            if key.kind == INPUT:
                text = self.tr("Input {port}, wired from {node} {shape}")
                parts = {"port": key.wire.target_port, "node": key.wire.source}
            else:
                text = self.tr("Output, wired to {port} of {node} {shape}")
                parts = {"port": key.wire.target_port, "node": key.wire.target}
            return text.format(shape=self._text(key, SHAPE), **parts).rstrip()
        parts_of_node = [key.name, *(self._text(key, column) for column in (OPERATION, SHAPE, VALUE)), self._told(key)]
        return ", ".join(part for part in parts_of_node if part)

    def _told(self, key: Key) -> str:
        """The problems of a node."""
        return "\n".join(problem.message for problem in self._document.problems_of(key.name)) if key.is_node else ""

    def _icon(self, key: Key) -> Any:
        theme = current_theme()
        if key.is_scope:
            return mark_icon(MarkKind.BLOCK, "", theme)
        if not key.is_node:
            return None
        declaration = self._document.operation(key.name).declaration
        return mark_icon(mark_kind(declaration.kind), declaration.symbol, theme)

    def _color(self, key: Key, column: int) -> Any:
        theme = current_theme()
        if key.is_node and column == NAME:
            severities = {problem.severity for problem in self._document.problems_of(key.name)}
            if severities:
                return theme.error if Severity.ERROR in severities else theme.warning
        return None if column == NAME and not key.wire else theme.muted


def _value_text(value: Array | None) -> str:
    """A number, or the shape of what is more than one; "" where there is no value."""
    if value is None:
        return ""
    if value.size == 1 and value.dtype.kind in "fiub":
        return format_number(value.ravel()[0], 4)
    return f"[{', '.join(map(str, value.shape))}]"
