"""Running a program on numpy: a flat sequence of bound calls over preallocated arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextvars import copy_context
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from ...compiler.program import Program
from ...compiler.stage import Stage, StageName
from ...graph import EngineError, Graph, InvalidArgumentError, Tensor
from ..blas_choice import LARGE, BlasChoice, Product
from ..blas_threads import blas_at_one_thread
from ..memory_limit import SMALL, require_memory
from ..state import SessionState
from .binder import Binder
from .blocks import Chain, run_in_blocks
from .copies import drop_copies
from .dot_products import fuse_dot_products
from .dynamic_step import Cell
from .emit import Step, failed_place, looping, straight_line
from .instructions import Array, Instruction, root_of
from .memory import MemoryUse, share_memory

if TYPE_CHECKING:
    from ..explanation import Explanation

#: After so many runs a plan is worth being compiled to code of its own.
RUNS_BEFORE_CODE = 200
#: Longer plans gain less from that than its compiling costs.
LONGEST_CODE = 4000
#: Elements of the buffers that numpy makes where it repeats or converts an operand: as fast as its own size, and a
#: quarter of the memory.
NUMPY_BUFFER = 2048
#: What numpy and kernels raise when an operation cannot be computed.
COMPUTING_ERRORS = (ValueError, TypeError, ArithmeticError, MemoryError)


class NumpyPlan:
    """A program bound to a session's variables, ready to run any number of times.

    :meth:`feed` takes the fed values; ``fetches`` are the arrays that hold the results after :meth:`run` (None for
    what has no value), overwritten by the next run. One that is ``observed`` keeps every value that it computes until
    then; any other lets values share memory and never makes those whole that are used in passing. The results of both
    are the same bits.
    """

    def __init__(self, program: Program, state: SessionState, graph_version: int, observed: bool = False) -> None:
        self._graph_version = graph_version
        self._sources = program.sources
        self._state = state
        self._storage = state.storage
        self._program = program
        binder = Binder(program, state)
        if not observed:
            binder.pack_updates()
        places = [binder.fetched(fetch) for fetch in program.fetches]
        instructions, self.memory, self._fused_products = _arranged(binder, observed)
        #: What will be filled only when it runs; constants are there already.
        needed = self.memory.held + sum(map(binder.bytes_of, program.feeds.values()))
        if needed >= SMALL:
            largest = max((t for op in program.operations for t in op.outputs), key=binder.bytes_of)
            name = largest.op.node_name
            what = f"A step (the largest value is that of {name}, with shape {largest.shape})"
            require_memory(needed, what, name)
        #: How many bytes its arrays have: values, what it is fed, constants.
        self.held = needed + binder.constant_bytes
        #: For whoever keeps plans: which of its uses of plans was the last one of this plan.
        self.last_use = 0
        #: What a step consists of.
        self.instructions: tuple[Instruction, ...] = tuple(instructions)
        self._is_shared = binder.cuts_batches
        products = [] if binder.cuts_batches else _large_products(instructions)
        for each in instructions if products else ():
            if isinstance(each.function, Chain):
                each.function.most_threads = 1
        self._blas = BlasChoice(products, same_bits=observed or state.random.is_seeded) if products else None
        self._step = self._on_cores(looping(self.instructions))
        self._is_plain = binder.is_plain
        #: How many of the program's operations are left when those that never change have been computed.
        self._unfolded = len(program.operations) - binder.folded
        self._runs = 0
        #: numpy keeps in a context what becomes of overflows and the like; to enter one costs less than to change it.
        self._quiet = copy_context()
        self._quiet.run(_be_quiet)
        self._generation = self._storage.generation
        self._reads = program.variables_read()
        late = program.operations[program.early :]
        self._gives_values_to = [op.inputs[0].op.origin or op.inputs[0].op for op in late if op.type == "Assign"]
        #: Whether a run is the step and nothing else.
        self.is_settled = False
        self.feeds = {outer: binder.arrays[inner] for outer, inner in program.feeds.items() if inner in binder.arrays}
        #: The results that are there only after a run, by their place among the fetches.
        self._fetched_cells = {index: place for index, place in enumerate(places) if isinstance(place, Cell)}
        self.fetches: list[Array | None] = [None if isinstance(place, Cell) else place for place in places]
        #: Where the value of each tensor of the program is, when it is ``observed``.
        self._places: Mapping[Tensor, Array | Cell] = binder.arrays if observed else {}

    def is_current(self, graph: Graph) -> bool:
        """Whether neither what it computes nor the variables' arrays have been replaced since the plan was made.

        Changes elsewhere in the graph leave a plan as it is.
        """
        if self._graph_version != graph.version:
            version = graph.version
            if any(op.changed_at > self._graph_version for op in self._sources):
                return False
            self._graph_version = version
        return self._generation == self._storage.generation

    def feed(self, values: Mapping[Tensor, Array]) -> None:
        """Copies the fed tensors' values in; those that nothing fetched depends on are passed over.

        A tensor that is left out keeps the value that it was fed before. Where the shape was not known when the plan
        was made, the array itself is used.
        """
        for tensor, place in self.feeds.items():
            value = values.get(tensor)
            if value is None:
                continue
            if isinstance(place, Cell):
                place.array = value
            else:
                place[...] = value

    def run(self) -> None:
        """One run: the results are in the arrays of ``fetches``.

        Raises FailedPreconditionError when a variable has no value, InvalidArgumentError naming the operation whose
        kernel failed. Variables change only after everything else has been computed.
        """
        try:
            if self.is_settled:
                self._quiet.run(self._step)
            else:
                self._run_unsettled()
        except EngineError:
            raise
        except COMPUTING_ERRORS as error:
            raise self._naming_operation(error, self.instructions) from error

    def run_part(self, start: int, stop: int) -> None:
        """The instructions from ``start`` up to ``stop`` alone; whoever does so runs all of them, in order.

        Raises what :meth:`run` raises.
        """
        if start == 0:
            for variable in self._reads:
                self._state.storage.require(variable)
        step = self._on_cores(looping(self.instructions[start:stop]))
        try:
            if self._is_plain:
                self._quiet.run(step)
            else:
                with np.errstate(all="ignore"):
                    np.setbufsize(NUMPY_BUFFER)
                    step()
        except EngineError:
            raise
        except COMPUTING_ERRORS as error:
            raise self._naming_operation(error, self.instructions[start:stop]) from error
        if stop == len(self.instructions):
            for variable in self._gives_values_to:
                self._state.storage.mark_initialized(variable)

    def value(self, tensor: Tensor) -> Array | None:
        """The array with the value of a tensor of the program, when it is ``observed``; None where there is none."""
        place = self._places.get(tensor)
        return place.array if isinstance(place, Cell) else place

    def explain(self, runs: int = 20) -> Explanation:
        """What compiling has made of the graph, the memory it takes, and how long each operation of a step takes.

        For the times the step is run with the values that were fed last, ``runs`` times (fewer when it takes long;
        0: not at all). Variables and random numbers are the same afterwards; the arrays of ``fetches`` are overwritten.
        Raises InvalidArgumentError when the step does what cannot be taken back, and what :meth:`run` raises.
        """
        # Late: few programs ask.
        from ..explanation import Explanation
        from .profile import profile_step

        try:
            profile = profile_step(self._program, self.instructions, self._state, runs) if runs > 0 else None
        except EngineError:
            raise
        except COMPUTING_ERRORS as error:
            raise self._naming_operation(error, self.instructions) from error
        stages = (*self._program.stages, Stage(StageName.FOLDED, self._unfolded))
        return Explanation.of(stages, self.instructions, self._fused_products, self.memory, profile)

    def _naming_operation(self, error: Exception, instructions: Sequence[Instruction]) -> InvalidArgumentError:
        """The error that says which operation could not be computed."""
        op = instructions[failed_place(error.__traceback__, instructions)].op
        name = op.node_name
        sentence = f"{name} ({op.type}) cannot be computed: {error}. Look at the values and shapes of its inputs."
        return InvalidArgumentError(sentence, name)

    def _on_cores(self, step: Step) -> Step:
        """The step, with the matrix library at one thread where kernels run in parts of their own.

        Its threads go on turning for a while after a product, and would take the cores from ours. Where there are
        large products only, the clock decides.
        """
        if self._blas is not None:
            return partial(self._blas.run, step)
        if not self._is_shared:
            return step

        def at_one_thread() -> None:
            with blas_at_one_thread:
                step()

        return at_one_thread

    def _run_unsettled(self) -> None:
        """A run of a plan that is young, or that calls more than numpy."""
        if self._runs == 0:
            for variable in self._reads:
                self._state.storage.require(variable)
        if self._is_plain:
            self._quiet.run(self._step)
        else:
            with np.errstate(all="ignore"):
                np.setbufsize(NUMPY_BUFFER)
                self._step()
        for index, cell in self._fetched_cells.items():
            self.fetches[index] = cell.array
        if self._runs == 0:
            for variable in self._gives_values_to:
                self._state.storage.mark_initialized(variable)
        self._runs += 1
        if self._runs == RUNS_BEFORE_CODE:
            if len(self.instructions) <= LONGEST_CODE:
                self._step = self._on_cores(straight_line(self.instructions))
            self.is_settled = self._is_plain and not self._fetched_cells


def _be_quiet() -> None:
    """Lets numpy say nothing of overflows and the like, in this context."""
    np.seterr(all="ignore")
    np.setbufsize(NUMPY_BUFFER)


def _arranged(binder: Binder, observed: bool) -> tuple[list[Instruction], MemoryUse, int]:
    """The instructions in the order and at the places in which they are fastest, and the memory that they need.

    The third is how many products are not computed by themselves, because a sum of products takes them.
    """
    own = {id(array) for array in binder.buffers} - binder.pinned
    fused = fuse_dot_products(binder.instructions, own, binder.ones, keep_products=observed)
    early, late = _present(fused[: binder.early]), _present(fused[binder.early :])
    if observed:
        return *share_memory(early + late, binder.buffers, {id(array) for array in binder.buffers}), 0
    early = drop_copies(early, own - {id(root_of(array)) for each in late for array in each.reads()})
    if binder.is_plain:
        chained = run_in_blocks(early + late, own)
    else:  # where a kernel can fail, no variable may be changed before it
        chained = run_in_blocks(early, own, late) + run_in_blocks(late, own, early)
    return *share_memory(chained, binder.buffers, binder.pinned), fused.count(None)


def _present(instructions: Sequence[Instruction | None]) -> list[Instruction]:
    return [each for each in instructions if each is not None]


def _large_products(instructions: Sequence[Instruction]) -> list[Product]:
    """The operands of the matrix products that the matrix library splits among threads."""
    operands = (each.arguments[:2] for each in instructions if each.function is np.dot)
    return [(x, y) for x, y in operands if x.ndim == y.ndim == 2 and x.size * y.shape[1] >= LARGE]
