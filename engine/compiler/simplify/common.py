"""Common subexpressions: what is computed twice from the same inputs is computed once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...graph import Category, NodeKind, Operation
from ..draft import Draft

#: Larger constants are compared by identity alone.
_COMPARED_ELEMENTS = 64


def merge_equal(draft: Draft, order: Sequence[Operation]) -> None:
    """Lets one of several equal operations stand for all of them."""
    seen: dict[Any, Operation] = {}
    for op in order:
        declaration = op.declaration
        if declaration.stateful or declaration.has_bodies or op.kind in _OWN or declaration.category in _NAMED:
            continue
        kept = seen.setdefault(_key(op), op)
        if kept is not op:
            for old, new in zip((*op.outputs, op.done), (*kept.outputs, kept.done), strict=True):
                draft.replace(old, new)


#: What stands for itself, whatever it looks like.
_OWN = frozenset({NodeKind.VARIABLE, NodeKind.PLACEHOLDER})


#: What gives a value in which its own name stands.
_NAMED = frozenset({Category.SUMMARY})


def _key(op: Operation) -> Any:
    """Equal for operations that give equal values."""
    attributes = tuple(_comparable(value) for value in op.attributes.values())
    specs = tuple((tensor.dtype, tensor.shape.dims) for tensor in op.outputs)
    wiring = tuple((port, *map(id, sources)) for port, sources in op.connected_ports())
    return op.type, attributes, specs, wiring


def _comparable(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        if value.size > _COMPARED_ELEMENTS or value.dtype.hasobject:
            return id(value)
        return value.shape, value.dtype.str, value.tobytes()
    if isinstance(value, list):
        return tuple(_comparable(each) for each in value)
    try:
        hash(value)
    except TypeError:
        return id(value)
    # 1, 1.0 and True are equal, and -0.0 and 0.0 too, but no attributes to be taken for each other.
    return type(value), repr(value) if isinstance(value, float) else value
