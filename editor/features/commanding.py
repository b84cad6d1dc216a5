"""The command palette: everything that can be done, found by typing."""

from __future__ import annotations

from collections.abc import Callable

from editor.actions import ActionText, make_action
from editor.commanding.commands import Command
from editor.commanding.palette import CommandPalette
from editor.commanding.search import NODE_SIGN, Row, command_rows, node_rows
from editor.features.feature import Feature, Place, Workbench

#: How many commands are remembered as used last.
_REMEMBERED = 12


class Commanding(Feature):
    """Lists what :attr:`collect` gives when it is opened; the window sets that once its menus are made."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.collect: Callable[[], list[Command]] = list
        self._commands: list[Command] = []
        self.action = make_action(
            bench.window,
            ActionText(self.tr("&Command palette…"), self.tr("Finds everything that can be done, and does it.")),
            self.open,
            "command",
            "Ctrl+K",
        )
        self.add_actions(Place.HELP, self.action)
        self.palette = CommandPalette(self._rows, self._do, bench.window)

    def open(self) -> None:
        """Opens the palette with the commands that there are now."""
        self._commands = [command for command in self.collect() if command.action is not self.action]
        self.palette.open()

    def _rows(self, text: str) -> list[Row]:
        if text.startswith(NODE_SIGN):
            document = self.bench.document
            return node_rows(
                document.names(),
                lambda name: document.operation(name).type,
                text.removeprefix(NODE_SIGN),
                self.bench.canvas.reveal,
            )
        return command_rows(self._commands, text, self.bench.settings.recent_commands)

    def _do(self, row: Row) -> None:
        if row.key:
            recent = [key for key in self.bench.settings.recent_commands if key != row.key]
            self.bench.settings.recent_commands = [row.key, *recent][:_REMEMBERED]
        row.do()
