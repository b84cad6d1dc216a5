"""The points that wires are drawn through, from and to the wires' entries in a ``.graph`` file."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from typing import Any

from ..graph import Wire
from ..model import Model, Point, WireKey
from .structure import WireEntry


def read_routes(wires: Iterable[WireEntry]) -> dict[WireKey, tuple[Point, ...]]:
    """The points by wire; wires that end at the same port are numbered as they stand there."""
    routes: dict[WireKey, tuple[Point, ...]] = {}
    places: Counter[str] = Counter()
    for wire in wires:
        if wire.via:
            source, _, source_port = wire.source.rpartition(":")
            target, _, target_port = wire.target.rpartition(":")
            routes[source, source_port, target, target_port, places[wire.target]] = tuple(wire.via)
        places[wire.target] += 1
    return routes


def via(model: Model, wire: Wire) -> dict[str, Any]:
    """The field of a wire's entry that holds its points; none where it has none."""
    if not model.routes:
        return {}
    key = (wire.source.op.name, wire.source.port, wire.target.name, wire.port, wire.slot)
    points = [point for point in model.routes.get(key, ()) if all(map(math.isfinite, point))]
    return {"via": [[_plain(x), _plain(y)] for x, y in points]} if points else {}


def _plain(value: float) -> float:
    """A whole number where it is whole."""
    return int(value) if value == int(value) else value
