"""Recurrent networks: a cell run over the steps of sequences, in one node or step by step."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from typing import Any

from ..graph import Tensor, TensorShape, int32
from . import nest
from .arithmetic import transpose
from .arrays import concat, range, reverse, reverse_sequence, shape, stack, unstack
from .build import apply, in_dtype, is_tensor, tensor_of
from .choosing import where
from .rnn_base import State, state_sizes
from .scans import run_scan
from .variable_scope import variable_scope

__all__ = [
    "bidirectional_dynamic_rnn",
    "bidirectional_rnn",
    "dynamic_rnn",
    "rnn",
    "static_bidirectional_rnn",
    "static_rnn",
    "static_state_saving_rnn",
]


def _check_cell(cell: Any, name: str = "cell") -> None:
    if not (hasattr(cell, "state_size") and hasattr(cell, "output_size") and callable(cell)):
        raise TypeError(
            f"The argument {name!r} ({cell!r}) is not an RNNCell: 'output_size' property is missing, or it cannot be "
            "called; give an instance of a class of tf.nn.rnn_cell."
        )


def _turned(tensor: Tensor) -> Tensor:
    """Batch and time exchanged."""
    rank = tensor.shape.rank
    if rank is None:
        raise ValueError(f"{tensor.name} needs a known rank to be run over; give its placeholder a shape.")
    return tensor if rank < 2 else transpose(tensor, [1, 0, *builtins.range(2, rank)])


def _batch_size(inputs: Sequence[Tensor]) -> Any:
    """The size of the batch of time-major inputs: a number where it is known, else a tensor."""
    for tensor in inputs:
        if tensor.shape.dims is not None:
            if len(tensor.shape.dims) < 2:
                raise ValueError(
                    f"Expected input tensor {tensor.name} to have rank at least 2: it has the shape {tensor.shape}; "
                    "give (batch, time, …)."
                )
            if tensor.shape.dims[1] is not None:
                return tensor.shape.dims[1]
    return shape(inputs[0])[1]


def _lengths(sequence_length: Any, batch_size: Any) -> Tensor | None:
    if sequence_length is None:
        return None
    lengths = in_dtype(tensor_of(sequence_length), int32)
    if lengths.shape.rank not in (None, 1):
        raise ValueError(
            f"sequence_length must be a vector of length batch_size, but saw shape: {lengths.shape}; give a number for "
            "each sequence."
        )
    if not is_tensor(batch_size) and not lengths.shape.is_compatible_with([batch_size]):
        raise ValueError(
            f"Expected shape for Tensor {lengths.name} is [{batch_size}] but saw shape {lengths.shape}: there is a "
            "length for each sequence of the batch."
        )
    return lengths


def _initial_state(cell: Any, given: State, batch_size: Any, dtype: Any) -> State:
    if given is not None:
        return nest.map_structure(tensor_of, given)
    if not dtype:
        raise ValueError("If there is no initial_state, you must give a dtype.")
    return cell.zero_state(batch_size, dtype)


def _check_structure(wanted: Any, found: Any, what: str) -> None:
    if len(nest.flatten(wanted)) != len(nest.flatten(found)):
        raise ValueError(
            f"The two structures don't have the same nested structure: the cell gives {what} {found!r}, where its "
            f"sizes promise {wanted!r}."
        )


def dynamic_rnn(
    cell: Any,
    inputs: Any,
    sequence_length: Any = None,
    initial_state: State = None,
    dtype: Any = None,
    parallel_iterations: int | None = None,
    swap_memory: bool = False,
    time_major: bool = False,
    scope: Any = None,
) -> tuple[Any, State]:
    """Runs a cell over the steps of ``inputs``: (batch, time, …), or (time, batch, …) with ``time_major``.

    Returns the outputs of all steps, (batch, time, output size), and the last state. Behind the end of a sequence,
    as ``sequence_length`` (batch) gives it, outputs are 0 and the state stays. Without ``initial_state`` the state
    begins with zeros of ``dtype``. Raises ValueError where neither is given, or a shape does not fit.
    """
    _check_cell(cell)
    with variable_scope(scope or "rnn"):
        given = [tensor_of(leaf) for leaf in nest.flatten(inputs)]
        sequences = given if time_major else [_turned(tensor) for tensor in given]
        batch_size = _batch_size(sequences)
        lengths = _lengths(sequence_length, batch_size)
        state = _initial_state(cell, initial_state, batch_size, dtype)
        for tensor in sequences:
            if tensor.shape.dims is not None and None in tensor.shape.dims[2:]:
                raise ValueError(
                    "Input size (depth of inputs) must be accessible via shape inference, but saw value None: "
                    f"{tensor.name} has the shape {tensor.shape}; give its placeholder the size of a step."
                )
        outputs, final = _run(cell, inputs, sequences, state, lengths)
        if not time_major:
            outputs = nest.map_structure(_turned, outputs)
    return outputs, final


def _run(
    cell: Any, structure: Any, sequences: Sequence[Tensor], state: State, lengths: Tensor | None
) -> tuple[Any, State]:
    """The outputs of all steps of time-major sequences, and the last state."""
    count = len(sequences)
    if lengths is not None:
        times = range(shape(sequences[0])[0])
        sequences = [*sequences, apply("GreaterEqual", times[:, None], lengths)]
    form: list[Any] = []

    def step(slices: list[Tensor], present: list[Tensor]) -> tuple[list[Tensor], list[Tensor]]:
        before = nest.pack_sequence_as(state, present)
        output, after = cell(nest.pack_sequence_as(structure, slices[:count]), before)
        _check_structure(cell.output_size, output, "an output")
        _check_structure(state, after, "a state")
        form.append(output)
        found = [tensor_of(leaf) for leaf in nest.flatten(output)]
        following = [tensor_of(leaf) for leaf in nest.flatten(after)]
        _check_dtypes(present, following)
        if lengths is not None:
            found = [_chosen(slices[count], None, tensor) for tensor in found]
            following = [_chosen(slices[count], old, new) for old, new in zip(present, following, strict=True)]
        return following, found

    final, outputs = run_scan(sequences, nest.flatten(state), step, "while")
    for tensor, size in zip(outputs, state_sizes(cell.output_size), strict=True):
        whole = TensorShape([None, None]).concatenate(size)
        if whole.is_compatible_with(tensor.shape):
            tensor.set_shape(whole)
    return nest.pack_sequence_as(form[0], outputs), nest.pack_sequence_as(state, final)


def _check_dtypes(before: Sequence[Tensor], after: Sequence[Tensor]) -> None:
    for old, new in zip(before, after, strict=True):
        if old.dtype is not new.dtype and None not in (old.dtype, new.dtype):
            raise TypeError(
                f"Loop variable state enters the loop with type {old.dtype} but has type {new.dtype} after one step; "
                "give the initial state the dtype of the inputs."
            )


def _chosen(is_over: Tensor, old: Tensor | None, new: Tensor) -> Tensor:
    """What was there before for the sequences that are over (zeros where that is None), what is new for the others."""
    if new.shape.rank == 0:
        return new
    return where(is_over, apply("ZerosLike", new) if old is None else old, new)


def bidirectional_dynamic_rnn(
    cell_fw: Any,
    cell_bw: Any,
    inputs: Any,
    sequence_length: Any = None,
    initial_state_fw: State = None,
    initial_state_bw: State = None,
    dtype: Any = None,
    parallel_iterations: int | None = None,
    swap_memory: bool = False,
    time_major: bool = False,
    scope: Any = None,
) -> tuple[tuple[Any, Any], tuple[State, State]]:
    """Runs one cell forwards and one backwards over ``inputs``, as :func:`dynamic_rnn` does.

    Returns the pair of their outputs, both in the order of the inputs, and the pair of their last states.
    """
    _check_cell(cell_fw, "cell_fw")
    _check_cell(cell_bw, "cell_bw")
    time, batch = (0, 1) if time_major else (1, 0)

    def backwards(tensor: Any) -> Tensor:
        if sequence_length is not None:
            return reverse_sequence(tensor, sequence_length, seq_axis=time, batch_axis=batch)
        return reverse(tensor, [time])

    with variable_scope(scope or "bidirectional_rnn"):
        with variable_scope("fw") as opened:
            forward, last_forward = dynamic_rnn(
                cell_fw, inputs, sequence_length, initial_state_fw, dtype, time_major=time_major, scope=opened
            )
        with variable_scope("bw") as opened:
            turned = nest.map_structure(backwards, inputs)
            backward, last_backward = dynamic_rnn(
                cell_bw, turned, sequence_length, initial_state_bw, dtype, time_major=time_major, scope=opened
            )
    return (forward, nest.map_structure(backwards, backward)), (last_forward, last_backward)


def static_rnn(
    cell: Any,
    inputs: Sequence[Any],
    initial_state: State = None,
    dtype: Any = None,
    sequence_length: Any = None,
    scope: Any = None,
) -> tuple[list[Any], State]:
    """Runs a cell over a list of inputs, (batch, size) each, adding the operations of every step to the graph.

    Returns the list of outputs and the last state; see :func:`dynamic_rnn` for the arguments.
    """
    _check_cell(cell)
    if not nest.is_nested(inputs) or isinstance(inputs, dict):
        raise TypeError("inputs must be a sequence: a list of tensors, such as tf.unstack(x, axis=1) gives.")
    if not inputs:
        raise ValueError("inputs must not be empty: give a tensor for each step.")
    outputs = []
    with variable_scope(scope or "rnn") as opened:
        given = [nest.map_structure(tensor_of, each) for each in inputs]
        first = nest.flatten(given[0])[0]
        if first.shape.dims is not None and None in first.shape.dims[1:]:
            raise ValueError("Input size (dimension 1 of inputs) must be accessible via shape inference.")
        known = first.shape.dims[0] if first.shape.dims else None
        batch_size = shape(first)[0] if known is None else known
        lengths = _lengths(sequence_length, batch_size)
        state = _initial_state(cell, initial_state, batch_size, dtype)
        for time, each in enumerate(given):
            if time > 0:
                opened.reuse_variables()
            output, new_state = cell(each, state)
            if lengths is not None:
                is_over = apply("LessEqual", lengths, time)
                output = nest.map_structure(lambda new, over=is_over: _chosen(over, None, new), output)
                new_state = nest.map_structure(lambda old, new, over=is_over: _chosen(over, old, new), state, new_state)
            state = new_state
            outputs.append(output)
    return outputs, state


rnn = static_rnn


def static_bidirectional_rnn(
    cell_fw: Any,
    cell_bw: Any,
    inputs: Sequence[Any],
    initial_state_fw: State = None,
    initial_state_bw: State = None,
    dtype: Any = None,
    sequence_length: Any = None,
    scope: Any = None,
) -> tuple[list[Any], State, State]:
    """Runs one cell forwards and one backwards over a list of inputs.

    Returns the outputs (both beside each other in the last axis, one tensor for each input) and both last states.
    """
    _check_cell(cell_fw, "cell_fw")
    _check_cell(cell_bw, "cell_bw")
    with variable_scope(scope or "bidirectional_rnn"):
        with variable_scope("fw") as opened:
            forward, last_forward = static_rnn(cell_fw, inputs, initial_state_fw, dtype, sequence_length, opened)
        with variable_scope("bw") as opened:
            turned = _reversed(inputs, sequence_length)
            backward, last_backward = static_rnn(cell_bw, turned, initial_state_bw, dtype, sequence_length, opened)
        pairs = zip(forward, _reversed(backward, sequence_length), strict=True)
        outputs = [nest.map_structure(lambda one, other: concat([one, other], 1), *pair) for pair in pairs]
    return outputs, last_forward, last_backward


bidirectional_rnn = static_bidirectional_rnn


def _reversed(steps: Sequence[Any], lengths: Any) -> list[Any]:
    """A list of steps backwards, each sequence from its own end."""
    if lengths is None:
        return list(steps)[::-1]
    columns = zip(*(nest.flatten(each) for each in steps), strict=True)
    turned = [
        unstack(reverse_sequence(stack(list(column)), lengths, seq_axis=0, batch_axis=1), len(steps))
        for column in columns
    ]
    return [nest.pack_sequence_as(steps[0], leaves) for leaves in zip(*turned, strict=True)]


def static_state_saving_rnn(
    cell: Any,
    inputs: Sequence[Any],
    state_saver: Any,
    state_name: Any,
    sequence_length: Any = None,
    scope: Any = None,
) -> tuple[list[Any], State]:
    """As :func:`static_rnn`, with a state that ``state_saver.state(name)`` gives and ``save_state`` takes again."""
    from .scopes import control_dependencies

    names = nest.flatten(state_name)
    state = nest.pack_sequence_as(cell.state_size, [state_saver.state(name) for name in names])
    outputs, final = static_rnn(cell, inputs, state, sequence_length=sequence_length, scope=scope)
    saved = [state_saver.save_state(name, leaf) for name, leaf in zip(names, nest.flatten(final), strict=True)]
    with control_dependencies(saved):
        outputs[-1] = nest.map_structure(lambda leaf: apply("Identity", leaf), outputs[-1])
    return outputs, final
