"""Symbols: the names that a person gives sizes, and one for each other unknown size."""

from __future__ import annotations

from typing import NamedTuple

from ..operation import Tensor


class Place(NamedTuple):
    """Where a size without a name begins."""

    node: str
    port: str
    axis: int


def own_symbol(tensor: Tensor, axis: int) -> str:
    """The symbol of a size without a name. No person can type it, and it is the same in every solution."""
    return f"{tensor.op.name}:{tensor.port}.{axis}"


def is_given(symbol: str) -> bool:
    """Whether a symbol is a name that a person gave."""
    return ":" not in symbol


def place_of(symbol: str) -> Place:
    """Where a symbol that :func:`own_symbol` made begins."""
    node, _, rest = symbol.rpartition(":")
    port, _, axis = rest.rpartition(".")
    return Place(node, port, int(axis))
