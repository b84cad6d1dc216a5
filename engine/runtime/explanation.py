"""What a plan is and how long it takes, for people to read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..compiler.stage import Stage
from ..graph import Operation
from .backends.blocks import Chain
from .backends.instructions import Instruction
from .backends.memory import MemoryUse
from .memory_limit import size_text

if TYPE_CHECKING:
    from .backends.profile import StepProfile


@dataclass(frozen=True, slots=True)
class OperationTime:
    """What a node of the person's graph takes of a step in one phase."""

    node: str
    #: The type of the node.
    type: str
    #: One of compiler.schedule.PHASES.
    phase: str
    nanoseconds: float
    #: How many calls it is computed by.
    calls: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """What compiling has made of a graph, the memory that it takes, and what its time goes into."""

    #: How many operations there were after each step of compiling.
    stages: tuple[Stage, ...]
    #: How many calls a step makes; a chain in blocks is one.
    instructions: int
    #: How many products are not computed by themselves, because a sum of products takes them.
    fused_products: int
    #: How many elementwise operations each chain consists of that is run block by block.
    chains: tuple[int, ...]
    memory: MemoryUse
    #: How often the step was run to be timed; 0 when it was not.
    runs: int = 0
    #: Nanoseconds of a step, the median.
    step: float = 0.0
    #: Longest first. What takes no time of its own (merged, computed once, fused) is not among them.
    times: tuple[OperationTime, ...] = ()

    @classmethod
    def of(
        cls,
        stages: tuple[Stage, ...],
        instructions: Sequence[Instruction],
        fused_products: int,
        memory: MemoryUse,
        profile: StepProfile | None,
    ) -> Explanation:
        """That of a plan with these instructions; ``profile`` has the time of each."""
        chains = tuple(len(each.function.links) for each in instructions if isinstance(each.function, Chain))
        if profile is None:
            return cls(stages, len(instructions), fused_products, chains, memory)
        times = _gathered(instructions, profile.instructions)
        return cls(stages, len(instructions), fused_products, chains, memory, profile.runs, profile.step, times)

    @property
    def total(self) -> float:
        """The nanoseconds of all operations together; a step as a whole also takes what lies between them."""
        return sum(each.nanoseconds for each in self.times)

    def share(self, nanoseconds: float) -> float:
        """Which part of the time of all operations that is, from 0 to 1."""
        return nanoseconds / self.total if self.total else 0.0

    def __str__(self) -> str:
        parts = [_table("Operations", self._stage_rows(), "<>"), _table("Memory of a step", self._memory_rows(), "<>")]
        if self.runs:
            title = f"Time of a step: {time_text(self.step)}, the median of {self.runs} run{'s' * (self.runs > 1)}"
            parts.append(_table(title, self._time_rows(), "<<<>>>"))
        if self.runs and self.chains:
            parts.append("The time of a chain in blocks is divided equally among its operations.")
        return "\n\n".join(parts)

    def _stage_rows(self) -> Iterator[Sequence[str]]:
        for stage in self.stages:
            yield stage.name, str(stage.operations)
        if self.fused_products:
            yield "products fused into sums", str(self.fused_products)
        if self.chains:
            count = len(self.chains)
            yield f"elementwise operations in {count} chain{'s' * (count > 1)} of blocks", str(sum(self.chains))
        yield "calls in a step", str(self.instructions)

    def _memory_rows(self) -> Iterator[Sequence[str]]:
        yield "with an array for each value", size_text(self.memory.unshared)
        yield "held, as values share memory", size_text(self.memory.held)
        yield "most needed at one time", size_text(self.memory.peak)

    def _time_rows(self) -> Iterator[Sequence[str]]:
        yield "node", "type", "phase", "calls", "time", "share"
        for each in self.times:
            share = f"{100 * self.share(each.nanoseconds):.1f} %"
            yield each.node, each.type, each.phase, str(each.calls), time_text(each.nanoseconds), share


def time_text(nanoseconds: float) -> str:
    """A time as people read it, with three digits."""
    size = float(nanoseconds)
    for unit in ("ns", "µs", "ms"):
        if size < 999.5:
            return f"{size:.3g} {unit}"
        size /= 1000
    return f"{size:,.3g} s" if size < 999.5 else f"{size:,.0f} s"


def _gathered(instructions: Sequence[Instruction], times: Sequence[float]) -> tuple[OperationTime, ...]:
    """The times of the instructions by node and phase; a chain's is divided equally among its operations."""
    found: dict[tuple[str, str], OperationTime] = {}
    for instruction, time in zip(instructions, times, strict=True):
        ops = _operations(instruction)
        for op in ops:
            key = op.node_name, op.phase
            before = found.get(key)
            spent, calls = (0.0, 0) if before is None else (before.nanoseconds, before.calls)
            kind = (op.origin or op).type
            found[key] = OperationTime(op.node_name, kind, op.phase, spent + time / len(ops), calls + 1)
    return tuple(sorted(found.values(), key=lambda each: -each.nanoseconds))


def _operations(instruction: Instruction) -> list[Operation]:
    function = instruction.function
    return [link.op for link in function.links] if isinstance(function, Chain) else [instruction.op]


def _table(title: str, rows: Iterator[Sequence[str]], alignments: str) -> str:
    """Rows in aligned columns under a title; ``alignments`` has < or > for each column."""
    cells = list(rows)
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = [
        "  ".join(f"{cell:{side}{width}}" for cell, side, width in zip(row, alignments, widths, strict=True)).rstrip()
        for row in cells
    ]
    return "\n".join([title, *(f"  {line}" for line in lines)])
