"""Data for a placeholder and the run settings."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QFileDialog, QListView
from pytestqt.qtbot import QtBot

from editor.document import Document
from editor.panels.data_editor import DataEditor
from editor.panels.run_settings import RunSettingsPanel
from engine.model import CsvColumns, DataSource, NumpyArray, TypedValues
from engine.training.data import load_source
from tests.editor.panels_kit import retype, show


@pytest.fixture
def data(qtbot: QtBot, document: Document) -> DataEditor:
    editor = DataEditor(document, "x")
    show(qtbot, editor, 320, 600)
    document.data_changed.connect(lambda name: editor.refresh())
    return editor


def source_of(document: Document) -> DataSource | None:
    return document.model.data.get("x")


def pick(combo: QComboBox, text: str) -> None:
    """Chooses an entry with the arrow keys."""
    wanted = combo.findText(text)
    assert wanted >= 0
    combo.setFocus()
    key = Qt.Key.Key_Down if wanted > combo.currentIndex() else Qt.Key.Key_Up
    for _ in range(abs(wanted - combo.currentIndex())):
        QTest.keyClick(combo, key)
    assert combo.currentText() == text


def row_of(rows: QListView, text: str) -> QModelIndex:
    model = rows.model()
    rows_there = (model.index(place, 0) for place in range(model.rowCount()))
    return next(row for row in rows_there if row.data() == text)


def is_ticked(rows: QListView, text: str) -> bool:
    return Qt.CheckState(row_of(rows, text).data(Qt.ItemDataRole.CheckStateRole)) is Qt.CheckState.Checked


def tick(rows: QListView, text: str) -> None:
    """Clicks the check box of a row."""
    rect = rows.visualRect(row_of(rows, text))
    QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(rect.left() + 16, rect.center().y()))


def write_csv(path: Path) -> Path:
    path.write_text("size,rooms,price\n50,1,100.5\n60,2,110\n70,3,120\n", encoding="utf-8")
    return path


def answer_dialog(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *args, **kwargs: (str(path), ""))


def test_typed_values_say_what_they_are_and_enter_takes_them(
    qtbot: QtBot, data: DataEditor, document: Document
) -> None:
    assert data.kind.currentText() == "Typed values"
    assert data.typed.text.toPlainText() == "1, 2, 3, 4"
    assert data.typed.feedback.text() == "4 values, [4] float32"
    retype(data.typed.text, "1 2; 3 4", end=None)
    qtbot.waitUntil(lambda: data.typed.feedback.text() == "4 values, [2, 2] float32")
    assert source_of(document) == TypedValues("1, 2, 3, 4")
    QTest.keyClick(data.typed.text, Qt.Key.Key_Return)
    assert source_of(document) == TypedValues("1 2; 3 4")
    document.undo_stack.undo()
    assert data.typed.text.toPlainText() == "1, 2, 3, 4"


def test_typed_values_that_are_none_are_refused_in_place(qtbot: QtBot, data: DataEditor, document: Document) -> None:
    retype(data.typed.text, "1, two", end=None)
    qtbot.waitUntil(lambda: "'two' is not a number" in data.typed.feedback.text())
    QTest.keyClick(data.typed.text, Qt.Key.Key_Return)
    assert source_of(document) == TypedValues("1, 2, 3, 4")
    assert data.typed.text.toPlainText() == "1, two"
    QTest.keyClick(data.typed.text, Qt.Key.Key_Escape)
    assert data.typed.text.toPlainText() == "1, 2, 3, 4"


def test_typed_values_that_do_not_fit_the_shape_say_so(qtbot: QtBot, data: DataEditor, document: Document) -> None:
    document.set_attribute("x", "shape", "[?, 3]")
    retype(data.typed.text, "1, 2", end=None)
    qtbot.waitUntil(lambda: "which has shape (?, 3)" in data.typed.feedback.text())


def test_columns_of_a_csv_file_are_ticked(
    data: DataEditor, document: Document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_csv(tmp_path / "houses.csv")
    answer_dialog(monkeypatch, path)
    pick(data.kind, "CSV file")
    assert source_of(document) == TypedValues("1, 2, 3, 4"), "nothing changes before a file is chosen"
    QTest.mouseClick(data.csv.chooser.button, Qt.MouseButton.LeftButton)
    assert source_of(document) == CsvColumns(path.as_posix(), ("size",))
    assert data.csv.rows.text() == "3 rows"
    model = data.csv.preview.model()
    assert [model.index(0, column).data() for column in range(3)] == ["50", "1", "100.5"]
    assert data.csv.as_matrix.isEnabled()
    tick(data.csv.columns, "price")
    source = source_of(document)
    assert source is not None
    assert source == CsvColumns(path.as_posix(), ("size", "price"))
    assert not data.csv.as_matrix.isEnabled()
    array = load_source(source, document.operation("x"), None)
    assert array.tolist() == [[50, 100.5], [60, 110], [70, 120]]
    document.undo_stack.undo()
    ticked = data.csv.columns.findItems("price", Qt.MatchFlag.MatchExactly)
    assert ticked[0].checkState() is Qt.CheckState.Unchecked
    document.undo_stack.undo()
    assert source_of(document) == TypedValues("1, 2, 3, 4")
    assert data.kind.currentText() == "Typed values"


def test_the_last_column_stays_until_another_is_ticked(
    data: DataEditor, document: Document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_csv(tmp_path / "houses.csv")
    data.csv.take_file(str(path))
    tick(data.csv.columns, "size")
    assert data.csv.refusal.text() == "Tick at least one column."
    assert source_of(document) == CsvColumns(path.as_posix(), ("size",))
    tick(data.csv.columns, "rooms")
    assert source_of(document) == CsvColumns(path.as_posix(), ("rooms",))
    assert not data.csv.refusal.isVisible()
    QTest.keyClick(data.csv.as_matrix, Qt.Key.Key_Space)
    assert source_of(document) == CsvColumns(path.as_posix(), ("rooms",), as_matrix=True)


def test_a_file_that_is_no_table_is_refused_in_place(data: DataEditor, document: Document, tmp_path: Path) -> None:
    pick(data.kind, "CSV file")
    missing = tmp_path / "missing.csv"
    data.csv.take_file(str(missing))
    assert "missing.csv" in data.csv.refusal.text()
    pick(data.kind, "NumPy file")
    junk = tmp_path / "junk.npz"
    junk.write_bytes(b"not an archive")
    data.numpy.take_file(str(junk))
    assert "junk.npz" in data.numpy.refusal.text()
    assert source_of(document) == TypedValues("1, 2, 3, 4")


def test_an_array_of_a_numpy_file_is_chosen(
    data: DataEditor, document: Document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "arrays.npz"
    np.savez(path, inputs=np.zeros((100, 3), np.float32), labels=np.zeros(100, np.int64))
    answer_dialog(monkeypatch, path)
    pick(data.kind, "NumPy file")
    QTest.mouseClick(data.numpy.chooser.button, Qt.MouseButton.LeftButton)
    assert source_of(document) == NumpyArray(path.as_posix(), "inputs")
    assert data.numpy.array.currentText() == "inputs  [100, 3] float32"
    QTest.keyClick(data.numpy.array, Qt.Key.Key_Down)
    assert source_of(document) == NumpyArray(path.as_posix(), "labels")


def test_a_single_array_needs_no_choice(data: DataEditor, document: Document, tmp_path: Path) -> None:
    path = tmp_path / "one.npy"
    np.save(path, np.zeros((5, 2)))
    pick(data.kind, "NumPy file")
    data.numpy.take_file(str(path))
    assert source_of(document) == NumpyArray(path.as_posix(), "")
    assert not data.numpy.array.isVisible()
    assert data.numpy.single.text() == "[5, 2] float64"


def test_none_takes_the_data_away(data: DataEditor, document: Document) -> None:
    pick(data.kind, "None")
    assert "x" not in document.model.data
    document.undo_stack.undo()
    assert data.typed.text.toPlainText() == "1, 2, 3, 4"
    assert data.typed.isVisible()


@pytest.fixture
def settings(qtbot: QtBot, document: Document) -> RunSettingsPanel:
    panel = RunSettingsPanel(document)
    show(qtbot, panel, 320, 600)
    return panel


def test_numbers_of_the_run_settings_are_typed(settings: RunSettingsPanel, document: Document) -> None:
    before = document.undo_stack.count()
    for spin, text in ((settings.epochs, "1000"), (settings.batch_size, "2"), (settings.seed, "7")):
        spin.setFocus()
        spin.selectAll()
        QTest.keyClicks(spin, text)
        QTest.keyClick(spin, Qt.Key.Key_Return)
    run = document.model.run
    assert (run.epochs, run.batch_size, run.seed) == (1000, 2, 7)
    assert document.undo_stack.count() == before + 3
    assert settings.held_back.text() == "None"
    QTest.keyClick(settings.held_back, Qt.Key.Key_Up)
    assert document.model.run.held_back == 1
    document.undo_stack.undo()
    document.undo_stack.undo()
    assert settings.seed.value() == 0


def test_shuffle_and_metrics_are_ticked(settings: RunSettingsPanel, document: Document) -> None:
    QTest.keyClick(settings.shuffle, Qt.Key.Key_Space)
    assert document.model.run.shuffle is False
    tick(settings.metrics, "cost")
    assert document.model.run.metrics == ("cost",)
    document.rename("cost", "loss")
    assert is_ticked(settings.metrics, "loss")
    document.undo_stack.undo()
    document.undo_stack.undo()
    assert not document.model.run.metrics
    assert not is_ticked(settings.metrics, "cost")


def test_one_of_several_optimizers_is_chosen(settings: RunSettingsPanel, document: Document) -> None:
    assert settings.optimizer.currentText() == "Automatic (train)"
    document.add_node("GradientDescent", (0.0, 0.0), "other")
    assert settings.optimizer.currentText() == "Automatic"
    pick(settings.optimizer, "other")
    assert document.model.run.optimizer == "other"


def test_every_setting_is_explained_and_reached_with_the_keyboard(settings: RunSettingsPanel) -> None:
    for widget in (
        settings.epochs,
        settings.batch_size,
        settings.shuffle,
        settings.seed,
        settings.held_back,
        settings.optimizer,
        settings.metrics,
    ):
        assert widget.toolTip()
        assert widget.accessibleName()
        assert widget.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_a_long_column_name_covers_no_row(data: DataEditor, tmp_path: Path) -> None:
    long = "a_column_name_" * 12
    path = tmp_path / "long.csv"
    path.write_text(f"first,{long}\n1,2\n", encoding="utf-8")
    pick(data.kind, "CSV file")
    data.csv.take_file(str(path))
    columns = data.csv.columns
    assert columns.count() == 2
    last = columns.item(1)
    assert last.toolTip() == long
    assert columns.viewport().rect().bottom() >= columns.visualItemRect(last).bottom()
