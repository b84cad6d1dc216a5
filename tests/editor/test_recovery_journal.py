"""The recovery journal holds, at every moment that was written, exactly the document there was."""

from __future__ import annotations

import itertools
import os
import random
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from editor.document import Document
from editor.files.examples import EXAMPLES
from editor.recovery import journal_file, places
from editor.recovery.keeper import JournalKeeper
from engine.formats.graph_file import model_from_bytes, model_to_bytes
from engine.formats.journal import JournalEntry, append_entry, read_header, read_journal, write_journal
from engine.formats.pieces import NodePiece
from engine.graph import FileFormatError
from tests.editor.recovery_kit import crashed
from tests.editor.test_commands_random import RandomPerson

pytestmark = pytest.mark.usefixtures("qapp")


class Kept:
    """A document whose journal is kept."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "state"
        self.document = Document()
        self.keeper = JournalKeeper(self.document, self.folder, self.document)
        self.failures: list[str] = []
        self.keeper.failed.connect(self.failures.append)

    def saved_as(self, path: Path) -> Kept:
        self.document.add_node("Placeholder", (0, 0), "x")
        self.document.save(path)
        return self

    def edit(self, count: int = 1) -> None:
        for _ in range(count):
            self.document.add_node("Placeholder", (20, 40))

    def journals(self) -> list[Path]:
        return sorted(each for each in self.folder.parent.rglob("*") if each.is_file() and "journal" in each.name)

    def flushed(self) -> Path:
        self.keeper.flush()
        assert self.keeper.journal is not None
        return self.keeper.journal


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    kept = Kept(tmp_path)
    yield kept
    kept.keeper.end()


def bytes_in(journal: Path) -> bytes:
    """The journal's document, as the editor would save it."""
    data = read_journal(journal).data
    assert data is not None
    return model_to_bytes(model_from_bytes(data, journal.name))


@pytest.mark.parametrize("first", range(0, 40, 20))
def test_whatever_is_edited_the_journal_holds_it_to_the_byte(tmp_path: Path, first: int) -> None:
    for seed in range(first, first + 20):
        kept = Kept(tmp_path / str(seed))
        document, person = kept.document, RandomPerson(kept.document, random.Random(seed))
        variable = document.add_node("Variable", (0, 0))
        document.model.values[variable] = np.full(2, seed)
        for _ in range(30):
            person.act()
            if person.random.random() < 0.2 and document.undo_stack.canUndo():
                document.undo_stack.undo()
            if person.random.random() < 0.3 and not document.is_clean:
                assert bytes_in(kept.flushed()) == model_to_bytes(document.model), f"seed {seed}"
        kept.keeper.end()
        assert kept.journals() == []
        assert kept.failures == []


def test_an_edit_is_on_the_disk_within_a_second(kept: Kept, tmp_path: Path, qtbot: QtBot) -> None:
    kept.saved_as(tmp_path / "a.graph")
    before = (tmp_path / "a.graph").read_bytes()
    kept.edit()
    qtbot.waitUntil(lambda: kept.keeper.journal is not None, timeout=1000)
    journal = kept.keeper.journal
    assert journal is not None and journal.parent == tmp_path and journal.name.startswith(".a.graph.")
    assert bytes_in(journal) == model_to_bytes(kept.document.model)
    kept.edit()
    qtbot.waitUntil(lambda: read_journal(journal).edits == 2, timeout=1000)
    assert bytes_in(journal) == model_to_bytes(kept.document.model)
    assert (tmp_path / "a.graph").read_bytes() == before


@pytest.mark.parametrize("way", ["save", "undo", "new"])
def test_the_journal_goes_when_nothing_is_unsaved(kept: Kept, tmp_path: Path, way: str) -> None:
    kept.saved_as(tmp_path / "a.graph").edit()
    assert kept.flushed().exists()
    {"save": kept.document.save, "undo": kept.document.undo_stack.undo, "new": kept.document.new}[way]()
    kept.keeper.flush()
    assert kept.keeper.journal is None and kept.journals() == [] and list(kept.folder.iterdir()) == []
    kept.edit()
    assert bytes_in(kept.flushed()) == model_to_bytes(kept.document.model)


def test_what_was_never_saved_is_kept_in_the_state_folder(kept: Kept) -> None:
    kept.edit()
    assert kept.flushed().parent == kept.folder


def test_beside_an_example_nothing_is_written(kept: Kept) -> None:
    kept.document.open(EXAMPLES / "xor.graph")
    kept.edit()
    journal = kept.flushed()
    assert journal.parent == kept.folder
    assert places.left_journals_of(EXAMPLES / "xor.graph", kept.folder) == []
    crashed(journal)
    assert places.left_journals_of(EXAMPLES / "xor.graph", kept.folder) == [journal]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="this user may write everywhere")
def test_in_a_read_only_folder_it_is_kept_in_the_state_folder(kept: Kept, tmp_path: Path) -> None:
    folder = tmp_path / "fixed"
    folder.mkdir()
    kept.saved_as(folder / "a.graph").edit()
    folder.chmod(0o500)
    try:
        assert kept.flushed().parent == kept.folder
    finally:
        folder.chmod(0o700)


def test_where_the_folder_is_gone_it_is_kept_in_the_state_folder(kept: Kept, tmp_path: Path) -> None:
    (tmp_path / "usb").mkdir()
    kept.saved_as(tmp_path / "usb" / "a.graph").edit()
    (tmp_path / "usb" / "a.graph").unlink()
    (tmp_path / "usb").rmdir()
    journal = kept.flushed()
    assert journal.parent == kept.folder
    crashed(journal)
    assert places.left_journals_of(tmp_path / "usb" / "a.graph", kept.folder) == [journal]


def test_a_journal_of_a_living_process_is_nobody_elses(kept: Kept, tmp_path: Path) -> None:
    kept.saved_as(tmp_path / "a.graph").edit()
    journal = kept.flushed()
    other = Kept(tmp_path / "other")
    other.document.open(tmp_path / "a.graph")
    other.edit()
    assert other.flushed() != journal, "two who edit the same file have a journal each"
    assert places.left_journals(kept.folder) == []
    assert places.left_journals_of(tmp_path / "a.graph", kept.folder) == []
    crashed(journal)
    assert places.left_journals(kept.folder) == [journal]
    assert places.left_journals_of(tmp_path / "a.graph", kept.folder) == [journal]
    other.keeper.end()
    assert journal.exists()


def test_a_journal_of_another_machine_is_left_alone(kept: Kept, tmp_path: Path) -> None:
    kept.edit()
    journal = kept.flushed()
    assert places.is_kept(msgspec.structs.replace(read_header(journal), host="elsewhere", process=1))


def test_a_number_of_a_process_that_was_given_again_is_no_owner(kept: Kept) -> None:
    kept.edit()
    header = read_header(kept.flushed())
    assert places.is_kept(header)
    assert not places.is_kept(msgspec.structs.replace(header, started=header.started - 60))


def test_what_cannot_be_written_is_told_and_tried_again(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(journal_file, "write_journal", full)
    kept.edit()
    kept.keeper.flush()
    QCoreApplication.processEvents()
    assert len(kept.failures) == 1 and "No space left" in kept.failures[0]
    monkeypatch.undo()
    kept.edit()
    assert bytes_in(kept.flushed()) == model_to_bytes(kept.document.model)


def test_a_journal_that_was_taken_away_is_begun_anew(kept: Kept, qtbot: QtBot) -> None:
    kept.edit()
    journal = kept.flushed()
    journal.unlink()
    kept.edit()
    qtbot.waitUntil(journal.exists, timeout=1000)
    assert bytes_in(journal) == model_to_bytes(kept.document.model)


def test_an_overgrown_journal_is_begun_anew(kept: Kept, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> None:
    monkeypatch.setattr(journal_file, "_LEAST", 4000)
    kept.edit(5)
    journal = kept.flushed()
    sizes = []
    for _ in range(40):
        kept.document.move_nodes({name: (float(len(sizes)), 0.0) for name in kept.document.names()})
        kept.keeper.flush()
        qtbot.wait(1)
        sizes.append(journal.stat().st_size)
        assert bytes_in(journal) == model_to_bytes(kept.document.model)
    assert max(sizes) < 8000 and any(after < before for before, after in itertools.pairwise(sizes))


def written(path: Path, count: int) -> list[bytes]:
    """Writes a journal with so many entries; returns the document after each."""
    header = places.own_header(None)
    states, names = [], []
    for number in range(count):
        names.append(f"n{number}")
        piece = NodePiece(number, f'{{"name": "n{number}", "type": "Placeholder"}}', ())
        entry = JournalEntry(
            time=float(number), edits=number, nodes={f"n{number}": piece}, rest="{}" if number == 0 else None
        )
        if number == 0:
            write_journal(path, header, entry)
        else:
            append_entry(path, entry)
        data = read_journal(path).data
        assert data is not None
        states.append(data)
    return states


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.integers(0, 10_000), flip=st.integers(0, 10_000), is_cut=st.booleans())
def test_of_a_damaged_journal_what_is_whole_is_there(tmp_path: Path, cut: int, flip: int, is_cut: bool) -> None:
    path = tmp_path / "a.journal"
    states = written(path, 5)
    data = path.read_bytes()
    if is_cut:
        damaged = data[: cut % len(data)]
    else:
        place = flip % len(data)
        damaged = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
    path.write_bytes(damaged)
    whole_lines = 0
    for ours, theirs in zip(damaged.split(b"\n")[:-1], data.split(b"\n")[:-1], strict=False):
        if ours != theirs:
            break
        whole_lines += 1
    if whole_lines == 0:
        with pytest.raises(FileFormatError, match="damaged"):
            read_journal(path)
        return
    found = read_journal(path)
    assert found.data == (states[whole_lines - 2] if whole_lines > 1 else None)
    assert not (is_cut and found.is_damaged), "the program ended while it wrote: that is no damage"


def test_a_large_document_does_not_keep_the_window_waiting(kept: Kept, qtbot: QtBot) -> None:
    with kept.document.one_step("Add many"):
        kept.edit(1500)
    first = time.time()
    qtbot.waitUntil(lambda: kept.keeper.journal is not None, timeout=3000)
    journal = kept.keeper.journal
    assert journal is not None
    assert bytes_in(journal) == model_to_bytes(kept.document.model)
    assert read_journal(journal).time >= first
    size = journal.stat().st_size
    kept.document.move_nodes({kept.document.names()[700]: (5.0, 5.0)})
    kept.flushed()
    assert journal.stat().st_size - size < 500, "an edit costs what it touches"
