"""Killed at a random moment, the editor loses at most the last second of what was edited, and never a file.

The long test kills it two hundred times:

    python -m pytest tests/editor/test_kill.py -m slow -s
"""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from editor.document import Document
from editor.recovery import places
from engine.formats.graph_file import load_graph_file, model_from_bytes, model_to_bytes, save_graph_file
from engine.formats.journal import read_journal

pytestmark = [
    pytest.mark.usefixtures("qapp"),
    pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no SIGKILL here"),
]

ROOT = Path(__file__).resolve().parent.parent.parent
#: What may be lost, in seconds.
MOST_LOST = 1.0
#: How long a person edits at most, in seconds.
LONGEST = 3.0


@dataclass(frozen=True)
class Outcome:
    """What one kill cost."""

    edits: int
    #: Seconds of editing that were lost, and edits.
    lost: float
    lost_edits: int
    #: Whether the file was the one before the session, or one that was saved in it.
    was_saved: bool
    had_journal: bool


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def kill_once(folder: Path, seed: int) -> Outcome:
    """Edits in a process of its own, kills it, and recovers as the next start does."""
    folder.mkdir()
    path, log, state = folder / "a.graph", folder / "log", folder / "state"
    document = Document()
    for number in range(3):
        document.add_node("Variable", (200.0 * number, 0.0))
    save_graph_file(document.model, path)
    environment = os.environ | {
        "QT_QPA_PLATFORM": "offscreen",
        "XDG_STATE_HOME": str(state),
        "XDG_CONFIG_HOME": str(folder / "config"),
    }
    command = [sys.executable, "-m", "tests.editor.crash_editing", str(path), str(log), str(seed)]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + 60
        while not (log.exists() and log.stat().st_size):
            assert process.poll() is None and time.monotonic() < end, "the editor did not start"
            time.sleep(0.01)
        time.sleep(random.Random(seed).uniform(0, LONGEST))
        assert process.poll() is None, "the editor ended by itself"
    finally:
        process.send_signal(signal.SIGKILL)
        killed = time.time()
        process.wait()
    return judge(path, log, state, killed)


def judge(path: Path, log: Path, state: Path, killed: float) -> Outcome:
    entries = [line.split() for line in log.read_text(encoding="utf-8").split("\n")[:-1]]
    moments = [(float(when), kind, check_sum) for when, kind, check_sum in entries]
    saved = [check_sum for _, kind, check_sum in moments if kind in ("saved", "saving")]
    on_disk = digest(model_to_bytes(load_graph_file(path)))
    assert digest(path.read_bytes()) == on_disk, "the file is not as it was written"
    assert on_disk in saved, "the file is neither the old nor a new one"

    journals = places.left_journals_of(path, state / "Chainrule" / "Chainrule" / "recovery")
    assert len(journals) <= 1
    recovered = on_disk
    if journals:
        found = read_journal(journals[0])
        assert not found.is_damaged
        if found.data is not None:
            recovered = digest(model_to_bytes(model_from_bytes(found.data, "the journal")))
    known = [number for number, (_, _, check_sum) in enumerate(moments) if check_sum == recovered]
    assert known, "what was recovered was never there"
    # What came after the recovered state was lost; the first of it must be younger than a second.
    after = [moment for moment in moments[known[-1] + 1 :] if moment[2] != recovered]
    lost = killed - after[0][0] if after else 0.0
    assert lost <= MOST_LOST, f"{lost:.2f} s of editing were lost"
    return Outcome(len(moments), lost, len(after), on_disk != saved[0], bool(journals))


@pytest.mark.parametrize("seed", range(2))
def test_an_editor_that_is_killed_loses_at_most_a_second(tmp_path: Path, seed: int) -> None:
    outcome = kill_once(tmp_path / "killed", seed)
    assert outcome.edits > 0


@pytest.mark.slow
def test_two_hundred_kills(tmp_path: Path) -> None:
    outcomes = [kill_once(tmp_path / str(seed), seed) for seed in range(1000, 1200)]
    lost = sorted(outcome.lost for outcome in outcomes)
    print(
        f"\n{len(outcomes)} kills, {sum(o.edits for o in outcomes)} edits; journal found after "
        f"{sum(o.had_journal for o in outcomes)}, file saved in {sum(o.was_saved for o in outcomes)} sessions; lost: "
        f"median {lost[len(lost) // 2]:.3f} s, 95 % {lost[len(lost) * 95 // 100]:.3f} s, most {lost[-1]:.3f} s, "
        f"most edits {max(o.lost_edits for o in outcomes)}"
    )
    assert any(outcome.had_journal for outcome in outcomes) and any(outcome.was_saved for outcome in outcomes)
