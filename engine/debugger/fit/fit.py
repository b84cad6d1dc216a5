"""How well a model fits its data: what it answers for every input in reach, beside the data's labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...compiler.dependencies import needed_operations
from ...graph import InvalidArgumentError, Tensor
from ...runtime import Session
from ...training.run import TrainingRun
from .comparison import Comparison, Reach, find_comparison

Array = np.ndarray[Any, np.dtype[Any]]

#: Inputs for which a curve is computed, and inputs along each side of a picture of regions.
CURVE_POINTS = 200
REGION_POINTS = 64
#: How far beyond the data the answers go on each side, as a part of the data's extent.
_MARGIN = 0.1
#: Data points that are shown at the most: more cannot be told apart.
MOST_POINTS = 2000
#: Output columns of a hypothesis that are drawn as curves.
MOST_CURVES = 8


@dataclass(frozen=True)
class Points:
    """The data, as the picture shows it."""

    #: Names of the inputs: "x", or "x[0]" for a column.
    inputs: tuple[str, ...]
    label: str
    #: Of shape (points, inputs) and (points,). Labels are class numbers where they were one-hot.
    xs: Array
    ys: Array
    #: How many points there are in all.
    count: int
    #: Where answers are computed: lowest and highest of each input.
    extent: tuple[tuple[float, float], ...]
    #: Nodes that can be shown in the place of the hypothesis.
    candidates: tuple[str, ...]


@dataclass(frozen=True)
class Answers:
    """What the model answers: for one input a curve, for two a picture."""

    hypothesis: str
    #: For one input: of shape (CURVE_POINTS, columns). For two: (REGION_POINTS, REGION_POINTS), one row for each value
    #: of the second input: the probability of the likeliest class, or the value where there are no classes.
    values: Array
    #: For two inputs and a classifier, the likeliest class everywhere, of the same shape; None for others.
    classes: Array | None
    #: Whether values are probabilities.
    is_probability: bool
    class_count: int


class Fit:
    """Evaluates a node of a run's graph for inputs between and around those of the data.

    ``node`` names it; "" takes the hypothesis of the loss. It computes in a session of its own. Raises
    InvalidArgumentError with the reason when the graph has none, or has not one or two inputs.
    """

    def __init__(self, run: TrainingRun, node: str = "") -> None:
        data = run.training_rows()
        self._single = frozenset(tensor.op for tensor, array in data.items() if not array.ndim)
        comparison = find_comparison(run.loss, self._single)
        if comparison is None:
            raise InvalidArgumentError(
                f"The loss {run.loss_name} compares no answer of the model with data from a placeholder, so there is "
                "no fit to show; a loss of a hypothesis and labels has one.",
                run.loss_name,
            )
        self._hypothesis = comparison.hypothesis
        if node and node != comparison.hypothesis.op.name:
            self._hypothesis = run.graph.operation(node).output
        self._activation = _activation(self._hypothesis, comparison)
        self._comparison = comparison
        needed = needed_operations([self._hypothesis.op])
        self._inputs = [op.output for op in needed if op.output_named("output") in data and data[op.output].ndim]
        self._constant_feeds = {t: array for t, array in data.items() if t.op in set(needed) and not array.ndim}
        self._columns = _input_columns(self._inputs, data)
        if len(self._columns) not in (1, 2):
            raise InvalidArgumentError(
                f"{self._hypothesis.op.name} depends on {len(self._columns)} numbers in a row of the data; a fit can "
                "be drawn for one or two. Look at its values instead, or choose another node.",
                self._hypothesis.op.name,
            )
        self._data = data
        self._variables = [op for op in needed if op.type == "Variable"]
        self._session = Session(graph=run.graph, seed=run.settings.seed)
        self._graph = run.graph

    # --- the data --------------------------------------------------------------------------------------------------

    def points(self) -> Points:
        """The data of the training rows."""
        xs = np.stack([_column(self._data[tensor], at) for tensor, at in self._columns], axis=1).astype(np.float64)
        name, ys = self._labels(len(xs))
        chosen = np.unique(np.linspace(0, len(xs) - 1, min(len(xs), MOST_POINTS)).round().astype(np.intp))
        names = tuple(_column_name(tensor, at) for tensor, at in self._columns)
        return Points(names, name, xs[chosen], ys[chosen], len(xs), self._extent(), self._candidates())

    def _labels(self, count: int) -> tuple[str, Array]:
        """The labels' name and one number for each row."""
        placeholders = [op.output for op in needed_operations([self._comparison.labels.op]) if op.output in self._data]
        for tensor in placeholders:
            array = self._data[tensor]
            if array.ndim and len(array) == count:
                rows = array.reshape(count, -1)
                ys = rows[:, 0] if rows.shape[1] == 1 else rows.argmax(axis=1)
                return tensor.op.name, ys.astype(np.float64)
        return self._comparison.labels.op.name, np.full(count, np.nan)

    def _extent(self) -> tuple[tuple[float, float], ...]:
        extents = []
        for tensor, at in self._columns:
            column = _column(self._data[tensor], at).astype(np.float64)
            column = column[np.isfinite(column)]
            low, high = (float(column.min()), float(column.max())) if len(column) else (0.0, 1.0)
            margin = _MARGIN * (high - low) or 1.0
            extents.append((low - margin, high + margin))
        return tuple(extents)

    def _candidates(self) -> tuple[str, ...]:
        """The nodes that depend on variables and on the same inputs as the hypothesis, and on no other data."""
        ops = self._graph.get_operations()
        reach = Reach.of(ops, self._single)
        wanted = frozenset(tensor.op for tensor in self._inputs)
        return tuple(
            op.name
            for op in ops
            if len(op.outputs) == 1
            and reach.has_variable[op]
            and reach.rows[op] == wanted
            and op.output.dtype is not None
            and op.output.dtype.is_floating
            and op.output.shape.rank in (None, 1, 2)
        )

    # --- the answers -----------------------------------------------------------------------------------------------

    def answers(self, values: Mapping[str, Array]) -> Answers:
        """What the model answers with these values of its variables. Raises what a session raises."""
        for op in self._variables:
            self._session.set_value(op, values[op.name])
        grid = self._grid()
        found = self._evaluate(grid)
        is_probability = bool(self._activation)
        if self._activation == "sigmoid":
            found = 1 / (1 + np.exp(-found))
        elif self._activation == "softmax":
            powers = np.exp(found - found.max(axis=1, keepdims=True))
            found = powers / powers.sum(axis=1, keepdims=True)
        name = self._hypothesis.op.name
        class_count = 0 if not is_probability else max(2, found.shape[1])
        if len(self._columns) == 1:
            return Answers(name, found[:, :MOST_CURVES], None, is_probability, class_count)
        shape = (REGION_POINTS, REGION_POINTS)
        if not is_probability:
            return Answers(name, found[:, 0].reshape(shape), None, False, 0)
        if found.shape[1] == 1:
            found = np.concatenate([1 - found, found], axis=1)
        classes = found.argmax(axis=1)
        return Answers(name, found.max(axis=1).reshape(shape), classes.reshape(shape), True, class_count)

    def _grid(self) -> Array:
        """The inputs, of shape (points, inputs), the first input changing fastest."""
        extent = self._extent()
        if len(extent) == 1:
            return np.linspace(*extent[0], CURVE_POINTS)[:, None]
        sides = [np.linspace(low, high, REGION_POINTS) for low, high in extent]
        return np.stack([axis.ravel() for axis in np.meshgrid(*sides)], axis=1)

    def _evaluate(self, grid: Array) -> Array:
        """The node's values for rows of inputs, of shape (rows, columns) in float64."""
        rows = self._fixed_rows() or len(grid)
        pieces = []
        for start in range(0, len(grid), rows):
            piece = grid[start : start + rows]
            padded = np.concatenate([piece, np.repeat(piece[-1:], rows - len(piece), axis=0)])
            feeds = {tensor: self._fed(tensor, padded) for tensor in self._inputs} | self._constant_feeds
            found = np.asarray(self._session.run(self._hypothesis, feeds), np.float64)
            if found.ndim == 0 or len(found) != rows:
                raise InvalidArgumentError(
                    f"{self._hypothesis.op.name} gives no value for each row of the data; choose another node.",
                    self._hypothesis.op.name,
                )
            pieces.append(found.reshape(rows, -1)[: len(piece)])
        return np.concatenate(pieces)

    def _fixed_rows(self) -> int | None:
        """How many rows the placeholders take, where they take so many and no others."""
        sizes = [tensor.shape.as_list()[0] for tensor in self._inputs if tensor.shape.rank]
        return next((size for size in sizes if size is not None), None)

    def _fed(self, tensor: Tensor, grid: Array) -> Array:
        shape = (len(grid), *self._data[tensor].shape[1:])
        columns = [place for place, (owner, _) in enumerate(self._columns) if owner is tensor]
        return grid[:, columns].reshape(shape).astype(self._data[tensor].dtype)


def _input_columns(inputs: list[Tensor], data: Mapping[Tensor, Array]) -> list[tuple[Tensor, int]]:
    return [(t, at) for t in inputs for at in range(int(np.prod(data[t].shape[1:])))]


def _column(array: Array, at: int) -> Array:
    return array.reshape(len(array), -1)[:, at]


def _column_name(tensor: Tensor, at: int) -> str:
    return tensor.op.name if (tensor.shape.rank or 1) < 2 else f"{tensor.op.name}[{at}]"


_PROBABILITIES = frozenset({"Sigmoid", "Softmax"})


def _activation(node: Tensor, comparison: Comparison) -> str:
    """What makes probabilities of a node's values; "given" where they are probabilities, "" where they are none."""
    if node is comparison.hypothesis and comparison.activation:
        return comparison.activation
    return "given" if node.op.type in _PROBABILITIES else ""
