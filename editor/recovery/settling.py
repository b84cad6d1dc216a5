"""Makes the disk take what was written, while the window goes on.

What is written survives the end of the program at once, however it ends: the system has it. It survives a power cut
when the disk has it, and that is waited for here. The thread allocates nothing that Python's collector looks at, and so
never is the one that collects: Qt's objects may be destroyed in the window's thread only.
"""

from __future__ import annotations

import os
import threading
from functools import cache
from queue import SimpleQueue


def settle(file: int) -> None:
    """Closes an open file when the disk has it. Where an open file cannot be removed (Windows), at once."""
    if os.name == "nt":
        os.close(file)
    else:
        _queue().put(file)


@cache
def _queue() -> SimpleQueue[int]:
    queue: SimpleQueue[int] = SimpleQueue()
    threading.Thread(target=_settle_all, args=(queue,), name="journal", daemon=True).start()
    return queue


def _settle_all(queue: SimpleQueue[int]) -> None:
    while True:
        file = queue.get()
        try:  # noqa: SIM105 - a context manager would be an object that the collector looks at
            os.fsync(file)
        except OSError:
            # A file system that cannot: the system writes it when it does.
            pass
        os.close(file)
