"""Arrays as files and as text, for other programs."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import numpy as np

from editor.panels.tensor_model import element_text
from engine.graph import InvalidArgumentError

Array = np.ndarray[Any, np.dtype[Any]]


def save_array(path: Path, array: Array) -> None:
    """Writes .npy, or .csv with a line for each row of the last axis.

    Raises OSError when the file cannot be written, InvalidArgumentError for strings in .npy.
    """
    if path.suffix.lower() == ".csv":
        with path.open("w", newline="", encoding="utf-8") as file:
            _write_rows(file, array, ",")
        return
    if array.dtype.kind == "O":
        raise InvalidArgumentError("Strings cannot be saved as .npy; choose .csv.", "")
    with path.open("wb") as file:
        np.save(file, array, allow_pickle=False)


def array_as_text(array: Array, separator: str) -> str:
    """A line for each row of the last axis, all digits."""
    file = io.StringIO()
    _write_rows(file, array, separator)
    return file.getvalue().rstrip("\n")


def _write_rows(file: Any, array: Array, separator: str) -> None:
    writer = csv.writer(file, delimiter=separator, lineterminator="\n")
    columns = array.shape[-1] if array.ndim > 1 else 1
    for row in array.reshape(-1, columns) if array.size else ():
        writer.writerow([element_text(value) for value in row])
