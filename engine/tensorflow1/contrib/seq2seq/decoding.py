"""Decoders: networks that write sequences step by step, and the loop that runs them."""

from __future__ import annotations

from typing import Any, NamedTuple

from ....graph import Tensor, bool_, int32
from ... import nest
from ...arithmetic import transpose
from ...build import apply, tensor_of
from ...choosing import where
from ...control_flow import while_loop
from ...reductions import reduce_all
from ...rnn_base import size_shape
from ...rnn_raw import chosen, like, open_shapes
from ...sources import constant
from ...tensor_array import TensorArray
from ...variable_scope import variable_scope

__all__ = ["BasicDecoder", "BasicDecoderOutput", "Decoder", "dynamic_decode"]


class BasicDecoderOutput(NamedTuple):
    """What a step writes: the outputs of the network, and the class that was chosen of them."""

    rnn_output: Any
    sample_id: Any


class Decoder:
    """A network that writes sequences: it begins, and makes steps."""

    @property
    def batch_size(self) -> Any:
        """How many sequences are written."""
        raise NotImplementedError("batch_size has not been implemented")

    @property
    def output_size(self) -> Any:
        """The nest of the shapes, behind the batch, of what a step writes."""
        raise NotImplementedError("output_size has not been implemented")

    @property
    def output_dtype(self) -> Any:
        """The nest of the dtypes of what a step writes."""
        raise NotImplementedError("output_dtype has not been implemented")

    @property
    def tracks_own_finished(self) -> bool:
        """Whether a step says of all sequences whether they are finished, also of those that were."""
        return False

    def initialize(self, name: str | None = None) -> tuple[Any, Any, Any]:
        """Which sequences are finished, the first input, the first state."""
        raise NotImplementedError("initialize has not been implemented")

    def step(self, time: Any, inputs: Any, state: Any, name: str | None = None) -> tuple[Any, Any, Any, Any]:
        """The outputs of a step, the next state, the next input, which sequences are finished."""
        raise NotImplementedError("step has not been implemented")

    def finalize(self, outputs: Any, final_state: Any, sequence_lengths: Any) -> tuple[Any, Any]:
        """What is given back for the outputs of all steps, (time, batch, …), and the last state."""
        return outputs, final_state


class BasicDecoder(Decoder):
    """Steps a cell over what a helper gives it; ``output_layer`` is applied to what the cell gives."""

    def __init__(self, cell: Any, helper: Any, initial_state: Any, output_layer: Any = None) -> None:
        self._cell, self._helper = cell, helper
        self._initial_state = nest.map_structure(
            lambda leaf: leaf if hasattr(leaf, "with_flow") else tensor_of(leaf), initial_state
        )
        self._output_layer = output_layer

    @property
    def batch_size(self) -> Any:
        return self._helper.batch_size

    @property
    def output_size(self) -> Any:
        written = self._cell.output_size if self._output_layer is None else self._output_layer.units
        return BasicDecoderOutput(nest.map_structure(size_shape, written), self._helper.sample_ids_shape)

    @property
    def output_dtype(self) -> Any:
        dtype = nest.flatten(self._initial_state)[0].dtype
        return BasicDecoderOutput(
            nest.map_structure(lambda _: dtype, self._cell.output_size), self._helper.sample_ids_dtype
        )

    def initialize(self, name: str | None = None) -> tuple[Any, Any, Any]:
        return (*self._helper.initialize(), self._initial_state)

    def step(self, time: Any, inputs: Any, state: Any, name: str | None = None) -> tuple[Any, Any, Any, Any]:
        outputs, state = self._cell(inputs, state)
        if self._output_layer is not None:
            outputs = self._output_layer(outputs)
        chosen = self._helper.sample(time=time, outputs=outputs, state=state)
        finished, inputs, state = self._helper.next_inputs(time=time, outputs=outputs, state=state, sample_ids=chosen)
        return BasicDecoderOutput(outputs, chosen), state, inputs, finished


def dynamic_decode(
    decoder: Any,
    output_time_major: bool = False,
    impute_finished: bool = False,
    maximum_iterations: Any = None,
    parallel_iterations: int = 32,
    swap_memory: bool = False,
    scope: Any = None,
) -> tuple[Any, Any, Tensor]:
    """Runs a decoder until all sequences are finished, or ``maximum_iterations`` steps have been made.

    Returns its outputs, (batch, time, …) or with ``output_time_major`` (time, batch, …), its last state, and how long
    each sequence is. ``impute_finished`` writes zeros for sequences that are finished, and keeps their state.
    """
    with variable_scope(scope, "decoder"):
        finished, inputs, state = decoder.initialize()
        finished = tensor_of(finished, bool_)
        most = None if maximum_iterations is None else tensor_of(maximum_iterations)
        lengths = apply("ZerosLike", apply("Cast", finished, dtype=int32))
        form = decoder.output_dtype
        arrays = [TensorArray(dtype, 0, dynamic_size=True) for dtype in nest.flatten(form)]

        def goes_on(time: Any, finished: Any, *rest: Any) -> Any:
            waits = apply("LogicalNot", reduce_all(finished))
            return waits if most is None else apply("LogicalAnd", waits, apply("Less", time, most))

        def step(time: Any, finished: Any, inputs: Any, arrays: Any, state: Any, lengths: Any) -> Any:
            outputs, next_state, next_inputs, now = decoder.step(time, inputs, state)
            if not decoder.tracks_own_finished:
                now = apply("LogicalOr", tensor_of(now, bool_), finished)
            if impute_finished:
                outputs = nest.map_structure(
                    lambda new: where(finished, apply("ZerosLike", tensor_of(new)), new), outputs
                )
                next_state = nest.map_structure(lambda old, new: chosen(finished, old, new), state, next_state)
            next_state = nest.map_structure(like, state, next_state)
            next_inputs = nest.map_structure(like, inputs, next_inputs)
            longer = where(finished, lengths, apply("ZerosLike", lengths) + (time + 1))
            written = [array.write(time, new) for array, new in zip(arrays, nest.flatten(outputs), strict=True)]
            return time + 1, like(finished, now), next_inputs, written, next_state, longer

        first = (constant(0), finished, inputs, arrays, state, lengths)
        _, _, _, arrays, state, lengths = while_loop(goes_on, step, first, open_shapes(first))
        outputs, state = decoder.finalize(
            nest.pack_sequence_as(form, [each.stack() for each in arrays]), state, lengths
        )
        if not output_time_major:
            outputs = nest.map_structure(_batch_first, outputs)
    return outputs, state, lengths


def _batch_first(tensor: Tensor) -> Tensor:
    rank = tensor.shape.rank
    return tensor if rank is None or rank < 2 else transpose(tensor, [1, 0, *range(2, rank)])
