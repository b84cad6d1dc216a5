"""A stream of float64 from one process to another through shared memory, without locks or waiting."""

from __future__ import annotations

import threading
from multiprocessing.shared_memory import SharedMemory
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

#: The two counters lie in cache lines of their own, so that the processes do not slow each other.
_CACHE_LINE = 64
_VALUES_AT = 2 * _CACHE_LINE


class Ring:
    """A queue of numbers with exactly one writing and one reading process.

    Neither ever waits: :meth:`write` refuses what does not fit, :meth:`read` takes what is there. Nothing that was
    written is lost or torn. Positions count all numbers written since the ring was made.
    """

    def __init__(self, memory: SharedMemory, capacity: int, owns: bool) -> None:
        self._memory = memory
        self._owns_name = owns
        self.capacity = capacity
        self._written: Array = np.ndarray(1, np.int64, memory.buf, 0)
        self._read: Array = np.ndarray(1, np.int64, memory.buf, _CACHE_LINE)
        self._values: Array = np.ndarray(capacity, np.float64, memory.buf, _VALUES_AT)
        self._lock = threading.Lock()

    @classmethod
    def create(cls, capacity: int) -> Ring:
        """A new ring that holds at most ``capacity`` numbers."""
        return cls(SharedMemory(create=True, size=_VALUES_AT + 8 * capacity), capacity, owns=True)

    @classmethod
    def attach(cls, name: str, capacity: int) -> Ring:
        """The other process's end of the ring called ``name``."""
        return cls(SharedMemory(name), capacity, owns=False)

    @property
    def name(self) -> str:
        return self._memory.name

    @property
    def written(self) -> int:
        """The position behind the last number that was written."""
        return int(self._written[0])

    def write(self, values: Array) -> bool:
        """Appends numbers, all or none. Returns False, with nothing written, when there is no room for them."""
        start = int(self._written[0])
        count = len(values)
        if start + count - int(self._read[0]) > self.capacity:
            return False
        self._fence()
        at = start % self.capacity
        until_end = self.capacity - at
        self._values[at : at + count] = values[:until_end]
        if count > until_end:
            self._values[: count - until_end] = values[until_end:]
        self._fence()
        self._written[0] = start + count
        return True

    def read(self) -> Array:
        """Takes all numbers that are there, in the order in which they were written."""
        start, stop = int(self._read[0]), int(self._written[0])
        self._fence()
        at = start % self.capacity
        end = at + stop - start
        values = np.concatenate((self._values[at:end], self._values[: max(end - self.capacity, 0)]))
        self._fence()
        self._read[0] = stop
        return values

    def skip_to(self, position: int) -> None:
        """Drops unread numbers before ``position``, which the writer has reached."""
        self._read[0] = max(position, int(self._read[0]))

    def unlink(self) -> None:
        """Gives the memory's name up once the other process has attached: then no crash can leave it behind."""
        if self._owns_name:
            self._owns_name = False
            self._memory.unlink()

    def close(self) -> None:
        """Ends this process's use of the memory."""
        self.unlink()
        del self._written, self._read, self._values
        self._memory.close()

    def _fence(self) -> None:
        """Keeps the processor from exchanging the memory accesses before and after this.

        x86 never does so with stores, ARM may: the counter could be seen before the numbers it counts. A lock's
        release and its next acquisition keep their order, and nothing passes both.
        """
        with self._lock:
            pass
        with self._lock:
            pass
