"""The training step as a graph of its own: forward, backward and update pass as ordinary operations.

What compiling makes of a model's optimizer is put into a :class:`~engine.graph.Graph` like any other: forward nodes
keep their names, generated ones have names below ``gradients/`` and the optimizer's, and the slots of the optimizer are
Variables. It can be drawn, saved and run; run with the same values it gives the same numbers, bit for bit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..compiler import LoweredStep, compile_lowered
from ..compiler.dependencies import needed_operations
from ..compiler.writes import changed_variables
from ..graph import Graph, GraphError, Operation, Output, Tensor, TensorShape, TensorSpec
from ..graph.collector import collector_paused
from ..model import Model
from .check import data_shapes
from .optimizer_node import find_optimizer, loss_of, writes_after
from .paths import moved_source
from .placeholders import needed_placeholders


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
    #: By the name of a forward tensor (``product:0``), that of the tensor that holds the gradient of the loss to it.
    gradients: Mapping[str, str]

    def of_phase(self, phase: str) -> list[Operation]:
        return [op for op in self.model.graph.get_operations() if op.phase == phase]

    def generated_from(self, name: str) -> list[str]:
        """The operations that serve a node of the model, in the order of the graph."""
        return [each for each, origin in self.origins.items() if origin == name]

    def belonging_to(self, name: str) -> list[str]:
        """What is generated from a node, what gives the gradients of the loss to its outputs, and what writes it."""
        found = dict.fromkeys(self.generated_from(name))
        if name in self.model.graph:
            op = self.model.graph.operation(name)
            totals = (self.gradients.get(tensor.name) for tensor in op.outputs)
            found.update(dict.fromkeys(total.rpartition(":")[0] for total in totals if total is not None))
            if op.type == "Variable":
                found.update(
                    dict.fromkeys(user.name for user in op.output.consumers() if op.output in changed_variables(user))
                )
        return [each for each in found if each != name]


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
        fetches = [loss, *(op.done for op in steps)]
        return _transplanted(model, compile_lowered(fetches, _feeds(model, steps, folder), _declared_spec))


def moved_step(step: StepGraph, old_folder: Path | None, new_folder: Path | None) -> Model:
    """The model of a step as it is saved in ``new_folder``: the paths of its data began in ``old_folder``."""
    data = {name: moved_source(source, old_folder, new_folder) for name, source in step.model.data.items()}
    return replace(step.model, data=data)


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
    """Copies the operations of a lowered step, and what initial values need, into a graph of its own.

    First come those of the person's graph, in its order, then the generated ones, in the order in which they run.
    """

    def __init__(self, source: Graph, order: Sequence[Operation]) -> None:
        drafted = {op.origin: op for op in order if op.origin is not None and _is_copy(op, op.origin, source)}
        variables = [origin for origin in drafted if origin.type == "Variable"]
        wired = [source.op for variable in variables for source in variable.inputs_of("initial_value")]
        added = [op for op in needed_operations(wired) if op not in drafted]
        self.graph = Graph()
        #: By operation of the person's graph, what does the same here.
        self._forward = {op: self.graph.add_copy(op) for op in sorted([*drafted, *added], key=lambda each: each.number)}
        #: By operation of the lowered step, what stands for it here.
        self._copies = {op: self._forward[origin] for origin, op in drafted.items()}
        #: The operations that the person's graph does not have, in the lowered step.
        self.generated = [op for op in order if op not in self._copies]
        for op in self.generated:
            self._copies[op] = self.graph.add_copy(op)
        for op in (*added, *variables):
            self._wire(op, self._forward)
        for op in self._copies:
            self._wire(op, self._copies)

    def __contains__(self, op: Operation) -> bool:
        return op in self._copies

    def __getitem__(self, op: Operation) -> Operation:
        """What stands for an operation of the lowered step."""
        return self._copies[op]

    def _wire(self, op: Operation, copies: Mapping[Operation, Operation]) -> None:
        copy = copies[op]
        for port, sources in op.connected_ports():
            self.graph.set_inputs(copy, port, [_same_output(copies[source.op], source) for source in sources])
        for new, old in zip(copy.outputs, op.outputs, strict=True):
            new.spec = old.spec


def _is_copy(op: Operation, origin: Operation, source: Graph) -> bool:
    """Whether an operation of a lowered step does itself what ``origin``, an operation of ``source``, does."""
    is_alike = op.phase == "forward" and op.name == origin.name and op.type == origin.type
    return is_alike and op.name in source and source.operation(op.name) is origin


def _same_output(copy: Operation, output: Output) -> Output:
    return copy.outputs[output.value_index] if isinstance(output, Tensor) else copy.done


def _transplanted(model: Model, lowered: LoweredStep) -> StepGraph:
    program = lowered.program
    planted = _Transplant(model.graph, program.operations)
    graph = planted.graph
    for fed, placeholder in program.feeds.items():
        if placeholder.op in planted:
            planted[placeholder.op].attributes["shape"] = _open_shape(fed.shape, placeholder.shape)
    origins = {op: op.node_name for op in planted.generated}
    for op in planted.generated:
        if op.type == "Variable":
            planted[op].attributes["shape"] = _slot_shape(op)
            planted[op].phase = "update"
            origins[op] = next(user.node_name for user in op.output.consumers() if user in origins)
    for copy in graph.get_operations():
        copy.origin = None
    kept = Model(
        graph,
        data={name: source for name, source in model.data.items() if name in graph},
        run=replace(model.run, optimizer="", metrics=()),
        values={name: value for name, value in model.values.items() if name in graph},
    )
    loss, *updates = program.fetches
    totals = next((flow.totals for flow in lowered.flows if loss in flow.ys), {})
    return StepGraph(
        kept,
        {planted[op].name: origin for op, origin in origins.items()},
        planted[loss.op].name,
        tuple(planted[update.op].name for update in updates),
        {
            _name_in(planted, tensor): _name_in(planted, gradient)
            for tensor, gradient in totals.items()
            if tensor.op in planted and gradient.op in planted
        },
    )


def _name_in(planted: _Transplant, tensor: Tensor) -> str:
    return planted[tensor.op].outputs[tensor.value_index].name


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
