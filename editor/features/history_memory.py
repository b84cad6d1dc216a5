"""How much memory the history of runs takes, and how much it may."""

from __future__ import annotations

from PySide6.QtWidgets import QInputDialog, QLabel

from editor.actions import ActionText, make_action
from editor.features.feature import Feature, Place, Workbench
from editor.run.step_view import StepView
from editor.settings import LEAST_HISTORY_MEMORY
from editor.theme import set_style
from engine.runtime.memory_limit import size_text

_MEGABYTE = 1 << 20
_MOST_MEGABYTES = 1 << 20


class HistoryMemory(Feature):
    """The status bar tells what the history takes; an action sets its limit, which is kept between starts."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.limit = make_action(
            bench.window,
            ActionText(
                self.tr("History &memory…"),
                self.tr("Sets how much memory the moments that one can go back to may take."),
            ),
            self.ask,
        )
        self.add_actions(Place.DEBUG, self.limit)
        self.label = QLabel(bench.status)
        set_style(self.label, role="muted")
        self.label.hide()
        bench.status.insertPermanentWidget(1, self.label)
        bench.controller.set_history_memory(bench.settings.history_memory)
        bench.controller.moved.connect(self._show)

    def ask(self) -> None:
        """Asks for the limit, in megabytes."""
        megabytes, is_accepted = QInputDialog.getInt(
            self.bench.window,
            self.tr("History memory"),
            self.tr("Megabytes that the history of all runs may take; moments stay in reach, going back takes longer:"),
            self.bench.controller.history_memory // _MEGABYTE,
            LEAST_HISTORY_MEMORY // _MEGABYTE,
            _MOST_MEGABYTES,
        )
        if is_accepted:
            self.set_limit(megabytes * _MEGABYTE)

    def set_limit(self, memory: int) -> None:
        """Lets the history take so many bytes from now on."""
        self.bench.settings.history_memory = memory
        self.bench.controller.set_history_memory(memory)
        self._show(self.bench.controller.view)

    def _show(self, view: StepView | None) -> None:
        if view is None:
            return
        controller = self.bench.controller
        self.label.setText(self.tr("History {size}").format(size=size_text(controller.history_bytes)))
        self.label.setToolTip(
            self.tr(
                "What the key frames of all runs take, of {limit} at most; every moment is computed from them"
            ).format(limit=size_text(controller.history_memory))
        )
        self.label.show()
