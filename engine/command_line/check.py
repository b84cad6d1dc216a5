"""``check FILE...``: says what is wrong with graphs, and with their gradients."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from ..debugger.gradient_check.check import SAMPLES, check_gradients
from ..formats import load_graph_file
from ..graph import EngineError, FileFormatError, Problem, Severity
from ..training.check import check_model
from ..training.run import TrainingRun
from .numbers import positive


def add_parser(commands: Any) -> None:
    parser = commands.add_parser(
        "check",
        help="say what is wrong with graphs",
        description="Print every problem of every file as FILE: node: sentence. The exit status is 1 when one of "
        "them keeps a graph from being trained, and 0 when there are only warnings.",
        epilog="Example: main.py check regression.graph --gradients",
    )
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a .graph file")
    parser.add_argument(
        "--gradients",
        action="store_true",
        help="compare the gradients at every node with central differences in float64, at the first mini-batch",
    )
    parser.add_argument(
        "--samples",
        type=positive,
        default=SAMPLES,
        metavar="N",
        help=f"how many elements of each tensor --gradients looks at, chosen with the seed of the run ({SAMPLES})",
    )
    parser.set_defaults(do=_check)


def _check(arguments: argparse.Namespace) -> int:
    found = []
    for path in arguments.files:
        is_right = _check_file(path)
        if is_right and arguments.gradients:
            is_right = _check_gradients(path, arguments.samples)
        found.append(is_right)
    return 0 if all(found) else 1


def _check_gradients(path: Path, samples: int) -> bool:
    """Prints what is found about the gradients at each node. Returns whether none is wrong."""
    try:
        model = load_graph_file(path)
        run = TrainingRun(model, path.parent)
        run.restore(model.values)
        found = check_gradients(run, samples=samples, seed=model.run.seed)
    except EngineError as error:
        print(f"{path}: The gradients cannot be checked: {error}")
        return False
    for node in found.nodes:
        print(f"{path}: {node.node}: {node.sentence}")
    for problem in found.unchecked:
        print(problem_line(path, problem))
    return found.is_right


def _check_file(path: Path) -> bool:
    """Prints the problems of a file. Returns whether there are no errors among them."""
    try:
        problems = check_model(load_graph_file(path), path.parent)
    except FileFormatError as error:
        print(f"{path}: {error}")
        return False
    for problem in problems:
        print(problem_line(path, problem))
    if not problems:
        print(f"{path}: no problems")
    return all(problem.severity is not Severity.ERROR for problem in problems)


def problem_line(path: Path, problem: Problem) -> str:
    """A problem with the file and the node it is in; warnings say that they are."""
    warning = "warning: " if problem.severity is Severity.WARNING else ""
    return f"{path}: {warning}{problem}"
