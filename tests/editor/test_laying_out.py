"""Laying out a canvas: at once or in another process, one step, given up by Esc or an edit, and shown as it moves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import shiboken6
from PySide6.QtCore import QObject, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from editor.canvas import laying_out
from editor.document import Document
from editor.layouts.layering import Link, Size
from editor.layouts.process import LayoutProcess
from editor.layouts.progress import LayoutProgress
from editor.layouts.task import LayoutTask
from engine.formats.graph_file import model_to_bytes
from tests.editor import gui
from tests.editor.canvas_kit import Canvas

#: Long enough for a process to start on a busy machine, in milliseconds.
PATIENCE = 20_000


@pytest.fixture
def canvas(qapp: QApplication) -> Iterator[Canvas]:
    canvas = Canvas()
    yield canvas
    canvas.view.laying_out.cancel()
    canvas.view.close()


@pytest.fixture
def in_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every layout goes to the other process, however small it is."""
    monkeypatch.setattr(laying_out, "QUICK_NODES", 0)


def places(document: Document) -> dict[str, tuple[float, float]]:
    return {name: document.position(name) for name in document.names()}


def test_the_other_process_finds_the_same_places_in_one_step(
    canvas: Canvas, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = model_to_bytes(canvas.document.model)
    canvas.view.arrange()
    at_once = places(canvas.document)
    canvas.document.undo_stack.undo()
    canvas.document.undo_stack.clear()
    monkeypatch.setattr(laying_out, "QUICK_NODES", 0)
    layout = canvas.view.laying_out
    for _ in range(2):  # the second is done by the same process
        with qtbot.waitSignals([layout.began, layout.ended], timeout=PATIENCE):
            canvas.view.arrange()
            assert layout.is_running
            assert model_to_bytes(canvas.document.model) == before, "nothing happens before it is worked out"
        assert places(canvas.document) == at_once
        assert canvas.document.undo_stack.count() == 1
        canvas.document.undo_stack.undo()
        assert model_to_bytes(canvas.document.model) == before


def test_only_the_selection_is_laid_out(canvas: Canvas, qtbot: QtBot, in_a_process: None) -> None:
    before = places(canvas.document)
    canvas.view.select(["product", "sum"])
    with qtbot.waitSignal(canvas.view.laying_out.ended, timeout=PATIENCE):
        canvas.view.arrange()
    after = places(canvas.document)
    assert {name for name in after if after[name] != before[name]} == {"sum"}
    assert after["sum"] > after["product"]


def test_esc_gives_a_layout_up(canvas: Canvas, qtbot: QtBot, in_a_process: None) -> None:
    before = model_to_bytes(canvas.document.model)
    canvas.view.select([])
    canvas.view.arrange()
    with qtbot.waitSignal(canvas.view.laying_out.ended):
        canvas.key(Qt.Key.Key_Escape)
    assert not canvas.view.laying_out.is_running
    QTest.qWait(50)
    assert model_to_bytes(canvas.document.model) == before
    assert canvas.document.undo_stack.count() == 0
    with qtbot.waitSignal(canvas.view.laying_out.ended, timeout=PATIENCE):
        canvas.view.arrange()
    assert canvas.document.undo_stack.count() == 1, "another process does the next one"


def test_an_edit_meanwhile_discards_the_layout_with_a_sentence(
    canvas: Canvas, qtbot: QtBot, in_a_process: None
) -> None:
    layout = canvas.view.laying_out
    canvas.view.arrange()
    with qtbot.waitSignal(layout.discarded) as told:
        canvas.document.rename("product", "times")
    assert "edited meanwhile" in told.args[0]
    assert not layout.is_running
    QTest.qWait(50)
    assert canvas.document.undo_stack.count() == 1
    assert canvas.document.position("times") == (260, 40)


def test_a_process_that_dies_is_told_of_and_replaced(canvas: Canvas, qtbot: QtBot, in_a_process: None) -> None:
    layout = canvas.view.laying_out
    with qtbot.waitSignal(layout.ended, timeout=PATIENCE):
        canvas.view.arrange()
    canvas.document.undo_stack.undo()
    process = layout._process
    assert process is not None
    assert process._link is not None
    process._link._process.kill()
    with qtbot.waitSignal(layout.discarded, timeout=PATIENCE) as told:
        canvas.view.arrange()
    assert "ended by itself" in told.args[0]
    with qtbot.waitSignal(layout.ended, timeout=PATIENCE):
        canvas.view.arrange()
    assert canvas.document.undo_stack.count() == 1


def test_the_process_ends_with_the_window(qtbot: QtBot) -> None:
    parent = QObject()
    process = LayoutProcess(parent)
    with qtbot.waitSignal(process.placed, timeout=PATIENCE) as answer:
        process.send(LayoutTask([Size(160, 68)] * 2, [Link(0, 1, 22, 22)]))
    assert answer.args == [[(0.0, 0.0), (240.0, 0.0)]]
    assert process._link is not None
    worker = process._link._process
    assert worker.is_alive()
    shiboken6.delete(parent)
    assert not worker.is_alive()


def test_nodes_glide_to_their_places_unless_motion_is_reduced(canvas: Canvas, qtbot: QtBot) -> None:
    item, moving = canvas.node("square"), canvas.view.moving
    before = item.pos()
    canvas.view.set_motion_reduced(False)
    canvas.view.arrange()
    there = QPointF(*canvas.document.position("square"))
    assert there != before
    assert moving.is_running
    assert item.pos() == before, "the document is there at once, the picture on its way"
    qtbot.waitUntil(lambda: not moving.is_running)
    assert item.pos() == there
    canvas.assert_shows_document()
    canvas.document.undo_stack.undo()
    canvas.view.set_motion_reduced(True)
    canvas.view.arrange()
    assert not moving.is_running
    assert item.pos() == there


def test_a_press_or_an_edit_ends_the_glide(canvas: Canvas) -> None:
    canvas.view.set_motion_reduced(False)
    canvas.view.arrange()
    gui.press(canvas.viewport, canvas.on_nothing())
    assert not canvas.view.moving.is_running
    canvas.assert_shows_document()
    gui.release(canvas.viewport, canvas.on_nothing())
    canvas.document.undo_stack.undo()
    canvas.view.arrange()
    canvas.document.delete(["square"])
    canvas.assert_shows_document()


def test_the_progress_is_shown_with_a_button_that_gives_up(qtbot: QtBot) -> None:
    progress = LayoutProgress(None)  # type: ignore[arg-type]
    qtbot.addWidget(progress)
    assert progress.isHidden()
    progress.begin(12_345)
    progress.show_share(0.37)
    assert progress.isVisible()
    assert "12,345" in progress.label.text()
    assert progress.bar.value() == 37
    with qtbot.waitSignal(progress.cancel_wanted):
        progress.cancel.click()
