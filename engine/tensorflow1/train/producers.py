"""Batches from queues: ``tf.train.batch``, ``string_input_producer`` and their like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...graph import Tensor, TensorShape, Variable, as_shape, get_default_graph, int64
from ...graph.dtypes import string
from .. import arrays, gathering, random
from ..build import apply, create, is_tensor, tensor_of
from ..queues import FIFOQueue, PaddingFIFOQueue, QueueBase, RandomShuffleQueue
from ..scopes import GraphKeys
from ..summary.operations import scalar
from .coordinator import QueueRunner, add_queue_runner

__all__ = [
    "batch",
    "batch_join",
    "input_producer",
    "limit_epochs",
    "match_filenames_once",
    "range_input_producer",
    "shuffle_batch",
    "shuffle_batch_join",
    "slice_input_producer",
    "string_input_producer",
]


def match_filenames_once(pattern: Any, name: str | None = None) -> Variable:
    """The paths of the files that fit a pattern, found once: a local variable, which must be initialised."""
    with get_default_graph().name_scope(name or "matching_filenames"):
        found = create("MatchingFiles", {"pattern": pattern}, {}, None).output
        return Variable(
            found,
            trainable=False,
            validate_shape=False,
            collections=[GraphKeys.LOCAL_VARIABLES],
            name="matching_filenames",
        )


def limit_epochs(tensor: Any, num_epochs: int | None = None, name: str | None = None) -> Tensor:
    """The tensor; after ``num_epochs`` runs OutOfRangeError. A local variable counts them, which must be initialised.

    Raises ValueError for a number that is not positive.
    """
    given = tensor_of(tensor)
    if num_epochs is None:
        return given
    if num_epochs <= 0:
        raise ValueError(f"num_epochs must be > 0 not {num_epochs}. Leave it out to go on for ever.")
    graph = get_default_graph()
    with graph.name_scope(name or "limit_epochs") as scope:
        zero = tensor_of(0, int64)
        epochs = Variable(zero, name="epochs", trainable=False, collections=[GraphKeys.LOCAL_VARIABLES])
        counter = epochs.count_up_to(num_epochs)
        return graph.create("Identity", {"x": given, "after": [counter.op.done]}, {}, scope or None).output


def input_producer(
    input_tensor: Any,
    element_shape: Any = None,
    num_epochs: int | None = None,
    shuffle: bool = True,
    seed: int | None = None,
    capacity: int = 32,
    shared_name: str | None = None,
    summary_name: str | None = None,
    name: str | None = None,
    cancel_op: Any = None,
) -> QueueBase:
    """A queue of the rows of a tensor, again and again, or ``num_epochs`` times; each time in another order.

    Raises ValueError for a tensor whose rows have no known shape.
    """
    with get_default_graph().name_scope(name or "input_producer") as scope:
        rows = tensor_of(input_tensor)
        shape = TensorShape(None) if rows.shape.dims is None else TensorShape(rows.shape.dims[1:])
        if element_shape is not None:
            shape = shape.merge_with(as_shape(element_shape))
        if not shape.is_known:
            raise ValueError(
                "Either `input_tensor` must have a fully defined shape or `element_shape` must be specified"
            )
        if shuffle:
            rows = random.random_shuffle(rows, seed=seed)
        rows = limit_epochs(rows, num_epochs)
        queue = FIFOQueue(capacity, [rows.dtype], [shape], shared_name=shared_name, name=scope)
        add_queue_runner(QueueRunner(queue, [queue.enqueue_many([rows])], cancel_op=cancel_op))
        _summarize(queue, summary_name or f"fraction_of_{capacity}_full", capacity)
        return queue


def _summarize(queue: QueueBase, name: str, capacity: int, above: int = 0) -> None:
    """A summary of how full a queue is."""
    size = apply("Cast", queue.size(), dtype="float32")
    if above:
        size = apply("Maximum", size - float(above), 0.0)
    scalar(name, size * (1.0 / max(capacity - above, 1)))


def string_input_producer(
    string_tensor: Any,
    num_epochs: int | None = None,
    shuffle: bool = True,
    seed: int | None = None,
    capacity: int = 32,
    shared_name: str | None = None,
    name: str | None = None,
    cancel_op: Any = None,
) -> QueueBase:
    """A queue of texts, mostly the names of files, for a reader. Raises ValueError for an empty list."""
    if not is_tensor(string_tensor) and not len(string_tensor):
        raise ValueError("string_input_producer requires a non-null input tensor: give at least one file name.")
    with get_default_graph().name_scope(name or "input_producer") as scope:
        texts = tensor_of(string_tensor, None if is_tensor(string_tensor) else string)
        return input_producer(
            texts,
            [],
            num_epochs,
            shuffle,
            seed,
            capacity,
            shared_name,
            f"fraction_of_{capacity}_full",
            scope,
            cancel_op,
        )


def range_input_producer(
    limit: Any,
    num_epochs: int | None = None,
    shuffle: bool = True,
    seed: int | None = None,
    capacity: int = 32,
    shared_name: str | None = None,
    name: str | None = None,
) -> QueueBase:
    """A queue of the whole numbers below ``limit``."""
    with get_default_graph().name_scope(name or "input_producer") as scope:
        summary = f"fraction_of_{capacity}_full"
        return input_producer(arrays.range(limit), [], num_epochs, shuffle, seed, capacity, shared_name, summary, scope)


def slice_input_producer(
    tensor_list: Sequence[Any],
    num_epochs: int | None = None,
    shuffle: bool = True,
    seed: int | None = None,
    capacity: int = 32,
    shared_name: str | None = None,
    name: str | None = None,
) -> list[Tensor]:
    """A row of each tensor, the same of all. Raises ValueError for an empty list."""
    if not tensor_list:
        raise ValueError("Expected at least one tensor in slice_input_producer(). Give a list of tensors.")
    with get_default_graph().name_scope(name or "input_producer"):
        tensors = [tensor_of(tensor) for tensor in tensor_list]
        rows = arrays.shape(tensors[0])[0]
        queue = range_input_producer(rows, num_epochs, shuffle, seed, capacity, shared_name)
        index = queue.dequeue()
        return [gathering.gather(tensor, index) for tensor in tensors]


def batch(
    tensors: Any,
    batch_size: Any,
    num_threads: int = 1,
    capacity: int = 32,
    enqueue_many: bool = False,
    shapes: Any = None,
    dynamic_pad: bool = False,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """Batches of what ``tensors``, a list or dict, give run by run; with ``enqueue_many`` each row is an element.

    The result is such a list or dict too, or the tensor where the list has one. Raises ValueError where a shape is
    not known and ``dynamic_pad`` is false.
    """
    return batch_join(
        [tensors],
        batch_size,
        capacity,
        enqueue_many,
        shapes,
        dynamic_pad,
        allow_smaller_final_batch,
        shared_name,
        name or "batch",
    )


def batch_join(
    tensors_list: Sequence[Any],
    batch_size: Any,
    capacity: int = 32,
    enqueue_many: bool = False,
    shapes: Any = None,
    dynamic_pad: bool = False,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """As :func:`batch`, from several lists by turns."""
    queue_class = PaddingFIFOQueue if dynamic_pad else FIFOQueue
    return _batches(
        list(tensors_list),
        batch_size,
        lambda *described: queue_class(capacity, *described),
        capacity,
        enqueue_many,
        shapes,
        allow_smaller_final_batch,
        shared_name,
        name or "batch_join",
    )


def shuffle_batch(
    tensors: Any,
    batch_size: Any,
    capacity: int,
    min_after_dequeue: int,
    num_threads: int = 1,
    seed: int | None = None,
    enqueue_many: bool = False,
    shapes: Any = None,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """As :func:`batch`, of elements drawn at random from those that are kept: ``min_after_dequeue`` at least."""
    return shuffle_batch_join(
        [tensors],
        batch_size,
        capacity,
        min_after_dequeue,
        seed,
        enqueue_many,
        shapes,
        allow_smaller_final_batch,
        shared_name,
        name or "shuffle_batch",
    )


def shuffle_batch_join(
    tensors_list: Sequence[Any],
    batch_size: Any,
    capacity: int,
    min_after_dequeue: int,
    seed: int | None = None,
    enqueue_many: bool = False,
    shapes: Any = None,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """As :func:`shuffle_batch`, from several lists by turns."""
    return _batches(
        list(tensors_list),
        batch_size,
        lambda dtypes, shapes, *others: RandomShuffleQueue(
            capacity, min_after_dequeue, dtypes, shapes, others[0], seed, *others[1:]
        ),
        capacity,
        enqueue_many,
        shapes,
        allow_smaller_final_batch,
        shared_name,
        name or "shuffle_batch_join",
        min_after_dequeue,
    )


def _batches(
    sources: list[Any],
    batch_size: Any,
    make: Any,
    capacity: int,
    enqueue_many: bool,
    shapes: Any,
    may_be_fewer: bool,
    shared_name: str | None,
    name: str,
    minimum: int = 0,
) -> Any:
    with get_default_graph().name_scope(name) as scope:
        lists = [[tensor_of(value) for value in _values(source)] for source in sources]
        if not lists or not lists[0]:
            raise ValueError("Expected at least one tensor in batch(). Give a list of tensors.")
        given = [as_shape(shape) for shape in shapes] if shapes is not None else _shared_shapes(lists, enqueue_many)
        queue = make([tensor.dtype for tensor in lists[0]], given, None, shared_name)
        if any(not shape.is_known for shape in given) and not isinstance(queue, PaddingFIFOQueue):
            raise ValueError(
                f"All shapes must be fully defined: {given}. Set the shapes with set_shape, or give `shapes`."
            )
        enqueue = queue.enqueue_many if enqueue_many else queue.enqueue
        add_queue_runner(QueueRunner(queue, [enqueue(tensors) for tensors in lists]))
        what = f"fraction_over_{minimum}_of_{capacity}_full" if minimum else f"fraction_of_{capacity}_full"
        _summarize(queue, what, capacity, minimum)
        take = queue.dequeue_up_to if may_be_fewer else queue.dequeue_many
        taken = take(batch_size, name=scope)
        outputs = taken if isinstance(taken, list) else [taken]
    first = sources[0]
    if isinstance(first, Mapping):
        return dict(zip(sorted(first), outputs, strict=True))
    return outputs if len(outputs) > 1 else outputs[0]


def _values(source: Any) -> list[Any]:
    if isinstance(source, Mapping):
        return [source[key] for key in sorted(source)]
    return list(source) if isinstance(source, list | tuple) else [source]


def _shared_shapes(lists: list[list[Tensor]], enqueue_many: bool) -> list[TensorShape]:
    """The shape of an element's tensors, as far as those of all sources agree."""
    found = []
    for column in zip(*lists, strict=True):
        shapes = [tensor.shape for tensor in column]
        if enqueue_many:
            shapes = [TensorShape(None) if shape.dims is None else TensorShape(shape.dims[1:]) for shape in shapes]
        first = shapes[0]
        for shape in shapes[1:]:
            if first.dims is None or shape.dims is None or len(first.dims) != len(shape.dims):
                first = TensorShape(None)
                break
            first = TensorShape(a if a == b else None for a, b in zip(first.dims, shape.dims, strict=True))
        found.append(first)
    return found
