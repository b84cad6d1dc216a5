"""What was measured, as a Markdown table and as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from .machine import machine, today
from .ratios import Ratio, ratios
from .runner import Measurement

BEGIN, END = "<!-- the table begins -->", "<!-- the table ends -->"


class MissingMarksError(Exception):
    """A file has no place for the table. The message says what to write into it."""


def heading(rounds: int) -> str:
    """When and where it was measured."""
    return f"{today()}, {machine()}; {rounds} rounds."


def markdown(measurements: Sequence[Measurement]) -> str:
    """The table: the engine over each other contender, beside its goal. No times: they are the machine's."""
    lines = ["| workload | | over | median (quartiles) | goal | |", "| --- | --- | --- | --- | --- | --- |"]
    for measurement in measurements:
        before = ("", "")
        for ratio in ratios(measurement):
            here = (f"**{ratio.key}** {ratio.title}", ratio.ours)
            cells = [here[0] if here[0] != before[0] else "", here[1] if here != before else "", *_cells(ratio)]
            lines.append("| " + " | ".join(cells) + " |")
            before = here
    notes = [
        f"- {measurement.workload.key}: {name} is not there. {reason}"
        for measurement in measurements
        for name, reason in measurement.missing.items()
    ]
    return "\n".join([*lines, *(["", *notes] if notes else [])]) + "\n"


def _cells(ratio: Ratio) -> list[str]:
    middle = f"{number(ratio.median)} ({number(ratio.lower_quartile)}–{number(ratio.upper_quartile)})"
    if ratio.at_most is None:
        return [ratio.other, middle, "", ""]
    return [ratio.other, middle, f"≤ {number(ratio.at_most)}", "met" if ratio.is_met else "**not met**"]


def number(value: float) -> str:
    """Three digits: 0.0123, 1.23, 123."""
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def as_json(measurements: Sequence[Measurement], heading: str) -> str:
    """The table's ratios, and what each contender took in each round in the workload's unit."""
    workloads = [
        {
            "key": measurement.workload.key,
            "title": measurement.workload.title,
            "unit": measurement.workload.unit,
            "taken": measurement.taken,
            "missing": measurement.missing,
            "ratios": [
                {
                    "ours": ratio.ours,
                    "other": ratio.other,
                    "lower_quartile": ratio.lower_quartile,
                    "median": ratio.median,
                    "upper_quartile": ratio.upper_quartile,
                    "at_most": ratio.at_most,
                    "is_met": ratio.is_met,
                }
                for ratio in ratios(measurement)
            ],
        }
        for measurement in measurements
    ]
    return json.dumps({"measured": heading, "workloads": workloads}, indent=2, ensure_ascii=False) + "\n"


def put_table(path: Path, table: str) -> None:
    """Writes the table between the marks of a file, which is made where it is not there.

    Raises MissingMarksError for a file that is there and has no marks.
    """
    before, after = text_around_table(path)
    path.write_text(f"{before}{BEGIN}\n\n{table}\n{END}{after}", encoding="utf-8")


def text_around_table(path: Path) -> tuple[str, str]:
    """What stands before and after the marks. Raises MissingMarksError for a file without them."""
    if not path.exists():
        return "", "\n"
    before, begin, rest = path.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise MissingMarksError(f"{path} has no lines {BEGIN} and {END} for the table to stand between; add them.")
    return before, after
