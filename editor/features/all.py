"""The features of the window, in the order in which their panels and actions stand."""

from __future__ import annotations

from editor.features.arranging import Arranging
from editor.features.backward_graph import BackwardGraph
from editor.features.commanding import Commanding
from editor.features.comparing import Comparing
from editor.features.connecting import Connecting
from editor.features.exporting import Exporting
from editor.features.expressions import Expressions
from editor.features.feature import Feature, Workbench
from editor.features.finding import Finding
from editor.features.fit import ModelFit
from editor.features.gradient_checking import GradientChecking
from editor.features.history import History
from editor.features.history_memory import HistoryMemory
from editor.features.landscape import LossLandscape
from editor.features.mapping import Mapping
from editor.features.muting import Muting
from editor.features.operation_help import OperationHelp
from editor.features.outlining import Outlining
from editor.features.plotting_series import PlottingSeries
from editor.features.probing import Probing
from editor.features.profiling import Profiling
from editor.features.reusable_blocks import ReusableBlocks
from editor.features.run_keeping import RunKeeping
from editor.features.selecting import Selecting
from editor.features.set_value import SetValue
from editor.features.stepping import Stepping
from editor.features.stopping import Stopping
from editor.features.tensors import Tensors
from editor.features.viewing import Viewing
from editor.features.why import Why
from editor.features.wire_tensors import WireTensors
from editor.features.wiring import Wiring


class Features:
    """Makes every feature and connects those that work together."""

    def __init__(self, bench: Workbench) -> None:
        self.arranging = Arranging(bench)
        self.stepping = Stepping(bench)
        self.wiring = Wiring(bench)
        self.reusable_blocks = ReusableBlocks(bench)
        self.stopping = Stopping(bench)
        self.run_keeping = RunKeeping(bench)
        self.profiling = Profiling(bench)
        self.set_value = SetValue(bench)
        self.history_memory = HistoryMemory(bench)
        self.wire_tensors = WireTensors(bench)
        self.landscape = LossLandscape(bench)
        self.fit = ModelFit(bench)
        self.backward_graph = BackwardGraph(bench)
        self.gradient_checking = GradientChecking(bench)
        self.commanding = Commanding(bench)
        self.comparing = Comparing(bench)
        self.exporting = Exporting(bench)
        self.outlining = Outlining(bench)
        self.connecting = Connecting(bench)
        self.expressions = Expressions(bench)
        self.history = History(bench)
        self.muting = Muting(bench)
        self.selecting = Selecting(bench)
        self.finding = Finding(bench)
        self.operation_help = OperationHelp(bench)
        self.mapping = Mapping(bench)
        self.viewing = Viewing(bench)
        self.tensors = Tensors(bench)
        self.why = Why(bench)
        self.probing = Probing(bench)
        self.plotting = PlottingSeries(bench, self.tensors.panel)
        self.all: tuple[Feature, ...] = (
            self.arranging,
            self.reusable_blocks,
            self.selecting,
            self.history,
            self.muting,
            self.expressions,
            self.finding,
            self.mapping,
            self.viewing,
            self.wiring,
            self.stepping,
            self.stopping,
            self.run_keeping,
            self.wire_tensors,
            self.profiling,
            self.set_value,
            self.history_memory,
            self.tensors,
            self.why,
            self.probing,
            self.plotting,
            self.landscape,
            self.fit,
            self.backward_graph,
            self.gradient_checking,
            self.outlining,
            self.connecting,
            self.commanding,
            self.comparing,
            self.exporting,
            self.operation_help,
        )
        self.probing.look_wanted.connect(self.tensors.look_at_tensor)
        self.tensors.element_chosen.connect(self.why.show_element)
