"""``tf.train.Coordinator`` and ``QueueRunner``: starting and stopping what runs beside a program."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from ...graph import Graph, OutOfRangeError, get_default_graph, get_default_session
from ...ops.queues import QUEUE_RUNNERS

__all__ = ["Coordinator", "LooperThread", "QueueRunner", "add_queue_runner", "queue_runner", "start_queue_runners"]


class Coordinator:
    """Tells several threads that they shall stop, and passes on what went wrong in one of them."""

    def __init__(self, clean_stop_exception_types: Sequence[type[BaseException]] | None = None) -> None:
        self._clean = tuple(clean_stop_exception_types or (OutOfRangeError,))
        self._event = threading.Event()
        self._error: BaseException | None = None
        self._threads: list[threading.Thread] = []
        self._joined = False

    def request_stop(self, ex: Any = None) -> None:
        """Asks all threads to stop. :meth:`join` raises an exception ``ex`` again, but for the end of the data."""
        if isinstance(ex, tuple):
            ex = ex[1]
        if not self._event.is_set():
            if ex is not None and not isinstance(ex, self._clean):
                self._error = ex
            self._event.set()

    def clear_stop(self) -> None:
        """Forgets that threads were asked to stop."""
        self._joined, self._error = False, None
        self._event.clear()

    def should_stop(self) -> bool:
        """Whether threads were asked to stop."""
        return self._event.is_set()

    @contextmanager
    def stop_on_exception(self) -> Iterator[None]:
        """A with block whose exceptions ask all threads to stop, and go no further."""
        try:
            yield
        except BaseException as error:
            self.request_stop(error)

    def wait_for_stop(self, timeout: float | None = None) -> bool:
        """Waits until threads are asked to stop, ``timeout`` seconds at most. Whether they were."""
        return self._event.wait(timeout)

    def register_thread(self, thread: threading.Thread) -> None:
        """Lets :meth:`join` wait for a thread."""
        self._threads.append(thread)

    def join(
        self,
        threads: Iterable[threading.Thread] | None = None,
        stop_grace_period_secs: float = 120,
        ignore_live_threads: bool = False,
    ) -> None:
        """Waits for the threads, and then raises what one of them reported.

        Raises RuntimeError when one still runs ``stop_grace_period_secs`` seconds after it was asked to stop.
        """
        waited = [*self._threads, *(threads or ())]
        while any(thread.is_alive() for thread in waited) and not self.wait_for_stop(0.05):
            pass
        end = time.monotonic() + stop_grace_period_secs
        for thread in waited:
            thread.join(max(0.0, end - time.monotonic()))
        alive = [thread.name for thread in waited if thread.is_alive()]
        self._joined, self._threads = True, []
        if self._error is not None:
            raise self._error
        if alive and not ignore_live_threads:
            raise RuntimeError(f"Coordinator stopped with threads still running: {' '.join(alive)}")

    @property
    def joined(self) -> bool:
        """Whether :meth:`join` has ended."""
        return self._joined

    def raise_requested_exception(self) -> None:
        """Raises what a thread reported, if one did."""
        if self._error is not None:
            raise self._error

    def __enter__(self) -> Coordinator:
        return self

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if error is not None:
            self.request_stop(error)


class LooperThread(threading.Thread):
    """A thread that calls ``target`` again and again, every ``timer_interval_secs`` seconds, until it shall stop."""

    def __init__(
        self,
        coord: Coordinator,
        timer_interval_secs: float | None,
        target: Any = None,
        args: Any = (),
        kwargs: Any = None,
    ) -> None:
        super().__init__(daemon=True)
        if not isinstance(coord, Coordinator):
            raise ValueError(
                f"'coord' argument must be a Coordinator: {coord!r}. Make one with tf.train.Coordinator()."
            )
        self._coord, self._interval = coord, timer_interval_secs
        self._target_call: Callable[[], Any] = lambda: target(*args, **(kwargs or {})) if target else None
        coord.register_thread(self)

    @staticmethod
    def loop(
        coord: Coordinator, timer_interval_secs: float | None, target: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        """A new thread, started."""
        looper = LooperThread(coord, timer_interval_secs, target, args, kwargs)
        looper.start()
        return looper

    def run_loop(self) -> None:
        """What is called again and again."""
        self._target_call()

    def run(self) -> None:
        with self._coord.stop_on_exception():
            while not self._coord.should_stop():
                self.run_loop()
                if self._interval and self._coord.wait_for_stop(self._interval):
                    return


class QueueRunner:
    """What fills a queue: operations that put elements in.

    They run whenever the queue has too little for what is taken out, in the run that takes it out. So there is
    nothing for the threads of :meth:`create_threads` to do, and they have ended when they are joined.
    """

    def __init__(
        self,
        queue: Any = None,
        enqueue_ops: Sequence[Any] | None = None,
        close_op: Any = None,
        cancel_op: Any = None,
        queue_closed_exception_types: Any = None,
        queue_runner_def: Any = None,
        import_scope: str | None = None,
    ) -> None:
        if queue is None or not enqueue_ops:
            raise ValueError("Must provide queue and enqueue_ops. Give a queue and operations that fill it.")
        self._queue = queue
        self._enqueue_ops = list(enqueue_ops)
        self._types = tuple(queue_closed_exception_types or (OutOfRangeError,))
        self._close_op = queue.close() if close_op is None else close_op
        self._cancel_op = queue.close(cancel_pending_enqueues=True) if cancel_op is None else cancel_op

    @property
    def queue(self) -> Any:
        return self._queue

    @property
    def enqueue_ops(self) -> list[Any]:
        return self._enqueue_ops

    @property
    def close_op(self) -> Any:
        return self._close_op

    @property
    def cancel_op(self) -> Any:
        return self._cancel_op

    @property
    def queue_closed_exception_types(self) -> tuple[type[BaseException], ...]:
        return self._types

    @property
    def exceptions_raised(self) -> list[BaseException]:
        """None: what goes wrong is raised by the run that takes something out."""
        return []

    @property
    def name(self) -> str:
        """The name of the queue."""
        return str(self._queue.name)

    def create_threads(
        self, sess: Any, coord: Coordinator | None = None, daemon: bool = False, start: bool = False
    ) -> list[threading.Thread]:
        """A thread for each operation, and one for the coordinator, as in TensorFlow. They have nothing to do."""
        names = [f"QueueRunnerThread-{self.name}-{_name(op)}" for op in self._enqueue_ops]
        if coord is not None:
            names.append(f"QueueRunnerThread-{self.name}-close_on_stop")
        threads = [threading.Thread(target=_nothing, name=name, daemon=daemon) for name in names]
        for thread in threads:
            if coord is not None:
                coord.register_thread(thread)
            if start:
                thread.start()
        return threads


def _nothing() -> None:
    """What a thread of a queue runner does."""


def _name(op: Any) -> str:
    return str(getattr(op, "name", op))


def add_queue_runner(qr: QueueRunner, collection: str = QUEUE_RUNNERS) -> None:
    """Adds a queue runner to a collection of the default graph."""
    _outermost().add_to_collection(collection, qr)
    if collection != QUEUE_RUNNERS:
        _outermost().add_to_collection(QUEUE_RUNNERS, qr)


def _outermost() -> Graph:
    return get_default_graph().outermost


def start_queue_runners(
    sess: Any = None,
    coord: Coordinator | None = None,
    daemon: bool = True,
    start: bool = True,
    collection: str = QUEUE_RUNNERS,
) -> list[threading.Thread]:
    """The threads of all queue runners of the graph, started. Raises ValueError when there is no session."""
    session: Any = get_default_session() if sess is None else sess
    if session is None:
        raise ValueError(
            "Cannot start queue runners: No default session is registered. Use `with sess.as_default()` or pass an "
            "explicit session to tf.start_queue_runners(sess=sess)"
        )
    runners = session.graph.get_collection(collection)
    return [thread for qr in runners for thread in qr.create_threads(session, coord, daemon, start)]


#: ``tf.train.queue_runner``, a module of its own in TensorFlow.
queue_runner = sys.modules[__name__]
