"""Saving a file at one stroke, and reading files that are not there."""

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from engine.formats import load_graph_file, save_graph_file, storage
from engine.graph import FileFormatError, Graph
from engine.model import Model

ROOT = Path(__file__).parents[2]


@pytest.fixture
def model():
    graph = Graph()
    graph.add("Placeholder", "x")
    return Model(graph)


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_saved_file_is_loaded_and_nothing_else_stays(model, tmp_path):
    path = tmp_path / "한글 graph.graph"
    save_graph_file(model, path)
    assert [op.name for op in load_graph_file(path).graph.get_operations()] == ["x"]
    assert names_in(tmp_path) == [path.name]


@pytest.mark.skipif(os.name != "posix", reason="permission bits")
def test_permissions_are_kept_and_new_files_follow_the_umask(model, tmp_path):
    old, new = tmp_path / "old.graph", tmp_path / "new.graph"
    old.write_text("old")
    old.chmod(0o640)
    before = os.umask(0o027)
    try:
        save_graph_file(model, old)
        save_graph_file(model, new)
    finally:
        os.umask(before)
    assert stat.S_IMODE(old.stat().st_mode) == 0o640
    assert stat.S_IMODE(new.stat().st_mode) == 0o640
    old.chmod(0o604)
    save_graph_file(model, old)
    assert stat.S_IMODE(old.stat().st_mode) == 0o604


@pytest.mark.skipif(os.name != "posix", reason="symbolic links")
def test_a_symbolic_link_stays_one(model, tmp_path):
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    target, link = folder / "real.graph", tmp_path / "link.graph"
    target.write_text("old")
    link.symlink_to(target)
    save_graph_file(model, link)
    assert link.is_symlink()
    assert len(load_graph_file(target).graph) == 1
    assert names_in(tmp_path) == ["elsewhere", "link.graph"]
    assert names_in(folder) == ["real.graph"]


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_full_disk_leaves_the_old_file_whole(model, tmp_path, monkeypatch, step):
    path = tmp_path / "a.graph"
    path.write_text("old")

    def fail(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(storage.os, step, fail)
    with pytest.raises(FileFormatError, match=r"could not be saved: no space left on device\. Free some space"):
        save_graph_file(model, path)
    assert path.read_text() == "old"
    assert names_in(tmp_path) == ["a.graph"]


@pytest.mark.skipif(os.name != "posix", reason="limits of processes")
def test_a_real_limit_in_the_middle_of_writing_leaves_the_old_file_whole(tmp_path):
    path = tmp_path / "a.graph"
    path.write_text("old")
    program = f"""
import resource
from engine.formats import save_graph_file
from engine.graph import FileFormatError, Graph
from engine.model import Model
graph = Graph()
for number in range(100):
    graph.add("Placeholder")
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    save_graph_file(Model(graph), {str(path)!r})
except FileFormatError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "could not be saved: file too large" in done.stdout
    assert path.read_text() == "old"
    assert names_in(tmp_path) == ["a.graph"]


def test_a_read_only_file_is_not_replaced(model, tmp_path, monkeypatch):
    path = tmp_path / "a.graph"
    path.write_text("old")
    # Root may write everything, so the answer for everyone else is given here.
    monkeypatch.setattr(storage.os, "access", lambda *_: False)
    with pytest.raises(FileFormatError, match="could not be saved: the file is read-only"):
        save_graph_file(model, path)
    assert path.read_text() == "old"
    assert names_in(tmp_path) == ["a.graph"]


@pytest.mark.parametrize("where", ["no/such/folder/a.graph", ".", "a\0b.graph", "x" * 300])
def test_a_place_where_nothing_can_be_saved(model, tmp_path, where):
    with pytest.raises(FileFormatError, match="could not be saved"):
        save_graph_file(model, tmp_path / where)
    assert names_in(tmp_path) == []


def test_a_model_that_cannot_be_written_leaves_the_old_file_whole(model, tmp_path):
    path = tmp_path / "a.graph"
    path.write_text("old")
    model.extra["note"] = '"\udcff"'
    with pytest.raises(FileFormatError, match="is no Unicode character"):
        save_graph_file(model, path)
    assert path.read_text() == "old"


@pytest.mark.parametrize(
    ("where", "sentence"),
    [
        ("missing.graph", "There is no file .*missing.graph; look whether"),
        (".", "is not a file; choose a .graph file"),
        ("a\0b", "could not be read"),
    ],
)
def test_what_cannot_be_read_is_said_in_a_sentence(tmp_path, where, sentence):
    with pytest.raises(FileFormatError, match=sentence):
        load_graph_file(tmp_path / where)


@pytest.mark.skipif(os.name != "posix", reason="pipes with names")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.graph")
    with pytest.raises(FileFormatError, match="is not a file"):
        load_graph_file(tmp_path / "pipe.graph")


def test_a_file_that_is_far_too_large_is_not_read(tmp_path):
    path = tmp_path / "large.graph"
    with open(path, "wb") as file:
        file.truncate(storage.MAX_BYTES + 1)
    with pytest.raises(FileFormatError, match=r"large\.graph is larger than 2 GB"):
        load_graph_file(path)
