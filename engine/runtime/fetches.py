"""What Session.run is asked for: a nest of tensors, variables, operations and names."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from ..graph import Graph, Operation, Output, Tensor, Variable

Array = np.ndarray[Any, np.dtype[Any]]


class Fetches:
    """The outputs in a nest of fetches, and how to put their values back into the same form."""

    def __init__(self, graph: Graph, nest: Any) -> None:
        self.outputs: list[Output] = []
        self._graph = graph
        self._rebuild = self._visit(nest)
        is_plain = type(nest) in (list, tuple) and not any(is_nest(item) for item in nest)
        #: list or tuple where the nest is a plain one of outputs; None for any other.
        self.form: type | None = type(nest) if is_plain else None

    def result(self, values: list[Any]) -> Any:
        """The nest with ``values`` (one per output, in order) in the place of the fetches."""
        return self._rebuild(iter(values))

    def _visit(self, nest: Any) -> Callable[[Iterator[Any]], Any]:
        if isinstance(nest, tuple) and hasattr(nest, "_fields"):
            fields = [self._visit(item) for item in nest]
            return lambda values: type(nest)(*[field(values) for field in fields])
        if isinstance(nest, list | tuple):
            items = [self._visit(item) for item in nest]
            form = type(nest)
            return lambda values: form([item(values) for item in items])
        if isinstance(nest, Mapping):
            entries = {key: self._visit(item) for key, item in nest.items()}
            mapping = OrderedDict if isinstance(nest, OrderedDict) else dict
            return lambda values: mapping((key, entry(values)) for key, entry in entries.items())
        if hasattr(nest, "parts"):  # what consists of several tensors, such as a SparseTensor
            return self._visit(nest.parts())
        self.outputs.append(fetched_output(self._graph, nest))
        return next


def is_nest(item: Any) -> bool:
    """Whether a fetch, or the key of a feed, stands for several tensors."""
    return isinstance(item, list | tuple | Mapping) or hasattr(item, "parts")


def fetched_output(graph: Graph, fetch: Any) -> Output:
    """The output that one fetch stands for. Raises TypeError or ValueError with TensorFlow's words."""
    if isinstance(fetch, Variable):
        fetch = fetch.output
    if isinstance(fetch, str):
        fetch = _by_name(graph, fetch)
    if isinstance(fetch, Operation):
        fetch = fetch.done
    if not isinstance(fetch, Output):
        raise TypeError(
            f"Fetch argument {fetch!r} has invalid type {type(fetch)}, must be a string or Tensor or Operation."
        )
    if fetch.graph is not graph:
        name = fetch.name if isinstance(fetch, Tensor) else fetch.op.name
        raise ValueError(
            f"Fetch argument {name} cannot be interpreted as a Tensor: it is not an element of this graph."
        )
    if not graph.is_fetchable(fetch.op):
        raise ValueError(
            f"Operation {fetch.op.name!r} has been marked as not fetchable. The program has called prevent_fetching."
        )
    return fetch


def _by_name(graph: Graph, name: str) -> Tensor | Operation:
    try:
        if ":" in name:
            return graph.get_tensor_by_name(name)
        return graph.get_operation_by_name(name)
    except (KeyError, ValueError) as error:
        reason = str(error.args[0]) if error.args else ""
        raise ValueError(f"Fetch argument {name!r} cannot be interpreted as a Tensor. ({reason})") from None


def own_value(array: Array | None) -> Any:
    """A value the caller may keep: a copy, or a numpy scalar for a tensor of rank 0; None stays None."""
    if array is None:
        return None
    return array.copy() if array.ndim else array[()]
