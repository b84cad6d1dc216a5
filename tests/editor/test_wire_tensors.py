"""Tensors on wires: what they show of a step, how they flow, and how both are chosen, in the real window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPointF, QRect, QRectF, QSettings, Qt
from PySide6.QtGui import QColor, QPaintEvent, QRegion
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from editor.app import build_window
from editor.canvas.flow_item import FlowItem
from editor.canvas.flows import Flows, flows_between
from editor.canvas.value_display import ValueDisplay
from editor.canvas.wire_item import WireItem
from editor.canvas.wire_label import LABEL_WIDTHS, LabelPlace, TensorLabel
from editor.document import Document
from editor.heat_strip import heat_color, heat_colors, heat_image
from editor.run.controller import RunState
from editor.settings import Settings
from editor.theme import DARK, LIGHT, current_theme
from editor.window import MainWindow
from engine.debugger.breakpoints import Breakpoint, WhenHolds
from engine.debugger.debugger import Debugger
from engine.debugger.moment import Moment
from engine.debugger.tensors.step_picture import StepPainter, StepPicture, WireKey
from engine.debugger.tensors.tensor_picture import NOT_COMPUTED, TensorPicture, TensorState, picture_of
from engine.formats.graph_file import save_graph_file
from engine.training.run import TrainingRun
from tests.editor import gui
from tests.editor.canvas_kit import Canvas
from tests.engine.models import linear_regression

PATIENCE = 60_000
W: WireKey = ("W", "output", "product", "x", 0)
X: WireKey = ("x", "output", "product", "y", 0)
B: WireKey = ("b", "output", "hypothesis", "y", 0)
PRODUCT: WireKey = ("product", "output", "hypothesis", "x", 0)
LOSS: WireKey = ("cost", "output", "train", "loss", 0)


def make_window(qtbot: QtBot, folder: Path) -> MainWindow:
    settings = Settings(QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat))
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    window = build_window(app, None, settings)
    window.resize(1800, 900)
    with qtbot.waitExposed(window):
        window.show()
    window.canvas.set_motion_reduced(True)
    path = folder / "model.graph"
    save_graph_file(linear_regression(), path)
    window.open_path(path)
    return window


def close_window(window: MainWindow) -> None:
    window.document.undo_stack.setClean()
    window.close()
    window.deleteLater()


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    window = make_window(qtbot, tmp_path)
    yield window
    close_window(window)


def wire(window: MainWindow, key: WireKey) -> WireItem:
    return next(item for each, item in window.canvas.graph_scene.wires.items() if each == key)


def value_of(label: TensorLabel | None) -> TensorPicture:
    assert label is not None
    return label.picture


def node_value(window: MainWindow, name: str) -> ValueDisplay:
    display = window.canvas.graph_scene.nodes[name].value
    assert display is not None
    return display


def step_to(window: MainWindow, qtbot: QtBot, moment: Moment) -> None:
    """Steps forward, operation by operation, until the canvas shows that moment."""
    values = window.canvas.graph_scene.values
    while values.step is None or values.step.moment < moment:
        before = values.step
        window.controller.step_operation()
        qtbot.waitUntil(lambda before=before: values.step is not before, timeout=PATIENCE)  # type: ignore[misc]
    assert values.step.moment == moment


# --- what wires show -----------------------------------------------------------------------------------------------


def test_stepping_shows_values_then_gradients_then_what_was_updated(window: MainWindow, qtbot: QtBot) -> None:
    step_to(window, qtbot, Moment(0, 0, 1))
    label = wire(window, W).value
    assert label is not None
    assert label.text(72) == "1"
    assert not label.has_heat
    assert value_of(wire(window, X).value).elements == (1, 2, 3, 4)
    product = wire(window, PRODUCT).value
    assert product is not None
    assert product.text(72) == "[4]"
    assert product.has_heat
    loss = wire(window, LOSS)
    assert value_of(loss.value) == NOT_COMPUTED
    assert loss.value is not None
    assert loss.value.text(72) == "–"
    assert wire(window, W).gradient is None, "before the backward phase there is nothing to tell of it"
    assert node_value(window, "cost").text == "–"

    window.controller.step_phase(2)
    scene = window.canvas.graph_scene
    qtbot.waitUntil(lambda: scene.values.step is not None and wire(window, W).gradient is not None, timeout=PATIENCE)
    gradient = wire(window, W).gradient
    assert gradient is not None
    assert gradient.text(72) == "-35"
    assert value_of(wire(window, B).gradient).elements == (-12,)
    assert wire(window, X).gradient is None
    assert value_of(loss.value).elements == (41,)

    window.controller.step_phase()
    qtbot.waitUntil(lambda: node_value(window, "W").picture.elements == (4.5,), timeout=PATIENCE)
    assert value_of(wire(window, W).value).elements == (1,), "that is what flowed into the product"
    assert node_value(window, "b").picture.elements == pytest.approx((2.2,))

    window.controller.step_operation()
    qtbot.waitUntil(lambda: value_of(wire(window, W).gradient).state is TensorState.STALE, timeout=PATIENCE)
    assert value_of(wire(window, W).value).elements == (4.5,)
    assert value_of(loss.value).state is TensorState.STALE
    assert node_value(window, "cost").is_stale
    assert node_value(window, "cost").text == "41"


def test_keys_choose_what_wires_show_and_the_choice_is_kept(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    feature = window.features.wire_tensors
    window.controller.step_phase(2)
    qtbot.waitUntil(lambda: wire(window, W).gradient is not None, timeout=PATIENCE)
    window.activateWindow()
    QTest.keyClick(window, Qt.Key.Key_F7, Qt.KeyboardModifier.ShiftModifier)
    assert wire(window, W).gradient is None
    assert wire(window, W).value is not None
    QTest.keyClick(window, Qt.Key.Key_F7)
    assert wire(window, W).value is None
    assert wire(window, W).gradient is None
    assert not feature.values.isChecked()
    QTest.keyClick(window, Qt.Key.Key_F7, Qt.KeyboardModifier.ShiftModifier)
    assert value_of(wire(window, W).gradient).elements == (-35,)
    assert wire(window, W).value is None
    QTest.keyClick(window, Qt.Key.Key_F7, Qt.KeyboardModifier.ControlModifier)
    assert window.canvas.flow.speed == 0
    assert not feature.speed.isEnabled()

    again = make_window(qtbot, tmp_path)
    chosen = again.features.wire_tensors
    assert (chosen.values.isChecked(), chosen.gradients.isChecked(), chosen.animate.isChecked()) == (False, True, False)
    close_window(again)


def test_the_slider_chooses_the_speed(window: MainWindow) -> None:
    feature = window.features.wire_tensors
    assert window.canvas.flow.speed == 1
    feature.speed.setFocus()
    QTest.keyClick(feature.speed, Qt.Key.Key_Right)
    assert window.canvas.flow.speed == 2
    for speed in (1, 0.5, 0.25, 0.25):
        QTest.keyClick(feature.speed, Qt.Key.Key_Left)
        assert window.canvas.flow.speed == speed
    assert window.features.wire_tensors.bench.settings.animation_speed == 0.25


def test_while_a_run_goes_on_pictures_come_and_nothing_flows(window: MainWindow, qtbot: QtBot) -> None:
    window.canvas.set_motion_reduced(False)
    pictures: list[StepPicture | None] = []
    flowing: list[object] = []
    window.controller.pictured.connect(pictures.append)
    window.canvas.graph_scene.values.step_shown.connect(
        lambda before, after: flowing.append(window.canvas.flow.item) if window.canvas.flow.is_still else None
    )
    window.controller.run(10**9)
    qtbot.waitUntil(lambda: sum(picture is not None for picture in pictures) >= 4, timeout=PATIENCE)
    qtbot.waitUntil(lambda: len(flowing) >= 2, timeout=PATIENCE)
    assert not any(flowing)
    window.controller.pause()
    qtbot.waitUntil(lambda: window.controller.view is not None, timeout=PATIENCE)
    view = window.controller.view
    assert view is not None
    step = window.canvas.graph_scene.values
    qtbot.waitUntil(lambda: step.step is not None and step.step.moment == view.moment, timeout=PATIENCE)
    assert step.step is not None
    assert {picture.state for picture in step.step.tensors.values()} == {TensorState.COMPUTED}


def test_pictures_do_not_change_a_runs_numbers(window: MainWindow, qtbot: QtBot) -> None:
    """Each picture is made in a step that is trained in another plan."""
    pictures: list[StepPicture] = []
    window.controller.pictured.connect(pictures.append)
    window.controller.run(30_000)
    qtbot.waitUntil(lambda: window.controller.state is RunState.FINISHED, timeout=PATIENCE)
    assert len(pictures) > 1
    straight = TrainingRun(linear_regression())
    for _ in range(30_000):
        straight.train_epoch()
    for name, value in straight.values().items():
        np.testing.assert_array_equal(window.controller.variable_values()[name], value)
    for picture in pictures[:3]:
        if picture is not None and picture.moment.operation:
            expected = TrainingRun(linear_regression())
            for _ in range(picture.moment.epoch):
                expected.train_epoch()
            assert picture.carried(("W", "output")) == picture_of(expected.values()["W"])


@pytest.mark.parametrize("at", [WhenHolds("epoch == 1000000000"), WhenHolds("norm(grad W) > 1e9")])
def test_pictures_come_beside_breakpoints_too(window: MainWindow, qtbot: QtBot, at: WhenHolds) -> None:
    """The first lets a run go at full speed, the second observes every step."""
    window.controller.set_breakpoints([Breakpoint(1, at)])
    pictures: list[StepPicture | None] = []
    window.controller.pictured.connect(pictures.append)
    window.controller.run(10**9)
    qtbot.waitUntil(lambda: sum(picture is not None for picture in pictures) >= 3, timeout=PATIENCE)
    assert window.controller.state is RunState.RUNNING
    last = pictures[-1]
    assert last is not None
    assert {picture.state for picture in last.tensors.values()} == {TensorState.COMPUTED}
    window.controller.pause()
    qtbot.waitUntil(lambda: window.controller.view is not None, timeout=PATIENCE)


def test_a_reset_shows_shapes_until_there_is_a_step_again(window: MainWindow, qtbot: QtBot) -> None:
    step_to(window, qtbot, Moment(0, 0, 2))
    window.controller.reset()
    assert wire(window, W).value is None
    assert wire(window, W).gradient is None
    values = window.canvas.graph_scene.values
    qtbot.waitUntil(lambda: values.step is not None, timeout=PATIENCE)
    assert value_of(wire(window, PRODUCT).value) == NOT_COMPUTED
    assert node_value(window, "product").text == "–"


def test_an_edit_greys_what_wires_show(window: MainWindow, qtbot: QtBot) -> None:
    step_to(window, qtbot, Moment(0, 0, 2))
    window.document.set_attribute("train", "learning_rate", 0.5)
    assert value_of(wire(window, X).value).state is TensorState.STALE
    assert value_of(wire(window, LOSS).value) == NOT_COMPUTED, "what was not computed stays so"
    assert node_value(window, "product").is_stale


# --- how tensors flow ----------------------------------------------------------------------------------------------


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


@pytest.fixture
def stepper(qapp: QApplication, tmp_path: Path) -> Iterator[Stepper]:
    stepper = Stepper(tmp_path)
    yield stepper
    stepper.canvas.view.close()
    stepper.canvas.view.deleteLater()


def flows(stepper: Stepper, count: int) -> list[Flows | None]:
    """What flows in each of so many operations from where the cursor is."""
    found: list[Flows | None] = []
    before = stepper.paint()
    for _ in range(count):
        stepper.debugger.step_operation()
        after = stepper.paint()
        found.append(flows_between(before, after, stepper.canvas.document.graph))
        before = after
    return found


def test_each_operation_lets_its_own_tensors_flow(stepper: Stepper) -> None:
    operations = stepper.debugger.step.operations
    found = flows(stepper, len(operations))
    assert found[0] == Flows("forward", (W, X))
    assert found[1] == Flows("forward", (PRODUCT, B))
    for operation, each in zip(operations, found, strict=True):
        assert each is None or each.phase == operation.phase
    gradients = [wire for each in found if each is not None and each.phase == "backward" for wire in each.wires]
    assert sorted(gradients) == sorted(stepper.paint().gradients), "each gradient flows once"
    assert gradients.index(LOSS) < gradients.index(PRODUCT) < gradients.index(W)
    updates = [each for each in found if each is not None and each.phase == "update"]
    assert sorted(each.variables for each in updates) == [("W",), ("b",)]
    assert {each.optimizer for each in updates} == {"train"}
    assert flows(stepper, 1) == [Flows("forward", (W, X))], "and so does the next step"


def test_nothing_flows_back_in_time_nor_in_several_phases_at_once(stepper: Stepper) -> None:
    graph = stepper.canvas.document.graph
    start = stepper.paint()
    stepper.debugger.step_phase()
    forward = stepper.paint()
    stepper.debugger.step_phase(2)
    end = stepper.paint()
    assert flows_between(start, end, graph) is None
    assert flows_between(end, forward, graph) is None
    assert flows_between(forward, forward, graph) is None
    whole = flows_between(start, forward, graph)
    assert whole is not None
    assert set(whole.wires) == {each for each in stepper.canvas.view.graph_scene.wires if each.target != "train"}


def test_dots_run_along_the_wires_and_are_gone_in_the_end(stepper: Stepper, qtbot: QtBot) -> None:
    stepper.show()
    stepper.step()
    item = stepper.flowing
    assert item is not None
    scene = stepper.canvas.view.graph_scene
    wires = [each for each in scene.wires.values() if each.wire in (W, X)]
    assert sorted(path.pointAtPercent(0).toTuple() for path in item.paths) == sorted(
        each.start.toTuple() for each in wires
    )
    assert item.phase == "forward"
    item.share = 0.0
    assert {item.head(path).toTuple() for path in item.paths} == {each.start.toTuple() for each in wires}
    item.share = 1.0
    assert {item.head(path).toTuple() for path in item.paths} == {each.end.toTuple() for each in wires}
    stepper.canvas.view.grab()
    qtbot.waitUntil(lambda: stepper.flowing is None, timeout=PATIENCE)
    assert item not in scene.items()


def test_gradients_run_against_the_wires(stepper: Stepper) -> None:
    stepper.step(5)
    while stepper.flowing is None or stepper.flowing.phase != "backward":
        stepper.step()
    item = stepper.flowing
    wire = next(each for each in stepper.canvas.view.graph_scene.wires.values() if each.path == item.paths[0])
    item.share = 0.0
    assert item.head(wire.path) == wire.end
    item.share = 1.0
    assert item.head(wire.path) == wire.start


def test_an_update_runs_from_the_optimizer_to_the_variable(stepper: Stepper) -> None:
    stepper.show()
    while stepper.flowing is None or stepper.flowing.phase != "update":
        stepper.step()
    (path,) = stepper.flowing.paths
    train, variable = stepper.canvas.node("train").box, stepper.canvas.node("b").box
    assert path.pointAtPercent(0) == QPointF(train.center().x(), train.top())
    assert path.pointAtPercent(1) == QPointF(variable.center().x(), variable.top())


def test_the_next_step_finds_the_way_free(stepper: Stepper) -> None:
    stepper.show()
    stepper.step()
    first = stepper.flowing
    stepper.step()
    assert stepper.flowing is not first
    assert first is not None
    assert first.scene() is None
    stepper.canvas.document.move_nodes({"W": (10.0, 500.0)})
    assert stepper.flowing is None, "an edit moves wires"


@pytest.mark.parametrize("still", ["reduced", "off", "running"])
def test_nothing_moves_where_it_must_not(stepper: Stepper, still: str) -> None:
    view = stepper.canvas.view
    if still == "reduced":
        view.set_motion_reduced(True)
    elif still == "off":
        view.flow.speed = 0.0
    else:
        view.set_running(True)
    stepper.show()
    stepper.step()
    assert stepper.flowing is None
    product = next(each for key, each in view.graph_scene.wires.items() if key == PRODUCT)
    assert value_of(product.value).elements == (1, 2, 3, 4), "but the values are there"


def test_speed_makes_dots_faster(stepper: Stepper) -> None:
    flow = stepper.canvas.view.flow
    stepper.show()
    durations = []
    for flow.speed in (0.25, 1.0, 8.0):
        stepper.step()
        durations.append(flow._animation.duration())
    assert durations == [640, 160, 20]


# --- labels --------------------------------------------------------------------------------------------------------


def test_a_number_gives_up_digits_and_a_shape_itself_where_there_is_little_room(qapp: QApplication) -> None:
    label = TensorLabel(picture_of(np.float64(-0.123456)), is_gradient=False)
    assert label.text(72) == "-0.1235"
    assert label.text(40) in ("-0.123", "-0.12")
    assert label.text(4) == ""
    shape = TensorLabel(picture_of(np.zeros((128, 256))), is_gradient=False)
    assert shape.text(72) == "[128, 256]"
    assert shape.text(56) == "128×256"
    assert shape.text(28) == ""
    assert TensorLabel(picture_of(np.zeros(1000)), is_gradient=False).text(28) == "", "1000 would look like a value"
    assert TensorLabel(picture_of(np.full((1, 1), 3.0)), is_gradient=False).text(72) == "3"


def painted_colors(label: TensorLabel) -> set[str]:
    from PySide6.QtGui import QImage, QPainter

    image = QImage(80, 80, QImage.Format.Format_RGB32)
    image.fill(current_theme().canvas)
    painter = QPainter(image)
    label.paint(painter, LabelPlace(QPointF(40, 40), 72), current_theme())
    painter.end()
    upper, lower = image.copy(0, 0, 80, 40), image.copy(0, 40, 80, 40)
    empty = image.copy(0, 0, 80, 40)
    empty.fill(current_theme().canvas)
    assert (lower if label.is_gradient else upper) != empty
    assert (upper if label.is_gradient else lower) == empty, "a value is above the line, a gradient below"
    return {QColor(image.pixel(x, y)).name() for x in range(80) for y in range(80)}


def test_values_are_above_the_line_and_gradients_below(qapp: QApplication) -> None:
    theme = current_theme()
    row = picture_of(np.array([-1.0, 0.0, 1.0]))
    for is_gradient in (False, True):
        colors = painted_colors(TensorLabel(row, is_gradient))
        assert {theme.forward.name(), theme.backward.name()} <= colors
        stale = painted_colors(TensorLabel(row._replace(state=TensorState.STALE), is_gradient))
        assert theme.forward.name() not in stale
        painted_colors(TensorLabel(NOT_COMPUTED, is_gradient))
    broken = painted_colors(TensorLabel(picture_of(np.array([1.0, np.nan])), is_gradient=False))
    assert theme.error.name() in broken


def test_labels_stand_beside_nodes_and_not_on_each_other(qapp: QApplication) -> None:
    document = Document()
    document.add_node("Placeholder", (0.0, 300.0), "source")
    for index in range(12):
        document.add_node("Square", (360.0, 100.0 * index), f"reader{index}")
        document.connect("source", "output", f"reader{index}", "x")
    canvas = Canvas(document)
    scene = canvas.view.graph_scene
    places = [each.tensor_place() for each in scene.wires.values()]
    found = [place for place in places if place is not None]
    assert len(found) == 12, "there is room for all"
    for index, place in enumerate(found):
        assert place.room in LABEL_WIDTHS
        assert not scene.node_items_in(place.area())
        assert not any(place.area().intersects(other.area()) for other in found[:index])
    canvas.view.close()


def test_a_label_finds_another_place_when_a_node_takes_its_own(qapp: QApplication) -> None:
    document = Document()
    document.add_node("Placeholder", (0.0, 0.0), "source")
    document.add_node("Square", (600.0, 0.0), "reader")
    document.add_node("Square", (300.0, 400.0), "other")
    document.connect("source", "output", "reader", "x")
    canvas = Canvas(document)
    (item,) = canvas.view.graph_scene.wires.values()
    first = item.tensor_place()
    assert first == LabelPlace(QPointF(380, 22), LABEL_WIDTHS[0])
    document.move_nodes({"other": (300.0, 0.0)})
    second = item.tensor_place()
    assert second is not None
    assert not second.area().intersects(QRectF(300, 0, 160, 44))
    canvas.view.close()


def test_wires_repaint_when_what_they_carry_changes(stepper: Stepper, qapp: QApplication, qtbot: QtBot) -> None:
    stepper.canvas.view.set_motion_reduced(True)
    stepper.show()
    stepper.canvas.view.zoom_reset()
    qtbot.waitUntil(lambda: not stepper.canvas.view._preview.is_on)
    qapp.processEvents()
    item = next(each for key, each in stepper.canvas.view.graph_scene.wires.items() if key == PRODUCT)
    before = stepper.canvas.pixels(item.sceneBoundingRect())
    stepper.step()
    qapp.processEvents()
    assert stepper.canvas.pixels(item.sceneBoundingRect()) != before


def test_a_folded_block_and_its_wires_show_what_flows_across_its_border(qapp: QApplication, tmp_path: Path) -> None:
    model = linear_regression()
    for name in ("product", "hypothesis"):
        model.graph.rename(model.graph.operation(name), f"model/{name}")
    path = tmp_path / "scoped.graph"
    save_graph_file(model, path)
    document = Document()
    document.open(path)
    canvas = Canvas(document)
    document.set_folded(["model"], True)
    debugger = Debugger(TrainingRun(model), 1 << 24)
    debugger.step_phase(2)
    canvas.view.show_picture(StepPainter(model.graph).paint(debugger.step, debugger.moment))
    scene = canvas.view.graph_scene
    scene.values.show_pending()
    block = scene.blocks.items["model"]
    assert block.value is not None
    assert block.value.text == "[2, 3, 4, 5]"
    by_ends = {(item.wire.source, item.wire.target): item for item in scene.wires.values()}
    assert not by_ends["model/product", "model/hypothesis"].isVisible()
    into, out_of = by_ends["W", "model/product"], by_ends["model/hypothesis", "error"]
    assert value_of(into.gradient).elements == (-35,)
    assert value_of(out_of.value).elements == (2, 3, 4, 5)
    assert into.tensor_place() is not None
    canvas.view.close()


def test_what_an_earlier_step_gave_is_said_to_be_of_one(stepper: Stepper) -> None:
    stepper.canvas.view.set_motion_reduced(True)
    stepper.debugger.step_batch()
    stepper.show()
    stepper.step()
    gui.hover(stepper.canvas.viewport, stepper.canvas.on_node("cost"))
    assert "from an earlier step" in stepper.canvas.view._hover.tooltip()
    gui.hover(stepper.canvas.viewport, stepper.canvas.on_node("product"))
    assert "from" not in stepper.canvas.view._hover.tooltip()


def test_while_a_run_goes_on_a_large_change_is_painted_in_bands(stepper: Stepper, qtbot: QtBot) -> None:
    view = stepper.canvas.view
    painted: list[QRect] = []

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if isinstance(event, QPaintEvent):
                painted.append(event.rect())
            return False

    watch = Watch()
    view.viewport().installEventFilter(watch)
    view.set_running(True)
    qtbot.wait(50)
    painted.clear()
    view.graph_scene.repaint_all()
    view.graph_scene.repaint_all()
    qtbot.waitUntil(lambda: not view._bands.is_waiting, timeout=PATIENCE)
    whole = QRegion()
    for rect in painted:
        whole += QRegion(rect)
    assert whole.boundingRect() == view.viewport().rect()
    assert len(painted) > 1
    assert max(rect.height() for rect in painted) < view.viewport().height()
    painted.clear()
    view.set_running(False)
    qtbot.waitUntil(lambda: view.viewport().rect() in painted, timeout=PATIENCE)
    view.graph_scene.repaint_all()
    assert not view._bands.is_waiting, "what changes once is painted at once"
    view.viewport().removeEventFilter(watch)


def test_no_wire_runs_through_what_is_written_at_another(qapp: QApplication) -> None:
    document = Document()
    for name, place in (("a", (0.0, 0.0)), ("b", (0.0, 200.0))):
        document.add_node("Placeholder", place, name)
    for name, place in (("c", (600.0, 200.0)), ("d", (600.0, 0.0))):
        document.add_node("Square", place, name)
    document.connect("a", "output", "c", "x")
    document.connect("b", "output", "d", "x")
    canvas = Canvas(document)
    carried = picture_of(np.array([1.0, -1.0]))
    tensors = {("a", "output"): carried, ("b", "output"): carried}
    canvas.view.show_picture(StepPicture(Moment(0, 0, 1), tensors, {}, {}))
    scene = canvas.view.graph_scene
    scene.values.show_pending()
    first = next(item for item in scene.wires.values() if item.wire.source == "a")
    label = first.tensor_place()
    assert label is not None
    middle = QRectF(label.center.x() - 2, label.center.y() - 7, 4, 2)
    with_both = canvas.pixels(middle)
    next(item for item in scene.wires.values() if item.wire.source == "b").setVisible(False)
    assert canvas.pixels(middle) == with_both, "the heat strip lies over the wire that crosses there"
    canvas.view.show_on_wires(False, False)
    assert len(scene.items()) == len(scene.nodes) + len(scene.wires), "nothing else is left"
    canvas.view.close()


# --- colours -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_heat_has_the_sign_in_its_colour(theme: object) -> None:
    assert theme in (LIGHT, DARK)
    tokens = LIGHT if theme is LIGHT else DARK
    colors = heat_colors(np.array([[-4.0, 4.0], [0.0, np.inf]]), tokens)
    assert colors.shape == (2, 2)
    names = [[QColor(int(color)).name() for color in row] for row in colors]
    assert names == [
        [tokens.forward.name(), tokens.backward.name()],
        [heat_color(0.0, tokens).name(), tokens.error.name()],
    ]
    row = [-4.0, 1.0, 0.0, np.nan, 2.5]
    image = heat_image(row, tokens)
    assert [image.pixel(place, 0) for place in range(len(row))] == heat_colors(np.array(row), tokens).tolist()
    zero = heat_colors(np.zeros(3), tokens)
    assert {QColor(int(color)).name() for color in zero} == {heat_color(0.0, tokens).name()}


def test_what_is_written_at_wires_covers_the_graph_and_not_more(stepper: Stepper) -> None:
    """What is larger would make the scene's search tree coarse, and each look into it slow."""
    scene = stepper.canvas.view.graph_scene
    before = scene.sceneRect()
    stepper.show()
    assert before.adjusted(-50, -50, 50, 50).contains(scene.sceneRect())
    assert scene.values.labels.scene() is scene
    stepper.canvas.document.move_nodes({"W": (-3000.0, -3000.0)})
    assert scene.values.labels.boundingRect().contains(stepper.canvas.node("W").box)
