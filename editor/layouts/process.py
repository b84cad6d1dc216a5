"""The window's end of the process in which large layouts are worked out."""

from __future__ import annotations

import atexit
import multiprocessing
import threading
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from editor.layouts.task import LayoutTask
from editor.layouts.worker import worker_main


class LayoutProcess(QObject):
    """One process, started with the first task and kept for the next; at most one task at a time."""

    #: The share of the task that is done, 0 to 1.
    progressed = Signal(float)
    #: The places that were worked out.
    placed = Signal(list)
    #: The process ended before it answered.
    lost = Signal()

    _arrived = Signal(object, object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._link: _Link | None = None
        self._arrived.connect(self._pass_on, Qt.ConnectionType.QueuedConnection)

    def send(self, task: LayoutTask) -> None:
        """Begins a task; returns at once."""
        if self._link is None:
            self._link = _Link(self._tell)
            # Not a method of this object's: it is gone by then.
            self.destroyed.connect(self._link.close)
        self._link.send(task)

    def end(self) -> None:
        """Ends the process, whatever it is doing; what it had still to say is passed over."""
        link, self._link = self._link, None
        if link is not None:
            link.close()

    def _tell(self, link: _Link, message: object) -> None:
        """Called on the link's thread."""
        with suppress(RuntimeError):  # this object is gone, and nobody listens
            self._arrived.emit(link, message)

    def _pass_on(self, link: object, message: object) -> None:
        if link is not self._link:
            return
        if isinstance(message, float):
            self.progressed.emit(message)
        elif isinstance(message, list):
            self.placed.emit(message)
        else:
            self.end()
            self.lost.emit()


class _Link:
    """One process from its start to its end. ``tell`` is called on a thread of its own, with None as the last."""

    def __init__(self, tell: Any) -> None:
        self._tell = tell
        # Spawned, not forked: a fork would copy Qt's threads and locks in whatever state they are.
        context = multiprocessing.get_context("spawn")
        self._connection: Connection[Any, Any]
        self._connection, self._far_end = context.Pipe()
        self._process = context.Process(target=worker_main, args=(self._far_end,), name="chainrule-layout", daemon=True)
        self._is_closed = False
        self._lock = threading.Lock()
        atexit.register(self.close)

    def send(self, task: LayoutTask) -> None:
        threading.Thread(target=self._work, args=(task,), name="layout-receiver", daemon=True).start()

    def _work(self, task: LayoutTask) -> None:
        """Starts the process where that is due, hands the task over, and passes the answers on."""
        message: object = None
        try:
            with self._lock:
                if self._is_closed:
                    return
                if self._process.pid is None:
                    self._process.start()
                    self._far_end.close()
            self._connection.send(task)
            while not isinstance(message, list):
                message = self._connection.recv()
                self._tell(self, message)
        except (EOFError, OSError, ValueError):
            if not self._is_closed:
                self._tell(self, None)

    def close(self, *_: object) -> None:
        """Ends the process, whatever it is doing. Returns when that is done."""
        atexit.unregister(self.close)
        with self._lock:
            self._is_closed = True
            if self._process.pid is not None:
                self._process.kill()
                self._process.join()
