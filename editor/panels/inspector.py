"""The inspector: the chosen node, or the run settings when none is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from editor.document import Document
from editor.panels.block_inspector import BlockInspector
from editor.panels.figures import Array
from editor.panels.node_inspector import NodeInspector
from editor.panels.run_settings import RunSettingsPanel
from editor.panels.several_inspector import SeveralInspector
from editor.theme import SPACE_M

if TYPE_CHECKING:
    from editor.run.controller import RunController


class Inspector(QScrollArea):
    """Shows what :meth:`show_nodes` names and follows every change of it."""

    named = Signal()
    """A node's name was finished with Enter."""
    repair_wanted = Signal(str)
    """The name of a node whose inputs do not fit each other: repairs are to be offered."""
    node_wanted = Signal(str)
    """The name of a node that the person wants to see."""

    def __init__(self, document: Document, controller: RunController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._controller = controller
        self._values: dict[str, Array] = controller.variable_values()
        self._names: list[str] = []
        self.node: NodeInspector | None = None
        self.block: BlockInspector | None = None
        self.run_settings = RunSettingsPanel(document, self)
        self.several = SeveralInspector(document, self)
        content = QWidget(self)
        self._layout = QVBoxLayout(content)
        self._layout.setContentsMargins(SPACE_M, SPACE_M, SPACE_M, SPACE_M)
        self._layout.addWidget(self.run_settings)
        self._layout.addWidget(self.several)
        self.setWidget(content)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Inspector"))
        # Its fields take the focus, the area around them does not.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

        document.nodes_changed.connect(self._refresh_if_shown)
        document.sizes_changed.connect(self._refresh)
        document.wires_added.connect(self._refresh)
        document.wires_removed.connect(self._refresh)
        document.problems_changed.connect(self._refresh)
        document.edited.connect(self._refresh_block)
        document.data_changed.connect(self._refresh_data)
        document.node_renamed.connect(self._rename)
        document.nodes_removed.connect(self._remove)
        document.replaced.connect(self._begin_again)
        controller.values_changed.connect(self.show_values)
        self.show_nodes([])

    def show_block(self, name: str) -> None:
        """Shows a scope."""
        self.show_nodes([])
        self.run_settings.hide()
        self.block = BlockInspector(self._document, name, self)
        self.block.node_wanted.connect(self.node_wanted)
        self._layout.addWidget(self.block, 1)
        self.block.show()

    def show_nodes(self, names: Sequence[str]) -> None:
        """Shows one node; what several have in common; the run settings for none."""
        self._names = [name for name in names if name in self._document.graph]
        only = self._names[0] if len(self._names) == 1 else None
        if self.block is not None:
            self._layout.removeWidget(self.block)
            self.block.hide()
            self.block.deleteLater()
            self.block = None
        if self.node is not None and (only is None or not self._is_shown(only)):
            self._layout.removeWidget(self.node)
            self.node.hide()
            self.node.deleteLater()
            self.node = None
        if only is not None and self.node is not None and self.node.name != only:
            # The selection can tell of the new name before the document does.
            self.node.rename(only)
        if only is not None and self.node is None:
            self.node = NodeInspector(self._document, only, self)
            self.node.show_value(self._values.get(only))
            self.node.header.named.connect(self.named)
            self.node.header.repair_wanted.connect(self.repair_wanted)
            self.node.sizes.node_wanted.connect(self.node_wanted)
            self._layout.addWidget(self.node)
            self.node.show()
            self.verticalScrollBar().setValue(0)
        self.run_settings.setVisible(not self._names)
        if len(self._names) > 1:
            self.several.show_nodes(self._names)
        self.several.setVisible(len(self._names) > 1)

    def show_values(self, values: dict[str, Array]) -> None:
        """The values that nodes have now, by name; nodes that are not named keep theirs."""
        self._values.update(values)
        if self.node is not None and self.node.name in values:
            self.node.show_value(values[self.node.name])

    def _is_shown(self, name: str) -> bool:
        return self.node is not None and self.node.operation is self._document.operation(name)

    def _refresh_if_shown(self, names: Sequence[str]) -> None:
        if self.node is not None and self.node.name in names:
            self._refresh()
        elif len(self._names) > 1 and not set(self._names).isdisjoint(names) and self._are_all_there():
            self.several.refresh()

    def _refresh(self) -> None:
        if self.node is not None and self._is_there(self.node.name):
            self.node.refresh()

    def _refresh_block(self) -> None:
        if self.block is not None:
            self.block.refresh()

    def _refresh_data(self, name: str) -> None:
        if self.node is not None and self.node.name == name:
            self.node.refresh_data()

    def _is_there(self, name: str) -> bool:
        return name in self._document.graph

    def _are_all_there(self) -> bool:
        return all(map(self._is_there, self._names))

    def _rename(self, old: str, new: str) -> None:
        self._names = [new if name == old else name for name in self._names]
        self.several.names = [new if name == old else name for name in self.several.names]
        if old in self._values:
            self._values[new] = self._values.pop(old)
        if self.node is not None and self.node.name == old:
            self.node.rename(new)

    def _begin_again(self) -> None:
        self._values = self._controller.variable_values()
        self.show_nodes([])

    def _remove(self, names: Sequence[str]) -> None:
        self.show_nodes([name for name in self._names if name not in names])
