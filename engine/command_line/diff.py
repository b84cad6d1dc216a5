"""``diff A B``: says what is different between two graphs."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from ..diff import compare, report_lines
from ..formats import load_graph_file
from ..graph import EngineError

#: As of other programs that compare: 1 for files that differ, 2 for what cannot be compared.
DIFFERENT = 1
TROUBLE = 2


def add_parser(commands: Any) -> None:
    parser = commands.add_parser(
        "diff",
        help="say what is different between two graphs",
        description="Print what was done to A to make B of it: nodes, attributes, wires, data, saved values and run "
        "settings, one a line; + came, - went, ~ is another one. A node with another name is recognised by what it is "
        "wired to. The exit status is 0 when both compute the same (where nodes stand does not count), 1 when they "
        "differ, and 2 when one of them cannot be read.",
        epilog="Example: main.py diff regression.graph regression_new.graph",
    )
    parser.add_argument("before", type=Path, metavar="A", help="a .graph file")
    parser.add_argument("after", type=Path, metavar="B", help="another one")
    parser.set_defaults(do=_diff)


def _diff(arguments: argparse.Namespace) -> int:
    models = []
    for path in (arguments.before, arguments.after):
        try:
            models.append(load_graph_file(path))
        except EngineError as error:
            print(f"{path}: {error}", file=sys.stderr)
            return TROUBLE
    before, after = models
    difference = compare(before, after)
    for line in report_lines(difference, before, after):
        print(line)
    if difference.is_empty:
        elsewhere = f"; {difference.moved} nodes stand elsewhere" if difference.moved > 1 else ""
        elsewhere = "; 1 node stands elsewhere" if difference.moved == 1 else elsewhere
        print(f"The graphs are the same{elsewhere}.")
        return 0
    return DIFFERENT
