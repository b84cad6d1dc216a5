"""Following a run by questions: one under way at a time, the latest only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtTest import QTest

from editor.document import Document
from editor.run.controller import RunController
from editor.run.follower import LEAST_INTERVAL, Follower
from editor.run.looking import Look, Wanted
from engine.debugger.tensors.tensor_name import TensorName

PATIENCE = 20_000


class AskedRun(RunController):
    """A run that stands still, and answers when the test says so."""

    def __init__(self) -> None:
        super().__init__(Document())
        self.asked: list[tuple[Any, Callable[[Any], None]]] = []

    @property
    def view(self) -> Any:
        return object()

    def inquire(self, question: Any, receive: Callable[[Any], None]) -> None:
        self.asked.append((question, receive))


def look_at(node: str) -> Look:
    return Look((Wanted(TensorName(node)),))


class Looker:
    """What a panel does with a follower."""

    def __init__(self, run: AskedRun) -> None:
        self.question: Look | None = look_at("W")
        self.received: list[str] = []
        self.follower = Follower(run, lambda: self.question, self.received.append, run)


@pytest.fixture
def run(qapp) -> AskedRun:
    return AskedRun()


def test_however_often_the_run_moves_one_question_is_under_way(run, qtbot):
    looker = Looker(run)
    for _ in range(20):
        run.moved.emit(None)
        QTest.qWait(1)
    assert len(run.asked) == 1
    run.asked[0][1]("first")
    assert looker.received == ["first"]
    assert looker.follower._timer.interval() >= LEAST_INTERVAL, "the next one comes no sooner"
    for _ in range(20):
        run.moved.emit(None)
    assert len(run.asked) == 1
    qtbot.waitUntil(lambda: len(run.asked) == 2, timeout=PATIENCE)
    run.asked[1][1]("second")
    qtbot.waitUntil(lambda: not looker.follower._timer.isActive(), timeout=PATIENCE)
    assert len(run.asked) == 2, "nothing has moved since"


def test_an_answer_that_is_not_wanted_any_more_is_dropped(run, qtbot):
    looker = Looker(run)
    run.moved.emit(None)
    qtbot.waitUntil(lambda: len(run.asked) == 1, timeout=PATIENCE)
    looker.question = look_at("b")
    looker.follower.refresh()
    run.asked[0][1]("W")
    assert looker.received == []
    qtbot.waitUntil(lambda: len(run.asked) == 2, timeout=PATIENCE)
    assert run.asked[1][0] == look_at("b")
    run.asked[1][1]("b")
    assert looker.received == ["b"]


def test_nothing_is_asked_while_nobody_looks(run, qtbot):
    looker = Looker(run)
    looker.question = None
    run.moved.emit(None)
    QTest.qWait(5)
    assert run.asked == []
    looker.question = look_at("W")
    looker.follower.refresh()
    qtbot.waitUntil(lambda: len(run.asked) == 1, timeout=PATIENCE)
