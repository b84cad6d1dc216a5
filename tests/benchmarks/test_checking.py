"""The graphs on which checks of wires are measured: one wire reaches all of their nodes."""

import pytest

from benchmarks import checking
from engine.graph.symbolic.solver import solve_dimensions


@pytest.mark.parametrize("make", checking.GRAPHS.values(), ids=checking.GRAPHS.keys())
def test_one_wire_reaches_all_that_is_computed(make):
    built = make(60)
    assert 60 <= len(built.graph) <= 64
    checking.check(built)
    changed = built.graph.connect(built.x, built.first, "x")
    computed = {op for op in built.graph.get_operations() if op.inputs}
    assert changed == computed
    dimensions = solve_dimensions(built.graph)
    assert {dimensions.written(op.output) for op in computed} == {("B", "3")}


def test_each_measure_has_a_time():
    measures = dict(checking.measured(checking.chain, 30, 2))
    assert len(measures) == 3
    assert all(taken > 0 for taken in measures.values())
