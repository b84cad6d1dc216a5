"""The features of the window, in the order in which their panels and actions stand."""

from __future__ import annotations

from editor.feature import Feature, Workbench
from editor.history_memory import HistoryMemory
from editor.profiling import Profiling
from editor.set_value import SetValue
from editor.stepping import Stepping
from editor.stopping import Stopping
from editor.tensors import Tensors


class Features:
    """Makes every feature and connects those that work together."""

    def __init__(self, bench: Workbench) -> None:
        self.stepping = Stepping(bench)
        self.stopping = Stopping(bench)
        self.profiling = Profiling(bench)
        self.set_value = SetValue(bench)
        self.history_memory = HistoryMemory(bench)
        self.tensors = Tensors(bench)
        self.all: tuple[Feature, ...] = (
            self.stepping,
            self.stopping,
            self.profiling,
            self.set_value,
            self.history_memory,
            self.tensors,
        )
