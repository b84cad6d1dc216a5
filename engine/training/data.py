"""The values that a placeholder is fed in training: typed in, or from a CSV or NumPy file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from ..graph import AttributeValueError, DataError, DType, Operation, TensorShape, float32
from ..graph.fitting import find_misfit
from ..graph.literals import parse_array
from ..model import CsvColumns, DataSource, NumpyArray, TypedValues
from .csv_file import read_csv_columns
from .numpy_file import read_numpy_array
from .paths import resolve_path

Array = np.ndarray[Any, np.dtype[Any]]


def load_source(source: DataSource, placeholder: Operation, folder: Path | None = None) -> Array:
    """The values of ``source``, cast to the placeholder's dtype and checked against its shape.

    ``folder`` is the document's, from which relative paths start. Raises DataError with the placeholder as its node.
    """
    try:
        return load_array(
            source, placeholder.output.dtype or float32, placeholder.output.shape, placeholder.name, folder
        )
    except DataError as error:
        raise DataError(error.message, placeholder.name) from None


def load_array(source: DataSource, dtype: DType, shape: TensorShape, name: str, folder: Path | None = None) -> Array:
    """As :func:`load_source`, for a placeholder of this dtype, shape and name."""
    array = cast_array(_read(source, folder), dtype, _described(source))
    if not shape.is_compatible_with(array.shape):
        raise DataError(
            f"Cannot feed value of shape {array.shape} for Placeholder {name!r}, which has shape {shape}. "
            f"{_remedy(array, source, shape)}"
        )
    return array


def cast_array(array: Array, dtype: DType, name: str = "The data") -> Array:
    """``array`` as ``dtype``, when every number has its value there (floats are rounded to the precision of dtype).

    Raises DataError for a fraction or a number out of range where whole numbers are due, for a number other than 0
    and 1 where booleans are due, and for a finite number that float32 cannot hold.
    """
    misfit = find_misfit(array, dtype)
    if misfit is not None:
        row = f", row {misfit.place[0] + 1} of the numbers" if misfit.place else ""
        raise DataError(f"{name}{row}: {misfit.number} {misfit.reason}.")
    return array.astype(dtype.numpy)


def _read(source: DataSource, folder: Path | None) -> Array:
    if isinstance(source, TypedValues):
        try:
            return parse_array(source.text)
        except AttributeValueError as error:
            raise DataError(error.message) from None
    path = resolve_path(source.path, folder)
    try:
        if not source.path:
            raise DataError("No data file is chosen; choose one.")
        if isinstance(source, NumpyArray):
            return read_numpy_array(path, source.key)
        array = read_csv_columns(path, source.columns)
    except FileNotFoundError:
        raise DataError(f"There is no file {path}; put it there or choose another one.") from None
    except (OSError, ValueError) as error:
        if isinstance(error, DataError):
            raise
        reason = getattr(error, "strerror", None) or str(error)
        raise DataError(f"{path} could not be read: {reason[:1].lower()}{reason[1:]}. Choose another file.") from None
    return array if array.shape[1] > 1 or source.as_matrix else array[:, 0]


def _described(source: DataSource) -> str:
    match source:
        case TypedValues():
            return "The typed values"
        case CsvColumns(path, columns):
            return f"{Path(path).name} ({', '.join(columns)})" if columns else Path(path).name
        case NumpyArray(path, key):
            return f"{Path(path).name} ({key})" if key else Path(path).name


def _remedy(array: Array, source: DataSource, shape: TensorShape) -> str:
    if array.ndim == 1 and shape.rank == 2:
        if isinstance(source, CsvColumns):
            return "Take the column as a matrix, choose more columns, or change the placeholder's shape."
        if isinstance(source, TypedValues):
            return "Separate the rows by semicolons (1; 2; 3), or change the placeholder's shape."
    return "Change the placeholder's shape or the data."
