"""Binding a program to arrays: from operations to instructions.

Every value whose shape is known gets its array, and what never changes is computed at once. Views (reshape, transpose)
are made once, since the arrays they look at stay where they are. What has another shape in every run is computed by
steps that look at the shapes first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod
from typing import Any

import numpy as np

from ...compiler.program import Program
from ...compiler.writes import WRITES, changed_variables
from ...graph import Category, Operation, Output, ResourceExhaustedError, Tensor
from ...graph.declaration import StraightLine
from ..memory_limit import SMALL, require_memory
from ..state import SessionState
from . import numpy_namespace
from .dynamic_step import Cell, DynamicStep, present_array
from .instructions import Array, Instruction, copying, is_elementwise, root_of
from .kernel_context import KernelContext
from .packing import Packed
from .recorder import NotStraightLineError, Recorder


class Binder:
    """The arrays of a program's tensors, and the instructions that fill them."""

    def __init__(self, program: Program, state: SessionState) -> None:
        self.arrays: dict[Tensor, Array | Cell] = {}
        self.instructions: list[Instruction] = []
        #: The arrays of values that are computed anew at every step, and of intermediate results.
        self.buffers: list[Array] = []
        #: Arrays full of ones that instructions multiply with, by id.
        self.ones: dict[int, Array] = {}
        #: How many bytes the values have that never change and were computed here.
        self.constant_bytes = 0
        #: Those of the buffers that must stay where they are, by id.
        self.pinned: set[int] = set()
        #: Whether nothing but numpy's functions is called: no kernel, which might call a program's own code.
        self.is_plain = True
        #: Whether kernels cut large batches into parts for several threads.
        self.cuts_batches = False
        #: How many operations have been computed already, because they give the same at every step.
        self.folded = 0
        #: Copies of what variables hold before the first write.
        self.snapshots: dict[Output, Array | Cell] = {}
        self._state = state
        self._constants: set[Output] = set()
        self._constant_roots: dict[int, Array] = {}
        self._old_value_writes = program.old_value_writes
        self._fetched = frozenset(program.fetches)
        early, late = program.operations[: program.early], program.operations[program.early :]
        for op in early:
            self._bind(op)
        #: How many of the instructions come before the first that changes a variable.
        self.early = len(self.instructions)
        written = [self._fixed(variable) for op in late for variable in changed_variables(op)]
        self._snapshot_old_values(program, late, written)
        for op in late:
            self._bind(op)

    def pack_updates(self) -> None:
        """Makes the updates of small variables one, where the kernels' arrays can all be moved."""
        if not all(each.arguments for each in self.instructions):
            return
        variables = {id(array) for tensor, array in self.arrays.items() if tensor.op.type == "Variable"}
        own = {id(array) for array in self.buffers} - self.pinned
        packed = Packed(self.instructions, own, variables, self._state.storage.move)
        self.early = packed.count_before(self.early)
        self.instructions = packed.instructions
        self.buffers = [array for array in self.buffers if not packed.has_moved(array)]
        for tensor, place in self.arrays.items():
            if not isinstance(place, Cell):
                self.arrays[tensor] = packed.array(place)
        for output, place in self.snapshots.items():
            if not isinstance(place, Cell):
                self.snapshots[output] = packed.array(place)

    def fetched(self, fetch: Output) -> Array | Cell | None:
        """Where the value of a fetch is after a step; None for what has no value."""
        if not isinstance(fetch, Tensor):
            return None
        place = self.snapshots.get(fetch, self.arrays[fetch])
        if not isinstance(place, Cell):
            self._pin(place)
        return place

    def bytes_of(self, tensor: Tensor) -> int:
        """How many bytes the value of a tensor has; 0 where that is known only in a run."""
        place = self.arrays.get(tensor)
        return 0 if place is None or isinstance(place, Cell) else place.nbytes

    def _fixed(self, tensor: Tensor) -> Array:
        """The array of a tensor whose shape is known beforehand."""
        place = self.arrays[tensor]
        assert not isinstance(place, Cell)
        return place

    def _pin(self, array: Array) -> None:
        self.pinned.add(id(root_of(array)))

    def _bind(self, op: Operation) -> None:
        """Gives the operation's outputs their arrays and adds the instructions that fill them."""
        arrays = self.arrays
        if op.type == "Group":
            return
        if op.type == "Placeholder":
            # It keeps what it was fed when a later step feeds nothing.
            arrays[op.output] = self._new_array(op, op.output) if _is_known(op.output) else Cell()
            return
        if op.type == "Variable":
            arrays[op.output] = self._state.storage.array(op.origin or op, op.output.spec)
            return
        old_values = self.snapshots
        places = [arrays[t] if t.op.type == "Variable" else old_values.get(t, arrays[t]) for t in op.inputs]
        if op.type in WRITES and op in self._old_value_writes:
            places[1] = old_values.get(op.inputs[1], places[1])
        inputs = [place for place in places if not isinstance(place, Cell)]
        if len(inputs) == len(places) and all(_is_known(tensor) for tensor in op.outputs):
            self._bind_fixed(op, inputs)
        else:
            self._bind_dynamic(op, places)

    def _bind_dynamic(self, op: Operation, places: Sequence[Array | Cell]) -> None:
        if op.type in WRITES:
            # The variable's own array is the result.
            outputs: list[Array | Cell] = [places[0]]
        else:
            outputs = [self._buffer(op, tensor) if _is_known(tensor) else Cell() for tensor in op.outputs]
        self.arrays.update(zip(op.outputs, outputs, strict=True))
        for place in (*places, *outputs):
            if not isinstance(place, Cell):
                self._pin(place)
        self.is_plain = False
        self._add(op, DynamicStep(op, self._state, places, outputs, self._fetched), (), 0)

    def _bind_fixed(self, op: Operation, inputs: list[Array]) -> None:
        arrays = self.arrays
        if op.type in WRITES:
            arrays[op.output] = inputs[0]
            if not self._record(op, inputs, []):
                self._add(op, self._kernel(op), tuple(inputs), 0, outs=(0,))
        elif op.declaration.is_view:
            self._bind_view(op, inputs)
        elif self._never_changes(op):
            outs = [self._new_array(op, tensor) for tensor in op.outputs]
            arrays.update(zip(op.outputs, outs, strict=True))
            with np.errstate(all="ignore"):
                self._kernel(op)(*inputs, *outs)
            self.constant_bytes += sum(out.nbytes for out in outs)
            self._keep_constants(op, outs)
        else:
            outs = [self._buffer(op, tensor) for tensor in op.outputs]
            arrays.update(zip(op.outputs, outs, strict=True))
            if not self._record(op, inputs, outs):
                changed = [op.inputs.index(variable) for variable in changed_variables(op)]
                filled = (*changed, *range(len(inputs), len(inputs) + len(outs)))
                self._add(op, self._kernel(op), (*inputs, *outs), len(outs), outs=filled)

    def _bind_view(self, op: Operation, inputs: list[Array]) -> None:
        function = self._kernel(op)
        result = function(*inputs)
        views = result if isinstance(result, tuple) else (result,)
        never_changes = self._never_changes(op)
        for place, (tensor, view) in enumerate(zip(op.outputs, views, strict=True)):
            if not inputs or any(np.may_share_memory(view, array) for array in inputs) or view.size == 0:
                self.arrays[tensor] = view
                continue
            # numpy had to copy (reshaping a transposed array): then it is a step like any other.
            out = self._new_array(op, tensor) if never_changes else self._buffer(op, tensor)
            self.arrays[tensor] = out
            if never_changes:
                np.copyto(out, view)
                self.constant_bytes += out.nbytes
            else:
                self._add(op, _copy_result(function, place), (*inputs, out), 1)
        if never_changes:
            self._keep_constants(op, [self._fixed(tensor) for tensor in op.outputs])

    def _kernel(self, op: Operation, xp: Any = numpy_namespace) -> Callable[..., Any]:
        kernel = op.declaration.kernel
        assert kernel is not None, op.type
        if op.declaration.category is Category.CONVOLUTION and not isinstance(kernel, StraightLine):
            self.cuts_batches = True
        specs = [tensor.spec for tensor in op.inputs], [tensor.spec for tensor in op.outputs]
        return kernel(KernelContext(op, self._state, *specs, self._fetched, xp))

    def _record(self, op: Operation, inputs: list[Array], outs: list[Array]) -> bool:
        """Adds the calls that the operation's kernel makes, where these are the same at every step."""
        if not isinstance(op.declaration.kernel, StraightLine):
            return False
        recorder = Recorder(op, self._is_constant)
        try:
            self.instructions += recorder.record(self._kernel(op, recorder), inputs, outs)
        except NotStraightLineError:
            return False
        self.buffers += recorder.scratches
        self.ones |= recorder.ones
        return True

    def _is_constant(self, array: Array) -> bool:
        return id(root_of(array)) in self._constant_roots

    def _keep_constants(self, op: Operation, arrays: Sequence[Array]) -> None:
        self.folded += 1
        self._constants.update(op.outputs)
        for array in arrays:
            root = root_of(array)
            self._constant_roots[id(root)] = root

    def _never_changes(self, op: Operation) -> bool:
        """Whether the operation gives the same at every run of this plan: it is computed once, here."""
        declaration = op.declaration
        return not declaration.stateful and all(
            tensor in self._constants
            for port, tensors in op.connected_ports()
            if port not in declaration.shape_only_inputs
            for tensor in tensors
        )

    def _add(
        self,
        op: Operation,
        function: Callable[..., Any],
        arguments: tuple[Any, ...],
        results: int,
        outs: tuple[int, ...] | None = None,
    ) -> None:
        """Adds the call of a kernel, the last ``results`` arguments of which are filled."""
        self.is_plain = self.is_plain and isinstance(function, np.ufunc)
        places = tuple(range(len(arguments) - results, len(arguments))) if outs is None else outs
        self.instructions.append(Instruction(op, function, arguments, places, is_elementwise(function)))

    def _buffer(self, op: Operation, tensor: Tensor) -> Array:
        array = self._new_array(op, tensor)
        self.buffers.append(array)
        return array

    def _new_array(self, op: Operation, tensor: Tensor) -> Array:
        assert tensor.dtype is not None
        shape, dtype, name = tensor.shape.known(), tensor.dtype.numpy, op.node_name
        size = prod(shape) * dtype.itemsize
        if size >= SMALL:
            require_memory(size, f"{name} with shape {tensor.shape}", name)
        try:
            return np.empty(shape, dtype)
        except (MemoryError, ValueError):
            raise ResourceExhaustedError(
                f"{name} with shape {tensor.shape} does not fit into memory; make it smaller.", name
            ) from None

    def _snapshot_old_values(self, program: Program, late: Sequence[Operation], written: Sequence[Array]) -> None:
        """Copies, made before the first write, of tensors that look at a variable's array but mean its old value.

        Those are the values that writes take from other variables (a swap), and views of a variable that are fetched
        or read after a write. A variable itself, fetched or read after a write, gives its new value.
        """
        if not written:
            return
        roots = {id(root_of(array)) for array in written}
        wanted: dict[Output, Operation] = {op.inputs[1]: op for op in late if op in self._old_value_writes}
        for tensor in (*program.fetches, *(source for op in late for source in op.inputs)):
            if isinstance(tensor, Tensor) and tensor.op.type != "Variable":
                wanted.setdefault(tensor, tensor.op)
        for tensor, op in wanted.items():
            place = self.arrays.get(tensor) if isinstance(tensor, Tensor) else None
            if isinstance(place, Cell):
                cell = self.snapshots[tensor] = Cell()
                self._add(op, _copy_cell, (cell, place), 0)
            elif place is not None and id(root_of(place)) in roots:
                copy = self.snapshots[tensor] = np.empty_like(place)
                self.instructions.append(copying(op, copy, place))


def _is_known(tensor: Tensor) -> bool:
    return tensor.dtype is not None and tensor.shape.is_known


def _copy_cell(target: Cell, source: Cell) -> None:
    target.array = present_array(source).copy()


def _copy_result(function: Callable[..., Any], place: int) -> Callable[..., None]:
    """Copies one of the results of ``function`` into the last argument."""

    def step(*arguments: Array) -> None:
        *inputs, out = arguments
        result = function(*inputs)
        np.copyto(out, result[place] if isinstance(result, tuple) else result)

    return step
