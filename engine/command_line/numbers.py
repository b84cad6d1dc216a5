"""Numbers as the commands take them, and as they print them: digit for digit as numpy does."""

from __future__ import annotations

import argparse

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
    """A whole number from 1 on. Raises ArgumentTypeError for anything else."""
    return _at_least(1, text)


def not_negative(text: str) -> int:
    """A whole number from 0 on. Raises ArgumentTypeError for anything else."""
    return _at_least(0, text)


def _at_least(least: int, text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = least - 1
    if number < least:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from {least} on")
    return number
