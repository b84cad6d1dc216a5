"""What a decoder takes as the input of each step: the given sequence, or what it wrote itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ....graph import DType, Tensor, TensorShape, as_dtype, int32
from ... import nest
from ...arithmetic import transpose
from ...arrays import shape, size
from ...build import apply, in_dtype, tensor_of
from ...control_flow import cond
from ...embedding import embedding_lookup
from ...random import multinomial
from ...reductions import argmax, reduce_all
from ...tensor_array import TensorArray

__all__ = ["CustomHelper", "GreedyEmbeddingHelper", "Helper", "SampleEmbeddingHelper", "TrainingHelper"]


class Helper:
    """Begins, chooses what a step wrote, and says what the next step takes."""

    @property
    def batch_size(self) -> Any:
        """How many sequences there are."""
        raise NotImplementedError("batch_size has not been implemented")

    @property
    def sample_ids_shape(self) -> TensorShape:
        """The shape of what is chosen, behind the batch."""
        return TensorShape(())

    @property
    def sample_ids_dtype(self) -> DType:
        return int32

    def initialize(self, name: str | None = None) -> tuple[Any, Any]:
        """Which sequences are finished before the first step, and the first input."""
        raise NotImplementedError("initialize has not been implemented")

    def sample(self, time: Any, outputs: Any, state: Any, name: str | None = None) -> Any:
        """What a step wrote: the class with the largest output."""
        return argmax(outputs, -1, output_type=int32)

    def next_inputs(
        self, time: Any, outputs: Any, state: Any, sample_ids: Any, name: str | None = None
    ) -> tuple[Any, Any, Any]:
        """Which sequences are finished now, the next input, and the next state."""
        raise NotImplementedError("next_inputs has not been implemented")


class CustomHelper(Helper):
    """A helper made of three functions."""

    def __init__(
        self,
        initialize_fn: Callable[..., Any],
        sample_fn: Callable[..., Any],
        next_inputs_fn: Callable[..., Any],
        sample_ids_shape: Any = None,
        sample_ids_dtype: Any = None,
    ) -> None:
        self._initialize, self._sample, self._next = initialize_fn, sample_fn, next_inputs_fn
        self._shape = TensorShape(sample_ids_shape or ())
        self._dtype = as_dtype(sample_ids_dtype or int32)
        self._batch: Any = None

    @property
    def batch_size(self) -> Any:
        if self._batch is None:
            raise ValueError("batch_size accessed before initialize was called. Hand the helper to a decoder first.")
        return self._batch

    @property
    def sample_ids_shape(self) -> TensorShape:
        return self._shape

    @property
    def sample_ids_dtype(self) -> DType:
        return self._dtype

    def initialize(self, name: str | None = None) -> tuple[Any, Any]:
        finished, inputs = self._initialize()
        if self._batch is None:
            self._batch = size(finished)
        return finished, inputs

    def sample(self, time: Any, outputs: Any, state: Any, name: str | None = None) -> Any:
        return self._sample(time=time, outputs=outputs, state=state)

    def next_inputs(
        self, time: Any, outputs: Any, state: Any, sample_ids: Any, name: str | None = None
    ) -> tuple[Any, Any, Any]:
        found: tuple[Any, Any, Any] = self._next(time=time, outputs=outputs, state=state, sample_ids=sample_ids)
        return found


class TrainingHelper(Helper):
    """Takes the given sequences, (batch, time, …), each as far as its length says."""

    def __init__(self, inputs: Any, sequence_length: Any, time_major: bool = False, name: str | None = None) -> None:
        self._lengths = in_dtype(tensor_of(sequence_length), int32)
        if self._lengths.shape.rank not in (None, 1):
            raise ValueError(
                f"Expected sequence_length to be a vector, but received shape: {self._lengths.shape}; give a number "
                "for each sequence."
            )
        steps = [tensor_of(leaf) for leaf in nest.flatten(inputs)]
        if not time_major:
            steps = [transpose(step, [1, 0, *range(2, len(step.shape))]) for step in steps]
        self.inputs = inputs
        self._arrays = [TensorArray(step.dtype, flow=step, element_shape=step.shape[1:]) for step in steps]
        self._zeros = [apply("ZerosLike", step[0]) for step in steps]

    @property
    def batch_size(self) -> Any:
        return shape(self._lengths)[0]

    @property
    def sequence_length(self) -> Tensor:
        """How long each sequence is."""
        return self._lengths

    def _inputs_at(self, time: Any) -> tuple[Any, Any]:
        finished = apply("LessEqual", self._lengths, time)
        leaves = cond(
            reduce_all(finished), lambda: list(self._zeros), lambda: [array.read(time) for array in self._arrays],
            strict=True,
        )  # fmt: skip
        for leaf, zero in zip(leaves, self._zeros, strict=True):
            leaf.set_shape(zero.shape)
        return finished, nest.pack_sequence_as(self.inputs, leaves)

    def initialize(self, name: str | None = None) -> tuple[Any, Any]:
        return self._inputs_at(tensor_of(0))

    def next_inputs(
        self, time: Any, outputs: Any, state: Any, sample_ids: Any = None, name: str | None = None
    ) -> tuple[Any, Any, Any]:
        finished, inputs = self._inputs_at(time + 1)
        return finished, inputs, state


class GreedyEmbeddingHelper(Helper):
    """Takes what the step before wrote, looked up in a table, until it is the ``end_token``.

    ``embedding`` is the table or a function from class numbers to vectors.
    """

    def __init__(self, embedding: Any, start_tokens: Any, end_token: Any) -> None:
        is_function = callable(embedding) and not hasattr(embedding, "op")
        self._look_up: Callable[[Any], Any] = embedding if is_function else lambda ids: embedding_lookup(embedding, ids)
        self._start = in_dtype(tensor_of(start_tokens), int32)
        self._end = in_dtype(tensor_of(end_token), int32)
        if self._start.shape.rank not in (None, 1):
            raise ValueError("start_tokens must be a vector. Give one for each sequence of the batch.")
        if self._end.shape.rank not in (None, 0):
            raise ValueError("end_token must be a scalar. Give one number.")
        self._first = tensor_of(self._look_up(self._start))

    @property
    def batch_size(self) -> Any:
        return size(self._start)

    def initialize(self, name: str | None = None) -> tuple[Any, Any]:
        return apply("NotEqual", self._start, self._start), self._first

    def next_inputs(
        self, time: Any, outputs: Any, state: Any, sample_ids: Any, name: str | None = None
    ) -> tuple[Any, Any, Any]:
        finished = apply("Equal", sample_ids, self._end)
        return finished, self._look_up(sample_ids), state


class SampleEmbeddingHelper(GreedyEmbeddingHelper):
    """As :class:`GreedyEmbeddingHelper`, with classes drawn as their outputs make them likely."""

    def __init__(
        self,
        embedding: Any,
        start_tokens: Any,
        end_token: Any,
        softmax_temperature: float | None = None,
        seed: int | None = None,
    ) -> None:
        super().__init__(embedding, start_tokens, end_token)
        self._temperature, self._seed = softmax_temperature, seed

    def sample(self, time: Any, outputs: Any, state: Any, name: str | None = None) -> Any:
        logits = outputs if self._temperature is None else outputs / self._temperature
        return in_dtype(multinomial(logits, 1, self._seed), int32)[:, 0]
