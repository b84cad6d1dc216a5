"""Answers the window's questions in the training process. No Qt here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from editor.run.held_runs import HeldRuns, path_of, problem_of_any
from editor.run.loaded_model import ask_another, explain_step
from editor.run.messages import Answered, Ask, Inquire, Inquired, Profile, Profiled
from editor.run.questions import AboutStep
from engine.graph import Problem


class Answers:
    """Answers questions about the present run; those about the values of a step wait until it is one that has them."""

    def __init__(self, runs: HeldRuns, send: Callable[[object], None]) -> None:
        self._runs = runs
        self._send = send
        #: Questions about the values of a step that came while training goes on: answered in the next such step.
        self._waiting: list[Inquire] = []

    def inquire(self, message: Inquire, has_step: bool) -> None:
        """Answers a question now, unless it is about a step and the run ``has_step`` not."""
        if not has_step and isinstance(message.question, AboutStep):
            self._waiting.append(message)
        else:
            self._answer(message)

    def answer_waiting(self) -> None:
        """Answers what waited for a step whose values are kept."""
        waiting, self._waiting = self._waiting, []
        for message in waiting:
            self._answer(message)

    def _answer(self, message: Inquire) -> None:
        loaded = self._runs.present
        try:
            if loaded is None:
                answer: Any = self._runs.problem or Problem("There is no run to ask; run the graph first.")
            else:
                answer = message.question.answer(loaded.debugger)
        except Exception as error:
            answer = problem_of_any(error)
        self._send(Inquired(message.number, answer))

    def ask(self, question: Ask) -> None:
        """Computes nodes with the present variables."""
        loaded = self._runs.present
        if loaded is None:
            self._send(Answered({}, self._runs.problem))
            return
        try:
            if question.model is None:
                values = loaded.ask(question.names, question.feeds)
            else:
                values = ask_another(question.model, loaded.values(), question.names, question.feeds)
            answer = Answered(values)
        except Exception as error:
            answer = Answered({}, problem_of_any(error))
        self._send(answer)

    def profile(self, wanted: Profile) -> None:
        """Times a step of a run of its own, so that the one that goes on is not changed."""
        try:
            answer = Profiled(wanted.number, explain_step(wanted.model, path_of(wanted.folder)))
        except Exception as error:
            answer = Profiled(wanted.number, problem_of_any(error))
        self._send(answer)
