"""Help on every operation: F1 on a node, in the inspector, and on a row of the palette."""

from __future__ import annotations

from PySide6.QtCore import Qt

from editor.actions import ActionText, make_action
from editor.features.feature import Feature, PanelSpec, Place, Workbench
from editor.panels.help_panel import HelpPanel


class OperationHelp(Feature):
    """The panel Help, and the action that shows what the selected node does."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.panel = HelpPanel(bench.document, bench.entries)
        self.panels.append(
            PanelSpec("help", self.tr("Help"), "help", self.panel, Qt.DockWidgetArea.RightDockWidgetArea)
        )
        action = make_action(
            bench.window,
            ActionText(
                self.tr("&Help on the operation"),
                self.tr("Shows what the selected node does: formula, ports, attributes, gradient and an example."),
            ),
            self.show_selected,
            "help",
            "F1",
        )
        self.add_actions(Place.HELP, action)
        self.add_actions(Place.NODE, action)
        bench.entries.help_wanted.connect(self._show_entry)

    def show_selected(self) -> None:
        """Shows the page of the selected node; the last page, or how to get one, where none is selected."""
        selected = self.bench.canvas.selected_nodes()
        if selected:
            self.panel.show_node(selected[0])
        self.bench.docks.bring("help")

    def _show_entry(self, key: str) -> None:
        self.panel.show_entry(key)
        self.bench.docks.bring("help")
