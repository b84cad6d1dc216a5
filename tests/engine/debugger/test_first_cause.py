"""First causes: the corpus of broken graphs, and no alarm on healthy ones."""

import pytest

from tests.engine.debugger.broken_graphs import BROKEN
from tests.engine.debugger.watching import first_cause

STEPS = 60


@pytest.mark.parametrize("name", BROKEN)
def test_the_first_cause_of_a_broken_graph_is_found(name):
    expected = BROKEN[name]
    cause = first_cause(expected.build(), STEPS)
    assert cause is not None
    found = (cause.kind, cause.node, cause.phase, cause.step)
    assert found == (expected.kind, expected.node, expected.phase, expected.step), cause.sentence
    if expected.element is not None:
        assert cause.elements[0].index == expected.element, cause.sentence
    if expected.count is not None:
        assert cause.element_count == expected.count
