"""Queues: elements that one part of a program puts in and another takes out.

TensorFlow fills a queue from threads that run beside the program. Here a queue that has too little runs what fills it,
the operations of its queue runners, when something is to be taken out: in the same order, without waiting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from ..graph import (
    Attribute,
    AttributeKind,
    Category,
    Inference,
    InputPort,
    InvalidArgumentError,
    OpDeclaration,
    OutOfRangeError,
    OutputPort,
    TensorShape,
    TensorSpec,
    declare,
    int32,
)
from ..graph.dtypes import bool_
from ..graph.errors import CancelledError
from ..graph.seeds import seeds_of
from .pipelines import DTYPES, SHAPES, Array, Element, a_dataset, by_port, component_ports, dtypes_of, shapes_of
from .random import SEEDS
from .waiting import QueueWaitsError

#: The collection of a graph in which the queue runners are.
QUEUE_RUNNERS = "queue_runners"
_CLASSES = {"fifo": "FIFOQueue", "shuffle": "RandomShuffleQueue", "padding": "PaddingFIFOQueue"}
_QUEUE = InputPort("queue")


class Queue:
    """A session's elements of one queue."""

    def __init__(self, kind: str, name: str, capacity: int, minimum: int, words: Iterator[int]) -> None:
        self.title = f"{_CLASSES[kind]} '{name}'"
        self._kind = kind
        self._capacity = capacity
        self._minimum = minimum
        self._words = words
        self._rows: list[Element] = []
        self._is_filling = False
        self.closed = False
        #: What puts more into it, each with how often it has run.
        self.fillers: list[tuple[Callable[[int], None], int]] = []

    def __len__(self) -> int:
        return len(self._rows)

    def put(self, rows: Sequence[Element], node: str) -> None:
        """Adds rows. Raises CancelledError when it is closed, QueueWaitsError when it is full."""
        if self.closed:
            raise CancelledError(f"{self.title} is closed. Nothing can be put into it (at {node}).", node)
        if len(self._rows) + len(rows) > self._capacity and not self._is_filling:
            raise QueueWaitsError(f"{self.title} is full ({node} puts more in)", node)
        self._rows += rows

    def take(self, count: int, may_be_fewer: bool, node: str) -> list[Element]:
        """Takes rows out. Raises OutOfRangeError when there are too few and it is closed, else QueueWaitsError."""
        wanted = max(count, min(count + self._minimum, self._capacity))
        while len(self._rows) < wanted and not self.closed and self.fillers:
            self._fill()
        if not self.closed and len(self._rows) < wanted:
            raise QueueWaitsError(f"{self.title} has too few elements ({node} takes some out)", node)
        if len(self._rows) < count and not (may_be_fewer and self._rows):
            raise OutOfRangeError(
                f"{self.title} is closed and has insufficient elements (requested {count}, current size "
                f"{len(self._rows)}). What fills it has come to its end (at {node}).",
                node,
            )
        taken = [self._next() for _ in range(min(count, len(self._rows)))]
        return taken

    def _next(self) -> Element:
        if self._kind != "shuffle":
            return self._rows.pop(0)
        place = next(self._words) % len(self._rows)
        self._rows[place], self._rows[-1] = self._rows[-1], self._rows[place]
        return self._rows.pop()

    def _fill(self) -> None:
        """Runs the filler whose turn it is; one that has come to its end has no more turns."""
        filler, runs = self.fillers.pop(0)
        self._is_filling = True
        try:
            filler(runs)
            self.fillers.append((filler, runs + 1))
        except OutOfRangeError:
            self.closed = not self.fillers
        except BaseException:
            self.fillers.insert(0, (filler, runs + 1))
            raise
        finally:
            self._is_filling = False


def _queue_kernel(k: Any) -> Callable[..., Any]:
    op = k.op.origin or k.op
    name = k.attribute("shared_name") or op.name

    def make() -> Queue:
        attributes = k.attribute("capacity"), k.attribute("min_after_dequeue")
        return Queue(k.attribute("kind"), name, *attributes, k.words(seeds_of(k.op)))

    queue = k.resource(("queue", name), make)
    known = k.resource(("fillers", name), dict)

    def step(out: Any = None) -> Any:
        for runner in op.graph.outermost.get_collection(QUEUE_RUNNERS):
            if runner.queue.queue_ref.op is not op:
                continue
            for filler in dict.fromkeys(runner.enqueue_ops):
                if filler not in known:
                    known[filler] = k.operation(filler)
                    queue.fillers.append((known[filler], 0))
        found = np.empty((), object) if out is None else out
        found[()] = queue
        return found

    return step


def _queue_of(array: Array) -> Queue:
    queue = array[()]
    assert isinstance(queue, Queue)
    return queue


def _enqueue_kernel(k: Any) -> Callable[..., Any]:
    node, many = k.op.node_name, k.attribute("many")

    def step(*arrays: Any) -> Any:
        components = [np.array(array) for array in arrays[1:]]
        if many:
            if len({len(array) for array in components}) > 1:
                raise InvalidArgumentError(
                    f"{node} puts many elements in, but its components have "
                    f"{', '.join(str(len(array)) for array in components)} rows; make them equal.",
                    node,
                )
            rows = [tuple(array[place, ...] for array in components) for place in range(len(components[0]))]
        else:
            rows = [tuple(components)]
        _queue_of(arrays[0]).put(rows, node)
        return ()

    return step


def _stack(arrays: Sequence[Array], pads: bool, node: str) -> Array:
    if pads and arrays[0].ndim:
        out = np.zeros((len(arrays), *np.max([array.shape for array in arrays], axis=0)), arrays[0].dtype)
        if out.dtype == object:
            out[...] = b""
        for row, array in zip(out, arrays, strict=True):
            row[tuple(slice(0, length) for length in array.shape)] = array
        return out
    if len({array.shape for array in arrays}) > 1:
        shapes = ", ".join(str(list(array.shape)) for array in arrays)
        raise InvalidArgumentError(
            f"{node} puts elements of different shapes together: {shapes}. Make them equal, or take a queue that pads.",
            node,
        )
    return np.stack(arrays)


def _dequeue_kernel(k: Any) -> Callable[..., Any]:
    node, given, mode = k.op.node_name, len(k.inputs), k.attribute("mode")
    dtypes, shapes = dtypes_of(k.attribute("dtypes")), shapes_of(k.attribute("shapes"))

    def step(*arrays: Any) -> Any:
        ports, outs = by_port(k.op, arrays[:given]), arrays[given:]
        queue = _queue_of(ports["queue"][0])
        count = 1 if mode == "one" else int(ports["count"][0])
        if mode != "one" and count == 0:
            found: list[Array] = [
                np.zeros((0, *(size or 0 for size in shape.dims or ())), dtype.numpy)
                for dtype, shape in zip(dtypes, shapes, strict=True)
            ]
        else:
            rows = queue.take(count, mode == "up_to", node)
            columns = list(zip(*rows, strict=True))
            pads = queue.title.startswith("Padding")
            found = [column[0] if mode == "one" else _stack(column, pads, node) for column in columns]
        for out, array in zip(outs, found, strict=bool(outs)):
            np.copyto(out, array)
        return tuple(outs or found)

    return step


def _dequeued(node: Inference) -> list[TensorSpec]:
    dtypes, shapes = dtypes_of(node.attribute("dtypes")), shapes_of(node.attribute("shapes"))
    rows: list[int | None] = [None]
    known = node.value("count")
    if node.attribute("mode") == "many" and known is not None and known.size == 1 and not np.isnan(known).any():
        rows = [int(known.reshape(()))]
    first = TensorShape([] if node.attribute("mode") == "one" else rows)
    return [TensorSpec(dtype, first.concatenate(shape)) for dtype, shape in zip(dtypes, shapes, strict=True)]


def _size_kernel(k: Any) -> Callable[..., Any]:
    xp = k.xp
    return lambda queue, out=None: xp.copy(np.array(len(_queue_of(queue)), np.int32), out)


def _is_closed_kernel(k: Any) -> Callable[..., Any]:
    xp = k.xp
    return lambda queue, out=None: xp.copy(np.array(_queue_of(queue).closed), out)


def _close_kernel(k: Any) -> Callable[..., Any]:
    def step(queue: Any) -> Any:
        _queue_of(queue).closed = True
        return ()

    return step


def _scalar(dtype: Any) -> Callable[[Inference], TensorSpec]:
    return lambda node: TensorSpec(dtype, TensorShape(()))


declare(
    OpDeclaration(
        type="Queue",
        category=Category.INTERNAL,
        symbol="⇉",
        description="Elements that one part of a program puts in and another takes out.",
        formula="q",
        infer=a_dataset,
        outputs=(OutputPort("queue"),),
        attributes=(
            Attribute(
                "shared_name", AttributeKind.TEXT, "", "The name of the elements, where several queues share them."
            ),
            Attribute("kind", AttributeKind.CHOICE, "fifo", "Which is taken out first.", choices=tuple(_CLASSES)),
            Attribute("capacity", AttributeKind.INT, 32, "How many elements have room."),
            Attribute("min_after_dequeue", AttributeKind.INT, 0, "How many stay in it to be mixed with others."),
            *SEEDS,
        ),
        kernel=_queue_kernel,
        default_name="fifo_queue",
        stateful=True,
        example="tf.FIFOQueue(10, [tf.float32])",
    )
)
declare(
    OpDeclaration(
        type="QueueEnqueue",
        category=Category.INTERNAL,
        symbol="→⇉",
        description="Puts an element, or as many as its tensors have rows, into a queue.",
        formula="q \\leftarrow x",
        infer=lambda node: [],
        inputs=(_QUEUE, InputPort("components", variadic=True)),
        outputs=(),
        attributes=(Attribute("many", AttributeKind.BOOL, False, "Whether each row is an element."),),
        kernel=_enqueue_kernel,
        default_name="enqueue",
        stateful=True,
        gives_step=True,
        free_dtype_inputs=("queue", "components"),
        example="queue.enqueue(x)",
    )
)
declare(
    OpDeclaration(
        type="QueueDequeue",
        category=Category.INTERNAL,
        symbol="⇉→",
        description="Takes an element, or several, out of a queue.",
        formula="x \\leftarrow q",
        infer=_dequeued,
        inputs=(_QUEUE, InputPort("count", optional=True)),
        outputs=(OutputPort("component_0"),),
        attributes=(
            Attribute("mode", AttributeKind.CHOICE, "one", "How many.", choices=("one", "many", "up_to")),
            DTYPES,
            SHAPES,
        ),
        kernel=_dequeue_kernel,
        default_name="Dequeue",
        stateful=True,
        free_dtype_inputs=("queue", "count"),
        value_inputs=("count",),
        outputs_for=component_ports,
        example="queue.dequeue()",
    )
)
for _type, _symbol, _description, _dtype, _kernel in (
    ("QueueSize", "#", "How many elements are in a queue.", int32, _size_kernel),
    ("QueueIsClosed", "⊠?", "Whether a queue is closed.", bool_, _is_closed_kernel),
):
    declare(
        OpDeclaration(
            type=_type,
            category=Category.INTERNAL,
            symbol=_symbol,
            description=_description,
            formula="q",
            infer=_scalar(_dtype),
            inputs=(_QUEUE,),
            kernel=_kernel,
            default_name=_type,
            stateful=True,
            free_dtype_inputs=("queue",),
            example="queue.size()",
        )
    )
declare(
    OpDeclaration(
        type="QueueClose",
        category=Category.INTERNAL,
        symbol="⊠",
        description="Lets nothing more be put into a queue.",
        formula="q",
        infer=lambda node: [],
        inputs=(_QUEUE,),
        outputs=(),
        kernel=_close_kernel,
        default_name="Close",
        stateful=True,
        gives_step=True,
        free_dtype_inputs=("queue",),
        example="queue.close()",
    )
)
