"""What a person does on the canvas: this program's whole window beside NodeGraphQt's widget.

    python -m benchmarks.canvas [--sizes 100,1000,10000] [--limit 90] [--rounds 3] [--peer-python PYTHON]

Each editor has a process of its own, one after the other in every round. The times are of the processor, until what was
done is painted: the median over all frames of all rounds, and the 95th percentile. What is not reached within the limit
is left out, and the table says so.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

from benchmarks.machine import machine, today

from .contender import MODULES
from .operations import OPERATIONS, Operation

ROOT = Path(__file__).resolve().parent.parent.parent
OURS, PEER = MODULES
#: Of an operation, the seconds of its frames; of an editor and a size, its operations.
Times = Mapping[str, Sequence[float]]


def measure(python: str, editor: str, nodes: int, limit: float) -> dict[str, list[float]]:
    """What one editor takes for each operation, as far as it comes within ``limit`` seconds."""
    command = [python, "-m", "benchmarks.canvas.contender", editor, str(nodes)]
    environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ}
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        output, errors = process.communicate(timeout=limit)
    except subprocess.TimeoutExpired:
        process.kill()
        output, errors = process.communicate()
    else:
        if process.returncode:
            print(f"{editor} at {nodes:,} nodes ended early:\n{errors[-2000:]}", file=sys.stderr)
    lines = (line for line in output.splitlines() if line.startswith("["))
    return dict(json.loads(line) for line in lines)


def table(times: Mapping[tuple[str, int], Times], sizes: Sequence[int]) -> str:
    """A row for each operation and size: both editors, how many times the peer takes, and the goal."""
    lines = [
        f"| | nodes | {OURS}, ms | {PEER}, ms | {PEER} takes | goal, ms | |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for operation in OPERATIONS:
        for nodes in sizes:
            ours, theirs = (times.get((editor, nodes), {}).get(operation.key) for editor in (OURS, PEER))
            if ours:
                lines.append(_row(operation, nodes, ours, theirs))
    return "\n".join(lines)


def _row(operation: Operation, nodes: int, ours: Sequence[float], theirs: Sequence[float] | None) -> str:
    ratio = f"× {median(theirs) / median(ours):,.1f}" if theirs else ""
    goal = operation.goals.get(nodes)
    verdict = "" if goal is None else "met" if 1000 * _high(ours) <= goal else "**not met**"
    limit = "" if goal is None else f"≤ {goal:,.0f}"
    there = _cell(theirs) if theirs else "not within the limit"
    return f"| {operation.title} | {nodes:,} | {_cell(ours)} | {there} | {ratio} | {limit} | {verdict} |"


def _cell(seconds: Sequence[float]) -> str:
    middle, high = 1000 * median(seconds), 1000 * _high(seconds)
    return f"{middle:,.1f}" if len(seconds) < 5 else f"{middle:,.1f} ({high:,.1f})"


def _high(seconds: Sequence[float]) -> float:
    """The 95th percentile; of a few times, which are no frames, the median."""
    if len(seconds) < 5:
        return median(seconds)
    return sorted(seconds)[round(0.95 * (len(seconds) - 1))]


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.canvas", description="The canvas beside NodeGraphQt, at several sizes."
    )
    parser.add_argument("--sizes", default="100,1000,10000", help="numbers of nodes (default 100,1000,10000)")
    parser.add_argument("--limit", type=float, default=90.0, help="seconds for an editor at a size (default 90)")
    parser.add_argument("--rounds", type=int, default=1, help="how often each is measured (default 1)")
    parser.add_argument("--peer-python", default=sys.executable, help="where NodeGraphQt is installed (default: here)")
    arguments = parser.parse_args()
    sizes = [int(size) for size in arguments.sizes.split(",")]
    times: defaultdict[tuple[str, int], defaultdict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for number in range(1, arguments.rounds + 1):
        for nodes in sizes:
            for editor, python in ((OURS, sys.executable), (PEER, arguments.peer_python)):
                print(f"round {number}: {editor}, {nodes:,} nodes", file=sys.stderr, flush=True)
                for key, seconds in measure(python, editor, nodes, arguments.limit).items():
                    times[editor, nodes][key] += seconds
    print(f"{today()}, {machine()}, no screen; at most {arguments.limit:g} s for an editor at a size.\n")
    print(table(times, sizes))


if __name__ == "__main__":
    main()
