"""Operations that cannot be carried out a second time with the same result."""

from __future__ import annotations

from collections.abc import Iterable

from ..graph import Category, Operation
from ..graph.body import Body


def find_unrepeatable(operations: Iterable[Operation]) -> Operation | None:
    """An operation, perhaps in a body, that does more than to change variables and draw random numbers; or None."""
    for op in operations:
        if op.declaration.stateful and op.declaration.category not in _REPEATABLE and op.type not in _REPEATABLE_TYPES:
            return op
        for value in op.attributes.values() if op.declaration.has_bodies else ():
            inner = find_unrepeatable(value.graph.get_operations()) if isinstance(value, Body) else None
            if inner is not None:
                return inner
    return None


#: Of what is stateful, these categories change variables or draw random numbers alone, or stop the run.
_REPEATABLE = frozenset({Category.STATE, Category.TRAINING, Category.RANDOM, Category.LOGIC})
#: And these operations of other categories; what runs bodies is as repeatable as they are.
_REPEATABLE_TYPES = frozenset(
    {"Variable", "RandomUniformLike", "BelowLimit", "While", "WhileGradient", "If", "Scan"}
    | {"DecodeCSV", "DecodePng", "DecodeRaw", "EncodePng", "ParseExample", "TableLookup", "TableSize"}
    | {"ReadFile", "MatchingFiles", "QueueSize", "QueueIsClosed"}
)
