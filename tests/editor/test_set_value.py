"""Giving a variable another value at a past moment, by mouse and keys; and the mark of a run of an older graph."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialogButtonBox

from editor.features.set_value import SetValueDialog
from editor.run.state import RunState
from engine.debugger.moment import Moment
from tests.editor.panels_kit import tutorial_document
from tests.editor.window_kit import show_window


@pytest.fixture
def window(qtbot, tmp_path):
    document = tutorial_document()
    document.save(tmp_path / "line.graph")
    window = show_window(qtbot, tmp_path, 1200, 800)
    window.open_path(tmp_path / "line.graph")
    yield window
    window.document.undo_stack.setClean()
    window.close()
    window.deleteLater()


def answer(text, seen):
    """Types into the dialog once it is there and presses OK; a refusal is kept, and the dialog then cancelled."""

    def type_into():
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, SetValueDialog)
        dialog.field.edit.selectAll()
        QTest.keyClicks(dialog.field.edit, text)
        dialog.buttons.button(QDialogButtonBox.StandardButton.Ok).click()
        seen.append(dialog.field.refusal.text())
        if dialog.isVisible():
            dialog.reject()

    QTimer.singleShot(50, type_into)


def run_and_seek(window, qtbot, moment):
    controller = window.controller
    controller.run(20)
    qtbot.waitUntil(lambda: controller.state is RunState.FINISHED and controller.view is not None, timeout=20_000)
    controller.seek(moment)
    qtbot.waitUntil(lambda: controller.view is not None and controller.view.moment == moment, timeout=20_000)


def test_a_variable_gets_a_value_and_the_run_forks(window, qtbot):
    run_and_seek(window, qtbot, Moment(5, 0, 0))
    window.canvas.select(["W"])
    seen = []
    answer("[7.5]", seen)
    window.features.set_value.action.trigger()
    controller = window.controller
    qtbot.waitUntil(lambda: controller.variable_values()["W"].tolist() == [7.5], timeout=20_000)
    assert seen == [""] and len(controller.runs) == 2 and controller.runs.present.forked_at == 5
    controller.run(20)
    qtbot.waitUntil(lambda: controller.state is RunState.FINISHED, timeout=20_000)
    assert controller.history.epochs[0] == 5


@pytest.mark.parametrize(("text", "words"), [("[1, 2]", "shape"), ("abc", "abc"), ("1e99", "1e+99")])
def test_what_is_no_value_of_the_variable_is_refused_below_the_field(window, qtbot, text, words):
    run_and_seek(window, qtbot, Moment(5, 0, 0))
    window.canvas.select(["W"])
    seen = []
    answer(text, seen)
    window.features.set_value.action.trigger()
    assert words in seen[0] and len(window.controller.runs) == 1


def test_enter_sets_the_value_and_a_refusal_has_room_of_its_own(window, qtbot):
    dialog = SetValueDialog(window.document.operation("W"), np.ones(1, np.float32), window)
    qtbot.addWidget(dialog)
    dialog.show()
    edit, refusal = dialog.field.edit, dialog.field.refusal
    edit.selectAll()
    QTest.keyClicks(edit, "abc")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert "abc" in refusal.text() and dialog.isVisible()
    qtbot.waitUntil(lambda: refusal.y() >= edit.geometry().bottom(), timeout=5_000)
    QTest.keyClicks(edit, "[7.5]")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert dialog.value is not None and dialog.value.tolist() == [7.5] and not dialog.isVisible()


def test_before_a_run_there_is_nothing_to_set(window):
    window.canvas.select(["W"])
    window.features.set_value.action.trigger()
    assert "has no value yet" in window.status.refusal
    window.canvas.select(["x"])
    assert not window.features.set_value.action.isEnabled()


def test_the_status_bar_tells_where_the_cursor_is(window, qtbot):
    run_and_seek(window, qtbot, Moment(5, 0, 3))
    assert window.status._progress.text().startswith("Paused · epoch 5 · operation 3 of ")


def test_a_run_is_marked_as_that_of_an_older_graph(window, qtbot):
    run_and_seek(window, qtbot, Moment(5, 0, 0))
    window.document.add_node("Constant", (900, 900))
    assert "older graph" in window.status._progress.text()
