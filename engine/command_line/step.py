"""``step FILE``: steps through a training run operation by operation, forwards and back, as text."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tqdm import tqdm

from ..compiler.schedule import PHASES
from ..debugger.debugger import Debugger
from ..debugger.moment import Moment
from ..formats import load_graph_file
from ..graph import EngineError, InvalidArgumentError, Operation
from ..training.history import DEFAULT_MEMORY
from ..training.run import TrainingRun
from .numbers import in_a_line, not_negative


def add_parser(commands: Any) -> None:
    parser = commands.add_parser(
        "step",
        help="step through a training run",
        description="Train the graph in FILE up to a moment, then carry out the operations of the training step one "
        "by one. Each line has the moment (epoch.batch.operations carried out), the phase, the node, the operation "
        "and its value; the last line has the variables.",
        epilog="Example: main.py step linear_regression.graph --to 1 --phase backward",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="a .graph file")
    parser.add_argument(
        "--to",
        type=_moment,
        default=Moment(0, 0, 0),
        metavar="EPOCH[.BATCH[.OPERATION]]",
        help="the moment to begin at, each counted from 0 (default: 0)",
    )
    parser.add_argument("--node", metavar="NODE", help="go on to the next operation of this node before that")
    parser.add_argument(
        "--operations",
        type=not_negative,
        metavar="N",
        help="how many operations to carry out then (default: the rest of the mini-batch)",
    )
    parser.add_argument(
        "--back", type=not_negative, default=0, metavar="N", help="how many operations to take back again afterwards"
    )
    parser.add_argument(
        "--phase",
        action="append",
        choices=PHASES,
        help="print the operations of this phase only; may be given several times",
    )
    parser.set_defaults(do=_step)


def _moment(text: str) -> Moment:
    parts = text.split(".")
    if len(parts) > 3 or not all(part.isdecimal() for part in parts):
        raise argparse.ArgumentTypeError(f"{text!r} is no moment; write EPOCH, EPOCH.BATCH or EPOCH.BATCH.OPERATION")
    numbers = [int(part) for part in parts]
    return Moment(*[*numbers, 0, 0][:3])


def _step(arguments: argparse.Namespace) -> int:
    path: Path = arguments.file
    try:
        debugger = Debugger(TrainingRun(load_graph_file(path), path.parent), DEFAULT_MEMORY)
        _go_to(debugger, arguments.to)
        if arguments.node is not None:
            debugger.run_to_node(arguments.node)
            _print_latest(debugger, PHASES)
        _walk(debugger, arguments.operations, arguments.back, arguments.phase or PHASES)
    except EngineError as error:
        sys.stdout.flush()
        print(f"{path}: {error.node}: {error}" if error.node else f"{path}: {error}", file=sys.stderr)
        return 1
    return 0


def _go_to(debugger: Debugger, moment: Moment) -> None:
    """Trains to the mini-batch at full speed, then carries out its first operations.

    Raises InvalidArgumentError for a mini-batch or an operation that there is not.
    """
    run, count = debugger.run, debugger.run.batches_per_epoch
    if moment.batch >= count:
        batches = "1 mini-batch" if count == 1 else f"{count} mini-batches"
        raise InvalidArgumentError(f"An epoch has {batches}, counted from 0; there is no {moment.batch}.", "")
    operations = len(debugger.step.operations)
    if moment.operation > operations:
        raise InvalidArgumentError(f"A step has {operations} operations; {moment.operation} cannot be carried out.", "")
    debugger.leave_step()
    batches_before = moment.epoch * count + moment.batch
    with tqdm(total=batches_before, unit="batch", file=sys.stderr, leave=False, disable=not sys.stderr.isatty()) as bar:
        while run.step < batches_before:
            run.train_step()
            bar.update()
    debugger.step_operation(moment.operation)


def _walk(debugger: Debugger, count: int | None, back: int, phases: Sequence[str]) -> None:
    for _ in range(len(debugger.step.operations) - debugger.step.done if count is None else count):
        debugger.step_operation()
        _print_latest(debugger, phases)
    for _ in range(back):
        debugger.step_operation(-1)
        op = debugger.step.operations[debugger.step.done]
        if op.phase in phases:
            print(_line(debugger.moment, op, "taken back"))
    print("  ".join(f"{name}: {in_a_line(value)}" for name, value in debugger.run.values().items()))


def _print_latest(debugger: Debugger, phases: Sequence[str]) -> None:
    """Prints what was carried out last, if it is of one of the phases."""
    step = debugger.step
    op = step.operations[step.done - 1]
    if op.phase in phases:
        value = step.value(op.outputs[0]) if op.outputs else None
        shown = "" if value is None else in_a_line(value)
        print(_line(debugger.moment, op, f"{step.meaning(op)} {shown}".strip()))


def _line(moment: Moment, op: Operation, text: str) -> str:
    place = f"{moment.epoch}.{moment.batch}.{moment.operation}"
    return f"{place:<10} {op.phase:<8}  {op.node_name}: {op.type} {text}".rstrip()
