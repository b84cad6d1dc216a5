"""The runs of a document: their list, going on with one of them, deleting one."""

from __future__ import annotations

from editor.features.feature import Feature, PanelSpec, Workbench
from editor.panels.runs_panel import RunsPanel


class RunKeeping(Feature):
    """Brings the list of runs and the training process together."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.panel = RunsPanel(bench.controller, bench.window)
        self.panels.append(PanelSpec("runs", self.tr("Runs"), "history", self.panel))
        self.panel.run_wanted.connect(bench.controller.select_run)
        self.panel.deletion_wanted.connect(bench.controller.delete_run)
