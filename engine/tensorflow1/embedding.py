"""Looking up embeddings, under TensorFlow's name."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..graph import Tensor, Variable
from ..graph.default import current_graph
from ..ops.arithmetic import constant_like
from .build import apply

__all__ = ["embedding_lookup"]


def embedding_lookup(
    params: Any,
    ids: Any,
    partition_strategy: str = "mod",
    name: str | None = None,
    validate_indices: bool = True,
    max_norm: float | None = None,
) -> Tensor:
    """The rows of ``params`` that the ids name: ids (…) give (…, sizes of a row).

    ``params`` is a tensor or a list of them, over which the rows are dealt out one by one ("mod") or in runs
    ("div"). ``max_norm`` shortens rows that are longer. A run raises InvalidArgumentError for an id that is out of
    range.
    """
    parts = list(params) if isinstance(params, list | tuple) else [params]
    if not parts:
        raise ValueError("Need at least one param: embedding_lookup looks nothing up in an empty list.")
    graph = current_graph(*parts, ids)
    with graph.name_scope(name or "embedding_lookup"):
        if len(parts) == 1:
            rows = graph.apply("Gather", parts[0], ids)
        else:
            rows = graph.apply("Gather", graph.apply("Concat", parts, axis=0), _places(parts, ids, partition_strategy))
        return rows if max_norm is None else _shortened(rows, ids, max_norm)


def _places(parts: list[Any], ids: Any, strategy: str) -> Any:
    """Where the rows stand when the parts are put one behind the other."""
    if strategy == "div":
        return ids
    if strategy != "mod":
        raise ValueError(f"Unrecognized partition strategy: {strategy}; take 'mod' or 'div'.")
    sizes = [_rows(part) for part in parts]
    count, starts = len(parts), np.cumsum([0, *sizes])
    numbers = [[part + count * row for row in range(size)] for part, size in enumerate(sizes)]
    known = sorted(number for of_part in numbers for number in of_part)
    if known != list(range(len(known))):
        raise ValueError(f"The rows of the params are not dealt out evenly: they have {sizes}; use 'div' for runs.")
    table = [starts[number % count] + number // count for number in known]
    return apply("Gather", np.array(table, np.int32), ids)


def _rows(part: Any) -> int:
    size = part.shape[0] if isinstance(part, Tensor | Variable) else len(part)
    if size is None:
        raise ValueError(f"The number of rows of {part.name} is not known; give its first axis a size.")
    return int(size)


def _shortened(rows: Tensor, ids: Any, max_norm: float) -> Tensor:
    """Rows no longer than ``max_norm``; a row of zeros keeps a gradient."""
    graph = rows.graph
    rank = ids.shape.rank if isinstance(ids, Tensor | Variable) else np.ndim(ids)
    if rows.shape.rank is None or rank is None:
        raise ValueError("max_norm needs ids and params with a known number of axes; give them a shape.")
    axes = list(range(rank, rows.shape.rank))
    squares = graph.apply("ReduceSum", graph.apply("Square", rows), axis=axes, keepdims=True)
    is_long = squares > constant_like(0, squares)
    length = graph.apply("Sqrt", graph.apply("Where", is_long, squares, graph.apply("OnesLike", squares)))
    length = graph.apply("Where", is_long, length, squares)
    bound = constant_like(max_norm, rows)
    return rows * bound / graph.apply("Maximum", length, bound)
