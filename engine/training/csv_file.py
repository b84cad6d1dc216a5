"""CSV files as columns of numbers. Every refusal names the file, the row and the column."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..graph import DataError
from ..graph.suggest import nearest_first

Array = np.ndarray[Any, np.dtype[Any]]

#: In the order in which they are preferred: a comma may stand in a cell of a file that tabs or semicolons separate.
_DELIMITERS = ("\t", ";", ",")
_SNIFFED_ROWS = 20
_WORDS = {"true": 1.0, "false": 0.0}


@dataclass(frozen=True)
class CsvDescription:
    """What a person needs to see of a CSV file to choose its columns."""

    #: The header row's names, or the numbers from 1 where there is none.
    columns: tuple[str, ...]
    has_header: bool
    #: Rows of data, without the header and blank rows.
    row_count: int
    first_rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class _Table:
    name: str
    columns: tuple[str, ...]
    has_header: bool
    #: The rows of data, without blank ones, and the number of each in the file, from 1 as spreadsheets count.
    rows: list[list[str]]
    numbers: list[int]


def describe_csv(path: Path, preview_rows: int = 10) -> CsvDescription:
    """The columns, the number of rows and the first rows of a file. Raises DataError when it cannot be read."""
    table = _read_table(path)
    first = tuple(tuple(row) for row in table.rows[:preview_rows])
    return CsvDescription(table.columns, table.has_header, len(table.rows), first)


def read_csv_columns(path: Path, columns: Sequence[str]) -> Array:
    """The columns side by side, as float64 of shape (rows, columns). No column named means all of them.

    A column is named by its name in the header row or by its number from 1. Raises DataError.
    """
    table = _read_table(path)
    indices = [_column_index(table, column) for column in columns] or list(range(len(table.columns)))
    if not table.rows:
        raise DataError(f"{table.name} has a header row and no data under it; add rows.")
    result = np.empty((len(table.rows), len(indices)))
    for place, index in enumerate(indices):
        try:
            # The fast way for what is clean, which most files are.
            result[:, place] = [float(row[index]) for row in table.rows]
        except (ValueError, IndexError):
            result[:, place] = [
                _number(table, number, row, index) for number, row in zip(table.numbers, table.rows, strict=True)
            ]
    return result


def _read_table(path: Path) -> _Table:
    text = _read_text(path)
    delimiter = _sniff_delimiter(text)
    numbered = [(n, row) for n, row in enumerate(_records(text, delimiter, path.name), 1) if any(map(str.strip, row))]
    if not numbered:
        raise DataError(f"{path.name} is empty; choose a file with rows of numbers.")
    first = [cell.strip() for cell in numbered[0][1]]
    has_header = any(cell and not _is_number(cell) for cell in first)
    rows = numbered[1:] if has_header else numbered
    names = first if has_header else [str(number) for number in range(1, len(first) + 1)]
    return _Table(path.name, tuple(names), has_header, [row for _, row in rows], [number for number, _ in rows])


def _read_text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(f"{path.name} is no text in UTF-8 (byte {error.start + 1}); save it as CSV in UTF-8.") from None


def _records(text: str, delimiter: str, name: str) -> Iterable[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    try:
        yield from reader
    except csv.Error as error:
        raise DataError(
            f"{name}, line {reader.line_num}: {error}. Look for a quotation mark that is not closed."
        ) from None


def _sniff_delimiter(text: str) -> str:
    """The delimiter that cuts the first rows into equally many cells; the comma when none does."""
    lines = [line for line in text[:100_000].splitlines()[: _SNIFFED_ROWS * 2] if line.strip()][:_SNIFFED_ROWS]
    most = {}
    for delimiter in _DELIMITERS:
        try:
            widths = [len(row) for row in csv.reader(lines, delimiter=delimiter, skipinitialspace=True)]
        except csv.Error:
            continue
        if widths and min(widths) == max(widths) > 1:
            return delimiter
        most[delimiter] = widths.count(max(widths, default=1)) if max(widths, default=1) > 1 else 0
    return max(reversed(_DELIMITERS), key=lambda delimiter: most.get(delimiter, 0))


def _column_index(table: _Table, column: str) -> int:
    count = table.columns.count(column)
    if count > 1:
        raise DataError(f"{table.name} has {count} columns called {column!r}; name the one you want by its number.")
    if count == 1:
        return table.columns.index(column)
    if column.isdecimal() and 1 <= int(column[:9]) <= len(table.columns):
        return int(column) - 1
    listed = ", ".join(nearest_first(column, table.columns)[:20]) + (", …" if len(table.columns) > 20 else "")
    raise DataError(f"{table.name} has no column {column!r}; it has {listed}.")


def _number(table: _Table, number: int, row: list[str], index: int) -> float:
    place = f"{table.name}, row {number}, column {_shown(table, index)}"
    if index >= len(row):
        raise DataError(f"{place}: the row ends before it, with {len(row)} of {len(table.columns)} cells; complete it.")
    cell = row[index].strip()
    if cell.lower() in _WORDS:
        return _WORDS[cell.lower()]
    try:
        return float(cell)
    except ValueError:
        pass
    if not cell:
        raise DataError(f"{place}: the cell is empty; fill in a number, or nan.")
    shown = cell if len(cell) <= 40 else f"{cell[:37]}…"
    hint = "; write decimals with a point" if _is_number(cell.replace(",", ".")) else ""
    raise DataError(f"{place}: {shown!r} is not a number{hint}.")


def _shown(table: _Table, index: int) -> str:
    return repr(table.columns[index]) if table.has_header else str(index + 1)


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return cell.lower() in _WORDS
    return True
