"""``tf.app``: the start of a program."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from . import flags

__all__ = ["flags", "run"]


def run(main: Callable[[list[str]], Any] | None = None, argv: Sequence[str] | None = None) -> NoReturn:
    """Reads the flags from the command line, calls ``main`` with the rest of it, and ends the program.

    ``main`` None is the function of that name in the program.
    """
    rest = flags.FLAGS.parse_flags_with_usage(list(sys.argv if argv is None else argv))
    start = main or sys.modules["__main__"].main
    sys.exit(start(rest))
