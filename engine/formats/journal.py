"""A recovery journal: what a document became, edit by edit, in a file to which is only added.

The first line says whose journal it is; each further one holds the pieces of the document that changed, and the check
sum of the line. Whatever moment the program ends at, the lines before are whole.
"""

from __future__ import annotations

import errno
import os
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from ..graph import FileFormatError
from .pieces import NodePiece, put_together
from .storage import read_file


class JournalHeader(msgspec.Struct, frozen=True, kw_only=True):
    """Whose journal it is."""

    #: Where the document is saved; "" for one that never was.
    path: str
    #: Name of the machine, number of the process, and when that process started, in seconds since 1970.
    host: str
    process: int
    started: float


class JournalEntry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What changed since the entry before; the first one holds the whole document."""

    #: When it was written, in seconds since 1970.
    time: float
    #: How many edits there were since the document was opened or saved.
    edits: int
    #: By name: nodes that are new or other than before.
    nodes: dict[str, NodePiece] = {}
    #: Nodes that are there no more.
    gone: list[str] = []
    #: What is no node and no wire, where that changed.
    rest: str | None = None
    #: Trained values, where they changed.
    values: str | None = None


@dataclass
class Recovered:
    """What a journal holds."""

    path: Path
    header: JournalHeader
    #: The bytes of a .graph file with the document as it was last; None when no entry is whole.
    data: bytes | None
    #: When it was like that, in seconds since 1970, and how many edits had been made.
    time: float
    edits: int
    #: Whether something after it cannot be read.
    is_damaged: bool


def header_line(header: JournalHeader) -> bytes:
    return _line(msgspec.json.encode(header))


def entry_line(entry: JournalEntry) -> bytes:
    return _line(msgspec.json.encode(entry))


def read_header(path: Path) -> JournalHeader:
    """Whose journal it is. Raises FileFormatError when that cannot be read."""
    try:
        with open(path, "rb") as file:
            return _header(file.readline(1 << 16), path)
    except OSError as error:
        raise FileFormatError(f"{path} could not be read: {error.strerror}.") from None


def read_journal(path: Path) -> Recovered:
    """All of a journal that is whole. Raises FileFormatError when not even its head can be read."""
    lines = read_file(path).split(b"\n")
    # What follows the last line break was being written when the program ended: it is no damage.
    lines.pop()
    header = _header(lines[0] + b"\n" if lines else b"", path)
    state = _State()
    is_damaged = False
    for line in lines[1:]:
        try:
            state.add(msgspec.json.decode(_content(line), type=JournalEntry))
        except (ValueError, msgspec.MsgspecError):
            is_damaged = True
            break
    try:
        data = state.data()
    except msgspec.MsgspecError:
        data, is_damaged = None, True
    return Recovered(path, header, data, state.time, state.edits, is_damaged)


@dataclass
class _State:
    nodes: dict[str, NodePiece] = field(default_factory=dict)
    rest: str | None = None
    values: str = "{}"
    time: float = 0.0
    edits: int = 0

    def add(self, entry: JournalEntry) -> None:
        for name in entry.gone:
            self.nodes.pop(name, None)
        self.nodes |= entry.nodes
        self.rest = self.rest if entry.rest is None else entry.rest
        self.values = self.values if entry.values is None else entry.values
        self.time, self.edits = entry.time, entry.edits

    def data(self) -> bytes | None:
        return None if self.rest is None else put_together(self.nodes.values(), self.rest, self.values)


def write_journal(
    path: Path, header: JournalHeader, entry: JournalEntry, settle: Callable[[int], None] = os.close
) -> int:
    """Begins a journal at one stroke, in the place of one that is there. Returns its size. Raises OSError.

    ``settle`` is given the open file's descriptor and closes it, now or when the disk has taken what was written.
    """
    data = header_line(header) + entry_line(entry)
    fresh = path.with_name(path.name + ".new")
    try:
        _write(fresh, data, os.O_CREAT | os.O_TRUNC, settle)
        os.replace(fresh, path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    return len(data)


def append_entry(path: Path, entry: JournalEntry, settle: Callable[[int], None] = os.close) -> int:
    """Adds an entry to a journal, which must be there. Returns the number of bytes added. Raises OSError."""
    data = entry_line(entry)
    _write(path, data, os.O_APPEND, settle)
    return len(data)


def _write(path: Path, data: bytes, flags: int, settle: Callable[[int], None]) -> None:
    file = os.open(path, os.O_WRONLY | getattr(os, "O_BINARY", 0) | flags, 0o600)
    try:
        if os.write(file, data) != len(data):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
    except BaseException:
        os.close(file)
        raise
    settle(file)


def _line(content: bytes) -> bytes:
    return b"%08x %s\n" % (zlib.crc32(content), content)


def _content(line: bytes) -> bytes:
    """What a line holds. Raises ValueError when it is not as it was written."""
    content = line[9:]
    if line != _line(content).removesuffix(b"\n"):
        raise ValueError("damaged line")
    return content


def _header(line: bytes, path: Path) -> JournalHeader:
    try:
        return msgspec.json.decode(_content(line.removesuffix(b"\n")), type=JournalHeader)
    except (ValueError, msgspec.MsgspecError):
        raise FileFormatError(
            f"{path.name} is a damaged recovery journal; nothing of what was edited can be read from it."
        ) from None
