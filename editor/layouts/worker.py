"""The process in which large layouts are worked out. Imports no Qt."""

from __future__ import annotations

import time
from multiprocessing.connection import Connection
from typing import Any

from editor.layouts.task import LayoutTask

#: How often it tells how far it is, in seconds.
_REPORT_EVERY = 0.05


def worker_main(connection: Connection[Any, Any]) -> None:
    """Answers tasks until the other side is gone: with shares of the work (floats), then with the places (a list)."""
    try:
        while True:
            task: LayoutTask = connection.recv()
            connection.send(task.places(_Reporter(connection)))
    except (EOFError, OSError, KeyboardInterrupt):
        return


class _Reporter:
    def __init__(self, connection: Connection[Any, Any]) -> None:
        self._connection = connection
        self._last = time.monotonic()

    def __call__(self, share: float) -> None:
        now = time.monotonic()
        if now - self._last >= _REPORT_EVERY:
            self._last = now
            self._connection.send(share)
