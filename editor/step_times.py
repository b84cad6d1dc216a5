"""What nodes take of a training step, by phase, as the canvas and the table show it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from PySide6.QtGui import QColor

from editor.theme import Theme
from engine.compiler.schedule import PHASES
from engine.runtime.explanation import Explanation


class PhaseTimes(NamedTuple):
    """Nanoseconds in the forward, backward and update phase."""

    forward: float = 0.0
    backward: float = 0.0
    update: float = 0.0

    @property
    def total(self) -> float:
        return sum(self)

    @classmethod
    def sum_of(cls, parts: Iterable[PhaseTimes]) -> PhaseTimes:
        return cls(*(sum(column) for column in zip(*parts, strict=True)))


def phase_colors(theme: Theme) -> tuple[QColor, QColor, QColor]:
    """The colours of the phases, in their order."""
    return theme.forward, theme.backward, theme.update


def node_times(explanation: Explanation) -> dict[str, PhaseTimes]:
    """The times of each node that takes any, by name, the longest first."""
    found: dict[str, list[float]] = {}
    for each in explanation.times:
        found.setdefault(each.node, [0.0] * len(PHASES))[PHASES.index(each.phase)] += each.nanoseconds
    times = {name: PhaseTimes(*phases) for name, phases in found.items()}
    return dict(sorted(times.items(), key=lambda item: -item[1].total))
