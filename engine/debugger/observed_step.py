"""One training step, operation by operation, with every value in reach."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np

from ..compiler import LoweredStep
from ..compiler.gradients import GradientFlow
from ..compiler.writes import WRITES, changed_variables
from ..graph import Graph, InvalidArgumentError, Operation, Tensor
from ..runtime.backends.instructions import relocated, root_of
from ..runtime.backends.numpy_plan import NumpyPlan
from ..runtime.state import SessionState
from ..runtime.unrepeatable import find_unrepeatable

Array = np.ndarray[Any, np.dtype[Any]]

#: What is given before the step begins: no operation of it computes these.
_GIVEN = frozenset({"Placeholder", "Variable", "Constant", "Group"})


class ObservedStep:
    """The step of one mini-batch: forward operations first, then backward ones, then updates.

    It is lowered and not simplified, and gives the same bits as the plan that trains at full speed. ``plan`` has its
    mini-batch in its feeds, and the session the state before the step; both stay the caller's to keep so. ``loss`` is
    the tensor of the person's graph that is trained on.
    """

    def __init__(self, lowered: LoweredStep, plan: NumpyPlan, state: SessionState, loss: Tensor) -> None:
        self._plan = plan
        self._state = state
        self._values = lowered.values
        program = lowered.program
        self.graph: Graph = program.operations[0].graph
        #: What is carried out, one after the other.
        self.operations: tuple[Operation, ...] = tuple(op for op in program.operations if op.type not in _GIVEN)
        self.loss: Tensor = lowered.values[loss]
        #: How many operations have been carried out.
        self.done = 0
        self._place = {op: place for place, op in enumerate(self.operations)}
        self._ends = self._instruction_ends()
        self._flow = next((flow for flow in lowered.flows if self.loss in flow.ys), GradientFlow(()))
        #: What cannot be carried out again with the same result (it takes the next rows of a pipeline, it prints);
        #: None where the step can be taken back.
        self.unrepeatable: Operation | None = find_unrepeatable(program.operations)
        self._meanings = self._gradient_meanings()
        self._written = {tensor.op for op in program.operations for tensor in changed_variables(op)}
        #: The memory of the variables that the step changes, and copies of it from before the step, by id.
        self._before: dict[int, tuple[Array, Array]] = {}
        self._first_write = next((n for n, op in enumerate(self.operations) if changed_variables(op)), len(self._place))
        self._rereads = self._late_reads(program.old_value_writes)
        #: What operations after a write read of variables, by operation and input, and what they saw of their memory.
        self._read_late: dict[tuple[Operation, int], Array] = {}
        self._seen_late: dict[Tensor, Array] = {}
        self.begin()

    def _instruction_ends(self) -> list[int]:
        """For each operation, how many of the plan's instructions have run once it has been carried out."""
        counts = [0] * (len(self.operations) + 1)
        place = 0
        for number, instruction in enumerate(self._plan.instructions, start=1):
            # Copies that are made before the first write name operations that came before.
            place = max(place, self._place.get(instruction.op, place))
            counts[place] = number
        ends: list[int] = []
        for count in counts[:-1]:
            ends.append(max(count, ends[-1] if ends else 0))
        if ends:
            ends[-1] = len(self._plan.instructions)
        return ends

    def _late_reads(self, old_value_writes: Collection[Operation]) -> dict[Operation, list[int]]:
        """By operation, the inputs at which it reads a variable that an operation before it has changed."""
        written: set[Operation] = set()
        found: dict[Operation, list[int]] = {}
        for op in self.operations:
            inputs = op.inputs[:1] if op in old_value_writes else op.inputs
            places = [index for index, tensor in enumerate(inputs) if tensor.op in written]
            if places:
                found[op] = places
            written.update(tensor.op for tensor in changed_variables(op))
        return found

    def _gradient_meanings(self) -> dict[Operation, str]:
        """By operation, what its result is the gradient to; the variable where it is that of several."""
        loss = self.loss.op.node_name
        found: dict[Operation, Tensor] = {}
        for tensor, gradient in self._flow.totals.items():
            known = found.get(gradient.op)
            if known is None or tensor.op.type == "Variable":
                found[gradient.op] = tensor
        return {op: f"∂{loss}/∂{tensor.op.node_name}" for op, tensor in found.items()}

    # --- going -----------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Takes the session's state as the one before the step; nothing has been carried out."""
        self.done = 0
        self._before = {}
        self._read_late, self._seen_late = {}, {}
        for variable in self._written:
            array = self._plan.value(variable.output)
            if array is not None:
                root = root_of(array)
                self._before.setdefault(id(root), (root, root.copy(order="K")))
        self._positions = self._state.random.positions()

    def go_to(self, count: int) -> None:
        """Carries out operations, or takes them back, until ``count`` have been.

        Raises what the operations raise; then those before the one that failed have been carried out.
        """
        count = min(max(count, 0), len(self.operations))
        if count < self.done:
            self.rewind()
        while self.done < count:
            start = self._ends[self.done - 1] if self.done else 0
            is_late = self.done > self._first_write
            if is_late:
                self._keep_reads(self.operations[self.done])
            self._plan.run_part(start, self._ends[self.done])
            if is_late:
                self._keep_views(self.operations[self.done])
            self.done += 1

    def _keep_reads(self, op: Operation) -> None:
        """Keeps what an operation reads of variables that the step has changed already: it may change them again."""
        for index in self._rereads.get(op, ()):
            array = self._plan.value(op.inputs[index])
            if array is not None:
                self._read_late[op, index] = array.copy(order="K")

    def _keep_views(self, op: Operation) -> None:
        """Keeps what an operation that comes after a write gives of the very memory of a variable."""
        if op.type in WRITES:
            return
        for tensor in op.outputs:
            array = self._plan.value(tensor)
            if array is not None and self._is_of_written(array):
                self._seen_late[tensor] = array.copy(order="K")

    def _is_of_written(self, array: Array) -> bool:
        root = root_of(array)
        kept = self._before.get(id(root))
        return kept is not None and kept[0] is root

    def rewind(self) -> None:
        """Back to the state before the step, bit for bit.

        Raises InvalidArgumentError when something has been carried out that cannot be taken back.
        """
        if self.unrepeatable is not None and self.done:
            self.refuse_to_go_back()
        for root, copy in self._before.values():
            np.copyto(root, copy)
        self._state.random.restore(self._positions)
        self._read_late, self._seen_late = {}, {}
        self.done = 0

    def refuse_to_go_back(self) -> None:
        """Raises InvalidArgumentError that names what cannot be taken back."""
        op = self.unrepeatable
        assert op is not None
        raise InvalidArgumentError(
            f"The run cannot go back, because {op.node_name} ({op.type}) does what cannot be taken back. Use a "
            "placeholder with data in its place to step back.",
            op.node_name,
        )

    @property
    def is_complete(self) -> bool:
        return self.done == len(self.operations)

    @property
    def has_finite_loss(self) -> bool:
        """Whether the loss is there and finite, so that the run can go on after the step."""
        loss = self.value(self.loss)
        return loss is not None and bool(np.isfinite(loss).all())

    # --- looking ---------------------------------------------------------------------------------------------------

    def place(self, op: Operation) -> int | None:
        """Where an operation stands among :attr:`operations`; None for what is given before the step."""
        return self._place.get(op)

    def places_of(self, node: str) -> list[int]:
        """The places of the operations that a node of the person's graph is carried out by."""
        return [place for place, op in enumerate(self.operations) if op.node_name == node]

    def lowered(self, tensor: Tensor) -> Tensor | None:
        """What stands in the step for a tensor of the person's graph; None for what it does not need."""
        return self._values.get(tensor)

    def value(self, tensor: Tensor) -> Array | None:
        """The present value of a tensor of the step; None while it is not computed. Not to be written into.

        A variable has its present value, what looks at one the value that it had when it was computed.
        """
        place = self._place.get(tensor.op)
        if place is not None and place >= self.done:
            return None
        array = self._plan.value(tensor)
        if array is None or tensor.op.type == "Variable" or tensor.op.type in WRITES:
            return array
        seen = self._seen_late.get(tensor)
        return self._as_before(array) if seen is None else seen

    def read_value(self, op: Operation, index: int) -> Array | None:
        """What an operation read at an input, or would read now: of a variable, its value before the step.

        An update reads the variable that it changes as it was before the update; what comes after an update of the
        variable, as a moving average does, reads what the update has left in it.
        """
        tensor = op.inputs[index]
        if tensor.op.type != "Variable":
            return self.value(tensor)
        read = self._read_late.get((op, index))
        if read is not None:
            return read
        array = self._plan.value(tensor)
        return None if array is None else self._as_before(array)

    def _as_before(self, array: Array) -> Array:
        """The array, or where it looks at a variable's memory, what stood there before the step."""
        return relocated(array, self._before[id(root_of(array))][1], 0) if self._is_of_written(array) else array

    # --- gradients -------------------------------------------------------------------------------------------------

    def gradient(self, tensor: Tensor) -> Tensor | None:
        """The tensor of the step that holds the gradient of the loss to a forward tensor, over all paths."""
        return self._flow.totals.get(tensor)

    def contribution(self, op: Operation, index: int) -> Tensor | None:
        """The part of a gradient that flows back along the wire into input ``index`` of a forward operation."""
        return self._flow.contributions.get((op, index))

    def meaning(self, op: Operation) -> str:
        """What an operation is there for in the training, in symbols; "" for one that is a step on the way.

        ``∂cost/∂W`` for one that gives a gradient, ``W ←`` for one that changes a variable.
        """
        changed = [tensor.op.node_name for tensor in changed_variables(op)]
        if changed:
            return f"{', '.join(changed)} ←"
        return self._meanings.get(op, "")

    def next_phase(self) -> int:
        """How many operations have been carried out when the present phase is over."""
        if self.is_complete:
            return self.done
        phase = self.operations[self.done].phase
        stop = self.done
        while stop < len(self.operations) and self.operations[stop].phase == phase:
            stop += 1
        return stop

    def previous_phase(self) -> int:
        """How many operations had been carried out when the phase of the last one of them began."""
        start = self.done
        if start == 0:
            return 0
        phase = self.operations[start - 1].phase
        while start > 0 and self.operations[start - 1].phase == phase:
            start -= 1
        return start
