"""Python's garbage collector, while much is built."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class _Pauses:
    """How many blocks, in all threads, want the collector to wait."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._count = 0
        self._was_enabled = False

    def begin(self) -> None:
        with self._lock:
            if not self._count:
                self._was_enabled = gc.isenabled()
                gc.disable()
            self._count += 1

    def end(self) -> None:
        with self._lock:
            self._count -= 1
            if not self._count and self._was_enabled:
                gc.enable()


_pauses = _Pauses()


@contextmanager
def collector_paused() -> Iterator[None]:
    """A with block that builds much and drops little, in which Python looks for no cycles to collect.

    It would walk through all that was built again and again: a fifth of the time that compiling takes. A collector
    that is off stays off.
    """
    _pauses.begin()
    try:
        yield
    finally:
        _pauses.end()
