"""``tf.nn.raw_rnn``: a cell run in a loop in which a function says, step by step, what it takes and gives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..graph import Tensor, TensorShape, bool_
from . import nest
from .arrays import shape
from .build import apply, tensor_of
from .choosing import where
from .control_flow import while_loop
from .reductions import reduce_all
from .rnn_base import State, size_shape
from .sources import constant, zeros
from .tensor_array import TensorArray
from .variable_scope import variable_scope

__all__ = ["raw_rnn"]


def raw_rnn(
    cell: Any,
    loop_fn: Callable[..., Any],
    parallel_iterations: int | None = None,
    swap_memory: bool = False,
    scope: Any = None,
) -> tuple[Any, State, Any]:
    """Runs a cell until ``loop_fn`` says that all sequences are finished.

    ``loop_fn(time, cell_output, cell_state, loop_state)`` returns (which sequences are finished, the next input, the
    next state, what to emit, the next loop state); before the first step its last three arguments are None, and it
    gives the first state and, to emit, zeros like what one sequence emits (None: as the cell's output). Returns
    TensorArrays of what was emitted, the last state, and the last loop state. Sequences that are finished emit zeros
    and keep their state.
    """
    if not callable(loop_fn):
        raise TypeError("loop_fn must be a callable")
    with variable_scope(scope or "rnn"):
        time = constant(0, name="time")
        finished, first_input, state, emit_form, loop_state = loop_fn(time, None, None, None)
        finished = tensor_of(finished, bool_)
        inputs, state = nest.map_structure(tensor_of, first_input), nest.map_structure(tensor_of, state)
        batch = _batch(nest.flatten(inputs)[0])
        has_loop_state = loop_state is not None
        loop_state = constant(0) if loop_state is None else loop_state
        form, sizes, dtypes = _emitted(cell, emit_form, nest.flatten(state)[0])
        nothing = [zeros([batch, *size.known()], dtype) for size, dtype in zip(sizes, dtypes, strict=True)]
        arrays = [TensorArray(dtype, 0, dynamic_size=True) for dtype in dtypes]

        def step(time: Any, finished: Any, inputs: Any, arrays: Any, state: Any, loop_state: Any) -> Any:
            output, cell_state = cell(inputs, state)
            following = time + 1
            now, next_input, next_state, emitted, next_loop = loop_fn(
                following, output, cell_state, loop_state if has_loop_state else None
            )
            emitted = output if emitted is None else emitted
            kept = [
                chosen(finished, old, tensor_of(new)) for old, new in zip(nothing, nest.flatten(emitted), strict=True)
            ]
            next_state = nest.map_structure(lambda old, new: chosen(finished, old, new), state, next_state)
            written = [array.write(time, value) for array, value in zip(arrays, kept, strict=True)]
            ended = apply("LogicalOr", finished, tensor_of(now, bool_))
            return following, ended, next_input, written, next_state, next_loop if has_loop_state else loop_state

        _, _, _, arrays, state, loop_state = while_loop(
            lambda _, finished, *rest: apply("LogicalNot", reduce_all(finished)),
            step,
            (time, finished, inputs, arrays, state, loop_state),
            shape_invariants=open_shapes((time, finished, inputs, arrays, state, loop_state)),
        )
    return nest.pack_sequence_as(form, arrays), state, loop_state if has_loop_state else None


def _batch(inputs: Tensor) -> Any:
    size = inputs.shape.dims[0] if inputs.shape.dims else None
    return shape(inputs)[0] if size is None else size


def _emitted(cell: Any, form: Any, like: Tensor) -> tuple[Any, list[TensorShape], list[Any]]:
    """The nest of what a sequence emits in a step, and the shape and dtype of each part."""
    if form is None:
        sizes = [size_shape(leaf) for leaf in nest.flatten(cell.output_size)]
        return cell.output_size, sizes, [like.dtype] * len(sizes)
    leaves = [tensor_of(leaf) for leaf in nest.flatten(form)]
    return form, [leaf.shape for leaf in leaves], [leaf.dtype for leaf in leaves]


def chosen(finished: Any, old: Any, new: Any) -> Any:
    """What was there for the sequences that are finished, what is new for the others."""
    if hasattr(new, "with_flow") or tensor_of(new).shape.rank == 0:
        return new
    return like(old, where(finished, old, new))


def like(old: Any, new: Any) -> Any:
    """A loop variable's next value, known to have the shape that it had before."""
    if not hasattr(new, "with_flow") and old.shape.is_compatible_with(new.shape):
        new.set_shape(old.shape)
    return new


def open_shapes(structure: Any) -> Any:
    """For each loop variable, its shape; of arrays, that nothing of it is known."""
    return nest.map_structure(
        lambda leaf: TensorShape(None) if hasattr(leaf, "with_flow") else tensor_of(leaf).shape, structure
    )
