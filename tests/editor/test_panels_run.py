"""The panels that show a run: plot and table of values."""

import csv
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from editor.panels.figures import number_text
from editor.panels.plot_panel import PlotPanel
from editor.panels.values_model import ValuesModel
from editor.panels.values_table import ValuesTable
from editor.run.history import ArraySummary, ValueRow
from editor.theme import DARK, Appearance, ThemeManager
from tests.editor.panels_kit import RecordedRun, show

#: What the tutorial prints for epochs 0, 1, 2, 97, 99, each as (loss, weight, bias).
TUTORIAL = {
    1: ("41.0", "[4.5]", "[2.2]"),
    2: ("18.415", "[2.1499999]", "[1.4100001]"),
    3: ("8.274352", "[3.72]", "[1.9530001]"),
    98: ("3.7696707e-05", "[3.004957]", "[1.985426]"),
    100: ("3.3379514e-05", "[3.0046647]", "[1.9862854]"),
}


def array(text: str) -> np.ndarray:
    return np.array([float(text.strip("[]"))], np.float32)


def tutorial_rows() -> list[ValueRow]:
    return [
        ValueRow(epoch, float(np.float32(loss)), {"W": array(weight), "b": array(bias)})
        for epoch, (loss, weight, bias) in TUTORIAL.items()
    ]


@pytest.fixture
def table(qtbot: QtBot, run: RecordedRun) -> ValuesTable:
    table = ValuesTable(run)
    show(qtbot, table, 800, 260)
    return table


def cells(table: ValuesTable, row: int) -> list[str]:
    model = table.view.model()
    return [model.index(row, column).data() for column in range(model.columnCount())]


def test_the_table_prints_what_the_tutorial_prints(table: ValuesTable, run: RecordedRun) -> None:
    assert table.empty.isVisible()
    assert "Press Run" in table.empty.label.text()
    run.begin()
    rows = tutorial_rows()
    run.add([[row.epoch, row.loss] for row in rows], rows)
    assert table.view.isVisible()
    assert table.model.headers() == ["Epoch", "Loss", "W", "b"]
    for number, (epoch, texts) in enumerate(TUTORIAL.items()):
        assert cells(table, number) == [str(epoch), *texts]


def test_metrics_and_large_variables_have_their_columns(table: ValuesTable, run: RecordedRun) -> None:
    run.begin(["accuracy"])
    values: dict[str, np.ndarray | ArraySummary] = {
        "kernel": ArraySummary((64, 10), "float32", 3.25),
        "small": np.eye(2, dtype=np.float32),
        "medium": np.ones((3, 3), np.float32),
    }
    run.add([[1, 0.5, 0.75], [2, 0.25, np.nan]], [ValueRow(1, 0.5, values), ValueRow(2, 0.25, values)])
    assert table.model.headers() == ["Epoch", "Loss", "kernel", "small", "medium", "accuracy"]
    assert cells(table, 0) == [
        "1",
        "0.5",
        "[64, 10] float32, norm 3.25",
        "[[1., 0.], [0., 1.]]",
        "[3, 3] float32, norm 3",
        "0.75",
    ]
    assert cells(table, 1)[-1] == "nan"


def rows_from(first: int, count: int) -> tuple[list[list[float]], list[ValueRow]]:
    epochs = range(first, first + count)
    return [[epoch, 1 / epoch] for epoch in epochs], [ValueRow(epoch, 1 / epoch, {}) for epoch in epochs]


def test_the_table_follows_the_end_until_the_person_scrolls_up(table: ValuesTable, run: RecordedRun) -> None:
    run.begin()
    run.add(*rows_from(1, 100))
    bar = table.view.verticalScrollBar()
    assert bar.maximum() > 0
    assert bar.value() == bar.maximum()
    run.add(*rows_from(101, 100))
    assert bar.value() == bar.maximum()
    last = table.view.visualRect(table.model.index(199, 0)).center()
    QTest.mouseClick(table.view.viewport(), Qt.MouseButton.LeftButton, pos=last)
    QTest.keyClick(table.view, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    assert bar.value() == 0
    run.add(*rows_from(201, 100))
    assert table.model.rowCount() == 300
    assert bar.value() == 0
    bar.setValue(bar.maximum())
    run.add(*rows_from(301, 10))
    assert bar.value() == bar.maximum()


def test_another_run_begins_another_table(table: ValuesTable, run: RecordedRun) -> None:
    run.begin()
    run.add(*rows_from(1, 50))
    run.begin()
    run.add(*rows_from(1, 3))
    assert table.model.rowCount() == 3
    run.begin()
    run.history_grown.emit()
    assert table.empty.isVisible()


def test_selected_cells_are_copied_with_tabs(table: ValuesTable, run: RecordedRun) -> None:
    run.begin()
    rows = tutorial_rows()
    run.add([[row.epoch, row.loss] for row in rows], rows)
    model = table.view.model()
    first, last = (table.view.visualRect(model.index(row, column)).center() for row, column in ((0, 1), (1, 2)))
    viewport = table.view.viewport()
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=first)
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, last)
    QTest.keyClick(table.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "41.0\t[4.5]\n18.415\t[2.1499999]"


def test_the_table_is_exported(table: ValuesTable, run: RecordedRun, tmp_path: Path) -> None:
    run.begin()
    rows = tutorial_rows()
    run.add([[row.epoch, row.loss] for row in rows], rows)
    table.export_to(str(tmp_path / "values.csv"))
    with open(tmp_path / "values.csv", newline="", encoding="utf-8") as file:
        lines = list(csv.reader(file))
    assert lines[0] == ["Epoch", "Loss", "W", "b"]
    assert lines[1] == ["1", "41.0", "[4.5]", "[2.2]"]
    assert len(lines) == 6
    table.export_to(str(tmp_path / "nowhere" / "values.csv"))
    assert "could not be written" in table.message.text()


def test_a_million_rows_are_read_where_they_are_seen(
    table: ValuesTable, run: RecordedRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = ValueRow(1, 0.5, {"W": np.ones(1, np.float32)})
    run.begin()
    run.history.value_rows = [row] * 1_000_000
    asked: set[int] = set()
    text = ValuesModel.text

    def recorded_text(model: ValuesModel, row: int, column: int) -> str:
        asked.add(row)
        return text(model, row, column)

    monkeypatch.setattr(ValuesModel, "text", recorded_text)
    run.history_grown.emit()
    QApplication.processEvents()
    assert table.model.rowCount() == 1_000_000
    assert 999_999 in asked
    assert len(asked) < 100


# --- the plot ------------------------------------------------------------------------------------------------


@pytest.fixture
def panel(qtbot: QtBot, run: RecordedRun) -> PlotPanel:
    panel = PlotPanel(run)
    show(qtbot, panel, 900, 260)
    return panel


def test_the_plot_is_empty_until_there_is_a_loss(panel: PlotPanel, run: RecordedRun) -> None:
    assert panel.empty.isVisible()
    assert panel.empty.label.text() == "The loss of each epoch appears here. Press Run."
    run.begin()
    run.add([[1, 41.0], [2, 18.415]])
    assert panel.plot.isVisible()
    assert panel.plot.drawn_losses.tolist() == [41.0, 18.415]
    run.begin()
    run.history_grown.emit()
    assert panel.empty.isVisible()


def test_the_log_scale_shows_powers_of_ten_and_leaves_out_what_has_none(panel: PlotPanel, run: RecordedRun) -> None:
    run.begin()
    run.add([[1, 100.0], [2, 0.0], [3, -1.0], [4, 0.01]])
    QTest.mouseClick(panel.log_button, Qt.MouseButton.LeftButton)
    np.testing.assert_allclose(panel.plot.drawn_losses, [2, np.nan, np.nan, -2])
    QTest.mouseClick(panel.log_button, Qt.MouseButton.LeftButton)
    assert panel.plot.drawn_losses.tolist() == [100.0, 0.0, -1.0, 0.01]


def test_what_is_not_finite_is_a_gap(panel: PlotPanel, run: RecordedRun) -> None:
    run.begin(["accuracy"])
    run.add([[1, 1.0, 0.5], [2, np.nan, np.nan], [3, np.inf, np.inf], [4, 1e300, 1.0], [5, 2.0, 0.9]])
    panel.grab()
    np.testing.assert_array_equal(panel.plot.drawn_losses, [1, np.nan, np.nan, np.nan, 2])
    QTest.mouseClick(panel.log_button, Qt.MouseButton.LeftButton)
    panel.grab()
    run.begin()
    run.add([[1, np.nan], [2, -np.inf]])
    panel.grab()
    assert np.isnan(panel.plot.drawn_losses).all()


def hover(viewport: QWidget, place: QPoint) -> None:
    position, button = QPointF(place), Qt.MouseButton.NoButton
    here = QPointF(viewport.mapToGlobal(place))
    event = QMouseEvent(QEvent.Type.MouseMove, position, here, button, button, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(viewport, event)


def test_the_pointer_reads_epoch_loss_and_metrics(qtbot: QtBot, panel: PlotPanel, run: RecordedRun) -> None:
    run.begin(["accuracy"])
    run.add([[epoch, 1 / epoch, epoch / 100] for epoch in range(1, 101)])
    QApplication.processEvents()
    view = panel.plot._plot
    scene_place = view.getPlotItem().getViewBox().mapViewToScene(QPointF(50.2, 0.5))
    hover(view.viewport(), view.mapFromScene(scene_place))
    assert panel.reading.text() == "Epoch 50   cost 0.02   accuracy 0.5"

    def is_silent_outside() -> bool:
        # Again and again: the plot takes no more than a hundred moves a second.
        hover(view.viewport(), QPoint(1, 1))
        return panel.reading.text() == ""

    qtbot.waitUntil(is_silent_outside)


def test_the_view_follows_the_run_until_it_is_moved_and_again_after_a_reset(
    panel: PlotPanel, run: RecordedRun, qtbot: QtBot
) -> None:
    run.begin()
    run.add([[epoch, 1 / epoch] for epoch in range(1, 101)])
    assert panel.plot.is_following
    box = panel.plot._plot.getPlotItem().getViewBox()
    viewport = panel.plot._plot.viewport()
    place = QPointF(viewport.rect().center())
    wheel = QWheelEvent(
        place,
        QPointF(viewport.mapToGlobal(place.toPoint())),
        QPoint(),
        QPoint(0, 240),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(viewport, wheel)
    assert not panel.plot.is_following
    seen = box.viewRange()[0]
    run.add([[epoch, 1 / epoch] for epoch in range(101, 1001)])
    assert box.viewRange()[0] == seen
    QTest.mouseClick(panel.reset_button, Qt.MouseButton.LeftButton)
    assert panel.plot.is_following
    qtbot.waitUntil(lambda: box.viewRange()[0][1] >= 1000)


def test_metrics_can_be_hidden(panel: PlotPanel, run: RecordedRun) -> None:
    run.begin()
    run.add([[1, 1.0]])
    assert not panel.metrics_button.isVisible()
    run.begin(["accuracy"])
    run.add([[1, 1.0, 0.5], [2, 0.5, 0.75]])
    assert panel.metrics_button.isVisible()
    axis = panel.plot._plot.getPlotItem().getAxis("right")
    assert axis.isVisible()
    QTest.mouseClick(panel.metrics_button, Qt.MouseButton.LeftButton)
    assert not axis.isVisible()


def test_the_plot_is_exported_as_picture_and_table(panel: PlotPanel, run: RecordedRun, tmp_path: Path) -> None:
    run.begin(["accuracy"])
    run.add([[1, float(np.float32(18.415)), 0.5], [2, float(np.float32(3.3379514e-05)), 0.75]])
    for name in ("loss.png", "loss.svg", "loss.csv"):
        panel.export_to(str(tmp_path / name))
    picture = QImage(str(tmp_path / "loss.png"))
    assert picture.width() == 2 * panel.plot.width()
    assert len({picture.pixel(x, y) for x in range(0, picture.width(), 3) for y in range(0, picture.height(), 3)}) > 3
    assert "<svg" in (tmp_path / "loss.svg").read_text(encoding="utf-8")
    assert (tmp_path / "loss.csv").read_text(encoding="utf-8").splitlines() == [
        "epoch,cost,accuracy",
        "1,18.415,0.5",
        "2,3.3379514e-05,0.75",
    ]
    panel.export_to(str(tmp_path / "nowhere" / "loss.csv"))
    assert "could not be written" in panel.reading.text()


def test_the_plot_wears_the_theme_also_when_it_changes(panel: PlotPanel, run: RecordedRun) -> None:
    run.begin()
    run.add([[1, 1.0], [2, 0.5]])
    manager = ThemeManager.instance()
    before = manager.appearance
    manager.set_appearance(Appearance.DARK)
    try:
        picture = panel.plot.grab().toImage()
        assert picture.pixelColor(2, 2).name() == DARK.surface.name()
        assert panel.plot.loss_pen().color().name() == DARK.accent.name()
    finally:
        manager.set_appearance(before)


def test_a_hidden_panel_waits_and_catches_up(panel: PlotPanel, run: RecordedRun) -> None:
    run.begin()
    run.add([[1, 1.0]])
    panel.hide()
    run.add([[2, 0.5]])
    assert panel.plot.drawn_losses.tolist() == [1.0]
    panel.show()
    assert panel.plot.drawn_losses.tolist() == [1.0, 0.5]


@pytest.mark.parametrize(
    ("number", "text"),
    [(float(np.float32(0.1)), "0.1"), (0.1, "0.1"), (41.0, "41.0"), (1 / 3, "0.3333333333333333"), (1e300, "1e+300")],
)
def test_a_number_has_the_digits_of_its_precision(number: float, text: str) -> None:
    assert number_text(number) == text


def test_a_long_run_is_drawn_by_its_peaks(panel: PlotPanel, run: RecordedRun) -> None:
    losses = np.full(500_000, 0.5)
    losses[123_456] = 7.0
    run.begin(["accuracy"])
    run.add(np.column_stack([np.arange(1, 500_001), losses, losses]).tolist())
    QApplication.processEvents()
    for curve in (panel.plot._curve, panel.plot._metric_items["accuracy"]):
        _, heights = curve.getData()
        assert len(heights) < 50_000
        assert heights.max() == 7.0
