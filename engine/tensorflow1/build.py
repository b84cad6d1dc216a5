"""What the fronts share: adding an operation to the graph its inputs belong to."""

from __future__ import annotations

from typing import Any

from ..graph import Tensor
from ..graph.graph import current_graph


def apply(op_type: str, *inputs: Any, name: str | None = None, **attributes: Any) -> Tensor:
    """The output of a new operation, in the graph of its inputs or the default graph."""
    flat = [item for value in inputs for item in (value if isinstance(value, list | tuple) else [value])]
    return current_graph(*flat).apply(op_type, *inputs, name=name, **attributes)
