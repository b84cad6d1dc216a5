"""``check FILE...``: says what is wrong with graphs."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from ..formats import load_graph_file
from ..graph import FileFormatError, Problem, Severity
from ..training.check import check_model


def add_parser(commands: Any) -> None:
    parser = commands.add_parser(
        "check",
        help="say what is wrong with graphs",
        description="Print every problem of every file as FILE: node: sentence. The exit status is 1 when one of "
        "them keeps a graph from being trained, and 0 when there are only warnings.",
    )
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a .graph file")
    parser.set_defaults(do=_check)


def _check(arguments: argparse.Namespace) -> int:
    found = [_check_file(path) for path in arguments.files]
    return 0 if all(found) else 1


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
