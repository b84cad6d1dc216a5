"""The question whether gradients are right."""

from __future__ import annotations

from dataclasses import dataclass

from engine.debugger.debugger import Debugger
from engine.debugger.gradient_check.check import SAMPLES, GradientCheck, check_gradients


@dataclass(frozen=True)
class CheckGradients:
    """A Question: compares the gradients at nodes with central differences, where the run stands."""

    nodes: tuple[str, ...]
    samples: int = SAMPLES
    seed: int = 0

    def answer(self, debugger: Debugger) -> GradientCheck:
        return check_gradients(debugger.run, self.nodes, self.samples, self.seed)
