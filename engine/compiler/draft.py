"""The graph that is being compiled: a copy of what the fetches need, which the passes rewrite."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ..graph import (
    Graph,
    GraphError,
    InvalidArgumentError,
    Operation,
    Output,
    Tensor,
    TensorSpec,
)
from ..graph.graph import missing_ports
from ..graph.inference import infer_specs
from ..graph.shapes import bracketed
from ..graph.walk import postorder

#: What a session knows of a variable it holds: the dtype and shape of its present value.
VariableSpec = Callable[[Operation], TensorSpec]


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

    def replace(self, old: Output, new: Output) -> None:
        """Wires everything that ``old`` went to, to ``new`` instead."""
        targets = {(wire.target, wire.port) for wire in self.graph.wires_from(old)}
        for target, port in targets:
            sources = [new if source is old else source for source in target.inputs_of(port)]
            self.graph.set_inputs(target, port, sources)
        self.fetches = [new if fetch is old else fetch for fetch in self.fetches]


def make_draft(
    fetches: Sequence[Output],
    feeds: Mapping[Tensor, TensorSpec],
    variable_spec: VariableSpec,
    initialize: Sequence[Operation] = (),
) -> Draft:
    """Copies what ``fetches`` need, with the fed tensors as placeholders of known shape, and infers all of it.

    ``initialize`` names variables whose initial values are computed and assigned. Raises InvalidArgumentError when
    placeholders are not fed or shapes do not fit, GraphError when a needed node is not complete.
    """
    order = _needed(fetches, feeds, initialize)
    _refuse_missing_feeds(order)
    assigned = set(initialize)
    for op in order:
        if op.type == "Initialize":
            assigned.update(variable.op for variable in op.inputs_of("variables"))
    graph = Graph()
    draft = Draft(graph, [], {tensor: _feed(graph, tensor, spec) for tensor, spec in feeds.items()})
    outputs: dict[Output, Output] = {outer: inner for outer, inner in draft.feeds.items()}  # noqa: C416 - widens the type
    assignments: dict[Operation, Operation] = {}
    for op in order:
        _refuse_incomplete(op)
        if op.type == "Initialize":
            for variable in op.inputs_of("variables"):
                if variable.op not in assignments:
                    assignments[variable.op] = _assign_initial_value(graph, variable.op, outputs)
            outputs[op.done] = _group(graph, op, [assignments[v.op].done for v in op.inputs_of("variables")])
            continue
        copy = _copy(graph, op, outputs, variable_spec, op in assigned)
        outputs[op.done] = copy.done
        for old, new in zip(op.outputs, copy.outputs, strict=True):
            outputs.setdefault(old, new)
    draft.fetches = [outputs[fetch] for fetch in fetches]
    draft.required = [_assign_initial_value(graph, variable, outputs) for variable in initialize]
    return draft


def dependencies(op: Operation, initialize: Iterable[Operation] = ()) -> Iterable[Output]:
    """What must be there before ``op`` can run. A variable is read without computing its initial value."""
    if op.type == "Initialize":
        for variable in op.inputs_of("variables"):
            yield variable
            yield from variable.op.inputs_of("initial_value")
        yield from op.inputs_of("after")
        return
    for port, sources in op.connected_ports():
        if op.type == "Variable" and port == "initial_value" and op not in initialize:
            continue
        yield from sources


def _needed(
    fetches: Sequence[Output], feeds: Mapping[Tensor, TensorSpec], initialize: Sequence[Operation]
) -> list[Operation]:
    """The operations that the fetches need, each after those it depends on; what is fed needs nothing."""
    initial = set(initialize)

    def unfed(op: Operation) -> list[Operation]:
        return [output.op for output in dependencies(op, initial) if output not in feeds]

    return postorder([*(fetch.op for fetch in fetches if fetch not in feeds), *initialize], unfed)


def _refuse_missing_feeds(order: Sequence[Operation]) -> None:
    missing = [op for op in order if op.type == "Placeholder"]
    if not missing:
        return
    first = missing[0].output
    name = None if first.dtype is None else first.dtype.name
    dtype = "float" if name == "float32" else name
    sentence = (
        f"You must feed a value for placeholder tensor '{first.op.name}' with dtype {dtype} and shape "
        f"{bracketed(first.shape)}."
    )
    if len(missing) > 1:
        sentence += f" Also without a value: {', '.join(op.name for op in missing[1:])}."
    raise InvalidArgumentError(sentence, first.op.name)


def _refuse_incomplete(op: Operation) -> None:
    if op.is_unknown:
        raise GraphError(
            f"{op.name} is a {op.type}, an operation this version does not have; replace or delete it.", op.name
        )
    if op.problem is not None:
        raise GraphError(op.problem.message, op.name)
    for port in missing_ports(op):
        raise GraphError(f"Nothing is wired to '{port.name}' of {op.name}; connect it before running.", op.name)


def _copy(
    graph: Graph, op: Operation, outputs: Mapping[Output, Output], variable_spec: VariableSpec, initializing: bool
) -> Operation:
    copy = graph.add_copy(op)
    for port, sources in op.connected_ports():
        if op.type == "Variable" and port == "initial_value":
            continue
        graph.set_inputs(copy, port, [outputs[source] for source in sources])
    if op.type == "Variable":
        copy.output.spec = TensorSpec(op.output.dtype, op.output.shape) if initializing else variable_spec(op)
        return copy
    specs, problem = infer_specs(copy)
    if problem is not None:
        raise InvalidArgumentError(problem.message, op.name)
    for tensor, spec in zip(copy.outputs, specs, strict=True):
        tensor.spec = spec
    return copy


def _feed(graph: Graph, tensor: Tensor, spec: TensorSpec) -> Tensor:
    """What stands for a fed tensor: a placeholder of known shape, in the place of whatever would compute it."""
    name = tensor.op.name if tensor.op.type == "Placeholder" else f"feeds/{tensor.op.name}_{tensor.value_index}"
    op = graph.add("Placeholder", graph.unique_name(name), {"dtype": spec.dtype, "shape": spec.shape})
    op.origin = tensor.op
    op.output.spec = spec
    return op.output


def _group(graph: Graph, op: Operation, steps: list[Output]) -> Output:
    """A Group in the place of ``op`` that is done when all ``steps`` are."""
    group = graph.add("Group", graph.unique_name(op.name))
    group.origin = op
    graph.set_inputs(group, "after", steps)
    return group.done


def _assign_initial_value(graph: Graph, variable: Operation, outputs: Mapping[Output, Output]) -> Operation:
    """The operation in ``graph`` that sets a variable to what is wired to it, or else to its typed value."""
    with graph.origin(variable, "update"), graph.name_scope(f"{variable.name}/"):
        wired = variable.input("initial_value")
        if wired is not None:
            value = outputs[wired]
        else:
            attributes = {
                "value": variable.attributes["initial_value"],
                "dtype": variable.output.dtype,
                "shape": variable.output.shape,
            }
            value = graph.create("Constant", attributes=attributes, base_name="initial_value").output
        return graph.create("Assign", {"variable": outputs[variable.output], "value": value}).output.op
