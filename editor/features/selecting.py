"""Selecting by how nodes hang together: upstream, downstream, connected, alike, and all others."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction

from editor import selection
from editor.actions import ActionText, Shortcut, make_action
from editor.features.feature import Feature, Place, Workbench
from engine.graph import Graph

#: From a graph and the names that are selected to those that are to be.
Choice = Callable[[Graph, Iterable[str]], list[str]]


class Selecting(Feature):
    """Actions that make another selection of the one there is."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        tr = self.tr
        self.upstream = self._action(
            tr("Select &upstream"),
            tr("Adds all that the selected nodes are computed from to the selection."),
            selection.upstream,
            "Ctrl+[",
        )
        self.downstream = self._action(
            tr("Select &downstream"),
            tr("Adds all that is computed from the selected nodes to the selection."),
            selection.downstream,
            "Ctrl+]",
        )
        self.connected = self._action(
            tr("Select conn&ected"),
            tr("Adds all that wires lead to from the selected nodes to the selection."),
            selection.connected,
            "L",
        )
        self.alike = self._action(
            tr("Select same &operation"),
            tr("Selects every node with the operation of a selected one."),
            selection.of_same_type,
            "Shift+L",
        )
        self.invert = self._action(
            tr("&Invert selection"),
            tr("Selects every node that is not selected, and no other."),
            selection.all_others,
            "Ctrl+I",
        )
        self._from_some = (self.upstream, self.downstream, self.connected, self.alike)
        for action in (*self._from_some, self.invert):
            # These keys belong to what is typed, except on the canvas.
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            bench.window.removeAction(action)
            bench.canvas.addAction(action)
        self.add_actions(Place.SELECT, *self._from_some, self.invert)
        bench.canvas.selection_changed.connect(self._update_enabled)
        bench.document.edited.connect(self._update_enabled)
        bench.document.replaced.connect(self._update_enabled)
        self._update_enabled()

    def _action(self, name: str, help_text: str, choice: Choice, shortcut: Shortcut) -> QAction:
        canvas = self.bench.canvas

        def select() -> None:
            canvas.select(choice(self.bench.document.graph, canvas.selected_nodes()))

        return make_action(self.bench.window, ActionText(name, help_text), select, "select_all", shortcut)

    def _update_enabled(self) -> None:
        some = bool(self.bench.canvas.selected_nodes())
        for action in self._from_some:
            action.setEnabled(some)
        self.invert.setEnabled(bool(len(self.bench.document.graph)))
