"""Data files that are dropped on the canvas become the data of the placeholder under the pointer, or of a new one."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QPointF

from editor.canvas import op_drop
from editor.canvas.view import GraphView
from editor.document import Document
from engine.graph import DataError
from engine.model import CsvColumns, DataSource, NumpyArray
from engine.training.csv_file import describe_csv
from engine.training.numpy_file import describe_numpy
from engine.training.paths import relative_path

#: Endings of the files that hold data.
DATA_SUFFIXES = (".csv", ".npy", ".npz")
#: Of each column, so many rows tell whether it holds numbers.
_LOOKED_AT = 20


def take_data(path: Path, document: Document, canvas: GraphView, place: QPointF) -> str:
    """Gives the placeholder at a place of the scene a file's data, or makes one there that has it; one undo step.

    Returns the placeholder's name. Raises EngineError or OSError, with nothing changed, for a file that holds no data.
    """
    source = source_of(path, document.folder)
    item = canvas.graph_scene.node_at(place)
    name = None if item is None else item.name
    if name is not None and name in document.graph and document.operation(name).type == "Placeholder":
        document.set_data(name, source)
    else:
        words = QCoreApplication.translate("DroppedData", "Add the data of {file}")
        with document.one_step(words.format(file=path.name)):
            corner = op_drop.place_under(place)
            name = document.add_node("Placeholder", (corner.x(), corner.y()), _node_name(path))
            document.set_data(name, source)
    canvas.select([name])
    return name


def source_of(path: Path, folder: Path | None) -> DataSource:
    """All that a file holds: every column of numbers, or the first array.

    ``folder`` is the document's. Raises DataError or OSError for a file that cannot be read.
    """
    shown = relative_path(path, folder)
    if path.suffix.lower() != ".csv":
        arrays = describe_numpy(path)
        if not arrays:
            raise DataError(f"{path.name} has no array; choose another file.")
        return NumpyArray(shown, arrays[0].key)
    description = describe_csv(path, _LOOKED_AT)
    columns = tuple(
        name
        for number, name in enumerate(description.columns)
        if all(number < len(row) and _is_number(row[number]) for row in description.first_rows)
    )
    if not columns:
        raise DataError(f"{path.name} has no column of numbers; choose another file.")
    return CsvColumns(shown, columns)


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _node_name(path: Path) -> str:
    """The file's name as the name of a node."""
    return re.sub(r"\W+", "_", path.stem).strip("_") or "data"
