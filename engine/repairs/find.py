"""Finding repairs: each one that is offered has passed the check that wires pass."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ..graph import EngineError, Graph, Operation, Output, Tensor, TensorSpec, get_declaration
from ..graph.connect import check_connect, permanent_refusal, proposed_wiring
from ..graph.inference import Inference, Wiring, infer_specs, inferred, simulate_downstream
from .candidates import Resized, Through, candidates, sizes_around
from .repair import AttributeChange, ChangeAttributes, InsertNode, Repair, WireEnd

#: A person chooses among a few; the first ones are those that change the least.
MOST = 6
#: Changing another wire than the one that is being made counts this much more.
_ASIDE = 3


def repairs_of_wire(
    graph: Graph, source: Output, target: Operation, port: str, slot: int | None = None
) -> list[Repair]:
    """What would make it legal to wire ``source`` to a port; empty where the wire is legal, or can never be made.

    Each repair takes for granted that the wire is made with it. Nothing is changed.
    """
    if permanent_refusal(graph, source, target, port) or check_connect(graph, source, target, port, slot):
        return []
    wiring, place = proposed_wiring(source, target, port, slot)
    return _found(target, wiring, first=(port, place))


def repairs_of_node(op: Operation) -> list[Repair]:
    """What would mend a node whose inputs do not fit each other; empty where it has no such problem."""
    if op.problem is None or op.is_unknown:
        return []
    return _found(op, dict(op.connected_ports()), first=None)


def _found(target: Operation, wiring: Wiring, first: tuple[str, int] | None) -> list[Repair]:
    problem = simulate_downstream(target, wiring)
    around = sizes_around(target, wiring)
    if problem is not None and problem.node and problem.node != target.name:
        failing = target.graph.operation(problem.node)
        around = around | sizes_around(failing, failing.wiring)
    found: list[Repair] = []
    kinds: Counter[str] = Counter()
    shapes: set[object] = set()
    tries = [
        (candidate.cost + (_ASIDE if first not in (None, end[1:]) else 0), end, source, candidate)
        for end, source in _wires(target, wiring)
        for candidate in candidates(target, source, around)
    ]
    for _, end, source, candidate in sorted(tries, key=lambda each: each[0]):
        if kinds[candidate.kind] >= candidate.most or len(found) == MOST:
            continue
        repair = (
            _inserted(target, wiring, end, source, candidate, shapes)
            if isinstance(candidate, Through)
            else _resized(target, wiring, candidate)
        )
        if repair is not None:
            kinds[candidate.kind] += 1
            found.append(repair)
    return found


def _wires(target: Operation, wiring: Wiring) -> Iterator[tuple[WireEnd, Tensor]]:
    """The wires into the node."""
    for port, sources in wiring.items():
        for place, source in enumerate(sources):
            if isinstance(source, Tensor):
                yield WireEnd(target.name, port, place), source


def _inserted(
    target: Operation, wiring: Wiring, end: WireEnd, source: Tensor, candidate: Through, shapes: set[object]
) -> Repair | None:
    """The repair that puts an operation between, if the wire is legal then.

    ``shapes`` are the results of those found before: a second way to the same shape would only mix up the numbers.
    """
    between = _imagined(target.graph, candidate)
    between.wiring[candidate.port] = (source,)
    try:
        spec = inferred(Inference(between))[0]
    except EngineError:
        return None
    if spec == source.spec:
        return None
    result = between.output
    result.spec = spec
    wired = list(wiring[end.port])
    wired[end.slot] = result
    key = (end, spec.shape, spec.dtype)
    if key in shapes or simulate_downstream(target, {**wiring, end.port: wired}) is not None:
        return None
    if candidate.kind not in ("mean", "sum"):
        shapes.add(key)
    sentence = candidate.sentence.format(name=source.op.name, shape=spec.shape)
    return InsertNode(
        sentence, candidate.op_type, candidate.attributes, candidate.port, (source.op.name, source.port), end
    )


def _imagined(graph: Graph, candidate: Through) -> Operation:
    """An operation that is in no graph: shapes and dtypes are followed through it."""
    declaration = get_declaration(candidate.op_type)
    assert declaration is not None, candidate.op_type
    attributes = declaration.default_attributes() | dict(candidate.attributes)
    return Operation(graph, declaration, declaration.type, attributes, graph.next_number)


def _resized(target: Operation, wiring: Wiring, candidate: Resized) -> Repair | None:
    """The repair that changes a shape, if the wire is legal then and nothing else that uses it breaks."""
    specs: dict[Tensor, TensorSpec] = {}
    for node, changes in candidate.by_node().items():
        imagined = Operation(target.graph, node.declaration, node.name, {**node.attributes, **changes}, node.number)
        found, problem = infer_specs(imagined, lambda tensor: specs.get(tensor, tensor.spec), node.wiring)
        if problem is not None:
            return None
        specs.update(zip(node.outputs, found, strict=True))
    if simulate_downstream(target, wiring, specs) is not None:
        return None
    named = tuple(AttributeChange(node.name, name, value) for node, name, value in candidate.changes)
    return ChangeAttributes(candidate.sentence, named)
