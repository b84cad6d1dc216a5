"""That the benchmarks compare like with like: the engine and hand-tuned numpy compute the same losses."""

import numpy as np
import pytest

from benchmarks.catalogue import WORKLOADS
from benchmarks.losses import TOLERANCE
from benchmarks.workload import NUMPY, Role
from benchmarks.workloads import opening, start

#: Those that have a hand-tuned form, but for the ones that compute what another has computed already.
COMPARED = {
    workload.key: workload
    for workload in WORKLOADS
    if any(one.name == NUMPY for one in workload.contenders) and workload.key not in ("C-busy", "F-10000")
}


@pytest.mark.parametrize("key", COMPARED)
def test_hand_tuned_numpy_takes_the_same_three_steps_as_the_engine(key):
    contenders = COMPARED[key].contenders
    tuned = next(one for one in contenders if one.role is Role.LIMIT).build()
    expected = [np.ravel(tuned()).copy() for _ in range(3)]
    for engine in (one for one in contenders if one.role is Role.OURS):
        step = engine.build()
        np.testing.assert_allclose([np.ravel(step()) for _ in range(3)], expected, TOLERANCE, 1e-6)


def test_both_ways_to_read_a_file_find_the_same_nodes():
    assert opening.opened(80)() == opening.bare(80)() == 82


def test_whole_programs_end_with_the_same_loss():
    assert start.program("chainrule")() == pytest.approx(start.program("plain_numpy")(), TOLERANCE)


def test_a_program_tells_its_peak_of_memory():
    assert start.peak_of("plain_numpy")() >= 0


def test_a_program_that_fails_is_an_error_with_what_it_said():
    with pytest.raises(RuntimeError, match="No module named"):
        start.imports("import no_such_module_anywhere")()


def test_every_goal_is_against_somebody_who_takes_part():
    for workload in WORKLOADS:
        names = {one.name for one in workload.contenders} | {"the fastest peer"}
        assert {goal.against for goal in workload.goals} <= names, workload.key
