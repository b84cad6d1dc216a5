"""Values of nodes that are looked at between the steps of a training run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..compiler.dependencies import needed_operations
from ..compiler.writes import changed_variables, changes_variables
from ..graph import Graph, GraphError, InvalidArgumentError, Tensor
from ..runtime import Session
from ..runtime.feeds import feed_shapes, feed_value

Array = np.ndarray[Any, np.dtype[Any]]


def fetch_nodes(session: Session, names: Sequence[str], feeds: Mapping[str, Any]) -> dict[str, Array]:
    """The values of the named nodes in ``session``, with values fed to named nodes."""
    graph = session.graph
    tensors = [observed_tensor(graph, name) for name in names]
    fed = {}
    for name, value in feeds.items():
        tensor = _value_of(graph, name)
        try:
            fed[tensor] = feed_value(tensor, value)
        except (TypeError, ValueError) as error:
            raise InvalidArgumentError(str(error), name) from None
    return dict(zip(names, run_once(session, tensors, fed), strict=True))


def run_once(session: Session, tensors: Sequence[Tensor], feeds: Mapping[Tensor, Array]) -> list[Array]:
    """Copies of the tensors' values, computed without moving on the session's random numbers."""
    plan = session.plan(tensors, feed_shapes(feeds))
    plan.feed(feeds)
    positions = session.random.positions()
    session.random.restore(positions)
    try:
        plan.run()
    finally:
        session.random.restore(positions)
    return [np.array(array) for array in plan.fetches]


def observed_tensor(graph: Graph, name: str) -> Tensor:
    """The value of a node that is looked at while training goes on, which must leave the variables as they are."""
    tensor = _value_of(graph, name)
    writing = next((op for op in needed_operations([tensor.op]) if changes_variables(op)), None)
    if writing is not None:
        variables = changed_variables(writing)
        changed = variables[0].op.name if variables else "a variable"
        raise GraphError(
            f"{name} cannot be looked at: {writing.name} would change {changed}; choose another node.", name
        )
    return tensor


def _value_of(graph: Graph, name: str) -> Tensor:
    op = graph.operation(name)
    if not op.outputs:
        raise GraphError(f"{name} gives no value that could be shown; choose another node.", name)
    return op.output
