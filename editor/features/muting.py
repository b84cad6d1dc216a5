"""Muting: M lets the selected nodes pass their first fitting input on, and compute again."""

from __future__ import annotations

from PySide6.QtCore import Qt

from editor.actions import ActionText, make_action
from editor.commands.muting import MuteNodes
from editor.features.feature import Feature, Place, Workbench


class Muting(Feature):
    """One action that mutes the selection, or unmutes it where all of it is muted."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.action = make_action(
            bench.window,
            ActionText(
                self.tr("&Mute or unmute"),
                self.tr(
                    "Lets the selected nodes pass their first fitting input on instead of computing, or undoes it."
                ),
            ),
            self.toggle,
            "mute",
            "M",
        )
        # A letter belongs to what is typed, except on the canvas.
        self.action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        bench.window.removeAction(self.action)
        bench.canvas.addAction(self.action)
        self.add_actions(Place.EDIT, self.action)
        self.add_actions(Place.NODE, self.action)
        bench.canvas.selection_changed.connect(lambda names: self.action.setEnabled(bool(names)))
        self.action.setEnabled(False)

    def toggle(self) -> None:
        """Mutes those of the selected nodes that can be, unless all are muted; says why the others cannot."""
        document = self.bench.document
        names = self.bench.canvas.selected_nodes()
        command = MuteNodes(document, names, not all(document.operation(name).is_muted for name in names))
        # The status bar forgets a refusal with the next edit.
        document.do(command)
        if command.refusals:
            sentence = command.refusals[0]
            if len(command.refusals) > 1:
                sentence = self.tr("{reason} {count} nodes stay as they are.").format(
                    reason=sentence, count=len(command.refusals)
                )
            self.bench.status.show_refusal(sentence)
