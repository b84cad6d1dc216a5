"""What going back in time costs: recording while training, memory, and seeks.

    python -m benchmarks.history [--rounds 15] [--epochs 10000]

Training with a history and without one run in turn in this process; the first table has how much longer a step takes
with one. Then a run of 100,000 steps keeps its history under a small memory, and moments all over runs are sought: the
second table has the 95th percentile of their times beside that of one epoch trained. The third one has what the window
waits for a seek: there to the training process beside it and back, with the values of the step.
"""

from __future__ import annotations

import argparse
import gc
import random
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from statistics import median, quantiles
from time import perf_counter

from editor.run.link import WorkerLink
from editor.run.messages import Go, Load, Moved, Prepared, Run, Stopped
from editor.run.motions import Seek
from engine.debugger.debugger import Debugger
from engine.debugger.moment import Moment
from engine.formats import load_graph_file, model_to_bytes
from engine.training.history import DEFAULT_MEMORY
from engine.training.run import TrainingRun

EXAMPLES = Path(__file__).parent.parent / "resources" / "examples"
#: Name, title, epochs in a measured stretch, and how much longer a step may take with a history.
TRAINED = (
    ("linear_regression", "four-row regression", 5000, 1.15),
    ("xor", "XOR, four rows", 2000, None),
    ("digits", "digits, batch 32", 40, 1.05),
)
#: A history of so many bytes has to be thinned in 100,000 steps.
SMALL_MEMORY = 200_000
LONG_STEPS = 100_000


def trained_run(name: str) -> TrainingRun:
    """A run of an example, warm."""
    run = TrainingRun(load_graph_file(EXAMPLES / f"{name}.graph"), EXAMPLES)
    for _ in range(300):
        run.train_step()
    return run


def seconds(do: Callable[[], object]) -> float:
    gc.collect()
    gc.disable()
    try:
        begun = perf_counter()
        do()
        return perf_counter() - begun
    finally:
        gc.enable()


def train(run: TrainingRun, epochs: int) -> None:
    for _ in range(epochs):
        run.train_epoch()


def recording_ratios(name: str, epochs: int, rounds: int) -> list[float]:
    """How much longer the same epochs take with a history, in turn, once for each round."""
    plain, recorded = trained_run(name), trained_run(name)
    recorded.record_history()
    ratios = []
    for turn in range(rounds):
        pair = (plain, recorded) if turn % 2 else (recorded, plain)
        taken = {run: seconds(lambda run=run: train(run, epochs)) for run in pair}  # type: ignore[misc]
        ratios.append(taken[recorded] / taken[plain])
    return ratios


def seek_times(name: str, epochs: int, count: int, memory: int) -> tuple[list[float], float, Debugger]:
    """Seconds of seeks to random moments of a run of so many epochs, and of one epoch trained."""
    run = TrainingRun(load_graph_file(EXAMPLES / f"{name}.graph"), EXAMPLES)
    debugger = Debugger(run, memory)
    taken = seconds(lambda: train(run, epochs))
    chance = random.Random(0)
    operations = len(debugger.step.operations)
    debugger.arrive()
    times = []
    for _ in range(count):
        moment = Moment(
            chance.randrange(epochs), chance.randrange(run.batches_per_epoch), chance.randrange(operations + 1)
        )
        times.append(seconds(lambda moment=moment: debugger.seek(moment)))  # type: ignore[misc]
    return times, taken / epochs, debugger


def seek_times_from_the_window(name: str, epochs: int, count: int) -> list[float]:
    """Seconds from the wish to be at a random moment until the training process has told that the cursor is there."""
    model = load_graph_file(EXAMPLES / f"{name}.graph")
    messages: SimpleQueue[object] = SimpleQueue()
    link = WorkerLink(lambda _, message: messages.put(message))

    def wait_for(kind: type) -> object:
        while not isinstance(message := messages.get(timeout=120), kind):
            link.ring.read()
        return message

    try:
        link.send(Load(1, model_to_bytes(model), str(EXAMPLES), {}, 1, DEFAULT_MEMORY))
        wait_for(Prepared)
        told = wait_for(Moved)
        assert isinstance(told, Moved)
        assert told.operations is not None
        link.send(Run(1, epochs))
        wait_for(Stopped)
        wait_for(Moved)
        chance, operations, batches = random.Random(1), len(told.operations), told.batches_per_epoch
        times = []
        for _ in range(count):
            place = chance.randrange(epochs), chance.randrange(batches), chance.randrange(operations + 1)
            begun = perf_counter()
            link.send(Go(Seek(Moment(*place))))
            wait_for(Moved)
            times.append(perf_counter() - begun)
        return times
    finally:
        link.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15, metavar="N", help="rounds of each pair (default: 15)")
    parser.add_argument("--epochs", type=int, default=10_000, metavar="N", help="epochs of the digits example")
    parser.add_argument("--seeks", type=int, default=200, metavar="N", help="seeks in each run (default: 200)")
    arguments = parser.parse_args()
    print("Training with a history over training without one, in turn")
    print(f"{'':24}{'median':>8}{'quartiles':>16}{'goal':>8}")
    for name, title, epochs, goal in TRAINED:
        lower, _, upper = quantiles(ratios := recording_ratios(name, epochs, arguments.rounds), n=4)
        wanted = "" if goal is None else f"{goal:.2f}"
        print(f"{title:24}{median(ratios):8.3f}{f'{lower:.3f} {upper:.3f}':>16}{wanted:>8}", flush=True)
    print("\nSeeks to random moments")
    print(f"{'':36}{'p95, ms':>9}{'in epochs':>11}{'frames':>8}{'memory':>12}{'goal, ms':>10}")
    for name, title, epochs, memory, limit in (
        ("linear_regression", "regression, 200 epochs", 200, DEFAULT_MEMORY, 100),
        ("xor", "XOR, 1,000 epochs", 1000, DEFAULT_MEMORY, 100),
        ("linear_regression", f"regression, {LONG_STEPS:,}, thinned", LONG_STEPS, SMALL_MEMORY, 100),
        ("digits", f"digits, {arguments.epochs:,} epochs", arguments.epochs, DEFAULT_MEMORY, 1000),
    ):
        times, epoch, debugger = seek_times(name, epochs, arguments.seeks, memory)
        worst = quantiles(times, n=20)[-1]
        history = debugger.run.history
        assert history is not None
        size = f"{history.nbytes / 1e6:.1f} MB"
        print(f"{title:36}{worst * 1e3:9.1f}{worst / epoch:11.1f}{len(history):8,}{size:>12}{limit:10,}", flush=True)
    print("\nSeeks from the window's process")
    print(f"{'':36}{'p95, ms':>9}{'goal, ms':>10}")
    for name, title, epochs, limit in (
        ("linear_regression", "regression, 200 epochs", 200, 100),
        ("xor", "XOR, 1,000 epochs", 1000, 100),
        ("digits", f"digits, {arguments.epochs:,} epochs", arguments.epochs, 1000),
    ):
        worst = quantiles(seek_times_from_the_window(name, epochs, arguments.seeks), n=20)[-1]
        print(f"{title:36}{worst * 1e3:9.1f}{limit:10,}", flush=True)


if __name__ == "__main__":
    main()
