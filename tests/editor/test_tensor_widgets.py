"""The views of a tensor with arrays given by hand: what they show, fetch and answer to the mouse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from editor.features.tensor_files import array_as_text, save_array
from editor.panels.tensor_heatmap import TensorHeatmap
from editor.panels.tensor_histogram import TensorHistogram
from editor.panels.tensor_model import MOST_SECTIONS
from editor.panels.tensor_picture_tab import TensorPictureTab
from editor.panels.tensor_table import TensorTable
from editor.tensor_text import figures_of, series_text
from editor.theme import Appearance, ThemeManager, current_theme
from engine.debugger.tensors.images import Reading
from engine.debugger.tensors.series import Measure, Series
from engine.debugger.tensors.statistics import statistics
from engine.debugger.tensors.tensor_name import Kind, TensorName
from engine.graph import EngineError
from tests.editor.gui import click, drag, hover, press_key, turn_wheel

Array = np.ndarray[Any, np.dtype[Any]]


@pytest.fixture(autouse=True)
def light(qapp: object) -> None:
    ThemeManager.instance().set_appearance(Appearance.LIGHT)


@pytest.fixture
def shown(qtbot: QtBot) -> Callable[[QWidget], None]:
    def show(widget: QWidget) -> None:
        qtbot.addWidget(widget)
        widget.resize(480, 320)
        with qtbot.waitExposed(widget):
            widget.show()

    return show


def feed(view: Any, array: Array) -> None:
    """Gives a view what it asks for until it asks for nothing else, as the training process would."""
    for _ in range(3):
        excerpt = view.excerpt()
        view.show_excerpt(statistics(array), excerpt, excerpt.take(array))


# --- the table -------------------------------------------------------------------------------------------------------


def test_what_is_not_finite_has_the_error_colour(shown):
    table = TensorTable()
    shown(table)
    feed(table, np.array([[1.5, np.nan], [-np.inf, 0.1]], np.float32))
    model = table.model
    assert [model.text(0, column) for column in range(2)] == ["1.5", "nan"]
    colours = {
        (row, column): model.data(model.index(row, column), Qt.ItemDataRole.ForegroundRole)
        for row in range(2)
        for column in range(2)
    }
    error = current_theme().error
    assert colours == {(0, 0): None, (0, 1): error, (1, 0): error, (1, 1): None}


def test_columns_grow_with_their_numbers(shown):
    table = TensorTable()
    shown(table)
    feed(table, np.array([1.0]))
    narrow = table.view.columnWidth(0)
    feed(table, np.array([-4.756600379943848]))
    text = table.model.text(0, 0)
    assert table.view.columnWidth(0) > max(narrow, table.view.fontMetrics().horizontalAdvance(text) + 8)
    wide = table.view.columnWidth(0)
    feed(table, np.array([1.0]))
    assert table.view.columnWidth(0) == wide, "columns stand still while numbers change"


@pytest.mark.parametrize(
    ("array", "size", "first"),
    [
        (np.float64(2.5), (1, 1), "2.5"),
        (np.array([True, False]), (2, 1), "True"),
        (np.array([b"\xc3\xa9t\xc3\xa9"], object), (1, 1), "été"),
        (np.zeros((0, 3)), (0, 3), "…"),
        (np.arange(8, dtype=np.uint8).reshape(2, 2, 2), (2, 2), "0"),
    ],
)
def test_every_dtype_and_rank_is_a_table(shown, array, size, first):
    table = TensorTable()
    shown(table)
    feed(table, np.asarray(array))
    assert (table.model.rowCount(), table.model.columnCount()) == size
    assert table.model.text(0, 0) == first


def test_a_tensor_of_more_rows_than_a_view_can_address_shows_the_first(shown):
    table = TensorTable()
    shown(table)
    feed(table, np.broadcast_to(np.float32(1), (MOST_SECTIONS + 5, 3)))
    assert table.model.rowCount() == MOST_SECTIONS
    assert table.model.text(0, 0) == "1.0"


def test_scrolling_asks_for_other_elements(shown, qtbot):
    table = TensorTable()
    shown(table)
    array = np.arange(400_000.0).reshape(4000, 100)
    feed(table, array)
    with qtbot.waitSignal(table.excerpt_changed):
        table.view.verticalScrollBar().setValue(2000)
    feed(table, array)
    row = table.view.rowAt(20)
    assert row >= 1990 and table.model.text(row, 0) == str(array[row, 0])


# --- the heatmap -----------------------------------------------------------------------------------------------------


def colour_at(view: QWidget, point: QPointF) -> str:
    return view.grab().toImage().pixelColor(point.toPoint()).name()


def middle(view: TensorHeatmap, row: int, column: int) -> QPointF:
    area, seen = view._area, view._seen
    return QPointF(
        area.left() + (column + 0.5 - seen.left()) * area.width() / seen.width(),
        area.top() + (row + 0.5 - seen.top()) * area.height() / seen.height(),
    )


def test_cells_have_the_colours_of_the_heat_strips(shown):
    view = TensorHeatmap()
    shown(view)
    feed(view, np.array([[2.0, -2.0], [0.0, np.nan]]))
    theme = current_theme()
    assert colour_at(view, middle(view, 0, 0)) == theme.backward.name()
    assert colour_at(view, middle(view, 0, 1)) == theme.forward.name()
    assert colour_at(view, middle(view, 1, 1)) == theme.error.name()
    assert colour_at(view, middle(view, 1, 0)) not in {theme.backward.name(), theme.forward.name(), theme.error.name()}


def test_index_and_value_are_told_and_a_click_chooses(shown, qtbot):
    view = TensorHeatmap()
    shown(view)
    array = np.arange(24.0).reshape(2, 3, 4)
    view.leading = (1,)
    feed(view, array)
    assert view.text_at(middle(view, 2, 3)) == "[1, 2, 3]  23"
    chosen: list[tuple[int, int]] = []
    view.element_clicked.connect(lambda *place: chosen.append(place))
    hover(view, middle(view, 1, 2))
    click(view, middle(view, 1, 2))
    assert chosen == [(1, 2)]
    click(view, QPointF(2, 2))
    assert chosen == [(1, 2)], "beside the plane"


def test_the_wheel_zooms_to_finer_cells_and_dragging_moves(shown):
    view = TensorHeatmap()
    shown(view)
    array = np.zeros((1024, 1024))
    array[700, 700] = 5
    feed(view, array)
    spot = middle(view, 700, 700)
    assert "largest of 16: 5" in view.text_at(spot)
    for _ in range(14):
        turn_wheel(view, spot, 1)
        feed(view, array)
    assert view.text_at(middle(view, 700, 700)) == "[700, 700]  5"
    assert colour_at(view, middle(view, 700, 700)) == current_theme().backward.name()
    press_key(view, Qt.Key.Key_Home)
    assert (view._seen.width(), view._seen.height()) == (1024, 1024)
    press_key(view, Qt.Key.Key_Plus)
    assert view._seen.width() < 1024 and view._seen.center() == QPointF(512, 512)
    press_key(view, Qt.Key.Key_Right)
    assert view._seen.center().x() > 512
    before = view._seen.left()
    drag(view, spot, spot + QPointF(60, 0))
    assert view._seen.left() < before


# --- the histogram ---------------------------------------------------------------------------------------------------


def test_bars_are_as_high_as_numpys_counts_say(shown):
    view = TensorHistogram()
    shown(view)
    array = np.random.default_rng(5).normal(size=900)
    feed(view, array)
    counts, _ = np.histogram(array, 30)
    assert view.heights() == pytest.approx(counts / counts.max())
    place = int(counts.argmax())
    bar = view.bar_rect(place)
    assert colour_at(view, bar.center()) == current_theme().forward.name()
    assert view.text_at(bar.center()).endswith(f": {counts[place]}")
    view.set_log(True)
    one = next((place for place, count in enumerate(counts) if count == 1), None)
    if one is not None:
        assert view.heights()[one] > 1 / counts.max(), "rare values are higher on a log axis"


def test_nothing_finite_is_said(shown):
    view = TensorHistogram()
    shown(view)
    feed(view, np.array([np.nan]))
    assert view.text_at(QPointF(100, 100)) == ""
    view.grab()


# --- images ----------------------------------------------------------------------------------------------------------


def test_an_image_of_a_batch_is_chosen_by_key(shown):
    tab = TensorPictureTab()
    shown(tab)
    array = np.zeros((3, 2, 2, 1))
    array[1, 0, 0] = 1.0
    assert tab.set_shape(array.shape)
    tab.reading.setCurrentIndex(tab.reading.findData(Reading.BATCH))
    feed(tab, array)
    theme = current_theme()
    assert tab.image.image(theme).pixelColor(0, 0).name() == "#000000"
    press_key(tab.number, Qt.Key.Key_Up)
    assert tab.number.value() == 1
    feed(tab, array)
    image = tab.image.image(theme)
    assert image.pixelColor(0, 0).name() == "#ffffff" and image.pixelColor(1, 1).name() == "#000000"


def test_filters_stand_side_by_side_with_lines_between_them(shown):
    tab = TensorPictureTab()
    shown(tab)
    array = np.random.default_rng(0).normal(size=(3, 3, 1, 4))
    tab.set_shape(array.shape)
    feed(tab, array)
    image = tab.image.image(current_theme())
    assert (image.width(), image.height()) == (7, 7)
    assert image.pixelColor(3, 0).name() == current_theme().surface.name()


def test_colours_and_what_is_not_finite(shown):
    tab = TensorPictureTab()
    shown(tab)
    array = np.array([[[0.0, 1.0, 0.0], [np.nan, 0.0, 0.0]]])
    tab.set_shape(array.shape)
    feed(tab, array)
    image = tab.image.image(current_theme())
    assert image.pixelColor(0, 0).name() == "#00ff00"
    assert image.pixelColor(1, 0).name() == current_theme().error.name()
    assert not tab.set_shape((7,)), "a vector is no image"


# --- words and files -------------------------------------------------------------------------------------------------


def test_figures_in_words():
    texts = {figure.name: (figure.text, figure.is_bad) for figure in figures_of(statistics(np.array([1, np.nan])))}
    assert texts["NaN"] == ("1", True) and texts["Max"] == ("1", False)
    assert [figure.name for figure in figures_of(statistics(np.array([b"a"], object)))] == ["Strings"]
    assert series_text(Series(TensorName("W", 0, Kind.GRADIENT), Measure.NORM)) == "‖∇W‖"
    assert series_text(Series(TensorName("W"), Measure.ELEMENT, (0, 1))) == "W[0, 1]"


def test_files_hold_every_digit(tmp_path):
    array = np.random.default_rng(2).normal(size=(2, 3, 4)).astype(np.float32)
    save_array(tmp_path / "a.csv", array)
    assert (np.loadtxt(tmp_path / "a.csv", delimiter=",", dtype=np.float32) == array.reshape(6, 4)).all()
    save_array(tmp_path / "a.npy", array)
    assert (np.load(tmp_path / "a.npy") == array).all()
    with pytest.raises(EngineError, match=r"choose \.csv"):
        save_array(tmp_path / "s.npy", np.array([b"a"], object))
    assert array_as_text(np.array([b"a,b", b"c"], object), ",") == '"a,b"\nc'
