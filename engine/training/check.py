"""What stands in the way of training a model, as problems that name their nodes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ..compiler.gradients import why_no_gradient, with_gradient
from ..compiler.writes import WRITES
from ..graph import DataError, DType, Graph, GraphError, Operation, Problem, Severity, TensorShape, float32
from ..graph.symbolic.dimensions import Dimensions
from ..graph.symbolic.solver import solve_dimensions
from ..model import DataSource, Model, TypedValues
from .data import load_array
from .data_sizes import DataSizes, step_shapes
from .fetching import observed_tensor
from .optimizer_node import find_optimizer, optimizer_nodes, trained_variables
from .paths import resolve_path
from .placeholders import initial_value_problem, needed_placeholders

_EXAMINED_AT_A_TIME = 64


class _Examined(NamedTuple):
    """What was found out about a data source."""

    error: str = ""
    shape: tuple[int, ...] = ()
    #: How many of its numbers are NaN or infinite.
    not_finite: int = 0


def check_model(model: Model, folder: Path | None = None, dimensions: Dimensions | None = None) -> list[Problem]:
    """Everything that is wrong with a model: errors that keep it from being trained, and warnings.

    ``folder`` is the document's, from which relative data paths start. Data files are read when they are new or
    have changed; what was found is remembered. ``dimensions`` are the graph's sizes, where they are solved already.
    """
    graph = model.graph
    if dimensions is None:
        graph.dimensions = dimensions = solve_dimensions(graph, graph.dimensions)
    problems = [*graph.problems(dimensions), *dimensions.problems()]
    problems += [*_optimizer_problems(model), *_metric_problems(model)]
    problems += _initial_value_problems(model)
    needed = _needed_placeholders(model)
    shapes: dict[Operation, tuple[int, ...]] = {}
    all_shapes: dict[Operation, tuple[int, ...]] = {}
    for op in _placeholders(model):
        source = model.data.get(op.name)
        if source is not None:
            found = _examine_source(source, op, folder)
            problems += _source_problems(found, op)
            if not found.error:
                all_shapes[op] = found.shape
                if op in needed:
                    shapes[op] = found.shape
        elif op in needed:
            problems.append(Problem("It has no data; type values or choose a file for it.", op.name))
    rows = list(_row_problems(model, shapes))
    sizes = DataSizes(dimensions, step_shapes(model.run, all_shapes)).problems({problem.node for problem in rows})
    return [*problems, *rows, *sizes, *_stray_problems(model)]


def data_shapes(model: Model, folder: Path | None = None) -> dict[Operation, tuple[int, ...]]:
    """The shape of the data of each placeholder that has some that fit it; read, and remembered, as for a check."""
    examined = {
        op: _examine_source(model.data[op.name], op, folder) for op in _placeholders(model) if op.name in model.data
    }
    return {op: found.shape for op, found in examined.items() if not found.error}


def _placeholders(model: Model) -> list[Operation]:
    return [op for op in model.graph.get_operations() if op.type == "Placeholder"]


# --- the settings ------------------------------------------------------------------------------------------------


def _optimizer_problems(model: Model) -> list[Problem]:
    ops = model.graph.get_operations()
    if not ops:
        return []
    try:
        optimizer = find_optimizer(model)
    except GraphError as error:
        if not optimizer_nodes(model.graph) and not model.run.optimizer:
            # It can still be computed; and the graph of a training step changes the variables by itself.
            return [] if any(op.type in WRITES for op in ops) else [Problem(error.message, severity=Severity.WARNING)]
        return [Problem(error.message)]
    if optimizer.input("loss") is not None and not trained_variables(optimizer):
        return [Problem("Its loss depends on no trainable Variable; wire one into the loss.", optimizer.name)]
    return _blocked_problems(optimizer)


def _blocked_problems(optimizer: Operation) -> list[Problem]:
    loss, graph = optimizer.input("loss"), optimizer.graph
    variables = [variable.output for variable in trained_variables(optimizer)]
    if loss is None or not with_gradient([loss]).isdisjoint(variables):
        return []
    return [Problem(f"It has no gradient to follow: {why_no_gradient(graph, [loss], variables)}", optimizer.name)]


def _metric_problems(model: Model) -> list[Problem]:
    problems = []
    for name in model.run.metrics:
        if name not in model.graph:
            problems.append(
                Problem(f"The run settings list the metric {name!r}, but no node has that name; take it off the list.")
            )
        else:
            problems += _unfit_metric(model.graph, name)
    return problems


def _unfit_metric(graph: Graph, name: str) -> list[Problem]:
    try:
        observed_tensor(graph, name)
    except GraphError as error:
        return [Problem(f"It is listed as a metric, but {error.message}", name)]
    return []


def _initial_value_problems(model: Model) -> Iterable[Problem]:
    for op in model.graph.get_operations():
        sentence = initial_value_problem(op) if op.type == "Variable" else ""
        if sentence:
            yield Problem(sentence, op.name)


def _needed_placeholders(model: Model) -> list[Operation]:
    """The placeholders that training needs: those of the optimizer and of the metrics."""
    graph = model.graph
    try:
        optimizers = [find_optimizer(model)]
    except GraphError:
        optimizers = optimizer_nodes(graph)
    return needed_placeholders([*optimizers, *(graph.operation(name) for name in model.run.metrics if name in graph)])


# --- the data ----------------------------------------------------------------------------------------------------


def _examine_source(source: DataSource, op: Operation, folder: Path | None) -> _Examined:
    stamp = None
    if not isinstance(source, TypedValues):
        try:
            status = resolve_path(source.path, folder).stat()
            stamp = (status.st_mtime_ns, status.st_size)
        except (OSError, ValueError):
            stamp = None
    return _examine(source, op.output.dtype or float32, op.output.shape, op.name, folder, stamp)


@lru_cache(maxsize=_EXAMINED_AT_A_TIME)
def _examine(
    source: DataSource,
    dtype: DType,
    shape: TensorShape,
    name: str,
    folder: Path | None,
    stamp: tuple[int, int] | None,
) -> _Examined:
    """Loads the data once. ``stamp`` changes with the file, so that what was found is forgotten then."""
    try:
        array = load_array(source, dtype, shape, name, folder)
    except DataError as error:
        return _Examined(error.message)
    return _Examined("", array.shape, int(np.count_nonzero(~np.isfinite(array))))


def _source_problems(found: _Examined, op: Operation) -> Iterable[Problem]:
    if found.error:
        yield Problem(found.error, op.name)
    if found.not_finite:
        yield Problem(
            f"{found.not_finite} of its numbers {'is' if found.not_finite == 1 else 'are'} nan or infinite, and the "
            "loss will be so too; clean the data.",
            op.name,
            severity=Severity.WARNING,
        )


def _row_problems(model: Model, shapes: Mapping[Operation, tuple[int, ...]]) -> Iterable[Problem]:
    """What is wrong with the number of rows: a row is an index along the first axis."""
    counts = {op: shape[0] for op, shape in shapes.items() if shape}
    if not counts:
        return
    first, rows = next(iter(counts.items()))
    for op, count in counts.items():
        if count != rows:
            yield Problem(f"It has {_rows(count)}, but {first.name} has {_rows(rows)}; they must be equal.", op.name)
    if len(set(counts.values())) > 1:
        return
    settings = model.run
    if rows == 0:
        yield Problem("It has no rows; give it data.", first.name)
    elif settings.held_back >= rows:
        yield Problem(
            f"{_rows(settings.held_back)} are held back, but there are only {rows}; hold back fewer in the run "
            "settings.",
            first.name,
        )
    elif settings.batch_size > rows - settings.held_back:
        yield Problem(
            f"A mini-batch of {_rows(settings.batch_size)} is larger than the {rows - settings.held_back} that are "
            "there for training; all are taken at once.",
            first.name,
            severity=Severity.WARNING,
        )


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count} rows"


# --- what is left over -------------------------------------------------------------------------------------------


def _stray_problems(model: Model) -> Iterable[Problem]:
    """Warnings of data and trained values that belong to no node, or no longer fit theirs."""
    graph = model.graph
    for name in model.data:
        if name not in graph or graph.operation(name).type != "Placeholder":
            yield Problem(
                f"There is data for {name!r}, but no placeholder of that name; add one, or forget it.",
                severity=Severity.WARNING,
            )
    for name, value in model.values.items():
        if name not in graph or graph.operation(name).type != "Variable":
            message = f"There is a trained value for {name!r}, but no variable of that name."
            yield Problem(message, severity=Severity.WARNING)
        elif not graph.operation(name).output.shape.is_compatible_with(value.shape):
            shape = graph.operation(name).output.shape
            message = f"Its trained value has the shape {value.shape}, but it is {shape} now; train again."
            yield Problem(message, name, severity=Severity.WARNING)
