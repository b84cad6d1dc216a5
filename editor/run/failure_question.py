"""Asking the training process why a run has failed. No Qt here."""

from __future__ import annotations

from dataclasses import dataclass

from engine.debugger.causes.cause import Cause
from engine.debugger.debugger import Debugger
from engine.debugger.failure import cause_of_failure


@dataclass(frozen=True, slots=True)
class WhyFailed:
    """Where the NaN or infinity comes from at whose step the cursor is."""

    def answer(self, debugger: Debugger) -> Cause | None:
        return cause_of_failure(debugger)
