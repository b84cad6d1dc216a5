"""Journals as crashed programs leave them."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from pathlib import Path

import msgspec

from editor.document import Document
from editor.recovery.keeper import JournalKeeper
from engine.formats.journal import header_line, read_header


@cache
def _ended_process() -> int:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    return ended.pid


def crashed(journal: Path) -> Path:
    """Makes a journal one of a process that has ended."""
    rest = journal.read_bytes().partition(b"\n")[2]
    header = msgspec.structs.replace(read_header(journal), process=_ended_process())
    journal.write_bytes(header_line(header) + rest)
    return journal


def leave_journal(folder: Path, path: Path | None = None, names: tuple[str, ...] = ("lost",)) -> Path:
    """Edits a document, saved as ``path`` where that is given, and ends without saving: its journal is left."""
    document = Document()
    keeper = JournalKeeper(document, folder)
    if path is not None:
        document.open(path)
    for number, name in enumerate(names):
        document.add_node("Placeholder", (200.0 * number, 40.0), name)
    keeper.flush()
    assert keeper.journal is not None
    return crashed(keeper.journal)
