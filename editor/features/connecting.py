"""Wires by keyboard alone: an action on the selected node that asks for both ends."""

from __future__ import annotations

from editor.actions import ActionText, make_action
from editor.features.feature import Feature, Place, Workbench
from editor.outline.connect_dialog import ConnectDialog


class Connecting(Feature):
    """Connect…: chooses a port of the selected node, and from a list what it is wired to."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.action = make_action(
            bench.window,
            ActionText(
                self.tr("C&onnect…"),
                self.tr("Lists the ports that fit the selected node, and wires it to one of them."),
            ),
            self.ask,
            "link",
            "Ctrl+Return",
        )
        self.add_actions(Place.WIRING, self.action)
        self.add_actions(Place.NODE, self.action)
        bench.canvas.selection_changed.connect(lambda names: self.action.setEnabled(len(names) == 1))
        self.action.setEnabled(False)

    def ask(self) -> None:
        """Asks for the other end of a wire at the selected node, and makes it."""
        names = self.bench.canvas.selected_nodes()
        if len(names) == 1:
            ConnectDialog(self.bench.document, names[0], self.bench.window).exec()
