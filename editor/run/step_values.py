"""The values of a training step's operations, by their own names, for whoever draws the step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.debugger.debugger import Debugger

Array = np.ndarray[Any, np.dtype[Any]]

#: Larger values stay where they are: they are not shown in a node.
MOST_ELEMENTS = 65536


@dataclass(frozen=True)
class StepValues:
    """A Question: the present values of the first output of operations, None for what is not computed yet."""

    names: tuple[str, ...]

    def answer(self, debugger: Debugger) -> dict[str, Array | None]:
        step = debugger.step
        present = {op.name: op for op in step.graph.get_operations() if op.outputs}
        found = {name: step.value(present[name].output) for name in self.names if name in present}
        return {
            name: None if value is None else value.copy()
            for name, value in found.items()
            if value is None or value.size <= MOST_ELEMENTS
        }
