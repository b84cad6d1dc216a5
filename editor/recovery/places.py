"""Where recovery journals lie, and whose they are.

The journal of a saved document lies beside its file, so that whoever opens the file finds it; a note in the state
folder says where, so that the next start of the program finds it, too. The journal of a document that was never saved,
or in whose folder nothing can be written, lies in the state folder itself.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
from functools import cache
from pathlib import Path

import psutil
from PySide6.QtCore import QStandardPaths

from editor.files.examples import is_example
from engine.formats.journal import JournalHeader, read_header
from engine.graph import FileFormatError

SUFFIX = ".journal"
_NOTE_SUFFIX = ".place"
_DAMAGED_SUFFIX = ".damaged"


def state_folder() -> Path:
    """Where the program keeps what must outlast it."""
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.StateLocation)) / "recovery"


@cache
def _started(process: int) -> float:
    return float(psutil.Process(process).create_time())


def own_header(path: Path | None) -> JournalHeader:
    """The head of a journal that this process keeps of a document."""
    process = os.getpid()
    return JournalHeader(
        path="" if path is None else str(path), host=socket.gethostname(), process=process, started=_started(process)
    )


def is_kept(header: JournalHeader) -> bool:
    """Whether the process that keeps a journal may still be there: nobody else touches its journal then.

    Of a process on another machine nobody can know.
    """
    if header.host != socket.gethostname():
        return True
    try:
        return abs(float(psutil.Process(header.process).create_time()) - header.started) < 1.0
    except psutil.NoSuchProcess:
        return False
    except psutil.Error:
        return True


def new_places(path: Path | None, folder: Path) -> list[Path]:
    """Where a new journal of a document may lie, the best place first. ``folder`` is the state folder."""
    token = secrets.token_hex(6)
    places = [folder / f"{token}{SUFFIX}"]
    if path is not None and not is_example(path):
        places.insert(0, path.with_name(f".{path.name}.{token}{SUFFIX}"))
    return places


def note_place(journal: Path, folder: Path) -> None:
    """Lets the next start of the program find a journal. Raises OSError."""
    if journal.parent != folder:
        folder.mkdir(parents=True, exist_ok=True)
        _note(journal, folder).write_text(str(journal), encoding="utf-8")


def remove(journal: Path, folder: Path) -> None:
    """Takes a journal away, and the note that leads to it. One that cannot be taken away stays."""
    for path in (journal, _note(journal, folder)):
        with contextlib.suppress(OSError):
            path.unlink()


def set_aside(journal: Path, folder: Path) -> Path:
    """Keeps a damaged journal under a name under which it is not offered again; returns that name."""
    aside = journal.with_name(journal.name + _DAMAGED_SUFFIX)
    with contextlib.suppress(OSError):
        journal.replace(aside)
        _note(journal, folder).unlink(missing_ok=True)
    return aside


def left_journals(folder: Path) -> list[Path]:
    """The journals that ended processes left: everywhere on this machine, as far as the state folder knows."""
    return [journal for journal in _known(folder) if _is_left(journal)]


def left_journals_of(path: Path, folder: Path) -> list[Path]:
    """The journals of one document that ended processes left, the last written first."""
    found = [each for each in _listed(path.parent) if each.name.startswith(f".{path.name}.")]
    found += [each for each in _listed(folder) if _path_in(each) == str(path)]
    return sorted((each for each in found if _is_left(each)), key=_age)


def _known(folder: Path) -> list[Path]:
    journals = _listed(folder)
    for note in _listed(folder, _NOTE_SUFFIX):
        try:
            journal = Path(note.read_text(encoding="utf-8"))
            if journal.is_file():
                journals.append(journal)
            elif journal.parent.is_dir():
                # Where the folder is not there, a drive may come back.
                note.unlink()
        except (OSError, ValueError):
            continue
    return sorted(journals, key=_age)


def _listed(folder: Path, suffix: str = SUFFIX) -> list[Path]:
    try:
        return [each for each in folder.iterdir() if each.name.endswith(suffix)]
    except OSError:
        return []


def _is_left(journal: Path) -> bool:
    try:
        return not is_kept(read_header(journal))
    except FileFormatError:
        # Nobody writes a head that cannot be read.
        return journal.is_file()


def _path_in(journal: Path) -> str:
    try:
        return read_header(journal).path
    except FileFormatError:
        return ""


def _age(journal: Path) -> float:
    try:
        return -journal.stat().st_mtime
    except OSError:
        return 0.0


def _note(journal: Path, folder: Path) -> Path:
    token = journal.name.removesuffix(SUFFIX).rpartition(".")[2]
    return folder / f"{token}{_NOTE_SUFFIX}"
