"""Cutting the placeholders' data into training rows, held-back rows and mini-batches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..graph import DataError, Tensor
from ..model import RunSettings

Array = np.ndarray[Any, np.dtype[Any]]


class Batches:
    """The rows of all placeholders, side by side.

    A row is an index along the first axis; data of rank 0 belongs to every row. Raises DataError when the
    placeholders differ in their number of rows or fewer rows are left than a mini-batch needs.
    """

    def __init__(self, data: Mapping[Tensor, Array], settings: RunSettings) -> None:
        self._data = dict(data)
        self._settings = settings
        rows = self._common_rows()
        self._held_back = settings.held_back if rows is not None else 0
        if rows is not None and self._held_back >= rows:
            raise DataError(f"{self._held_back} rows are held back, but there are only {rows}; hold back fewer.")
        self._rows = 1 if rows is None else rows - self._held_back
        self._size = min(settings.batch_size or self._rows, self._rows)
        #: Mini-batches in one epoch; the last one has the rows that are left.
        self.per_epoch = -(-self._rows // self._size)
        self._shuffles = settings.shuffle and self.per_epoch > 1
        self._order_epoch = -1
        self._order: Array = np.arange(self._rows)
        self._whole = {tensor: self._training_rows(tensor) for tensor in self._data}
        self._gave_whole = False

    def _common_rows(self) -> int | None:
        counts = {tensor: len(array) for tensor, array in self._data.items() if array.ndim}
        if not counts:
            return None
        first, rows = next(iter(counts.items()))
        for tensor, count in counts.items():
            if count != rows:
                raise DataError(
                    f"{tensor.op.name} has {count} rows and {first.op.name} has {rows}; they must be equal.",
                    tensor.op.name,
                )
        if rows == 0:
            raise DataError(f"{first.op.name} has no rows; give it data.", first.op.name)
        return rows

    def _training_rows(self, tensor: Tensor) -> Array:
        array = self._data[tensor]
        return array[: self._rows] if array.ndim else array

    def shapes(self, rows: int) -> dict[Tensor, tuple[int, ...]]:
        """The shapes of a mini-batch of so many rows."""
        return {tensor: (rows, *array.shape[1:]) if array.ndim else () for tensor, array in self._data.items()}

    def training_batch(self, epoch: int, index: int) -> tuple[dict[Tensor, Array], int, bool]:
        """The values of one mini-batch, its number of rows, and whether they differ from the last one's."""
        if self.per_epoch == 1:
            is_new, self._gave_whole = not self._gave_whole, True
            return self._whole, self._rows, is_new
        chosen = self._epoch_order(epoch)[index * self._size : (index + 1) * self._size]
        return {t: array[chosen] if array.ndim else array for t, array in self._whole.items()}, len(chosen), True

    def _epoch_order(self, epoch: int) -> Array:
        """The order of the rows in an epoch: a function of the seed and the epoch, so that any can be replayed."""
        if self._shuffles and epoch != self._order_epoch:
            seed = self._settings.seed & (2**63 - 1)
            self._order = np.random.default_rng([seed, epoch]).permutation(self._rows)
            self._order_epoch = epoch
        return self._order

    def training_rows(self) -> dict[Tensor, Array]:
        """All rows that are trained on, in the order of the data."""
        return self._whole

    def evaluation_rows(self) -> dict[Tensor, Array]:
        """The held-back rows, or all rows when none are held back."""
        if not self._held_back:
            return self._data
        return {t: array[self._rows :] if array.ndim else array for t, array in self._data.items()}
