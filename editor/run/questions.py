"""What the window asks of the training process beyond training: anything that can be told of a run and its step."""

from __future__ import annotations

from typing import Any, Protocol

from engine.debugger.debugger import Debugger


class AboutStep:
    """What questions derive from that look at values of the step.

    While training goes on at full speed such values are not kept: these questions are answered in the next step that
    is trained where they are, together with its picture.
    """

    __slots__ = ()


class Question(Protocol):
    """A question that can be pickled, so a frozen dataclass; without Qt, as it is answered in the training process."""

    def answer(self, debugger: Debugger) -> Any:
        """The answer, which can be pickled too. Leaves the run as it is. Raises EngineError."""
        ...
