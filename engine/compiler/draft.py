"""The graph that is being compiled: a copy of what the fetches need, which the passes rewrite."""

from __future__ import annotations

from collections import ChainMap, deque
from collections.abc import Callable, Collection, Container, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from ..graph import (
    AFTER,
    Graph,
    GraphError,
    InvalidArgumentError,
    NodeKind,
    Operation,
    Output,
    PortKind,
    Tensor,
    TensorSpec,
)
from ..graph.inference import Inference, infer_specs, passed_on
from ..graph.shapes import bracketed
from ..graph.walk import postorder
from ..graph.wiring import missing_ports
from .dependencies import dependencies, needed_inputs
from .draft_graph import DraftGraph
from .gradients import GradientFlow, trainable_variables
from .writes import WRITES

#: What a session knows of a variable it holds: the dtype and shape of its present value.
VariableSpec = Callable[[Operation], TensorSpec]
#: Longer ways from a placeholder to a fetch are shown by their ends.
_SHOWN_STEPS = 10


@dataclass
class Draft:
    """A graph under compilation, with the places where values enter and leave it."""

    graph: Graph
    #: What is asked for, in the draft.
    fetches: list[Output]
    #: The fed tensors of the person's graph, and what stands for them in the draft.
    feeds: dict[Tensor, Tensor]
    #: Operations of the draft that must run although nothing that is fetched needs their values.
    required: list[Operation] = field(default_factory=list)
    #: The operations of the person's graph that all this follows from.
    sources: list[Operation] = field(default_factory=list)
    #: Whether every number is to be the one that the lowered operations give, to the last bit, and the gradients
    #: those of the loss itself, never times a learning rate.
    is_exact: bool = False
    #: What stands in the draft for the outputs of the person's graph, as it was copied.
    copies: Mapping[Output, Output] = field(default_factory=dict)
    #: What has taken an output's place since.
    replaced: dict[Output, Output] = field(default_factory=dict)
    #: The gradients that were built.
    flows: list[GradientFlow] = field(default_factory=list)

    def present(self, output: Output) -> Output:
        """What stands for an output of the draft now."""
        while output in self.replaced:
            output = self.replaced[output]
        return output

    def replace(self, old: Output, new: Output) -> None:
        """Wires everything that ``old`` went to, to ``new`` instead."""
        targets = dict.fromkeys((wire.target, wire.port) for wire in self.graph.wires_from(old))
        for target, port in targets:
            sources = [new if source is old else source for source in target.inputs_of(port)]
            self.graph.set_inputs(target, port, sources)
        self.fetches = [new if fetch is old else fetch for fetch in self.fetches]
        self.replaced[old] = new

    def replace_value(self, old: Tensor, new: Tensor) -> None:
        """As :meth:`replace`, and what waits for the operation that gives ``old`` waits for that of ``new``."""
        self.replace(old, new)
        self.replace(old.op.done, new.op.done)


def make_draft(
    fetches: Sequence[Output],
    feeds: Mapping[Tensor, TensorSpec],
    variable_spec: VariableSpec,
    initialize: Sequence[Operation] = (),
) -> Draft:
    """Copies what ``fetches`` need, with the fed tensors as placeholders of known shape, and infers all of it.

    ``initialize`` names variables whose initial values are computed and assigned. Raises InvalidArgumentError when
    placeholders are not fed, shapes do not fit or a variable is both fed and changed, GraphError when a needed node
    is not complete.
    """
    graph = DraftGraph()
    draft = Draft(graph, [], {tensor: _feed(graph, tensor, spec) for tensor, spec in feeds.items()})
    outputs: dict[Output, Output] = {}
    for outer, inner in draft.feeds.items():
        outputs[outer] = inner
        if outer.op.type == "Placeholder":
            outputs[outer.op.done] = inner.op.done
    order = _needed([*fetches, *(variable.done for variable in initialize)], outputs, initialize)
    initializers = [op for op in order if op.type == "Initialize"]
    # A dict, not a set: the order of the operations must be the same in every process.
    assigned = dict.fromkeys([*initialize, *(variable.op for op in initializers for variable in op.inputs)])
    if len(assigned) > len(initialize):
        order = _needed([*fetches, *(variable.done for variable in assigned)], outputs, assigned)
    _refuse_missing_feeds(order, [*fetches, *(variable.done for variable in assigned)], assigned)
    initial_values = _InitialValues(graph, outputs, assigned)
    for op in order:
        _refuse_incomplete(op)
        _refuse_fed_and_changed(op, feeds)
        if op.type == "Initialize":
            outputs[op.done] = initial_values.assign_all(op)
            continue
        copy = copy_with_specs(graph, op, outputs)
        if op in assigned:
            copy.output.spec = TensorSpec(op.output.dtype, initial_values.prepare(op).shape)
        elif op.type == "Variable":
            copy.output.spec = variable_spec(op)
        outputs[op.done] = copy.done
        for old, new in zip(op.outputs, copy.outputs, strict=True):
            outputs.setdefault(old, new)
        initial_values.follow(op)
    draft.fetches = [outputs[fetch] for fetch in fetches]
    draft.required = [initial_values.assign(variable) for variable in initialize]
    draft.sources = [*order, *(tensor.op for tensor in feeds)]
    draft.copies = outputs
    return draft


def _needed(wanted: Sequence[Output], given: Container[Output], assigned: Container[Operation]) -> list[Operation]:
    """The operations that ``wanted`` needs, each after those it depends on; what is ``given`` needs nothing."""

    def needed_by(op: Operation) -> list[Operation]:
        return [output.op for output in needed_inputs(op, assigned) if output not in given]

    return postorder([output.op for output in wanted if output not in given], needed_by)


class _InitialValues:
    """The initial values of the variables that are assigned in a run, in the graph that is being compiled.

    Where one depends on another variable that is assigned too, it depends on that one's initial value, not on what
    the session holds of it; the operations between them are copied a second time.
    """

    def __init__(self, graph: Graph, outputs: dict[Output, Output], assigned: Collection[Operation]) -> None:
        self._graph = graph
        self._outputs = outputs
        self._assignments: dict[Operation, Operation] = {}
        #: What stands in initial values for variables that are assigned, and for what depends on these.
        self._instead: dict[Output, Output] = {}
        wired = [source.op for variable in assigned for source in variable.inputs_of("initial_value")]
        between = postorder(wired, lambda op: [source.op for source in dependencies(op, assigned)])
        self._between = {op for op in between if op.type != "Variable" and op.type not in WRITES}

    def prepare(self, variable: Operation) -> Tensor:
        """Computes a variable's initial value: what is wired to it, or else its typed value."""
        wired = variable.input("initial_value")
        if wired is not None:
            value = self._instead.get(wired, self._outputs[wired])
            assert isinstance(value, Tensor)
        else:
            attributes = {
                "value": variable.attributes["initial_value"],
                "dtype": variable.output.dtype,
                "shape": variable.output.shape,
            }
            with self._origin(variable):
                value = self._graph.create("Constant", attributes=attributes, base_name="initial_value").output
        self._instead[variable.output] = value
        return value

    def follow(self, op: Operation) -> None:
        """Copies an operation again that stands between a variable and an initial value."""
        if op in self._between and any(source in self._instead for source in op.inputs):
            copy = copy_with_specs(self._graph, op, ChainMap(self._instead, self._outputs))
            self._instead.update(zip(op.outputs, copy.outputs, strict=True))

    def assign(self, variable: Operation) -> Operation:
        """The operation that sets a variable to its initial value."""
        if variable not in self._assignments:
            inputs = {"variable": self._outputs[variable.output], "value": self._instead[variable.output]}
            with self._origin(variable):
                self._assignments[variable] = self._graph.create("Assign", inputs)
        return self._assignments[variable]

    def assign_all(self, op: Operation) -> Output:
        """What stands for an Initialize node: done when all its variables are set."""
        after = [self._outputs[step] for step in op.inputs_of("after")]
        assignments = [self.assign(variable.op) for variable in op.inputs]
        for assignment in assignments:
            self._graph.set_inputs(assignment, "after", [*assignment.inputs_of("after"), *after])
        group = self._graph.add("Group", self._graph.unique_name(op.name))
        group.origin = op
        self._graph.set_inputs(group, "after", [assignment.done for assignment in assignments])
        return group.done

    @contextmanager
    def _origin(self, variable: Operation) -> Iterator[None]:
        with self._graph.origin(variable, "update"), self._graph.name_scope(f"{variable.name}/"):
            yield


def _refuse_missing_feeds(order: Sequence[Operation], wanted: Sequence[Output], assigned: Container[Operation]) -> None:
    """Names every placeholder that has no value, and the way by which it is needed."""
    missing = [op for op in order if op.type == "Placeholder"]
    if not missing:
        return
    needing = _needing([output.op for output in wanted], set(order), assigned)
    ways = [" -> ".join(_shortened(_way(op, needing))) for op in missing]
    sentence = f"You must feed a value for {_described(missing[0])}. It is needed by {ways[0]}; name it in feed_dict."
    for op, way in zip(missing[1:], ways[1:], strict=True):
        place = f" ({op.place_in_program})" if op.place_in_program else ""
        sentence += f" Also without a value: {_described(op)}{place}, needed by {way}."
    raise InvalidArgumentError(sentence, missing[0].name)


def _described(placeholder: Operation) -> str:
    tensor = placeholder.output
    name = None if tensor.dtype is None else tensor.dtype.name
    dtype = "float" if name == "float32" else name
    return f"placeholder tensor '{placeholder.name}' with dtype {dtype} and shape {bracketed(tensor.shape)}"


def _needing(
    wanted: Sequence[Operation], order: Container[Operation], assigned: Container[Operation]
) -> dict[Operation, Operation | None]:
    """For each operation of ``order`` one that needs it, on a shortest way from what is wanted; None for that."""
    needing: dict[Operation, Operation | None] = dict.fromkeys(wanted)
    waiting = deque(needing)
    while waiting:
        op = waiting.popleft()
        for output in needed_inputs(op, assigned):
            if output.op not in needing and output.op in order:
                needing[output.op] = op
                waiting.append(output.op)
    return needing


def _way(op: Operation, needing: Mapping[Operation, Operation | None]) -> list[str]:
    """The names from a placeholder to the fetch that needs it."""
    names: list[str] = []
    step: Operation | None = op
    while step is not None:
        names.append(step.name)
        step = needing[step]
    return names


def _shortened(names: list[str]) -> list[str]:
    """A long way by its two ends."""
    return names if len(names) <= _SHOWN_STEPS else [*names[:4], f"({len(names) - 8} more)", *names[-4:]]


def _refuse_incomplete(op: Operation) -> None:
    if op.is_unknown:
        raise GraphError(
            f"{op.name} is a {op.type}, an operation this version does not have; replace or delete it.", op.name
        )
    if op.problem is not None:
        raise GraphError(op.problem.message, op.name)
    for port in missing_ports(op):
        raise GraphError(f"Nothing is wired to '{port.name}' of {op.name}; connect it before running.", op.name)


def _refuse_fed_and_changed(op: Operation, feeds: Container[Output]) -> None:
    changed = [
        source for port in op.declaration.inputs if port.kind is PortKind.VARIABLE for source in op.inputs_of(port.name)
    ]
    loss = op.input("loss")
    if op.kind is NodeKind.OPTIMIZER and loss is not None and not changed:
        changed = [variable.output for variable in trainable_variables(loss)]
    for variable in changed:
        if variable in feeds:
            raise InvalidArgumentError(
                f"{variable.op.name} is fed a value in a run in which {op.name} changes it; leave it out of the feeds.",
                variable.op.name,
            )


def copy_with_specs(graph: Graph, op: Operation, outputs: Mapping[Output, Output]) -> Operation:
    """``op`` in the graph that is being compiled, with the specs that follow from its inputs' there.

    ``outputs`` says what stands there for what the operation takes. Raises InvalidArgumentError where it does not fit.
    """
    if op.is_muted:
        return _passing_on(graph, op, outputs)
    copy = graph.add_copy(
        op,
        {
            port: [outputs[source] for source in sources]
            for port, sources in op.connected_ports()
            if op.type != "Variable" or port != "initial_value"
        },
    )
    if op.type == "Variable":
        return copy
    specs, problem = infer_specs(copy)
    if problem is not None:
        raise InvalidArgumentError(problem.message, op.name)
    for tensor, spec in zip(copy.outputs, specs, strict=True):
        tensor.spec = spec
    return copy


def _passing_on(graph: Graph, op: Operation, outputs: Mapping[Output, Output]) -> Operation:
    """What stands for a muted operation: the identity of the input that it passes on."""
    passed = passed_on(Inference(op))
    assert passed is not None
    copy = graph.add("Identity", graph.unique_name(op.name) if op.name in graph else op.name)
    copy.origin = op.origin or op
    copy.phase = op.phase
    graph.set_inputs(copy, "x", [outputs[passed]])
    graph.set_inputs(copy, AFTER.name, [outputs[source] for source in op.inputs_of(AFTER.name)])
    copy.output.spec = infer_specs(copy)[0][0]
    return copy


def _feed(graph: Graph, tensor: Tensor, spec: TensorSpec) -> Tensor:
    """What stands for a fed tensor: a placeholder of known shape, in the place of whatever would compute it."""
    name = tensor.op.name if tensor.op.type == "Placeholder" else f"feeds/{tensor.op.name}_{tensor.value_index}"
    op = graph.add("Placeholder", graph.unique_name(name), {"dtype": spec.dtype, "shape": spec.shape})
    op.origin = tensor.op
    op.output.spec = spec
    return op.output
