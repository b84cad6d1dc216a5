"""Runs the workloads on this project's engine, on hand-tuned numpy and on each peer that is installed.

python -m benchmarks [NAMES…] [--peers torch,jax] [--rounds 11] [--quick] [--json FILE] [--markdown FILE]
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
from collections.abc import Sequence
from pathlib import Path

from .catalogue import WORKLOADS, chosen
from .losses import LossMismatchError
from .process import ContenderFailedError
from .report import MissingMarksError, as_json, heading, markdown, put_table, text_around_table
from .runner import Measurement, measure
from .workload import Contender, Role, Workload

INSTALL = 'Install the peers with: pip install ".[peers]"'


def main() -> int:
    arguments = _parser().parse_args()
    unknown = [name for name in arguments.names if not chosen([name])]
    if unknown:
        print(f"There is no workload {', '.join(unknown)}. There are:\n{_list()}", file=sys.stderr)
        return 2
    if arguments.markdown is not None:
        try:
            text_around_table(arguments.markdown)
        except MissingMarksError as error:
            print(error, file=sys.stderr)
            return 2
    workloads = chosen(arguments.names)
    rounds, seconds = (3, 0.05) if arguments.quick else (arguments.rounds, arguments.seconds)
    peers = None if arguments.peers is None else [name for name in arguments.peers.split(",") if name]
    measurements, failures = [], 0
    for workload in workloads:
        if arguments.quick and workload.is_slow:
            continue
        contenders, missing = contenders_of(workload, peers)
        try:
            measurement = measure(workload, contenders, rounds, seconds, _say)
        except (LossMismatchError, ContenderFailedError) as error:
            print(f"\n{error}", file=sys.stderr)
            failures += 1
            continue
        finally:
            _say("")
        measurements.append(dataclasses.replace(measurement, missing=missing))
        print(markdown(measurements[-1:]), flush=True)
        _write(arguments.json, arguments.markdown, measurements, heading(rounds))
    return 1 if failures else 0


def contenders_of(workload: Workload, peers: Sequence[str] | None) -> tuple[list[Contender], dict[str, str]]:
    """The contenders to start, and why others are missing. ``peers`` are the libraries asked for; None: all."""
    present, missing = [], {}
    for contender in workload.contenders:
        if contender.role is Role.PEER and peers is not None and contender.library not in peers:
            continue
        if contender.is_installed:
            present.append(contender)
        else:
            missing[contender.name] = f"{contender.library} is not installed. {INSTALL}"
    return present, missing


def _write(json_file: Path | None, markdown_file: Path | None, measurements: list[Measurement], head: str) -> None:
    """Writes what is measured so far, so that nothing is lost when the rest is stopped."""
    if json_file is not None:
        json_file.write_text(as_json(measurements, head), encoding="utf-8")
    if markdown_file is not None:
        put_table(markdown_file, f"{head}\n\n{markdown(measurements)}")


def _say(text: str) -> None:
    """What goes on now, on one line of the terminal."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)


def _list() -> str:
    return "\n".join(f"  {workload.key:16} {workload.title}" for workload in WORKLOADS)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Speed side by side with the peers.",
        epilog=f"Workloads:\n{_list()}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="workloads, as A or F-1000 (F: all of F; default: all)"
    )
    parser.add_argument("--peers", metavar="LIBRARIES", help="libraries to compare with, as torch,jax (default: all)")
    parser.add_argument("--rounds", type=int, default=11, help="rounds, each with all in turn (default 11)")
    parser.add_argument("--seconds", type=float, default=0.2, help="seconds of one contender in a round (default 0.2)")
    parser.add_argument("--quick", action="store_true", help="three short rounds, without the slowest workloads")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write ratios and times there")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write the table there, between its marks")
    return parser


if __name__ == "__main__":
    sys.exit(main())
