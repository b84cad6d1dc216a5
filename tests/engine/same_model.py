"""When two models are the same document."""

from __future__ import annotations

from typing import Any

from engine.graph import Operation
from engine.model import Model


def contents(model: Model) -> dict[str, Any]:
    """Everything a document holds, as plain values that compare equal when the documents are (NaN included)."""
    graph = model.graph
    return {
        "nodes": [_node(op) for op in graph.get_operations()],
        "wires": [(w.source.op.name, w.source.port, w.target.name, w.port, w.slot) for w in graph.wires()],
        "positions": model.positions,
        "folded": model.folded,
        "frames": model.frames,
        "notes": model.notes,
        "views": model.views,
        "collapsed": model.collapsed,
        "direction": model.direction,
        "routes": model.routes,
        "data": model.data,
        "run": model.run,
        "values": {name: (value.dtype, value.shape, _elements(value)) for name, value in model.values.items()},
        "extra": model.extra,
    }


def _elements(array: Any) -> Any:
    return array.tolist() if array.dtype.kind == "O" else array.tobytes()


def _node(op: Operation) -> tuple[Any, ...]:
    if op.is_unknown:
        # Its ports are those that have wires, and where it stands is among the model's positions.
        return (op.name, op.type, {key: text for key, text in op.extra.items() if key != "position"})
    attributes = {}
    for attribute in op.declaration.attributes:
        value = op.attributes[attribute.name]
        attributes[attribute.name] = (type(value), attribute.to_json(value))
    problem = None if op.problem is None else op.problem.message
    return (op.name, op.type, attributes, op.extra, [t.spec for t in op.outputs], problem)
