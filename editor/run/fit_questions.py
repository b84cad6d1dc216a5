"""What the window asks of the training process to draw the fit of a model. No Qt here."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import NamedTuple
from weakref import WeakKeyDictionary

from engine.debugger.debugger import Debugger
from engine.debugger.fit.fit import Answers, Fit, Points

#: The fit that was asked for last of each run, with the node.
_fits: WeakKeyDictionary[Debugger, tuple[str, int, Fit]] = WeakKeyDictionary()
_serials = count(1)


class FitPicture(NamedTuple):
    """Data and answers of a model."""

    #: Another one for other data, another run or another node.
    serial: int
    #: None where they are known already.
    points: Points | None
    answers: Answers


@dataclass(frozen=True, slots=True)
class ShowFit:
    """What does a node ("": the hypothesis) answer with the variables where the cursor is?"""

    node: str
    #: The serial of the picture that the window has; 0 for none.
    known: int

    def answer(self, debugger: Debugger) -> FitPicture:
        kept = _fits.get(debugger)
        if kept is None or kept[0] != self.node:
            kept = _fits[debugger] = self.node, next(_serials), Fit(debugger.run, self.node)
        _, serial, fit = kept
        points = None if serial == self.known else fit.points()
        return FitPicture(serial, points, fit.answers(debugger.run.values()))
