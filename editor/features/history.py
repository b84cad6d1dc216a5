"""The panel "History": the steps that can be undone and done again."""

from __future__ import annotations

from PySide6.QtCore import Qt

from editor.features.feature import Feature, PanelSpec, Workbench
from editor.panels.history_panel import HistoryPanel


class History(Feature):
    """Shows the document's undo stack."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.panel = HistoryPanel(bench.document.undo_stack, bench.window)
        self.panels.append(
            PanelSpec("history", self.tr("History"), "history", self.panel, Qt.DockWidgetArea.RightDockWidgetArea)
        )
