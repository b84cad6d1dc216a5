"""How fast the linear regression trains headless, in the process beside the window, and with the window open.

    python -m benchmarks.window [--rounds 5] [--seconds 3] [--graph FILE]

Rounds take turns, so that what else the machine does hits all alike; the table has medians, and the share of headless
speed is the median over the rounds. Where other programs take processor time away, look at the epochs per second of
processor time that the training itself got (Linux only). Set QT_QPA_PLATFORM=offscreen for a window without a screen.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from statistics import median

from benchmarks.machine import machine
from editor.run.link import WorkerLink
from editor.run.messages import Load, Pause, Prepared, Run, Stopped
from engine.formats.graph_file import load_graph_file, model_to_bytes
from engine.training.history import DEFAULT_MEMORY
from engine.training.run import TrainingRun

EXAMPLE = Path(__file__).resolve().parent.parent / "resources" / "examples" / "linear_regression.graph"
WARM_UP = 0.5
FOREVER = 10**9


@dataclass(frozen=True, slots=True)
class Speed:
    """Epochs in some time, and in the processor time that the training process got meanwhile."""

    per_second: float
    per_cpu_second: float


class Stopwatch:
    """From its making on, measures time and the processor time of a process."""

    def __init__(self, process_id: int) -> None:
        self._process_id = process_id
        self._cpu = cpu_seconds(process_id)
        self._began = time.perf_counter()

    def speed(self, epochs: int) -> Speed:
        seconds = time.perf_counter() - self._began
        cpu = cpu_seconds(self._process_id) - self._cpu
        return Speed(epochs / seconds, epochs / cpu if cpu else float("nan"))


def cpu_seconds(process_id: int) -> float:
    """Processor time that a process has used; 0 where the system does not tell."""
    try:
        fields = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def headless_speed(graph: Path, seconds: float) -> Speed:
    """Training in this process, with nothing beside it."""
    run = TrainingRun(load_graph_file(graph), graph.parent)
    _train_for(run, WARM_UP)
    watch, epoch = Stopwatch(os.getpid()), run.epoch
    _train_for(run, seconds)
    return watch.speed(run.epoch - epoch)


def _train_for(run: TrainingRun, seconds: float) -> None:
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        for _ in range(100):
            run.train_epoch()


def process_speed(graph: Path, seconds: float) -> Speed:
    """Training in the process beside the window, its records read sixty times a second, but without a window."""
    messages: SimpleQueue[object] = SimpleQueue()
    link = WorkerLink(lambda _, message: messages.put(message))
    try:
        link.send(Load(1, model_to_bytes(load_graph_file(graph)), str(graph.parent), {}, 1, DEFAULT_MEMORY))
        while not isinstance(prepared := messages.get(timeout=60), Prepared):
            pass
        width = 2 + len(prepared.metric_names)
        link.send(Run(1, FOREVER))
        _read_for(link, WARM_UP)
        assert link.process_id is not None
        watch = Stopwatch(link.process_id)
        speed = watch.speed(_read_for(link, seconds) // width)
        link.send(Pause())
        while not isinstance(messages.get(timeout=60), Stopped):
            link.ring.read()
        return speed
    finally:
        link.close()


def _read_for(link: WorkerLink, seconds: float) -> int:
    """Reads as the window does, and returns how many numbers came."""
    end = time.perf_counter() + seconds
    count = 0
    while time.perf_counter() < end:
        time.sleep(0.016)
        count += len(link.ring.read())
    return count


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.window", description="Training speed headless and with the window open."
    )
    parser.add_argument("--rounds", type=int, default=5, help="rounds, each with all three in turn (default 5)")
    parser.add_argument("--seconds", type=float, default=3.0, help="seconds measured of each (default 3)")
    parser.add_argument("--graph", type=Path, default=EXAMPLE, help="a .graph file (default: the linear regression)")
    arguments = parser.parse_args()

    # Not above: the training process imports this module, and needs no Qt.
    from benchmarks.window_probe import WindowBench

    bench = WindowBench(arguments.graph)
    headless, process, window = [], [], []
    for number in range(1, arguments.rounds + 1):
        print(f"round {number} of {arguments.rounds}", flush=True)
        headless.append(headless_speed(arguments.graph, arguments.seconds))
        process.append(process_speed(arguments.graph, arguments.seconds))
        window.append(bench.measure(arguments.seconds))
    where = bench.platform
    bench.close()

    print(f"\n{arguments.graph.stem}, {machine()}; {arguments.rounds} rounds of {arguments.seconds:g} s\n")
    print("| where it trains | epochs/s | of headless | of headless, per CPU second | frames/s | input p95 | pause |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    print(f"| headless, in one process | {_speeds(headless)} | | | |")
    print(f"| training process, no window | {_speeds(process, headless)} | | | |")
    print(
        f"| **training process, window open** ({where}) | {_speeds([one.speed for one in window], headless)} "
        f"| {median(one.frames for one in window):.0f} | {median(one.latency_ms for one in window):.1f} ms "
        f"| {median(one.pause_ms for one in window):.0f} ms |"
    )


def _speeds(speeds: Sequence[Speed], reference: Sequence[Speed] | None = None) -> str:
    """Three cells of the table."""
    rates = [speed.per_second for speed in speeds]
    cells = [f"{median(rates):,.0f} ({min(rates):,.0f}–{max(rates):,.0f})"]
    for part in ("per_second", "per_cpu_second"):
        shares = [100 * getattr(a, part) / getattr(b, part) for a, b in zip(speeds, reference or speeds, strict=True)]
        cells.append(f"{median(shares):.0f} %")
    return " | ".join(cells)


if __name__ == "__main__":
    main()
