"""Asking for a value, and the list of problems."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from editor.document import Document
from editor.panels.ask_panel import AskPanel
from editor.panels.problems_panel import ProblemsPanel
from engine.graph import Problem, Severity
from tests.editor.panels_kit import RecordedRun, collect, retype, show


@pytest.fixture
def ask(qtbot: QtBot, document: Document, run: RecordedRun) -> AskPanel:
    panel = AskPanel(document, run)
    show(qtbot, panel, 900, 260)
    return panel


def choose(ask: AskPanel, text: str) -> None:
    """Types into the search for nodes and presses Enter."""
    edit = ask.combo.lineEdit()
    assert edit is not None
    retype(edit, text, end=None)
    QTest.keyClick(ask.combo, Qt.Key.Key_Return)


def test_the_tutorials_question(ask: AskPanel, run: RecordedRun) -> None:
    assert not ask.compute.isEnabled()
    choose(ask, "hypo")
    assert ask.chosen == ["hypothesis"]
    assert list(ask.feeds) == ["x"]
    assert ask.feeds["x"].edit.placeholderText() == "5 or 1, 2, 3"
    retype(ask.feeds["x"].edit, "5")
    assert run.questions == [(["hypothesis"], {"x": "5"})]
    run.answered.emit({"hypothesis": np.array([17.00961], np.float32)})
    assert ask.answers["hypothesis"].text.toPlainText() == "[17.00961]"
    assert ask.answers["hypothesis"].heading.text() == "hypothesis  [1] float32"


def test_only_the_placeholders_that_are_needed_are_asked_for(ask: AskPanel, document: Document) -> None:
    choose(ask, "W")
    assert list(ask.feeds) == []
    choose(ask, "product")
    assert list(ask.feeds) == ["x"]
    choose(ask, "cost")
    assert list(ask.feeds) == ["x", "y"]
    assert ask.chosen == ["W", "product", "cost"]
    ask.feeds["x"].edit.setText("3")
    ask.drop("cost")
    assert list(ask.feeds) == ["x"]
    assert ask.feeds["x"].edit.text() == "3"
    document.disconnect([wire for wire in document.wires_of("product") if wire.source == "x"])
    assert list(ask.feeds) == []


def test_an_empty_or_wrong_field_is_refused_in_place(ask: AskPanel, run: RecordedRun) -> None:
    choose(ask, "product")
    QTest.mouseClick(ask.compute, Qt.MouseButton.LeftButton)
    assert ask.feeds["x"].refusal.text() == "Type a value for x."
    retype(ask.feeds["x"].edit, "five")
    assert "'five' is not a number" in ask.feeds["x"].refusal.text()
    assert run.questions == []
    retype(ask.feeds["x"].edit, "5, 6", end=None)
    assert not ask.feeds["x"].refusal.isVisible()
    QTest.mouseClick(ask.compute, Qt.MouseButton.LeftButton)
    assert run.questions == [(["product"], {"x": "5, 6"})]


def test_a_failure_of_the_question_is_shown_and_one_of_the_run_is_not(ask: AskPanel, run: RecordedRun) -> None:
    choose(ask, "W")
    run.failed.emit(Problem("The loss is nan after epoch 3.", "cost"))
    assert not ask.refusal.isVisible()
    QTest.mouseClick(ask.compute, Qt.MouseButton.LeftButton)
    run.failed.emit(Problem("W has no value yet; press Run.", "W"))
    assert ask.refusal.isVisible()
    assert ask.refusal.text() == "W has no value yet; press Run."


def test_renamed_and_deleted_nodes(ask: AskPanel, document: Document) -> None:
    choose(ask, "hypothesis")
    ask.feeds["x"].edit.setText("5")
    document.rename("x", "size")
    assert list(ask.feeds) == ["size"]
    assert ask.feeds["size"].edit.text() == "5"
    document.rename("hypothesis", "guess")
    assert ask.chosen == ["guess"]
    document.delete(["guess"])
    assert ask.chosen == []
    assert ask.feeds == {}


# --- problems ------------------------------------------------------------------------------------------------

PROBLEMS = [
    Problem("Nothing is wired to 'loss'; connect it.", "train", "loss"),
    Problem(
        "Incompatible shapes: (3,) vs. (4,). Change the shape of x or of W so that both have as many elements, or put "
        "a Reshape between them where that is what is meant.",
        "a_layer/with/a/long/name",
    ),
    Problem("More rows are held back than there are.", "", severity=Severity.WARNING),
]


@pytest.fixture
def problems(qtbot: QtBot, document: Document, monkeypatch: pytest.MonkeyPatch) -> ProblemsPanel:
    monkeypatch.setattr(Document, "problems", property(lambda self: list(PROBLEMS)))
    panel = ProblemsPanel(document)
    show(qtbot, panel, 500, 260)
    return panel


def test_problems_are_listed_and_activated(problems: ProblemsPanel) -> None:
    activated = collect(problems.activated)
    assert problems.view.isVisible()
    assert [problems.model.item(row).text() for row in range(3)] == [str(problem) for problem in PROBLEMS]
    place = problems.view.visualRect(problems.model.index(1, 0)).center()
    QTest.mouseClick(problems.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert activated == []
    QTest.mouseDClick(problems.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    QTest.keyClick(problems.view, Qt.Key.Key_Up)
    QTest.keyClick(problems.view, Qt.Key.Key_Return)
    assert activated == [PROBLEMS[1], PROBLEMS[0]]


def test_a_long_sentence_has_as_many_lines_as_it_needs(problems: ProblemsPanel, qtbot: QtBot) -> None:
    def height(row: int) -> int:
        return problems.view.visualRect(problems.model.index(row, 0)).height()

    wide = height(1)
    assert wide > height(0)
    problems.resize(300, 260)
    qtbot.waitUntil(lambda: height(1) > wide)


def test_no_problems_are_said_too(problems: ProblemsPanel, document: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Document, "problems", property(lambda self: []))
    document.problems_changed.emit()
    assert problems.empty.isVisible()
    assert problems.empty.label.text() == "No problems."


def test_the_row_that_is_current_stays_so(
    problems: ProblemsPanel, document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    problems.view.setCurrentIndex(problems.model.index(2, 0))
    monkeypatch.setattr(Document, "problems", property(lambda self: [PROBLEMS[2], PROBLEMS[0]]))
    document.problems_changed.emit()
    assert problems.view.currentIndex().row() == 0


def test_choosing_a_node_answers_the_call_for_one(ask: AskPanel) -> None:
    QTest.keyClick(ask, Qt.Key.Key_Return)
    assert ask.refusal.isVisible()
    choose(ask, "hyp")
    assert ask.chosen == ["hypothesis"]
    assert not ask.refusal.isVisible()
