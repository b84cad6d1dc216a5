"""``train FILE``: trains a graph and prints epoch by epoch what the tutorial prints."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from ..debugger.breakpoints import AtFirstCause, Breakpoint, Stop, WhenHolds
from ..debugger.causes.cause import CauseKind
from ..debugger.debugger import Debugger
from ..debugger.stops import Stops
from ..formats import load_graph_file, save_graph_file
from ..graph import EngineError, GraphError, NonFiniteError, Operation, Severity
from ..graph.literals import Array
from ..model import DataSource, Model, NumpyArray, TypedValues
from ..training.check import check_model
from ..training.data import load_source
from ..training.history import DEFAULT_MEMORY
from ..training.paths import moved_source
from ..training.run import TrainingRun
from .check import problem_line
from .numbers import in_a_line, in_full, not_negative, positive

#: The exit status that shells give a program that Ctrl-C stopped.
STOPPED = 130
#: The exit status of a training that a breakpoint has stopped.
AT_BREAKPOINT = 3
#: How many lines are printed when nothing is said: all epochs up to so many into a file or a pipe.
LINES_IN_A_PIPE = 1000
LINES_ON_A_TERMINAL = 20


def add_parser(commands: Any) -> None:
    parser = commands.add_parser(
        "train",
        help="train a graph",
        description="Train the graph in FILE on its data. Each line has an epoch, the loss before its update and the "
        "variables after it, then the metrics.",
        epilog="Example: main.py train linear_regression.graph --feed x=5 --fetch hypothesis",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="a .graph file")
    parser.add_argument(
        "--epochs", type=not_negative, metavar="N", help="how many epochs to train (default: what the file says)"
    )
    parser.add_argument(
        "--every",
        type=positive,
        metavar="K",
        help="print the first, the last and every K-th epoch (default: every epoch up to "
        f"{LINES_IN_A_PIPE} of them, about {LINES_IN_A_PIPE} lines of longer runs; on a terminal about "
        f"{LINES_ON_A_TERMINAL} lines)",
    )
    parser.add_argument("--seed", type=int, metavar="S", help="the seed of all that is random (default: the file's)")
    parser.add_argument(
        "--resume",
        action="store_true",
        help="begin with the trained values saved in FILE instead of the initial values",
    )
    parser.add_argument(
        "--save", type=Path, metavar="OUT.graph", help="write the graph with its trained values to this file"
    )
    parser.add_argument(
        "--feed",
        action="append",
        default=[],
        type=_feed,
        metavar="NODE=VALUE",
        help="a value for --fetch: x=5, x=1,2,3, x='1 2; 3 4' or x=@file.npy; may be given several times",
    )
    parser.add_argument(
        "--fetch",
        action="append",
        default=[],
        metavar="NODE",
        help="print the value of this node after training; may be given several times",
    )
    parser.add_argument(
        "--stop-if",
        action="append",
        default=[],
        metavar="CONDITION",
        help="stop when this begins to hold: 'loss < 0.1', 'norm(grad W) > 10', 'epoch == 37'; may be given several "
        f"times; the exit status is {AT_BREAKPOINT} then",
    )
    parser.add_argument(
        "--stop-at-first-cause",
        action="store_true",
        help="stop at the first NaN or infinity, gradient that dies or explodes, or dead ReLU, and say where it "
        f"comes from; the exit status is {AT_BREAKPOINT} then",
    )
    parser.set_defaults(do=_train)


def _feed(text: str) -> tuple[str, str]:
    name, separator, value = text.partition("=")
    if not separator or not name.strip() or not value.strip():
        raise argparse.ArgumentTypeError(f"{text!r} does not say what to feed; write NODE=VALUE, for example x=5")
    return name.strip(), value.strip()


def _train(arguments: argparse.Namespace) -> int:
    path: Path = arguments.file
    try:
        model = load_graph_file(path)
    except EngineError as error:
        return _refuse([str(error)])
    settings = model.run
    if arguments.epochs is not None:
        settings = replace(settings, epochs=arguments.epochs)
    if arguments.seed is not None:
        settings = replace(settings, seed=arguments.seed)
    model.run = settings
    try:
        run = TrainingRun(model, path.parent)
    except EngineError as error:
        errors = [p for p in check_model(model, path.parent) if p.severity is Severity.ERROR]
        return _refuse([problem_line(path, problem) for problem in errors] or [_error_line(path, error)])
    try:
        feeds = _fed_values(model, arguments.feed)
        for name in arguments.fetch:
            _node_with_value(model, name)
        if arguments.resume:
            run.restore(model.values)
        stops = _stops(run, arguments)
        stopped = _train_epochs(run, settings.epochs, arguments.every, stops)
        if arguments.save is not None:
            _save(model, run, path, arguments.save)
        if isinstance(stopped, Stop):
            _print_stop(run, stopped)
            return AT_BREAKPOINT
        if stopped:
            print(f"Stopped after {run.epoch} of {settings.epochs} epochs.", file=sys.stderr)
            return STOPPED
        _print_fetches(run, arguments.fetch, feeds)
    except NonFiniteError as error:
        hint = "To see where it comes from, train again with --stop-at-first-cause."
        return _refuse([f"{_error_line(path, error)} {hint}"])
    except EngineError as error:
        return _refuse([_error_line(path, error)])
    return 0


def _refuse(sentences: Sequence[str]) -> int:
    sys.stdout.flush()
    for sentence in sentences:
        print(sentence, file=sys.stderr)
    return 1


def _error_line(path: Path, error: EngineError) -> str:
    return f"{path}: {error.node}: {error}" if error.node else f"{path}: {error}"


# --- training ----------------------------------------------------------------------------------------------------


def _stops(run: TrainingRun, arguments: argparse.Namespace) -> Stops | None:
    """The breakpoints that are asked for, if any. Raises GraphError for a condition that cannot be read."""
    conditions = [Breakpoint(number, WhenHolds(text)) for number, text in enumerate(arguments.stop_if)]
    kinds = list(CauseKind) if arguments.stop_at_first_cause else []
    causes = [Breakpoint(len(conditions) + number, AtFirstCause(kind)) for number, kind in enumerate(kinds)]
    if not (conditions or causes):
        return None
    stops = Stops(Debugger(run, DEFAULT_MEMORY))
    for number, problem in stops.set([*conditions, *causes]).items():
        raise GraphError(f"--stop-if {arguments.stop_if[number]!r}: {problem.message}", problem.node or None)
    return stops


def _print_stop(run: TrainingRun, stop: Stop) -> None:
    print(f"Stopped in epoch {run.epoch}: {stop.sentence}", file=sys.stderr)
    if stop.cause is not None:
        cause = stop.cause
        if cause.elements:
            left = cause.element_count - len(cause.elements)
            more = f" and {left} more" if left else ""
            print(f"Elements: {', '.join(map(str, cause.elements))}{more}", file=sys.stderr)
        if len(cause.path) > 1:
            print(f"Path: {' -> '.join(cause.path)}", file=sys.stderr)


def _train_epochs(run: TrainingRun, epochs: int, every: int | None, stops: Stops | None) -> Stop | bool:
    """Trains and prints. Returns the breakpoint that stopped it, or whether Ctrl-C did."""
    lines = LINES_ON_A_TERMINAL if sys.stdout.isatty() else LINES_IN_A_PIPE
    interval = every or max(1, -(-epochs // lines))
    with (
        _stop_request() as stop_requested,
        tqdm(total=epochs, unit="epoch", file=sys.stderr, leave=False, disable=not sys.stderr.isatty()) as bar,
    ):
        while run.epoch < epochs:
            epoch = run.epoch
            ended = _train_epoch(run, stops, stop_requested)
            if run.epoch > epoch:
                if epoch % interval == 0 or run.epoch == epochs or ended:
                    bar.write(_epoch_line(run, epoch), file=sys.stdout)
                    sys.stdout.flush()
                bar.update()
            if ended or (stop_requested() and run.epoch < epochs):
                return ended or True
    return False


def _train_epoch(run: TrainingRun, stops: Stops | None, stop_requested: Callable[[], bool]) -> Stop | bool:
    """Trains one epoch. Returns the breakpoint that stopped it, or whether Ctrl-C did before its end."""
    is_over = False
    while not is_over:
        if stops is None:
            is_over = run.train_step()
        else:
            is_over, stop = stops.train_step()
            if stop is not None:
                return stop
        if not is_over and stop_requested():
            return True
    return False


@contextmanager
def _stop_request() -> Iterator[Any]:
    """Within it, the first Ctrl-C is only noted, so that training ends between two steps; a second one interrupts."""
    requested = False

    def note(*_: object) -> None:
        nonlocal requested
        requested = True
        signal.signal(signal.SIGINT, signal.default_int_handler)

    previous = signal.signal(signal.SIGINT, note)
    try:
        yield lambda: requested
    finally:
        signal.signal(signal.SIGINT, previous)


def _epoch_line(run: TrainingRun, epoch: int) -> str:
    parts = [f"Epoch: {epoch} loss: {_as_loss(run, run.last_loss)}"]
    parts += [f"{name}: {in_a_line(value)}" for name, value in run.values().items()]
    parts += [f"{name}: {np.float32(value)!s}" for name, value in run.metrics().items()]
    return " ".join(parts)


def _as_loss(run: TrainingRun, loss: float) -> str:
    """The loss with the digits of its dtype."""
    dtype = run.graph.operation(run.loss_name).output.dtype
    return str(loss if dtype is None else dtype.as_numpy_dtype(loss))


# --- before and after --------------------------------------------------------------------------------------------


def _fed_values(model: Model, feeds: Sequence[tuple[str, str]]) -> dict[str, Array]:
    return {name: _fed_value(_node_with_value(model, name), text) for name, text in feeds}


def _node_with_value(model: Model, name: str) -> Operation:
    op = model.graph.operation(name)
    if not op.outputs:
        raise GraphError(f"A {op.type} gives no value that could be fed or fetched; name another node.", name)
    return op


def _fed_value(op: Operation, text: str) -> Array:
    source: DataSource = NumpyArray(text[1:]) if text.startswith("@") else TypedValues(text)
    return load_source(source, op)


def _print_fetches(run: TrainingRun, names: Sequence[str], feeds: dict[str, Array]) -> None:
    if names:
        for name, value in run.fetch(names, feeds).items():
            print(f"{name}: {in_full(value)}")


def _save(model: Model, run: TrainingRun, path: Path, out: Path) -> None:
    """Writes the trained model; its data files are named from the folder it is saved in."""
    data = {name: moved_source(source, path.parent, out.parent) for name, source in model.data.items()}
    save_graph_file(replace(model, data=data, values=run.values()), out)
