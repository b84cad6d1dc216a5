"""What the window asks of the training process to draw the fit of a model. No Qt here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple
from weakref import WeakKeyDictionary

from engine.debugger.debugger import Debugger
from engine.debugger.fit import Answers, Fit, Points

#: The fit that was asked for last of each run, with the node.
_fits: WeakKeyDictionary[Debugger, tuple[str, Fit]] = WeakKeyDictionary()


class FitPicture(NamedTuple):
    """Data and answers of a model."""

    #: None where they are known already.
    points: Points | None
    answers: Answers


@dataclass(frozen=True, slots=True)
class ShowFit:
    """What does a node ("": the hypothesis) answer with the variables where the cursor is?"""

    node: str
    with_points: bool

    def answer(self, debugger: Debugger) -> FitPicture:
        known, fit = _fits.get(debugger, ("", None))
        if fit is None or known != self.node:
            fit = Fit(debugger.run, self.node)
            _fits[debugger] = self.node, fit
        return FitPicture(fit.points() if self.with_points else None, fit.answers(debugger.run.values()))
