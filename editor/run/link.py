"""The window's end of the training process: starts it, speaks with it and notices when it dies."""

from __future__ import annotations

import atexit
import logging
import multiprocessing
import threading
from collections.abc import Callable
from queue import SimpleQueue

from editor.run import channel
from editor.run.messages import Lost, Ready
from editor.run.ring import Ring
from editor.run.worker import worker_main

#: Numbers in the ring, 8 MB: some seconds of the fastest training.
RING_CAPACITY = 1 << 20


class WorkerLink:
    """One training process, from its start to its end.

    Messages are sent and received on threads of their own: neither a full pipe nor a large message makes the caller
    wait. ``on_message`` is called on such a thread, with Lost as the last message when the process ends by itself.
    """

    def __init__(self, on_message: Callable[[WorkerLink, object], None], ring_capacity: int = RING_CAPACITY) -> None:
        self._on_message = on_message
        self.ring = Ring.create(ring_capacity)
        # Spawned, not forked: a fork would copy Qt's threads and locks in whatever state they are.
        context = multiprocessing.get_context("spawn")
        self._connection, self._far_end = context.Pipe()
        self._process = context.Process(
            target=worker_main,
            args=(self._far_end, self.ring.name, ring_capacity),
            name="chainrule-training",
            daemon=True,
        )
        self._outgoing: SimpleQueue[object] = SimpleQueue()
        self._is_closing = False
        self._started = threading.Event()
        self._receiver = threading.Thread(target=self._receive, name="training-receiver", daemon=True)
        self._sender = threading.Thread(target=self._send, name="training-sender", daemon=True)
        self._receiver.start()
        self._sender.start()
        atexit.register(self.close)

    @property
    def process_id(self) -> int | None:
        """The process's id; None while it has not been started."""
        return self._process.pid if self._started.is_set() else None

    def send(self, message: object) -> None:
        """Queues a message; returns at once. After the process's end it goes nowhere."""
        self._outgoing.put(message)

    def close(self) -> None:
        """Ends the process, whatever it is doing, and frees the memory shared with it. Returns when that is done."""
        if self._is_closing:
            return
        self._is_closing = True
        atexit.unregister(self.close)
        self._started.wait()
        if self._process.pid is not None:
            self._process.kill()
            self._process.join()
        self._outgoing.put(None)
        self._receiver.join()
        self._sender.join()
        self._connection.close()
        self.ring.close()

    def _receive(self) -> None:
        try:
            # Here and not in the window's thread: starting takes tens of milliseconds.
            self._process.start()
        except OSError:
            logging.getLogger(__name__).exception("the training process could not be started")
        self._far_end.close()
        self._started.set()
        try:
            while True:
                message = channel.receive(self._connection)
                if isinstance(message, Ready):
                    self.ring.unlink()
                self._on_message(self, message)
        except (EOFError, OSError):
            pass  # the process has ended
        if not self._is_closing:
            if self._process.pid is not None:
                self._process.join()
            self._on_message(self, Lost(self._process.exitcode))

    def _send(self) -> None:
        while (message := self._outgoing.get()) is not None:
            try:
                channel.send(self._connection, message)
            except (OSError, ValueError):
                return  # the process has ended; the receiver tells
