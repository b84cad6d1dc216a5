"""The loss as one number."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def loss_number(loss: Array) -> float:
    """The number that training makes smaller: the loss, or the sum of its elements."""
    return float(loss) if loss.ndim == 0 else float(loss.sum())
