"""Editing a graph at random: what is inferred step by step is what is inferred anew, and networkx sees the same."""

from __future__ import annotations

import networkx as nx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.graph import Graph, GraphError, PortKind, Tensor, check_connect
from engine.graph.inference import infer_specs
from engine.graph.wiring import kind_refusal

OP_TYPES = (
    "Placeholder", "Variable", "Add", "MatMul", "Concat", "ReduceSum", "Reshape", "Cast", "ArgMax", "Where",
    "Assign", "Group", "GradientDescent", "Gradients",
)  # fmt: skip
SHAPES = ("unknown", "[]", "[3]", "[2, 3]", "[?, 3]", "[3, 2]", "[?]")
DTYPES = ("float32", "float64", "int32", "bool")


def random_attribute(data, op):
    """One of the operation's attributes and another value for it."""
    attribute = data.draw(st.sampled_from(op.declaration.attributes))
    values = {
        "shape": SHAPES,
        "dtype": DTYPES,
        "axis": ("0", "1", "-1"),
        "initial_value": ("0", "1, 2, 3", "1 2; 3 4"),
        "learning_rate": ("0.1", "0"),
        "output_type": ("int32", "int64"),
    }
    return attribute.name, data.draw(st.sampled_from(values.get(attribute.name, ("true", "false"))))


def random_wire(data, graph):
    """An output, an operation and one of its ports, which may or may not fit."""
    operations = graph.get_operations()
    target = data.draw(st.sampled_from(operations))
    ports = [port.name for port in target.declaration.inputs] + ["after"]
    source = data.draw(st.sampled_from(operations))
    output = data.draw(st.sampled_from([*source.outputs, source.done]))
    return output, target, data.draw(st.sampled_from(ports))


def edit(data, graph):
    """One random edit. Returns the operations that the graph says have changed, or None where it does not say."""
    action = data.draw(st.sampled_from(["add", "connect", "connect", "connect", "disconnect", "attribute", "remove"]))
    operations = graph.get_operations()
    if action == "add" or not operations:
        graph.add(data.draw(st.sampled_from(OP_TYPES)))
    elif action == "connect":
        output, target, port = random_wire(data, graph)
        try:
            return graph.connect(output, target, port)
        except GraphError:
            return set()
    elif action == "disconnect":
        wires = list(graph.wires())
        if wires:
            wire = data.draw(st.sampled_from(wires))
            return graph.disconnect(wire.target, wire.port, wire.slot)
    elif action == "attribute":
        op = data.draw(st.sampled_from(operations))
        if op.attributes:
            try:
                return graph.set_attribute(op, *random_attribute(data, op))
            except GraphError:
                return set()
    else:
        return graph.remove(data.draw(st.sampled_from(operations)))
    return None


def state(graph):
    """What was inferred of every operation."""
    return {op: ([tensor.spec for tensor in op.outputs], op.problem) for op in graph.get_operations()}


def inferred_anew(graph):
    """The same, from nothing, in the order of networkx."""
    specs = {}
    result = {}
    for op in nx.topological_sort(graph.nx):
        found, problem = infer_specs(op, specs.__getitem__)
        specs.update(zip(op.outputs, found, strict=True))
        result[op] = (found, problem)
    return result


def assert_mirrored(graph):
    """The MultiDiGraph holds exactly the operations and wires that the operations say they have."""
    assert set(graph.nx) == set(graph.get_operations())
    edges = {
        (source, target, key, data["output"]) for source, target, key, data in graph.nx.edges(keys=True, data=True)
    }
    wires = {(wire.source.op, wire.target, (wire.port, wire.slot), wire.source) for wire in graph.wires()}
    assert edges == wires
    assert len(list(graph.wires())) == graph.nx.number_of_edges()
    for op in graph.get_operations():
        for output in [*op.outputs, op.done]:
            assert {wire.target for wire in graph.wires_from(output)} == {
                wire.target for wire in wires_of(graph) if wire.source is output
            }
        for other in graph.get_operations():
            assert graph.would_cycle(op, other) == nx.has_path(graph.nx, other, op)
            assert (other in set(graph.successors(op))) == graph.nx.has_edge(op, other)
            assert (other in set(graph.predecessors(op))) == graph.nx.has_edge(other, op)
    assert nx.is_directed_acyclic_graph(graph.nx)
    graph.settle_ranks()
    assert all(wire.source.op.rank < wire.target.rank for wire in graph.wires())


def wires_of(graph):
    return [wire for op in graph.get_operations() for wire in graph.wires_into(op)]


edited = settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


@edited
@given(st.data())
def test_incremental_inference_equals_full_inference(data):
    graph = Graph()
    for _ in range(data.draw(st.integers(3, 30))):
        before = state(graph)
        changed = edit(data, graph)
        after = state(graph)
        assert after == inferred_anew(graph)
        if changed is not None:
            assert {op for op, found in after.items() if before.get(op) != found} == changed
    assert_mirrored(graph)


def test_networkx_cannot_change_the_graph():
    graph = Graph()
    op = graph.create("Constant", attributes={"value": 1})
    with pytest.raises(nx.NetworkXError, match="Frozen"):
        graph.nx.remove_node(op)
    assert list(graph.nx) == [op]


@edited
@given(st.data())
def test_a_verdict_keeps_its_word(data):
    """A wire that is allowed makes no problem; one that is refused is a cycle, another kind, or makes one."""
    graph = Graph()
    for _ in range(data.draw(st.integers(4, 25))):
        edit(data, graph)
    if not len(graph):
        return
    for _ in range(5):
        output, target, port = random_wire(data, graph)
        before, version = state(graph), graph.version
        verdict = check_connect(graph, output, target, port)
        assert (state(graph), graph.version) == (before, version), "asking has changed something"
        declared = target.declaration.input_port(port)
        impossible = bool(kind_refusal(output, target, declared)) or graph.would_cycle(output.op, target)
        if impossible:
            assert not verdict
            assert verdict.reason
            continue
        duplicate = not declared.variadic and output in target.inputs_of(port)
        graph.connect(output, target, port)
        problems = {op for op in graph.get_operations() if op.problem and not (op is not target and before[op][1])}
        assert bool(verdict) == (not problems and not duplicate)
        assert bool(verdict.reason) != bool(verdict)


@edited
@given(st.data())
def test_slots_of_a_variadic_port_stay_in_order(data):
    graph = Graph()
    concat = graph.add("Concat")
    sources = [graph.add("Placeholder").output for _ in range(4)]
    wired: list[Tensor] = []
    for _ in range(12):
        if wired and data.draw(st.booleans()):
            slot = data.draw(st.integers(0, len(wired) - 1))
            graph.disconnect(concat, "values", slot)
            del wired[slot]
        else:
            slot = data.draw(st.none() | st.integers(0, len(wired)))
            source = data.draw(st.sampled_from(sources))
            graph.connect(source, concat, "values", slot)
            wired.insert(len(wired) if slot is None else slot, source)
        assert concat.inputs == wired
        assert_mirrored(graph)


def test_every_port_kind_takes_its_own_only():
    graph = Graph()
    variable, constant, assign = graph.add("Variable"), graph.add("Constant"), graph.add("Assign")
    assert not check_connect(graph, constant.output, assign, "variable")
    assert check_connect(graph, variable.output, assign, "variable")
    assert check_connect(graph, variable.output, assign, "value"), "a variable gives its value too"
    assert check_connect(graph, constant.done, assign, "after")
    assert not check_connect(graph, constant.output, assign, "after")
    assert not check_connect(graph, constant.done, assign, "value")
    assert variable.output.kind is PortKind.VARIABLE
    assert constant.done.kind is PortKind.STEP
