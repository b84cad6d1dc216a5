"""What the tests of tensors on wires share: the wires of the tutorial, and a canvas that is stepped by hand."""

from __future__ import annotations

from pathlib import Path

from editor.canvas.flow_item import FlowItem
from editor.canvas.wire_label import TensorLabel
from editor.document import Document
from engine.debugger.debugger import Debugger
from engine.debugger.tensors.step_picture import StepPainter, StepPicture, WireKey
from engine.debugger.tensors.tensor_picture import TensorPicture
from engine.formats.graph_file import save_graph_file
from engine.training.run import TrainingRun
from tests.editor.canvas_kit import Canvas
from tests.engine.models import linear_regression

PATIENCE = 60_000
W: WireKey = ("W", "output", "product", "x", 0)
X: WireKey = ("x", "output", "product", "y", 0)
B: WireKey = ("b", "output", "hypothesis", "y", 0)
PRODUCT: WireKey = ("product", "output", "hypothesis", "x", 0)
LOSS: WireKey = ("cost", "output", "train", "loss", 0)


def value_of(label: TensorLabel | None) -> TensorPicture:
    assert label is not None
    return label.picture


class Stepper:
    """The tutorial's graph on a canvas, and a debugger whose steps it is shown."""

    def __init__(self, folder: Path) -> None:
        path = folder / "model.graph"
        save_graph_file(linear_regression(), path)
        document = Document()
        document.open(path)
        self.canvas = Canvas(document)
        self.canvas.view.set_motion_reduced(False)
        self.debugger = Debugger(TrainingRun(linear_regression()), 1 << 24)
        self._painter = StepPainter(self.debugger.run.graph)

    def paint(self) -> StepPicture:
        return self._painter.paint(self.debugger.step, self.debugger.moment)

    def show(self) -> None:
        view = self.canvas.view
        view.show_picture(self.paint())
        view.graph_scene.values.show_pending()

    def step(self, count: int = 1) -> None:
        self.debugger.step_operation(count)
        self.show()

    @property
    def flowing(self) -> FlowItem | None:
        return self.canvas.view.flow.item
