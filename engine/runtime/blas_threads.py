"""How many threads the library for matrix products uses by itself."""

from __future__ import annotations

import os
from functools import cache
from threading import Lock
from types import TracebackType
from typing import Any


@cache
def _libraries() -> list[Any]:
    """The libraries for matrix products in this process; looking for them takes milliseconds, so it is done once."""
    from threadpoolctl import ThreadpoolController  # late: only work in parts needs it

    controller: Any = ThreadpoolController()
    return list(controller.select(user_api="blas").lib_controllers)


class _OneThread:
    """While anyone is within it, each matrix product runs on the thread that asks for it, and on no other.

    Threads of ours would have to wait for each other where the library starts its own within them. It is for the
    bits too: a product that the library splits among threads can be rounded in another way.
    """

    def __init__(self) -> None:
        self.start_anew()
        self._before: list[int] = []

    def start_anew(self) -> None:
        """In a forked process too, where no other thread goes on that may have been within."""
        self._lock = Lock()
        self._inside = 0

    def __enter__(self) -> None:
        with self._lock:
            self._inside += 1
            if self._inside == 1:
                self._before = [library.get_num_threads() for library in _libraries()]
                for library in _libraries():
                    library.set_num_threads(1)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0:
                for library, count in zip(_libraries(), self._before, strict=True):
                    library.set_num_threads(count)


#: ``with blas_at_one_thread:`` around matrix products in parts; cheap, and may be entered again within itself.
blas_at_one_thread = _OneThread()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=blas_at_one_thread.start_anew)
