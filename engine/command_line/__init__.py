"""Commands that work without a window: ``train``, ``step``, ``run``, ``check``, ``backward`` and ``diff``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from . import backward, check, diff, run, step, train
from .train import STOPPED

PROGRAM = "main.py"
#: The exit status that shells give a program whose reader went away.
READER_GONE = 141


def main(argv: Sequence[str], elsewhere: Mapping[str, str] = MappingProxyType({})) -> int:
    """Does what a command line asks for and returns the exit status: 0, 1 for what is wrong, 2 for a wrong usage.

    ``elsewhere`` are commands that the caller carries out itself, with what they do: they are listed with the others.
    """
    for stream in (sys.stdout, sys.stderr):
        # Names may hold letters that the terminal's encoding lacks.
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
    parser = argparse.ArgumentParser(prog=PROGRAM, description="Work with graphs without a window.", allow_abbrev=False)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    train.add_parser(commands)
    run.add_parser(commands)
    check.add_parser(commands)
    step.add_parser(commands)
    backward.add_parser(commands)
    diff.add_parser(commands)
    for name, help_text in elsewhere.items():
        commands.add_parser(name, help=help_text)
    try:
        arguments = parser.parse_args(argv)
    except SystemExit as error:  # argparse has printed the help or what is wrong with the usage.
        return int(error.code or 0)
    try:
        status: int = arguments.do(arguments)
        sys.stdout.flush()
        return status
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return STOPPED
    except BrokenPipeError:
        # Nothing may be written to that pipe any more, not even when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return READER_GONE
