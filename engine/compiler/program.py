"""A program: what a backend needs to run a graph, with every shape and dtype known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..graph import GraphError, Operation, Output, Tensor, TensorSpec
from ..graph.collector import collector_paused
from .draft import Draft, VariableSpec, make_draft
from .gradients import GradientFlow
from .lower import lower
from .schedule import phases_in_turn, schedule
from .simplify import keep_stateful, simplify
from .stage import Stage, StageName
from .writes import writes_of_old_values


@dataclass(frozen=True)
class Program:
    """Primitive operations in the order in which they run."""

    operations: tuple[Operation, ...]
    #: How many of the operations come before the first that changes a variable.
    early: int
    #: What is asked for, in the program's own graph.
    fetches: tuple[Output, ...]
    #: The fed tensors of the person's graph, and what stands for them here.
    feeds: Mapping[Tensor, Tensor]
    #: The operations that write a value from the start of the run, whatever is written in between.
    old_value_writes: frozenset[Operation]
    #: The operations of the person's graph that all this follows from.
    sources: tuple[Operation, ...]
    #: How many operations there were after each step of compiling.
    stages: tuple[Stage, ...]

    def variables_read(self) -> list[Operation]:
        """The person's variables that must have a value before the program can run, those made first first."""
        given: set[Operation] = set()
        read: set[Operation] = set()
        for op in self.operations:
            is_old = op in self.old_value_writes
            for place, tensor in enumerate(op.inputs):
                if op.type in _NEEDS_NO_VALUE and place == 0:
                    continue
                if tensor.op not in given or (is_old and place > 0):
                    read.add(tensor.op)
            if op.type == "Assign":
                given.add(op.inputs[0].op)
        looked_at = {op.inputs[0].op for op in self.operations if op.type == "IsVariableInitialized"}
        given |= looked_at - {fetch.op for fetch in self.fetches}
        needed = [
            op.origin
            for op in self.operations
            if op.type == "Variable" and op.origin is not None and (op in read or op not in given)
        ]
        return sorted(needed, key=lambda op: op.number)


def compile_program(
    fetches: Sequence[Output],
    feeds: Mapping[Tensor, TensorSpec],
    variable_spec: VariableSpec,
    initialize: Sequence[Operation] = (),
    exact: bool = False,
) -> Program:
    """The program that computes ``fetches`` from values of the given specs for the fed tensors.

    ``initialize`` names variables whose initial values are computed and assigned too. With ``exact`` every number is
    the one that the lowered operations give, to the last bit, and no learning rate is multiplied into the gradients on
    their way. Raises InvalidArgumentError for missing feeds and shapes that do not fit, GraphError for a node that is
    not complete.
    """
    with collector_paused():
        draft = make_draft(fetches, feeds, variable_spec, initialize)
        draft.is_exact = exact
        needed = Stage(StageName.NEEDED, _needed_count(draft))
        lower(draft)
        stages = (needed, *simplify(draft))
        operations, early = schedule(draft)
    return _program(draft, operations, early, stages)


@dataclass(frozen=True)
class LoweredStep:
    """A program as it is lowered, with nothing simplified: every operation is there to be looked at.

    It gives the same bits as the exact program that :func:`compile_program` makes.
    """

    program: Program
    #: By tensor of the person's graph, the one that stands for it.
    values: Mapping[Tensor, Tensor]
    #: Which tensors hold which gradients.
    flows: tuple[GradientFlow, ...]


def compile_lowered(
    fetches: Sequence[Output], feeds: Mapping[Tensor, TensorSpec], variable_spec: VariableSpec
) -> LoweredStep:
    """As :func:`compile_program`, but to be looked at: forward operations first, then backward ones, then updates."""
    with collector_paused():
        draft = make_draft(fetches, feeds, variable_spec)
        draft.is_exact = True
        needed = Stage(StageName.NEEDED, _needed_count(draft))
        lower(draft)
        keep_stateful(draft)
        operations, early = schedule(draft)
        operations[:early] = phases_in_turn(operations[:early])
    present = set(operations)
    values: dict[Tensor, Tensor] = {}
    for outer, inner in draft.copies.items():
        stands = draft.present(inner)
        if isinstance(outer, Tensor) and isinstance(stands, Tensor) and stands.op in present:
            values[outer] = stands
    flows = tuple(_present_flow(draft, flow) for flow in draft.flows)
    lowered = Stage(StageName.LOWERED, len(operations))
    return LoweredStep(_program(draft, operations, early, (needed, lowered)), values, flows)


def _present_flow(draft: Draft, flow: GradientFlow) -> GradientFlow:
    """The flow with what stands for its tensors once all is lowered."""
    totals = {_tensor(draft, key): _tensor(draft, value) for key, value in flow.totals.items()}
    parts = {key: _tensor(draft, value) for key, value in flow.contributions.items()}
    return GradientFlow(tuple(_tensor(draft, y) for y in flow.ys), totals, parts)


def _tensor(draft: Draft, tensor: Tensor) -> Tensor:
    stands = draft.present(tensor)
    return stands if isinstance(stands, Tensor) else tensor


def _program(draft: Draft, operations: Sequence[Operation], early: int, stages: tuple[Stage, ...]) -> Program:
    for op in operations:
        if op.declaration.kernel is None and op.type not in _RUNTIME:
            raise GraphError(f"{op.name}: {op.type} cannot be run.", op.node_name)
    old = writes_of_old_values(operations)
    sources = tuple(draft.sources)
    return Program(tuple(operations), early, tuple(draft.fetches), draft.feeds, old, sources, stages)


def _needed_count(draft: Draft) -> int:
    """The operations of the person's graph; feeds that nothing takes do not count."""
    unused = [fed for fed in draft.feeds.values() if not fed.consumers() and fed not in draft.fetches]
    return len(draft.graph) - len(unused)


#: What can take a variable that has no value, as its first input.
_NEEDS_NO_VALUE = frozenset({"Assign", "IsVariableInitialized"})
#: Operations without a kernel: the runtime itself provides their value, or there is nothing to compute.
_RUNTIME = frozenset({"Placeholder", "Variable", "Group"})
