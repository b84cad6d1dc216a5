"""Numbers as the commands take them, and as they print them: digit for digit as numpy does."""

from __future__ import annotations

import numpy as np

from ..graph.literals import Array

#: Arrays with more elements are summarised by their shape and norm.
MAX_SHOWN = 6


def in_a_line(array: Array) -> str:
    """An array as numpy prints it, without line breaks; a large one as its shape and its norm."""
    if array.size > MAX_SHOWN:
        norm = float(np.linalg.norm(array.astype(np.float64)))
        return f"{list(array.shape)} with norm {norm:.6g}"
    return np.array_str(array, max_line_width=10**9).replace("\n", "")


def in_full(array: Array) -> str:
    """An array as numpy prints it; a matrix begins on a line of its own."""
    text = np.array_str(array)
    return f"\n{text}" if "\n" in text else text


def positive(text: str) -> int:
    """A whole number from 1 on. Raises ValueError for anything else."""
    if int(text) < 1:
        raise ValueError
    return int(text)
