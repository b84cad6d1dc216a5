"""The points that wires are drawn through: set by a person, and kept true to the wires by every command."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from editor.wire_id import WireId
from engine.model import Model, Point, WireKey

from .changes import Changes
from .edits import Edit, Position, SetField, SetPosition, field_edit

#: Points by wire; a mapping is never changed, another one takes its place.
Routes = Mapping[WireKey, tuple[Point, ...]]


def route_edits(model: Model, routes: Mapping[WireKey, Sequence[Point]]) -> list[SetField]:
    """The edits that lead wires through other points; an empty sequence leads one straight again."""
    after = dict(model.routes)
    after.update((WireId(*wire), tuple(points)) for wire, points in routes.items())
    return field_edit(model, "routes", {wire: points for wire, points in after.items() if points})


def followed(routes: Routes, changes: Changes, edits: Iterable[Edit]) -> Routes:
    """The routes once a command has changed wires, names and places.

    Those of wires that are gone go; the route of a wire that was led elsewhere, or got another place at its port,
    stays with it. Points move with the nodes at both ends where these move together.
    """
    if not routes:
        return routes
    kept = {WireId(*wire): points for wire, points in routes.items()}
    lost = {wire: kept.pop(wire) for wire in changes.wires_removed if wire in kept}
    for old, new in changes.renamed:
        kept = {wire.renamed(old, new): points for wire, points in kept.items()}
        lost = {wire.renamed(old, new): points for wire, points in lost.items()}
    for wire, points in lost.items():
        successor = _successor(wire, changes)
        if successor is not None and successor not in kept:
            kept[successor] = points
    moves = {edit.name: _way(edit) for edit in edits if isinstance(edit, SetPosition)}
    if moves:
        kept = {wire: _moved(points, moves.get(wire.source), moves.get(wire.target)) for wire, points in kept.items()}
    if kept == routes:
        return routes
    after: dict[WireKey, tuple[Point, ...]] = {}
    after.update(kept.items())
    return after


def without_routes_at(model: Model, names: Iterable[str]) -> list[SetField]:
    """The edits that lead the wires of nodes straight: they are laid out anew, so the points are of no use."""
    chosen = set(names)
    straight = [wire for wire in model.routes if chosen.intersection((wire[0], wire[2]))]
    return route_edits(model, dict.fromkeys(straight, ())) if straight else []


def _successor(wire: WireId, changes: Changes) -> WireId | None:
    """The wire that has come in the place of one."""
    for added in changes.wires_added:
        if added[:4] == wire[:4]:
            return added
    if len(changes.wires_removed) == len(changes.wires_added) == 1:
        (added,) = changes.wires_added
        if added[:2] == wire[:2] or added[2:] == wire[2:]:
            return added
    return None


def _way(edit: SetPosition) -> Position | None:
    if edit.before is None or edit.after is None:
        return None
    return edit.after[0] - edit.before[0], edit.after[1] - edit.before[1]


def _moved(points: tuple[Point, ...], source: Position | None, target: Position | None) -> tuple[Point, ...]:
    if source is None or target is None or abs(source[0] - target[0]) + abs(source[1] - target[1]) > 1e-6:
        return points
    return tuple((x + source[0], y + source[1]) for x, y in points)
