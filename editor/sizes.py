"""The names of a document's unknown sizes, and the numbers that its data gives them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication

from engine.graph import Graph, Tensor
from engine.graph.symbolic.dimensions import Dimensions
from engine.graph.symbolic.expression import SymbolicSize, size_text, symbols_of
from engine.graph.symbolic.solver import solve_dimensions
from engine.model import Model
from engine.training.check import data_shapes
from engine.training.data_sizes import DataSize, DataSizes, step_shapes


class NamedSize(NamedTuple):
    """A symbol with its name, and what is known of it."""

    symbol: str
    name: str
    #: What data gives it; None where none does.
    data: DataSize | None
    #: What it is equal to, as it is written; "" where it stands for itself.
    value: str


def value_text(size: NamedSize) -> str:
    """What a size is: what it is equal to, what the data gives it, or that it is free."""
    tr = QCoreApplication.translate
    if size.value:
        return tr("Sizes", "equal to {value}").format(value=size.value)
    if size.data is not None:
        return tr("Sizes", "{number}, from the data of {node}").format(number=size.data.size, node=size.data.node)
    return tr("Sizes", "any number")


class NamedSizes:
    """Solved anew by :meth:`solve`; in between it says what was true then."""

    def __init__(self) -> None:
        self.dimensions: Dimensions | None = None
        self._data: dict[str, DataSize] = {}

    def solve(self, graph: Graph) -> list[str]:
        """Solves for the sizes of the graph. Returns the nodes whose shapes are written otherwise now."""
        before = self.dimensions
        graph.dimensions = self.dimensions = dimensions = solve_dimensions(graph, before)
        names = {tensor.op.name for tensor in dimensions.differing(before)}
        return [op.name for op in graph.get_operations() if op.name in names] if names else []

    def read_data(self, model: Model, folder: Path | None) -> bool:
        """Reads the sizes of the data that has changed. Returns whether it gives other numbers than before."""
        before = self._data
        if self.dimensions is not None:
            shapes = step_shapes(model.run, data_shapes(model, folder))
            self._data = DataSizes(self.dimensions, shapes).by_symbol()
        return self._data != before

    def of(self, tensor: Tensor) -> list[NamedSize]:
        """The named sizes in the shape of a tensor, in order, and those that the names of a placeholder have become."""
        if self.dimensions is None:
            return []
        dimensions = self.dimensions
        symbols: dict[str, None] = dict.fromkeys(name for name in declared_names(tensor) if name is not None)
        for size in dimensions.sizes(tensor) or ():
            symbols |= dict.fromkeys(sorted(symbols_of([size])))
        return [self._named(symbol) for symbol in symbols if symbol in dimensions.names]

    def lines(self, tensors: Iterable[Tensor]) -> list[str]:
        """What is known of the sizes in the shapes of tensors: ``B = 4, from the data of x``."""
        lines: dict[str, None] = {}
        for tensor in tensors:
            for size in self.of(tensor):
                if size.value:
                    lines[f"{size.name} = {size.value}"] = None
                elif size.data is not None:
                    lines[f"{size.name} = {value_text(size)}"] = None
        return list(lines)

    def occurrences(self, symbol: str) -> list[str]:
        """The nodes in whose shapes a symbol stands, in the order in which they were made."""
        if self.dimensions is None:
            return []
        found = {tensor.op for tensor in self.dimensions.occurrences(symbol)}
        return [op.name for op in sorted(found, key=lambda op: op.number)]

    def _named(self, symbol: str) -> NamedSize:
        assert self.dimensions is not None
        value: SymbolicSize = self.dimensions.value(symbol)
        names = self.dimensions.names
        written = "" if value is None else size_text(value, names)
        return NamedSize(symbol, names[symbol], self._data.get(symbol), written)


def declared_names(tensor: Tensor) -> tuple[str | None, ...]:
    """The names that a placeholder's declared shape has; () for other nodes."""
    return tuple(getattr(tensor.op.attributes.get("shape"), "names", ()))
