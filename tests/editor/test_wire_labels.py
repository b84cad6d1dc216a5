"""What is written at wires: numbers, strips, their places and their colours."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPointF, QRect, QRectF
from PySide6.QtGui import QColor, QPaintEvent, QRegion
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from editor.canvas.wire_label import LABEL_WIDTHS, LabelPlace, TensorLabel
from editor.document import Document
from editor.heat_strip import heat_color, heat_colors, heat_image
from editor.theme import DARK, LIGHT, current_theme
from engine.debugger.debugger import Debugger
from engine.debugger.moment import Moment
from engine.debugger.tensors.step_picture import StepPainter, StepPicture
from engine.debugger.tensors.tensor_picture import NOT_COMPUTED, TensorState, picture_of
from engine.formats.graph_file import save_graph_file
from engine.training.run import TrainingRun
from tests.editor import gui
from tests.editor.canvas_kit import Canvas
from tests.editor.wire_kit import PATIENCE, PRODUCT, Stepper, value_of
from tests.engine.models import linear_regression

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
