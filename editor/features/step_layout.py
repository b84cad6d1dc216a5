"""Where the nodes of a training step stand: in a circle, as it runs.

The forward pass flows to the right, the backward pass under it back to the left, and the updates lead to the
variables, from the left.
"""

from __future__ import annotations

from collections.abc import Sequence

from editor.canvas.geometry import NODE_WIDTH
from editor.layouts.arrangement import Arrangement, Rect, Unit
from editor.layouts.layout import COLUMN_GAP, ROW_GAP
from engine.model import Model
from engine.training.step_graph import StepGraph

#: Between the passes.
_GAP = 2 * ROW_GAP
_PHASES = ("forward", "backward", "update")


def place_step(step: StepGraph, drawn: Model) -> None:
    """Gives the nodes of a step their places.

    Forward nodes stand where they stand in ``drawn``, the model that the step was built from, as long as all of them
    have a place there. The first gradient stands under the loss.
    """
    model = step.model
    model.positions = {name: place for name, place in drawn.positions.items() if name in model.graph}
    arrangement = Arrangement(model)
    groups: dict[str, list[Unit]] = {phase: [] for phase in _PHASES}
    for unit in arrangement.units_in():
        phases = {model.graph.operation(name).phase for name in arrangement.members(unit)}
        groups[min(phases, key=_PHASES.index)].append(unit)
    forward, backward, update = (groups[phase] for phase in _PHASES)
    if any(name not in model.positions for unit in forward for name in arrangement.members(unit)):
        arrangement.arrange(units=forward, with_blocks=True)
    above = _around(arrangement, forward) if forward else Rect(0.0, 0.0, 0.0, 0.0)
    bottom = above.bottom
    if update:
        arrangement.arrange(units=update, with_blocks=True)
        rect = _around(arrangement, update)
        _move(arrangement, update, above.left - COLUMN_GAP - rect.right, above.top - rect.top)
        bottom = max(bottom, above.top + rect.height)
    if backward:
        arrangement.arrange(units=backward, with_blocks=True)
        _mirror(arrangement, backward)
        first = Rect(*arrangement.places[step.loss], NODE_WIDTH, 0.0) if _is_seen(arrangement, step.loss) else above
        rect = _around(arrangement, backward)
        _move(arrangement, backward, first.right - rect.right, bottom + _GAP - rect.top)
    model.positions = {op.name: arrangement.places[op.name] for op in model.graph.get_operations()}


def _is_seen(arrangement: Arrangement, name: str) -> bool:
    around = arrangement.scopes.around(arrangement.scopes.scope_of(name))
    return name in arrangement.places and arrangement.folded.isdisjoint(around)


def _around(arrangement: Arrangement, units: Sequence[Unit]) -> Rect:
    rects = [arrangement.rect(unit) for unit in units]
    left, top = min(rect.left for rect in rects), min(rect.top for rect in rects)
    return Rect(left, top, max(rect.right for rect in rects) - left, max(rect.bottom for rect in rects) - top)


def _move(arrangement: Arrangement, units: Sequence[Unit], dx: float, dy: float) -> None:
    for unit in units:
        arrangement.move(unit, dx, dy)


def _mirror(arrangement: Arrangement, units: Sequence[Unit]) -> None:
    """Puts at the right what stands at the left, also inside frames."""
    whole = _around(arrangement, units)
    for unit in units:
        rect = arrangement.rect(unit)
        arrangement.move(unit, whole.left + whole.right - rect.left - rect.right, 0.0)
        if unit.is_scope and unit.name not in arrangement.folded:
            _mirror(arrangement, arrangement.units_in(unit.name))
