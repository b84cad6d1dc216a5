"""The example programs, each run once in a test run, by the command ``run PROGRAM --graph FILE``."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = sorted((ROOT / "resources" / "examples" / "programs").glob("*.py"))
NAMES = [path.stem for path in PROGRAMS]

#: main.py without its look at what is installed: these programs need no Qt.
_COMMAND = "import sys; from engine.command_line import main; sys.exit(main(sys.argv[1:]))"

_NUMBER = re.compile(r"(?<![\w.])[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?(?![\w])|\b(?:nan|inf)\b")


class Ran(NamedTuple):
    """What a program has left."""

    printed: str
    graph: Path


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="chainrule-programs-")


@cache
def ran(name: str) -> Ran:
    """Runs an example in a process of its own, in a folder of its own. Raises AssertionError when it fails."""
    folder = Path(_folder().name) / name
    folder.mkdir()
    graph = folder / f"{name}.graph"
    program = next(path for path in PROGRAMS if path.stem == name)
    done = subprocess.run(
        [sys.executable, "-c", _COMMAND, "run", str(program), "--graph", str(graph)],
        cwd=folder,
        env=os.environ | {"PYTHONIOENCODING": "utf-8", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert [path.name for path in folder.iterdir()] == [graph.name], "the program leaves files behind"
    return Ran(done.stdout, graph)


def words_and_numbers(printed: str) -> tuple[list[str], list[float]]:
    """The words between the numbers, without regard to spaces, and the numbers."""
    words = [re.sub(r"\s+", "", word) for word in _NUMBER.split(printed)]
    return words, [float(number) for number in _NUMBER.findall(printed)]
