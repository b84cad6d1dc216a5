"""Queues and readers of files under TensorFlow's names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..graph import Operation, Tensor, TensorShape, as_dtype, as_shape, get_default_graph, int32, int64
from ..graph.seeds import new_seeds
from ..ops.pipelines import shape_text
from .build import apply, create, tensor_of
from .python_io import compression_of

__all__ = [
    "FIFOQueue",
    "FixedLengthRecordReader",
    "IdentityReader",
    "PaddingFIFOQueue",
    "QueueBase",
    "RandomShuffleQueue",
    "ReaderBase",
    "TFRecordReader",
    "TextLineReader",
    "WholeFileReader",
]


class QueueBase:
    """Elements, tuples of tensors, that one part of a program puts in and another takes out.

    With ``names`` an element is a dict. ``shapes`` may be left out; then several cannot be taken out at once.
    """

    _kind = "fifo"

    def __init__(
        self,
        capacity: int,
        dtypes: Any,
        shapes: Any,
        names: Any,
        shared_name: str | None,
        name: str,
        minimum: int = 0,
        seed: int | None = None,
    ) -> None:
        self._dtypes = [as_dtype(dtype) for dtype in (dtypes if isinstance(dtypes, list | tuple) else [dtypes])]
        self._shapes = [TensorShape(None)] * len(self._dtypes)
        if shapes is not None:
            several = isinstance(shapes, list | tuple) and (
                len(self._dtypes) > 1 or (len(shapes) == 1 and not isinstance(shapes[0], int))
            )
            self._shapes = [as_shape(shape) for shape in (shapes if several else [shapes])]
        if len(self._shapes) != len(self._dtypes):
            raise ValueError(f"Queue has {len(self._dtypes)} dtypes but {len(self._shapes)} shapes; name as many.")
        self._names = [names] if isinstance(names, str) else None if names is None else list(names)
        if self._names is not None and len(self._names) != len(self._dtypes):
            raise ValueError(f"List of names must have the same length as the list of dtypes: {self._names}.")
        graph = get_default_graph()
        attributes: dict[str, Any] = {
            "kind": self._kind,
            "capacity": 2**62 if capacity < 0 else int(capacity),
            "min_after_dequeue": int(minimum),
        }
        if self._kind == "shuffle":
            attributes |= new_seeds(graph, seed)
        attributes["shared_name"] = shared_name or ""
        self._queue_ref = graph.create("Queue", {}, attributes, name).output

    @property
    def queue_ref(self) -> Tensor:
        """The queue as a tensor."""
        return self._queue_ref

    @property
    def name(self) -> str:
        """The name of the operation."""
        return self._queue_ref.op.name

    @property
    def dtypes(self) -> list[Any]:
        """The dtypes of an element's tensors."""
        return self._dtypes

    @property
    def shapes(self) -> list[TensorShape]:
        """The shapes of an element's tensors."""
        return self._shapes

    @property
    def names(self) -> list[str] | None:
        """The names of an element's tensors, where it is a dict."""
        return self._names

    def _components(self, values: Any, many: bool) -> list[Tensor]:
        if isinstance(values, Mapping):
            if self._names is None or sorted(values) != sorted(self._names):
                raise ValueError(f"Keys in dictionary to enqueue do not match names of Queue: {sorted(values)}.")
            values = [values[name] for name in self._names]
        elif self._names is not None:
            raise ValueError("Queue must have names to enqueue a dictionary; this one has, so give a dict.")
        given = list(values) if isinstance(values, list | tuple) else [values]
        if len(given) != len(self._dtypes):
            if len(self._dtypes) != 1:
                raise ValueError(f"The queue takes {len(self._dtypes)} tensors, but there are {len(given)}.")
            given = [values]
        tensors = [tensor_of(value, dtype) for value, dtype in zip(given, self._dtypes, strict=True)]
        for tensor, dtype, shape in zip(tensors, self._dtypes, self._shapes, strict=True):
            if tensor.dtype is not dtype:
                raise TypeError(
                    f"The queue takes {dtype!r}, but {tensor.name} is {tensor.dtype!r}; put a cast between."
                )
            wanted = TensorShape([None]).concatenate(shape) if many else shape
            if not tensor.shape.is_compatible_with(wanted):
                raise ValueError(f"Shapes {tensor.shape} and {wanted} are incompatible: {tensor.name} does not fit.")
        return tensors

    def enqueue(self, vals: Any, name: str | None = None) -> Operation:
        """An operation that puts an element in."""
        inputs = {"queue": self._queue_ref, "components": self._components(vals, False)}
        return create("QueueEnqueue", inputs, {"many": False}, name or f"{self.name}_enqueue")

    def enqueue_many(self, vals: Any, name: str | None = None) -> Operation:
        """An operation that puts in as many elements as the tensors have rows."""
        inputs = {"queue": self._queue_ref, "components": self._components(vals, True)}
        return create("QueueEnqueue", inputs, {"many": True}, name or f"{self.name}_EnqueueMany")

    def dequeue(self, name: str | None = None) -> Any:
        """An element: a tensor, a list of them, or a dict."""
        return self._taken("one", None, name or f"{self.name}_Dequeue")

    def dequeue_many(self, n: Any, name: str | None = None) -> Any:
        """``n`` elements, put together along a new first axis. Needs the shapes."""
        return self._taken("many", n, name or f"{self.name}_DequeueMany")

    def dequeue_up_to(self, n: Any, name: str | None = None) -> Any:
        """As :meth:`dequeue_many`, but fewer when the queue is closed and has no more."""
        return self._taken("up_to", n, name or f"{self.name}_DequeueUpTo")

    def _taken(self, mode: str, count: Any, name: str) -> Any:
        attributes = {
            "mode": mode,
            "dtypes": ", ".join(dtype.name for dtype in self._dtypes),
            "shapes": "; ".join(shape_text(shape) for shape in self._shapes),
        }
        inputs = {"queue": self._queue_ref}
        if count is not None:
            inputs["count"] = tensor_of(count, None if isinstance(count, Tensor) else int32)
        outputs = list(create("QueueDequeue", inputs, attributes, name).outputs)
        if self._names is not None:
            return dict(zip(self._names, outputs, strict=True))
        return outputs[0] if len(outputs) == 1 else outputs

    def size(self, name: str | None = None) -> Tensor:
        """How many elements are in it."""
        return apply("QueueSize", self._queue_ref, name=name or f"{self.name}_Size")

    def is_closed(self, name: str | None = None) -> Tensor:
        """Whether it is closed."""
        return apply("QueueIsClosed", self._queue_ref, name=name or f"{self.name}_Is_Closed")

    def close(self, cancel_pending_enqueues: bool = False, name: str | None = None) -> Operation:
        """An operation that lets nothing more be put in; what is in it can be taken out."""
        return create("QueueClose", {"queue": self._queue_ref}, {}, name or f"{self.name}_Close")


class FIFOQueue(QueueBase):
    """A queue from which elements are taken in the order in which they were put in."""

    def __init__(
        self,
        capacity: int,
        dtypes: Any,
        shapes: Any = None,
        names: Any = None,
        shared_name: str | None = None,
        name: str = "fifo_queue",
    ) -> None:
        super().__init__(capacity, dtypes, shapes, names, shared_name, name)


class PaddingFIFOQueue(QueueBase):
    """As FIFOQueue, for shapes with unknown sizes: elements that are taken out together are filled up with zeros."""

    _kind = "padding"

    def __init__(
        self,
        capacity: int,
        dtypes: Any,
        shapes: Any,
        names: Any = None,
        shared_name: str | None = None,
        name: str = "padding_fifo_queue",
    ) -> None:
        super().__init__(capacity, dtypes, shapes, names, shared_name, name)


class RandomShuffleQueue(QueueBase):
    """A queue from which elements are taken at random, while at least ``min_after_dequeue`` stay until it is closed."""

    _kind = "shuffle"

    def __init__(
        self,
        capacity: int,
        min_after_dequeue: int,
        dtypes: Any,
        shapes: Any = None,
        names: Any = None,
        seed: int | None = None,
        shared_name: str | None = None,
        name: str = "random_shuffle_queue",
    ) -> None:
        super().__init__(capacity, dtypes, shapes, names, shared_name, name, min_after_dequeue, seed)


class ReaderBase:
    """Gives the records of files, one after the other. A queue gives the names of the files."""

    _kind = "lines"

    def __init__(self, name: str | None, **options: Any) -> None:
        graph = get_default_graph().outermost
        key = graph.unique_name(name or type(self).__name__ + "V2", mark_as_used=True)
        self._attributes = {"reader": key, "kind": self._kind, **options}

    def read(self, queue: Any, name: str | None = None) -> tuple[Tensor, Tensor]:
        """The next record: where it comes from, and what it is; both are texts."""
        key, value = create("ReaderRead", {"queue": _reference(queue)}, self._attributes, name).outputs
        return key, value

    def read_up_to(self, queue: Any, num_records: Any, name: str | None = None) -> tuple[Tensor, Tensor]:
        """Several records, as many as are left of a file at most."""
        count = tensor_of(num_records, None if isinstance(num_records, Tensor) else int64)
        inputs = {"queue": _reference(queue), "count": count}
        keys, values = create("ReaderRead", inputs, self._attributes, name or "ReaderReadUpToV2").outputs
        return keys, values

    def num_records_produced(self, name: str | None = None) -> Tensor:
        """How many records it has given, int64."""
        return create("ReaderRecordsProduced", {}, self._attributes, name).output


def _reference(queue: Any) -> Tensor:
    found = queue.queue_ref if isinstance(queue, QueueBase) else queue
    if not isinstance(found, Tensor):
        raise TypeError(f"A reader needs a queue of file names, not {queue!r}; string_input_producer makes one.")
    return found


class TextLineReader(ReaderBase):
    """A record is a line."""

    def __init__(self, skip_header_lines: int | None = None, name: str | None = None) -> None:
        super().__init__(name, skip_header_lines=skip_header_lines or 0)


class WholeFileReader(ReaderBase):
    """A record is a file."""

    _kind = "whole"

    def __init__(self, name: str | None = None) -> None:
        super().__init__(name)


class TFRecordReader(ReaderBase):
    """A record is one of a TFRecord file, which is compressed as the ``options`` say."""

    _kind = "records"

    def __init__(self, name: str | None = None, options: Any = None) -> None:
        super().__init__(name, compression=compression_of(options))


class FixedLengthRecordReader(ReaderBase):
    """A record is a part of ``record_bytes`` bytes, between a header and a footer of the file.

    The ``encoding`` "ZLIB" or "GZIP" says how the file is compressed.
    """

    _kind = "fixed"

    def __init__(
        self,
        record_bytes: int,
        header_bytes: int | None = None,
        footer_bytes: int | None = None,
        hop_bytes: int | None = None,
        name: str | None = None,
        encoding: str | None = None,
    ) -> None:
        if hop_bytes not in (None, 0, record_bytes):
            raise ValueError(f"hop_bytes must be that of a record, {record_bytes}: records do not overlap here.")
        super().__init__(
            name,
            record_bytes=record_bytes,
            header_bytes=header_bytes or 0,
            footer_bytes=footer_bytes or 0,
            compression=encoding or "",
        )


class IdentityReader(ReaderBase):
    """A record is what the queue gives."""

    _kind = "identity"

    def __init__(self, name: str | None = None) -> None:
        super().__init__(name)
