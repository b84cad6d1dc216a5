"""Messages over a pipe between the window's process and its own worker, large arrays in pieces.

Unpickling a large array would hold Python's interpreter lock, and with it the window, while it is copied. So arrays
travel behind the message and are received into their place, piece by piece.
"""

from __future__ import annotations

import pickle
from multiprocessing.connection import Connection
from typing import Any

import numpy as np

_PIECE = 1 << 20
_SMALL = 1 << 15


def send(connection: Connection[Any, Any], message: object) -> None:
    """Sends a message. Raises ConnectionError when the other side is gone."""
    large: list[memoryview] = []

    def travels_inside(buffer: pickle.PickleBuffer) -> bool:
        view = buffer.raw()
        if view.nbytes > _SMALL:
            large.append(view)
            return False
        return True

    body = pickle.dumps(message, protocol=5, buffer_callback=travels_inside)
    connection.send((body, [view.nbytes for view in large]))
    for view in large:
        for start in range(0, view.nbytes, _PIECE):
            connection.send_bytes(view[start : start + _PIECE])


def receive(connection: Connection[Any, Any]) -> Any:
    """The next message; waits for it. Raises EOFError or ConnectionError when the other side is gone."""
    body, sizes = connection.recv()
    large = [np.empty(size, np.uint8) for size in sizes]
    for array in large:
        view = array.data
        for start in range(0, len(view), _PIECE):
            connection.recv_bytes_into(view[start : start + _PIECE])
    return pickle.loads(body, buffers=large)
