"""Places for nodes that have none: those of a graph that a program saved, or that was written by hand."""

from __future__ import annotations

import networkx as nx

from engine.graph import Operation
from engine.model import Model

#: From the left edge of a column to the next, and from the top of a row to the next; in pixels at 100 %.
COLUMN = 240.0
ROW = 120.0


def place_nodes(model: Model) -> None:
    """Gives each node without a position one: below those that have one, in columns along the flow of values."""
    graph = model.graph
    unplaced = {op for op in graph.get_operations() if op.name not in model.positions}
    if not unplaced:
        return
    left = min((x for x, _ in model.positions.values()), default=0.0)
    top = max((y + ROW for _, y in model.positions.values()), default=0.0)
    flow = graph.nx.subgraph(unplaced)
    for column, generation in enumerate(nx.topological_generations(flow)):
        ops: list[Operation] = sorted(generation, key=lambda op: op.number)
        for row, op in enumerate(ops):
            model.positions[op.name] = (left + column * COLUMN, top + row * ROW)
