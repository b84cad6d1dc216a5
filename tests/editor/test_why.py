"""Asking why a number is what it is, with the real training process: keys, clicks, the way there and back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QDeadlineTimer, QPointF, QSettings, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from editor.app import build_window
from editor.panels.contribution_model import CONTRIBUTION, ELEMENT, PATH, SHARE_ROLE, TIMES, VALUE
from editor.panels.why_panel import WhyPanel
from editor.run.state import RunState
from editor.run.typesetting import typeset
from editor.settings import Settings
from editor.theme import DARK, LIGHT, Appearance, ThemeManager
from editor.window import MainWindow
from engine.debugger.explanations import Kind
from engine.debugger.moment import Moment
from engine.formats.graph_file import save_graph_file
from tests.editor.gui import click, hover, press_key
from tests.engine.models import linear_regression

#: How long to wait for what must happen, in milliseconds; nothing here is measured.
PATIENCE = 20_000
Ask = Callable[..., WhyPanel]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("why")
    save_graph_file(linear_regression(), folder / "model.graph")
    return folder


@pytest.fixture(scope="module")
def trained_window(qapp: QApplication, folder: Path) -> Iterator[MainWindow]:
    """The tutorial's model after one epoch."""
    settings = Settings(QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat))
    window = build_window(qapp, None, settings)
    window.resize(1300, 850)
    window.show()
    window.canvas.set_motion_reduced(True)
    window.open_path(folder / "model.graph")
    window.controller.step_epoch()
    wait_until(lambda: window.controller.view is not None and window.controller.view.is_complete)
    yield window
    window.document.undo_stack.setClean()
    window.close()
    window.deleteLater()


@pytest.fixture
def window(trained_window: MainWindow) -> MainWindow:
    """The window with the cursor at the end of the first step, and nothing asked yet."""
    view = trained_window.controller.view
    assert view is not None
    end = Moment(0, 0, len(view.operations))
    if view.moment != end:
        trained_window.controller.seek(end)
        wait_until(lambda: trained_window.controller.view is not None and trained_window.controller.view.moment == end)
    wait_until(lambda: not trained_window.features.why.is_waiting)
    trained_window.features.why.clear()
    return trained_window


@pytest.fixture
def answered(window: MainWindow) -> Ask:
    """Does what asks, and waits for the answer to be shown."""

    def wait(asks: Callable[[], object]) -> WhyPanel:
        why = window.features.why
        before = why.panel.answer
        asks()
        wait_until(
            lambda: (why.panel.answer is not before or bool(why.panel.refusal.text())) and not why.is_waiting,
        )
        return why.panel

    return wait


def wait_until(happened: Callable[[], object]) -> None:
    patience = QDeadlineTimer(PATIENCE)
    while not happened():
        assert not patience.hasExpired()
        QTest.qWait(5)


def press_on_canvas(window: MainWindow, node: str, shifted: bool = False) -> None:
    window.canvas.select([node])
    window.activateWindow()
    window.canvas.setFocus()
    modifier = Qt.KeyboardModifier.ShiftModifier if shifted else Qt.KeyboardModifier.NoModifier
    QTest.keyClick(window.canvas, Qt.Key.Key_W, modifier)


def column(panel: WhyPanel, which: int) -> list[str]:
    return [str(panel.table.model().index(row, which).data()) for row in range(panel.table.model().rowCount())]


def click_cell(panel: WhyPanel, row: int, which: int) -> None:
    click(panel.table.viewport(), panel.table.visualRect(panel.table.model().index(row, which)).center())


def test_w_shows_the_update_of_a_variable_with_its_numbers(window, answered):
    panel = answered(lambda: press_on_canvas(window, "W"))
    assert panel.isVisible()
    assert panel.answer.reason.numbers == r"W_{0} = 1 - 0.1 \cdot \left(-35\right) = 4.5"
    assert panel.numbers.isVisible() and "<svg" in panel.answer.numbers
    assert column(panel, ELEMENT)[0] == "W[0] before"
    assert column(panel, CONTRIBUTION) == ["1", "3.5"]


def test_shift_w_shows_the_gradient_as_a_sum_over_the_rows_of_data(window, answered):
    panel = answered(lambda: press_on_canvas(window, "W", shifted=True))
    assert column(panel, VALUE) == ["-1.5", "-2.5", "-3.5", "-4.5"]
    assert column(panel, TIMES) == ["1", "2", "3", "4"]
    assert column(panel, CONTRIBUTION) == ["-1.5", "-5", "-10.5", "-18"]
    assert panel.summary.text() == "The contributions add up to -35"
    assert panel.table.isColumnHidden(PATH) and column(panel, PATH) == ["product"] * 4
    assert panel.table.model().index(3, CONTRIBUTION).data(SHARE_ROLE) == -1.0
    assert panel.tools.gradient.isChecked()


def test_a_click_goes_into_an_element_and_the_way_leads_back(window, answered):
    panel = answered(lambda: press_on_canvas(window, "W", shifted=True))
    answered(lambda: click_cell(panel, 3, ELEMENT))
    assert panel.answer.reason.element.label == "∂cost/∂product[3]"
    assert window.canvas.selected_nodes() == ["product"]
    assert "∂cost/∂W[0]" in panel.tools.trail.text()
    answered(lambda: click_cell(panel, 0, ELEMENT))
    assert panel.answer.reason.element.label == "∂cost/∂hypothesis[3]"
    panel.table.setFocus()
    answered(lambda: QTest.keyClick(panel.table, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier))
    assert panel.answer.reason.element.label == "∂cost/∂product[3]"
    answered(lambda: QTest.keyClick(panel.table, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier))
    assert panel.answer.reason.element.label == "∂cost/∂hypothesis[3]"
    answered(lambda: panel.tools.trail.linkActivated.emit("1"))
    assert panel.answer.reason.element.label == "∂cost/∂product[3]"


def test_enter_goes_into_the_element_under_the_cursor(window, answered):
    panel = answered(lambda: press_on_canvas(window, "cost"))
    panel.table.setFocus()
    panel.table.setCurrentIndex(panel.table.model().index(2, ELEMENT))
    answered(lambda: press_key(panel.table, Qt.Key.Key_Return))
    assert panel.answer.reason.element.label == "squared_error[2]"
    assert panel.answer.reason.numbers == r"\mathrm{squared\_error}_{2} = {\left(-7\right)}^2 = 49"


@pytest.mark.parametrize(("node", "from_right", "label"), [("cost", 16, "cost"), ("squared_error", 20, "[3]")])
def test_a_click_on_a_number_of_the_canvas_asks_why(window, answered, node, from_right, label):
    item = window.canvas.graph_scene.nodes[node]
    wait_until(lambda: item.value is not None and item.value.array is not None)
    window.canvas.center_on(node)
    window.canvas.zoom_reset()
    QApplication.processEvents()
    place = window.canvas.mapFromScene(QPointF(item.box.right() - from_right, item.box.bottom() - 8))
    hover(window.canvas.viewport(), place)
    assert window.canvas.viewport().cursor().shape() is Qt.CursorShape.PointingHandCursor
    panel = answered(lambda: click(window.canvas.viewport(), place))
    assert panel.answer.reason.element.label.endswith(label)
    if node == "cost":
        assert column(panel, CONTRIBUTION) == ["2.25", "6.25", "12.25", "20.25"]


def test_another_element_is_asked_for_by_its_index(window, answered):
    panel = answered(lambda: press_on_canvas(window, "hypothesis"))
    panel.tools.index.setFocus()
    panel.tools.index.setText("2")
    answered(lambda: QTest.keyClick(panel.tools.index, Qt.Key.Key_Return))
    assert panel.answer.reason.element.label == "hypothesis[2]"
    panel.tools.index.setText("7")
    QTest.keyClick(panel.tools.index, Qt.Key.Key_Return)
    assert "Its shape is [4]" in panel.refusal.text()


def test_the_same_element_can_be_asked_for_its_gradient(window, answered):
    panel = answered(lambda: press_on_canvas(window, "product"))
    answered(lambda: click(panel.tools.gradient, panel.tools.gradient.rect().center()))
    assert panel.answer.reason.element.kind is Kind.GRADIENT
    answered(lambda: click(panel.tools.value, panel.tools.value.rect().center()))
    assert panel.answer.reason.element.label == "product[0]"


def test_the_equations_are_copied_as_latex(window, answered):
    panel = answered(lambda: press_on_canvas(window, "cost"))
    panel.table.setFocus()
    modifiers = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(panel.table, Qt.Key.Key_C, modifiers)
    formula, numbers = QGuiApplication.clipboard().text().splitlines()
    assert formula.startswith(r"\mathrm{cost} = \frac{1}{4} \cdot \left(\mathrm{squared\_error}_{0} +")
    assert numbers == r"\mathrm{cost} = \frac{1}{4} \cdot \left(9 + 25 + 49 + 81\right) = 41"


def test_what_has_no_value_and_what_is_not_computed_yet_are_refused_in_a_sentence(window, answered):
    panel = answered(lambda: press_on_canvas(window, "train"))
    assert "train gives no value of its own" in panel.refusal.text()
    window.controller.step_batch(-1)
    wait_until(lambda: window.controller.view.moment.operation == 0)
    answered(lambda: window.features.why.show_element("cost"))
    wait_until(lambda: "cost is not computed yet" in panel.refusal.text())


def test_the_answer_follows_the_cursor(window, answered):
    panel = answered(lambda: press_on_canvas(window, "W"))
    answered(lambda: window.controller.step_batch(1))
    assert panel.answer.reason.element.value == pytest.approx(2.15)


def test_while_training_goes_on_the_answer_waits_for_a_pause(window):
    why = window.features.why
    window.controller.run(10_000_000)
    wait_until(lambda: window.controller.state is RunState.RUNNING)
    press_on_canvas(window, "W")
    assert "Pause it" in why.panel.empty.label.text() and why.panel.answer is None
    window.controller.pause()
    wait_until(lambda: why.panel.answer is not None)
    assert why.panel.answer.reason.element.label == "W[0]"


def test_an_element_of_the_tensor_viewer_is_asked_for(window, answered):
    panel = answered(lambda: window.features.tensors.element_chosen.emit("error", 0, (1,), "gradient"))
    assert panel.answer.reason.element.label == "∂cost/∂error[1]"


def test_the_formula_is_drawn_in_the_colour_of_the_theme(window, answered):
    panel = answered(lambda: press_on_canvas(window, "cost"))
    for appearance, theme in ((Appearance.DARK, DARK), (Appearance.LIGHT, LIGHT)):
        ThemeManager.instance().set_appearance(appearance)
        QApplication.processEvents()
        picture = panel.numbers.grab().toImage()
        colors = {picture.pixelColor(x, y).name() for x in range(picture.width()) for y in range(picture.height())}
        assert theme.text.name() in colors


def test_what_the_fonts_lack_is_not_drawn_as_boxes():
    assert typeset(r"\mathrm{가설}", 15) == ""
    assert "<svg" in typeset(r"x_{0} = -\infty", 15)


def test_an_edit_leaves_the_reason_and_says_that_it_is_of_the_graph_before(window, answered):
    panel = answered(lambda: press_on_canvas(window, "W"))
    window.document.set_attribute("train", "learning_rate", 0.2)
    assert "From the graph before the last change" in panel.summary.text()
    assert panel.answer.reason.element.value == 4.5
    panel = answered(lambda: press_on_canvas(window, "b"))
    assert panel.answer.reason.numbers == r"b_{0} = 1 - 0.1 \cdot \left(-12\right) = 2.2"
