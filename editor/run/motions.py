"""Ways for the cursor of a run to move. They are carried out in the training process; no Qt here."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Protocol

from engine.debugger.debugger import Debugger
from engine.debugger.moment import Moment


class Motion(Protocol):
    """Moves the cursor. Raises EngineError with the cursor as far as it came."""

    def carry_out(self, debugger: Debugger) -> None: ...


class Stride(enum.Enum):
    """How far a step goes."""

    OPERATION = "operation"
    PHASE = "phase"
    BATCH = "batch"
    EPOCH = "epoch"


@dataclass(frozen=True, slots=True)
class Step:
    """So many steps of this stride; back for a negative count."""

    stride: Stride
    count: int

    def carry_out(self, debugger: Debugger) -> None:
        match self.stride:
            case Stride.OPERATION:
                debugger.step_operation(self.count)
            case Stride.PHASE:
                debugger.step_phase(self.count)
            case Stride.BATCH:
                debugger.step_batch(self.count)
            case Stride.EPOCH:
                debugger.step_epoch(self.count)


@dataclass(frozen=True, slots=True)
class Seek:
    """To a moment that the run has come by."""

    moment: Moment

    def carry_out(self, debugger: Debugger) -> None:
        debugger.seek(self.moment)


@dataclass(frozen=True, slots=True)
class RunToNode:
    """To the next operation of a node."""

    node: str

    def carry_out(self, debugger: Debugger) -> None:
        debugger.run_to_node(self.node)
