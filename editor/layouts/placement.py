"""Places for nodes that have none: those of a graph that a program saved, or that was written by hand."""

from __future__ import annotations

from editor.layouts.arrangement import Arrangement, Unit
from editor.layouts.layout import ROW_GAP
from engine.model import Model


def place_nodes(model: Model, folds: bool = True) -> None:
    """Gives each node without a position one, along the flow of values: below those that have one.

    Where none has one and ``folds``, all scopes are folded, and the layout is that of the folded picture. A scope
    that holds everything stays unfolded: one block alone would show nothing.
    """
    unplaced = [op.name for op in model.graph.get_operations() if op.name not in model.positions]
    if not unplaced:
        return
    arrangement = Arrangement(model)
    if not model.positions:
        if folds:
            units = arrangement.units_in()
            alone = {units[0].name} if len(units) == 1 else set()
            arrangement.folded |= set(arrangement.scopes.names) - alone
        arrangement.arrange(with_blocks=True)
    else:
        placed = [arrangement.rect(Unit(name, False)) for name in model.positions]
        left, top = min(rect.left for rect in placed), max(rect.bottom for rect in placed) + ROW_GAP
        arrangement.place_below(unplaced, left, top)
    model.positions = {op.name: arrangement.places[op.name] for op in model.graph.get_operations()}
    model.folded = frozenset(arrangement.folded)
