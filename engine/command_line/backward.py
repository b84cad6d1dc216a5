"""``backward FILE -o OUT``: writes the training step of a graph, gradients and updates included, as a graph."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from ..formats import load_graph_file, save_graph_file
from ..graph import EngineError
from ..training.step_graph import build_step_graph, moved_step


def add_parser(commands: Any) -> None:
    parser = commands.add_parser(
        "backward",
        help="write the backward graph of a graph",
        description="Write the training step of a graph as a graph of its own: the forward operations with their "
        "names, the generated gradients (gradients/...) and what the optimizer does, its slots as variables. Run with "
        "the same values it gives the same gradients and updates, bit for bit.",
        epilog="Example: main.py backward regression.graph -o regression_step.graph",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="a .graph file with an optimizer")
    parser.add_argument(
        "-o", "--output", type=Path, required=True, metavar="OUT", help="where to write the backward graph (.graph)"
    )
    parser.set_defaults(do=_write)


def _write(arguments: argparse.Namespace) -> int:
    source, target = arguments.file.absolute(), arguments.output.absolute()
    try:
        if target == source:
            raise EngineError(f"{arguments.output} is the graph itself; write its backward graph to another file.")
        step = build_step_graph(load_graph_file(source), source.parent)
        save_graph_file(moved_step(step, source.parent, target.parent), target)
    except EngineError as error:
        print(f"{arguments.file}: {error}", file=sys.stderr)
        return 1
    counts = ", ".join(f"{len(step.of_phase(phase))} {phase}" for phase in ("forward", "backward", "update"))
    print(f"{arguments.output}: {counts} operations")
    return 0
