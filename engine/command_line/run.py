"""``run PROGRAM.py``: runs a program written for TensorFlow 1 on this engine, and keeps its graph."""

from __future__ import annotations

import argparse
import os
import runpy
import sys
import traceback
from pathlib import Path
from typing import Any

from ..formats import save_graph
from ..graph import EngineError, Graph, get_default_graph

_GRAPH_OPTION = "--graph"


def add_parser(commands: Any) -> None:
    parser = commands.add_parser(
        "run",
        help="run a TensorFlow 1 program",
        usage="main.py run [-h] PROGRAM [--graph FILE] [ARGUMENT ...]",
        description="Run a Python program that was written for TensorFlow 1: its imports of tensorflow give this "
        "engine. The exit status is the program's.",
        epilog="Example: main.py run regression.py --graph regression.graph",
    )
    parser.add_argument("program", type=Path, metavar="PROGRAM", help="a Python file")
    parser.add_argument(
        _GRAPH_OPTION, type=Path, metavar="FILE", help="where to write the graph that the program has built (.graph)"
    )
    parser.add_argument(
        "arguments", nargs=argparse.REMAINDER, metavar="ARGUMENT", help="what the program finds in sys.argv"
    )
    parser.set_defaults(do=_run)


def _run(arguments: argparse.Namespace) -> int:
    rest: list[str] = arguments.arguments
    graph_file: Path | None = arguments.graph
    # What follows the program is the program's own, except the option that stands first.
    if graph_file is None and rest[:1] == [_GRAPH_OPTION]:
        if len(rest) == 1:
            return _refuse(f"{_GRAPH_OPTION} needs a file to write the graph to.", status=2)
        graph_file, rest = Path(rest[1]), rest[2:]
    program: Path = arguments.program
    if not program.is_file():
        return _refuse(f"There is no program {program}.")
    if graph_file is not None:
        # The program may change the folder.
        graph_file = graph_file.absolute()
    status, names = _run_program(program, rest)
    if graph_file is None:
        return status
    return _write_graph(_graph_of(names), graph_file) or status


def _run_program(program: Path, arguments: list[str]) -> tuple[int, dict[str, Any]]:
    """Runs the program as Python would; returns its exit status and the names that it has left."""
    from engine import install_as

    install_as("tensorflow")
    argv, path = sys.argv, list(sys.path)
    sys.argv = [str(program), *arguments]
    sys.path.insert(0, str(program.absolute().parent))
    try:
        return 0, runpy.run_path(str(program), run_name="__main__")
    except SystemExit as leaving:
        return _status_of(leaving), {}
    except Exception as error:
        _print_traceback(error, program)
        return 1, {}
    finally:
        sys.argv, sys.path[:] = argv, path


def _status_of(leaving: SystemExit) -> int:
    if leaving.code is None or isinstance(leaving.code, int):
        return leaving.code or 0
    print(leaving.code, file=sys.stderr)
    return 1


def _print_traceback(error: Exception, program: Path) -> None:
    """The traceback from the program's own first line on."""
    place = error.__traceback__
    while place is not None and place.tb_frame.f_code.co_filename != str(program):
        place = place.tb_next
    traceback.print_exception(type(error), error, place or error.__traceback__)


def _graph_of(names: dict[str, Any]) -> Graph:
    """The graph that the program has built: the default one, or the largest that one of its names leads to."""
    found = [get_default_graph()]
    for value in names.values():
        graph = value if isinstance(value, Graph) else getattr(value, "graph", None)
        if isinstance(graph, Graph):
            found.append(graph)
    return found[0] if len(found[0]) else max(found, key=len)


def _write_graph(graph: Graph, path: Path) -> int:
    if not len(graph):
        return _refuse("The program has built no graph, so none was written.")
    try:
        save_graph(graph, path)
    except EngineError as error:
        return _refuse(str(error))
    print(f"The graph is in {os.path.relpath(path)}.", file=sys.stderr)
    return 0


def _refuse(sentence: str, status: int = 1) -> int:
    print(sentence, file=sys.stderr)
    return status
