"""Event files, which TensorBoard reads: records that hold one event each."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from .records import framed, read_records
from .summary import Event


class EventFile:
    """A new event file in a folder, which is made if need be. Every event is on its way to the disk at once."""

    def __init__(self, folder: str, suffix: str = "") -> None:
        os.makedirs(folder or ".", exist_ok=True)
        self.path, self._file = _open_new(folder, suffix)
        self.write(Event(wall_time=time.time(), file_version="brain.Event:2"))

    def write(self, event: Event) -> None:
        self._file.write(framed(event.SerializeToString()))

    def close(self) -> None:
        self._file.close()


def _open_new(folder: str, suffix: str) -> tuple[Path, BinaryIO]:
    """A file whose name tells when and where it was made; a second one in the same second says the next."""
    moment = int(time.time())
    while True:
        path = Path(folder, f"events.out.tfevents.{moment:010d}.{socket.gethostname()}{suffix}")
        try:
            return path, open(path, "xb", buffering=0)
        except FileExistsError:
            moment += 1


def read_events(path: str | os.PathLike[str]) -> Iterator[Event]:
    """The events of a file. Raises DamagedRecordError for a damaged one."""
    with open(path, "rb") as file:
        for record in read_records(file):
            yield Event.FromString(record)
