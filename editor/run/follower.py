"""Asks the training process the same thing again whenever the run has moved: the latest only, never in a queue."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Any

from PySide6.QtCore import QObject, QTimer

from editor.run.controller import RunController, RunState
from editor.run.questions import Question

#: Milliseconds between two questions at the least; and in the durations of their answers, so that large ones are rare.
LEAST_INTERVAL = 100
_SHARE = 5


class Follower(QObject):
    """Keeps what ``receive`` was given last up to date.

    ``question`` says what is to be asked now; None for nothing, while nobody looks. One question is under way at a
    time; an answer that another question has overtaken is dropped. ``receive`` gets the answer or a Problem.
    """

    def __init__(
        self,
        controller: RunController,
        question: Callable[[], Question | None],
        receive: Callable[[Any], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._controller = controller
        self._question = question
        self._receive = receive
        self._asked: Question | None = None
        self._asked_at = 0.0
        self._is_old = False
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._ask)
        controller.moved.connect(self.refresh)
        controller.values_changed.connect(self.refresh)
        controller.state_changed.connect(self.refresh)

    def refresh(self, *_: object) -> None:
        """What was told is old, or something else is wanted: asks as soon as it may."""
        self._is_old = True
        if self._asked is None and not self._timer.isActive():
            self._timer.start(0)

    @property
    def can_ask(self) -> bool:
        """Whether there is a run to look at; asking must not begin one."""
        return self._controller.view is not None or self._controller.state is RunState.RUNNING

    def _ask(self) -> None:
        question = self._question() if self._is_old and self.can_ask else None
        if question is None:
            return
        self._is_old = False
        self._asked = question
        self._asked_at = perf_counter()
        self._controller.inquire(question, self._take)

    def _take(self, answer: Any) -> None:
        asked, self._asked = self._asked, None
        took = (perf_counter() - self._asked_at) * 1000
        is_wanted = asked == self._question()
        self._is_old |= not is_wanted
        self._timer.start(max(LEAST_INTERVAL, round(_SHARE * took)) if is_wanted else 0)
        if is_wanted:
            self._receive(answer)
