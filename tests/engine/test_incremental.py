"""After an edit only what changed is looked at again: counted in operations, not in seconds."""

from __future__ import annotations

import gc

import pytest

from engine.compiler.draft_graph import DraftGraph
from engine.graph import Graph, Operation, check_connect, inference
from engine.graph.collector import collector_paused

LENGTH = 300


@pytest.fixture
def inferred(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the operations that are inferred from now on."""
    names: list[str] = []
    infer = inference.infer_specs

    def recorded(op, *given):
        names.append(op.name)
        return infer(op, *given)

    monkeypatch.setattr(inference, "infer_specs", recorded)
    return names


def chain(graph: Graph, length: int = LENGTH) -> list[Operation]:
    """A vector of two and sums that each follow from the one before."""
    ops = [graph.create("Constant", {}, {"value": [1.0, 2.0]}, "start")]
    for place in range(length):
        ops.append(graph.create("Add", {"x": ops[-1].output, "y": ops[0].output}, {}, f"sum_{place}"))
    return ops


def diamonds(graph: Graph, count: int, backwards: bool) -> tuple[Operation, list[Operation]]:
    """Sums of two ways from the sum before; ``backwards``: those that come last are made first."""
    start = graph.add("Constant", "start", {"value": [1.0, 2.0]})
    made: dict[str, Operation] = {}
    for place in reversed(range(count)) if backwards else range(count):
        for op_type, name in (("Add", "sum"), ("Tanh", "right"), ("Tanh", "left")):
            made[f"{name}_{place}"] = graph.add(op_type, f"{name}_{place}")
    for place in range(count):
        before = start if place == 0 else made[f"sum_{place - 1}"]
        for side, port in (("left", "x"), ("right", "y")):
            graph.connect(before.output, made[f"{side}_{place}"], "x")
            graph.connect(made[f"{side}_{place}"].output, made[f"sum_{place}"], port)
    return start, list(made.values())


def assert_ranks_grow(graph: Graph) -> None:
    graph.settle_ranks()
    assert all(wire.source.op.rank < wire.target.rank for wire in graph.wires())


def test_a_value_that_changes_no_shape_concerns_its_node_alone(inferred):
    graph = Graph()
    ops = chain(graph)
    inferred.clear()
    graph.set_attribute(ops[0], "value", [3.0, 4.0])
    assert inferred == ["start"]


def test_a_wire_that_changes_no_shape_concerns_its_target_alone(inferred):
    graph = Graph()
    ops = chain(graph)
    spare = graph.create("Constant", {}, {"value": [5.0, 6.0]}, "spare")
    inferred.clear()
    assert check_connect(graph, spare.output, ops[1], "y")
    graph.connect(spare.output, ops[1], "y")
    graph.disconnect(ops[-1], "y")
    assert inferred == ["sum_0", "sum_0", f"sum_{LENGTH - 1}"]


def test_a_check_of_a_wire_follows_the_change_as_far_as_it_goes(inferred):
    graph = Graph()
    ops = chain(graph, 10)
    other = graph.create("ReduceSum", {"x": ops[5].output}, {}, "total")
    graph.create("Tanh", {"x": other.output}, {}, "last")
    row = graph.create("Constant", {}, {"value": [[1.0, 2.0]]}, "row")
    inferred.clear()
    assert check_connect(graph, row.output, ops[4], "y")
    # From the sum that has another shape now to those behind it; the total has the same shape as before.
    assert sorted(inferred) == sorted([*(op.name for op in ops[4:]), "total"])


def test_a_new_name_concerns_the_node_and_those_it_is_wired_to(inferred):
    graph = Graph()
    ops = chain(graph)
    inferred.clear()
    graph.rename(ops[100], "renamed")
    assert sorted(inferred) == sorted(["renamed", ops[101].name])
    assert [op.name for op in graph.get_operations()][99:102] == ["sum_98", "renamed", "sum_100"]


@pytest.mark.parametrize("backwards", [False, True])
def test_where_many_ways_meet_every_operation_is_inferred_once(inferred, backwards):
    graph = Graph()
    start, made = diamonds(graph, 40, backwards)
    inferred.clear()
    changed = graph.set_attribute(start, "value", [1.0, 2.0, 3.0])
    assert sorted(inferred) == sorted(["start", *(op.name for op in made)])
    assert changed == {start, *made}


def test_a_wire_to_what_was_made_later_puts_it_in_order():
    graph = Graph()
    _, made = diamonds(graph, 10, backwards=True)
    assert_ranks_grow(graph)
    assert not check_connect(graph, made[0].output, made[-1], "x"), "the last sum depends on the first of all"


def test_operations_can_be_put_between_two_others_without_end():
    graph = Graph()
    ops = chain(graph, 2)
    for place in range(200):
        new = graph.add("Tanh", f"between_{place}")
        graph.connect(ops[0].output, new, "x")
        graph.connect(new.output, ops[1] if place == 0 else graph.operation(f"between_{place - 1}"), "x")
        assert_ranks_grow(graph)
    assert graph.would_cycle(ops[1], graph.operation("between_199"))


def test_a_circle_that_is_taken_away_again_leaves_the_order_right():
    graph = Graph()
    ops = chain(graph, 5)
    graph.set_inputs(ops[1], "x", [ops[5].output])
    graph.settle_ranks()
    graph.set_inputs(ops[3], "x", [ops[0].output])
    assert_ranks_grow(graph)
    assert graph.would_cycle(ops[1], ops[5])
    assert not graph.would_cycle(ops[3], ops[2])


def test_a_graph_under_compilation_follows_its_wires_as_any_other():
    def wires(graph: Graph) -> list[object]:
        ops = chain(graph, 4)
        graph.set_inputs(ops[2], "x", [ops[0].output])
        graph.set_inputs(ops[4], "y", [ops[3].output])
        graph.remove(ops[1])
        return [
            (
                op.name,
                [successor.name for successor in graph.successors(op)],
                [predecessor.name for predecessor in graph.predecessors(op)],
                sorted((wire.target.name, wire.port, wire.slot) for wire in graph.wires_from(op.output)),
            )
            for op in graph.get_operations()
        ]

    assert wires(DraftGraph()) == wires(Graph())


def test_the_collector_goes_on_after_the_last_of_several_pauses():
    assert gc.isenabled()
    with collector_paused():
        with collector_paused():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_a_collector_that_is_off_stays_off():
    gc.disable()
    try:
        with collector_paused():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
