"""The training step as a graph of its own: forward, backward and update pass as ordinary operations.

What compiling makes of a model's optimizer is put into a :class:`~engine.graph.Graph` like any other: forward nodes
keep their names, generated ones have names below ``gradients/`` and the optimizer's, and the slots of the optimizer are
Variables. It can be drawn, saved and run; run with the same values it gives the same numbers, bit for bit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ..compiler.dependencies import needed_operations
from ..compiler.draft import Draft, make_draft
from ..compiler.lower import lower
from ..compiler.schedule import in_order
from ..graph import Graph, GraphError, Operation, Output, Tensor, TensorShape, TensorSpec
from ..graph.collector import collector_paused
from ..model import Model
from .check import data_shapes
from .run import find_optimizer, loss_of, needed_placeholders, writes_after

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class StepGraph:
    """The graph of a training step, with the data, trained values and settings of the model that it comes from."""

    #: Without positions. What a variable's initial value is computed from is there too.
    model: Model
    #: By name of each operation that the model's graph does not have, the node of that graph that it serves.
    origins: Mapping[str, str]
    #: The loss, by name.
    loss: str
    #: The operations that are done when all variables are changed, by name.
    updates: tuple[str, ...]

    def phase(self, name: str) -> str:
        """``forward``, ``backward`` or ``update``."""
        return self.model.graph.operation(name).phase

    def of_phase(self, phase: str) -> list[Operation]:
        return [op for op in self.model.graph.get_operations() if op.phase == phase]

    def generated_from(self, name: str) -> list[str]:
        """The operations that serve a node of the model, in the order of the graph."""
        return [each for each, origin in self.origins.items() if origin == name]


def build_step_graph(model: Model, folder: Path | None = None) -> StepGraph:
    """The training step of ``model``, for mini-batches as its data give them.

    ``folder`` is the document's, from which relative data paths start. A placeholder without data is taken as it is
    declared. Raises an EngineError whose sentence names the node when the model cannot be trained.
    """
    optimizer = find_optimizer(model)
    loss = loss_of(optimizer)
    if loss is None:
        raise GraphError(f"Nothing is wired to 'loss' of {optimizer.name}; connect it.", optimizer.name)
    with collector_paused():
        steps = [optimizer, *writes_after(optimizer)]
        draft = make_draft([loss, *(op.done for op in steps)], _feeds(model, steps, folder), _declared_spec)
        lower(draft)
        return _transplanted(model, draft)


def _declared_spec(variable: Operation) -> TensorSpec:
    return variable.output.spec


def _feeds(model: Model, steps: Iterable[Operation], folder: Path | None) -> dict[Tensor, TensorSpec]:
    """What each placeholder is fed in a mini-batch, as far as it is known."""
    shapes = data_shapes(model, folder)
    feeds = {}
    for op in needed_placeholders(steps):
        spec = op.output.spec
        shape = shapes.get(op)
        if shape:
            rows = shape[0] - model.run.held_back
            shape = (min(model.run.batch_size or rows, rows), *shape[1:]) if rows > 0 else None
        feeds[op.output] = spec if shape is None else spec.with_shape(shape)
    return feeds


class _Transplant:
    """Copies the operations of a draft, and what initial values need, into a graph of its own.

    First come those of the person's graph, in its order, then the generated ones, in the order in which they run.
    """

    def __init__(self, draft: Draft) -> None:
        order = in_order(draft)
        drafted = {op.origin: op for op in order if op.origin is not None and _is_copy(op, op.origin)}
        variables = [origin for origin in drafted if origin.type == "Variable"]
        wired = [source.op for variable in variables for source in variable.inputs_of("initial_value")]
        added = [op for op in needed_operations(wired) if op not in drafted]
        self.graph = Graph()
        #: By operation of the person's graph, what does the same here.
        self._forward = {
            op: self.graph.add_copy(op) for op in sorted([*drafted, *added], key=lambda each: each.number)
        }
        #: By operation of the draft, what stands for it here.
        self._copies = {op: self._forward[origin] for origin, op in drafted.items()}
        #: The operations that the person's graph does not have, in the draft.
        self.generated = [op for op in order if op not in self._copies]
        for op in self.generated:
            self._copies[op] = self.graph.add_copy(op)
        for op in (*added, *variables):
            self._wire(op, self._forward)
        for op in self._copies:
            self._wire(op, self._copies)

    def __getitem__(self, op: Operation) -> Operation:
        """What stands for an operation of the draft."""
        return self._copies[op]

    def _wire(self, op: Operation, copies: Mapping[Operation, Operation]) -> None:
        copy = copies[op]
        for port, sources in op.connected_ports():
            self.graph.set_inputs(copy, port, [_same_output(copies[source.op], source) for source in sources])
        for new, old in zip(copy.outputs, op.outputs, strict=True):
            new.spec = old.spec


def _is_copy(op: Operation, origin: Operation) -> bool:
    """Whether an operation of the draft does itself what ``origin`` does in the person's graph."""
    return op.phase == "forward" and op.name == origin.name and op.type == origin.type


def _same_output(copy: Operation, output: Output) -> Output:
    return copy.outputs[output.value_index] if isinstance(output, Tensor) else copy.done


def _transplanted(model: Model, draft: Draft) -> StepGraph:
    planted = _Transplant(draft)
    graph = planted.graph
    for fed, placeholder in draft.feeds.items():
        planted[placeholder.op].attributes["shape"] = _open_shape(fed.shape, placeholder.shape)
    for op in planted.generated:
        if op.type == "Variable":
            planted[op].attributes["shape"] = _slot_shape(op)
    loss, *updates = (planted[fetch.op].name for fetch in draft.fetches)
    for copy in graph.get_operations():
        copy.origin = None
    kept = Model(
        graph,
        data={name: source for name, source in model.data.items() if name in graph},
        run=replace(model.run, optimizer="", metrics=()),
        values={name: value for name, value in model.values.items() if name in graph},
    )
    return StepGraph(kept, {planted[op].name: op.node_name for op in planted.generated}, loss, tuple(updates))


def _open_shape(declared: TensorShape, fed: TensorShape) -> TensorShape:
    """The shape of a placeholder of the step: as declared, for other numbers of rows, where that is right.

    Gradients are not summed over an axis that has one element wherever it comes from, so that such an axis is kept.
    """
    if fed.dims is None:
        return declared
    open_dims = declared.dims or (None,) * len(fed.dims)
    return TensorShape([1 if size == 1 else known for known, size in zip(open_dims, fed.dims, strict=True)])


def _slot_shape(slot: Operation) -> TensorShape:
    shape = slot.output.shape
    if not shape.is_known:
        raise GraphError(
            f"{slot.node_name} keeps {slot.name}, whose shape is not known before training; give the variable a shape.",
            slot.node_name,
        )
    return shape
