"""Running a program on numpy: a flat sequence of bound calls over preallocated arrays.

Every value whose shape is known has its array before the first step; a step is ``for function, arguments in calls``.
Views (reshape, transpose) are made once, since the arrays they look at stay where they are. What has another shape in
every run is computed by steps that look at the shapes first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import length_hint
from typing import Any

import numpy as np

from ...compiler.program import Program
from ...compiler.writes import WRITES, changed_variables
from ...graph import EngineError, Graph, InvalidArgumentError, Operation, Output, Tensor
from ..state import SessionState
from .dynamic_step import Cell, DynamicStep, present_array
from .kernel_context import KernelContext

Array = np.ndarray[Any, np.dtype[Any]]
Call = tuple[Callable[..., Any], tuple[Any, ...]]


class NumpyPlan:
    """A program bound to a session's variables, ready to run any number of times.

    :meth:`feed` takes the fed values; ``fetches`` are the arrays that hold the results after :meth:`run` (None for
    what has no value), overwritten by the next run.
    """

    def __init__(self, program: Program, state: SessionState, graph_version: int) -> None:
        self._graph_version = graph_version
        self._state = state
        self._storage = state.storage
        self._arrays: dict[Tensor, Array | Cell] = {}
        self._constants: set[Output] = set()
        self._callers: list[Operation] = []
        self._old_value_writes = program.old_value_writes
        self._fetched = frozenset(program.fetches)
        calls: list[Call] = []
        early, late = program.operations[: program.early], program.operations[program.early :]
        for op in early:
            self._bind(op, calls)
        written = [self._fixed(variable) for op in late for variable in changed_variables(op)]
        snapshots = self._snapshot_old_values(program, late, written, calls)
        for op in late:
            self._bind(op, calls, snapshots)
        self.calls: tuple[Call, ...] = tuple(calls)
        self._generation = self._storage.generation
        self._reads = program.variables_read()
        self._gives_values_to = [op.inputs[0].op.origin or op.inputs[0].op for op in late if op.type == "Assign"]
        self._ready = False
        self._feeds = {outer: self._arrays[inner] for outer, inner in program.feeds.items() if inner in self._arrays}
        places = [
            snapshots.get(fetch, self._arrays[fetch]) if isinstance(fetch, Tensor) else None
            for fetch in program.fetches
        ]
        #: The results that are there only after a run, by their place among the fetches.
        self._fetched_cells = {index: place for index, place in enumerate(places) if isinstance(place, Cell)}
        self.fetches: list[Array | None] = [None if isinstance(place, Cell) else place for place in places]

    def is_current(self, graph: Graph) -> bool:
        """Whether neither the graph nor the variables' arrays have been replaced since the plan was made."""
        return self._graph_version == graph.version and self._generation == self._storage.generation

    def feed(self, values: Mapping[Tensor, Array]) -> None:
        """Copies the fed tensors' values in; those that nothing fetched depends on are passed over.

        A tensor that is left out keeps the value that it was fed before. Where the shape was not known when the plan
        was made, the array itself is used.
        """
        for tensor, place in self._feeds.items():
            value = values.get(tensor)
            if value is None:
                continue
            if isinstance(place, Cell):
                place.array = value
            else:
                np.copyto(place, value)

    def run(self) -> None:
        """One run: the results are in the arrays of ``fetches``.

        Raises FailedPreconditionError when a variable has no value, InvalidArgumentError naming the operation whose
        kernel failed. Variables change only after everything else has been computed.
        """
        if not self._ready:
            for variable in self._reads:
                self._storage.require(variable)
        calls = iter(self.calls)
        with np.errstate(all="ignore"):
            try:
                for function, arguments in calls:
                    function(*arguments)
            except EngineError:
                raise
            except (ValueError, TypeError, ArithmeticError, MemoryError) as error:
                op = self._callers[len(self.calls) - length_hint(calls) - 1]
                name = op.node_name
                sentence = (
                    f"{name} ({op.type}) cannot be computed: {error}. Look at the values and shapes of its inputs."
                )
                raise InvalidArgumentError(sentence, name) from error
        for index, cell in self._fetched_cells.items():
            self.fetches[index] = cell.array
        if not self._ready:
            for variable in self._gives_values_to:
                self._storage.mark_initialized(variable)
            self._ready = True

    def _fixed(self, tensor: Tensor) -> Array:
        """The array of a tensor whose shape is known beforehand."""
        place = self._arrays[tensor]
        assert not isinstance(place, Cell)
        return place

    def _bind(self, op: Operation, calls: list[Call], replaced: dict[Output, Array | Cell] | None = None) -> None:
        """Gives the operation's outputs their arrays and adds the call that fills them."""
        arrays = self._arrays
        if op.type == "Group":
            return
        if op.type == "Placeholder":
            arrays[op.output] = self._buffer(op, op.output) if _is_known(op.output) else Cell()
            return
        if op.type == "Variable":
            arrays[op.output] = self._storage.array(op.origin or op, op.output.spec)
            return
        old_values = replaced or {}
        places = [arrays[t] if t.op.type == "Variable" else old_values.get(t, arrays[t]) for t in op.inputs]
        if op.type in WRITES and op in self._old_value_writes:
            places[1] = old_values.get(op.inputs[1], places[1])
        inputs = [place for place in places if not isinstance(place, Cell)]
        if len(inputs) == len(places) and all(_is_known(tensor) for tensor in op.outputs):
            self._bind_fixed(op, calls, inputs)
        else:
            self._bind_dynamic(op, calls, places)

    def _bind_dynamic(self, op: Operation, calls: list[Call], places: Sequence[Array | Cell]) -> None:
        if op.type in WRITES:
            # The variable's own array is the result.
            outputs: list[Array | Cell] = [places[0]]
        else:
            outputs = [self._buffer(op, tensor) if _is_known(tensor) else Cell() for tensor in op.outputs]
        self._arrays.update(zip(op.outputs, outputs, strict=True))
        self._add(op, calls, DynamicStep(op, self._state, places, outputs, self._fetched), ())

    def _bind_fixed(self, op: Operation, calls: list[Call], inputs: list[Array]) -> None:
        arrays, kernel = self._arrays, op.declaration.kernel
        assert kernel is not None, op.type
        specs = [tensor.spec for tensor in op.inputs], [tensor.spec for tensor in op.outputs]
        function = kernel(KernelContext(op, self._state, *specs, self._fetched))
        if op.type in WRITES:
            arrays[op.output] = inputs[0]
            self._add(op, calls, function, tuple(inputs))
        elif op.declaration.is_view:
            view = function(*inputs)
            if not inputs or any(np.may_share_memory(view, array) for array in inputs) or view.size == 0:
                arrays[op.output] = view
            else:
                # numpy had to copy (reshaping a transposed array): then it is a step like any other.
                out = arrays[op.output] = self._buffer(op, op.output)
                if self._never_changes(op):
                    np.copyto(out, view)
                else:
                    self._add(op, calls, _copy_result(function), (*inputs, out))
        else:
            outs = [self._buffer(op, tensor) for tensor in op.outputs]
            arrays.update(zip(op.outputs, outs, strict=True))
            if isinstance(function, np.ufunc) and function.signature is None:  # elementwise, as matmul is not
                inputs = [_spread(array, outs[0].shape) for array in inputs]
            if self._never_changes(op):
                with np.errstate(all="ignore"):
                    function(*inputs, *outs)
            else:
                self._add(op, calls, function, (*inputs, *outs))
        if self._never_changes(op):
            self._constants.update(op.outputs)

    def _never_changes(self, op: Operation) -> bool:
        """Whether the operation gives the same at every run of this plan: it is computed once, here."""
        declaration = op.declaration
        return not declaration.stateful and all(
            tensor in self._constants
            for port, tensors in op.connected_ports()
            if port not in declaration.shape_only_inputs
            for tensor in tensors
        )

    def _add(self, op: Operation, calls: list[Call], function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
        calls.append((function, arguments))
        self._callers.append(op)

    def _buffer(self, op: Operation, tensor: Tensor) -> Array:
        assert tensor.dtype is not None
        try:
            return np.empty(tensor.shape.known(), tensor.dtype.numpy)
        except (MemoryError, ValueError):
            name = op.node_name
            raise InvalidArgumentError(
                f"{name} with shape {tensor.shape} does not fit into memory; make it smaller.", name
            ) from None

    def _snapshot_old_values(
        self, program: Program, late: Sequence[Operation], written: Sequence[Array], calls: list[Call]
    ) -> dict[Output, Array | Cell]:
        """Copies, made before the first write, of tensors that look at a variable's array but mean its old value.

        Those are the values that writes take from other variables (a swap), and views of a variable that are fetched
        or read after a write. A variable itself, fetched or read after a write, gives its new value.
        """
        if not written:
            return {}
        wanted: dict[Output, Operation] = {op.inputs[1]: op for op in late if op in self._old_value_writes}
        for tensor in (*program.fetches, *(source for op in late for source in op.inputs)):
            if isinstance(tensor, Tensor) and tensor.op.type != "Variable":
                wanted.setdefault(tensor, tensor.op)
        snapshots: dict[Output, Array | Cell] = {}
        for tensor, op in wanted.items():
            place = self._arrays.get(tensor) if isinstance(tensor, Tensor) else None
            if isinstance(place, Cell):
                cell = snapshots[tensor] = Cell()
                self._add(op, calls, _copy_cell, (cell, place))
            elif place is not None and any(np.may_share_memory(place, variable) for variable in written):
                copy = snapshots[tensor] = np.empty_like(place)
                self._add(op, calls, np.copyto, (copy, place))
        return snapshots


def _is_known(tensor: Tensor) -> bool:
    return tensor.dtype is not None and tensor.shape.is_known


def _copy_cell(target: Cell, source: Cell) -> None:
    target.array = present_array(source).copy()


def _spread(array: Array, shape: tuple[int, ...]) -> Array:
    """A view that is broadcast already: done at every call, it takes numpy longer than a small operation itself."""
    return np.broadcast_to(array, shape) if array.ndim and array.shape != shape else array


def _copy_result(function: Callable[..., Array]) -> Callable[..., Array]:
    def step(*arguments: Array) -> Array:
        *inputs, out = arguments
        np.copyto(out, function(*inputs))
        return out

    return step
