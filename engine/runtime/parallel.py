"""Work in parts, on as many threads as there are cores.

numpy lets go of the interpreter's lock in its loops and in matrix products, so parts that consist of these run at the
same time. Threads decide only who computes a part, never what the parts are: those follow from shapes alone, and
partial sums are added up in the order of the parts; so the results have the same bits with any number of threads.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextvars import copy_context
from functools import partial
from threading import Lock, Thread
from typing import TypeVar

_Part = TypeVar("_Part")
_Room = TypeVar("_Room")

#: The environment variable that sets the number of threads.
VARIABLE = "CHAINRULE_THREADS"


class _Worker:
    """A thread that waits for work; between two pieces of work it costs nothing."""

    def __init__(self) -> None:
        self._wake = Lock()
        self._wake.acquire()
        self._work: Callable[[], None] = _nothing
        Thread(target=self._serve, daemon=True, name="chainrule-worker").start()

    def begin(self, work: Callable[[], None]) -> None:
        self._work = work
        self._wake.release()

    def _serve(self) -> None:
        while True:
            self._wake.acquire()
            work, self._work = self._work, _nothing
            work()


class _Workers:
    """The threads besides the caller's, made when they are first needed and used by one caller at a time."""

    def __init__(self) -> None:
        self.in_use = Lock()
        self._threads: list[_Worker] = []

    def first(self, count: int) -> list[_Worker]:
        while len(self._threads) < count:
            self._threads.append(_Worker())
        return self._threads[:count]

    def forget(self) -> None:
        """In a forked process: there only the thread that forked goes on."""
        self.in_use = Lock()
        self._threads = []


_workers = _Workers()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_workers.forget)
_count: int | None = None


def thread_count() -> int:
    """On how many threads work in parts runs: as set, as CHAINRULE_THREADS says, or one for each usable core.

    Raises ValueError where the variable holds something else than a number above 0.
    """
    global _count
    if _count is None:
        _count = _told_count() or _usable_cores()
    return _count


def set_thread_count(count: int | None) -> None:
    """Sets on how many threads work in parts runs; None leaves it to CHAINRULE_THREADS and the machine.

    Plans that are there already run on no more threads than when they were made. Raises ValueError below 1.
    """
    global _count
    if count is not None and count < 1:
        raise ValueError(f"The number of threads must be 1 or more, but it is {count}.")
    _count = count


def _told_count() -> int | None:
    told = os.environ.get(VARIABLE, "").strip()
    if told and (not told.isdecimal() or int(told) < 1):
        raise ValueError(f"{VARIABLE} must be a number of threads from 1 on, but it is {told!r}; correct or unset it.")
    return int(told) if told else None


def _usable_cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run_parts(function: Callable[[_Part, _Room], object], parts: Sequence[_Part], rooms: Sequence[_Room]) -> None:
    """Calls ``function(part, room)`` for every part, on as many threads as there are rooms and no more than set.

    A room is what one thread works in, such as an array for intermediate results; make ``thread_count()`` of them
    once. The caller's thread takes parts too, in the first room, and its context (numpy's ``errstate``) holds in all.
    Called from within a part, or while another thread runs parts, everything runs on the caller's thread. After all
    parts have ended, the exception of the first one that failed is raised.
    """
    threads = min(len(rooms), len(parts), thread_count())
    # The lock is taken within a part too: what is nested runs on the thread that it is nested in.
    if threads < 2 or not _workers.in_use.acquire(blocking=False):
        for part in parts:
            function(part, rooms[0])
        return
    in_use, failures, waiting = _workers.in_use, list[tuple[int, BaseException]](), list[Lock]()
    try:
        left = iter(enumerate(parts))
        try:
            for worker, room in zip(_workers.first(threads - 1), rooms[1:threads], strict=True):
                done = Lock()
                done.acquire()
                worker.begin(partial(copy_context().run, _work_off, function, left, room, failures, done))
                waiting.append(done)
            _work_off(function, left, rooms[0], failures)
        finally:
            _wait(waiting)
    finally:
        in_use.release()
    if failures:
        raise min(failures, key=lambda failure: failure[0])[1]


def _work_off(
    function: Callable[[_Part, _Room], object],
    left: Iterator[tuple[int, _Part]],
    room: _Room,
    failures: list[tuple[int, BaseException]],
    done: Lock | None = None,
) -> None:
    """Takes parts as long as any are left; all threads take them from the same iterator."""
    try:
        for number, part in left:
            try:
                function(part, room)
            except BaseException as error:
                failures.append((number, error))
    finally:
        if done is not None:
            done.release()


def _wait(waiting: Sequence[Lock]) -> None:
    """Until the other threads have let go of the arrays: also when Ctrl+C comes meanwhile."""
    interrupt: KeyboardInterrupt | None = None
    for done in waiting:
        while True:
            try:
                done.acquire()
                break
            except KeyboardInterrupt as error:
                interrupt = error
    if interrupt is not None:
        raise interrupt


def _nothing() -> None:
    pass
