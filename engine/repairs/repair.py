"""Repairs as plain data: names and values only, no hold on a graph."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple


class WireEnd(NamedTuple):
    """Where a wire ends; ``slot`` is the place in a variadic port, 0 at any other."""

    node: str
    port: str
    slot: int


@dataclass(frozen=True, eq=False)
class InsertNode:
    """Puts a new operation with one input into a wire."""

    #: What it does, as an order with the shapes in it: "Transpose W to (2, 4)".
    sentence: str
    op_type: str
    attributes: Mapping[str, Any]
    #: The port of the new operation at which the wire ends then.
    port: str
    #: The node and the output where the wire begins.
    source: tuple[str, str]
    target: WireEnd


class AttributeChange(NamedTuple):
    node: str
    attribute: str
    value: Any


@dataclass(frozen=True, eq=False)
class ChangeAttributes:
    """Gives nodes that are there already other attributes: a variable another shape."""

    sentence: str
    changes: tuple[AttributeChange, ...]


Repair = InsertNode | ChangeAttributes
