"""That contenders are started, compared and chosen rightly. No time is asserted."""

import dataclasses

import pytest

from benchmarks.__main__ import contenders_of
from benchmarks.catalogue import WORKLOADS, chosen, workload
from benchmarks.losses import LossMismatchError, check_losses
from benchmarks.process import ContenderFailedError, ContenderProcess
from benchmarks.runner import measure
from benchmarks.workload import NUMPY, Role, seconds_per_step


def test_a_workload_is_measured_in_processes_of_their_own():
    regression = workload("A")
    contenders, _ = contenders_of(regression, peers=[])
    measurement = measure(regression, contenders, rounds=2, seconds=0.001, say=lambda _: None)
    assert list(measurement.taken) == ["engine", NUMPY]
    assert all(len(numbers) == 2 and min(numbers) > 0 for numbers in measurement.taken.values())


def test_a_process_reports_its_first_losses():
    with ContenderProcess("A", NUMPY, {}) as process:
        assert [loss for (loss,) in process.losses] == pytest.approx([41.0, 18.415, 8.274352])


def test_a_process_that_ends_is_an_error_with_its_last_words():
    with pytest.raises(ContenderFailedError, match=r"A: nobody ended with 1\.\n(.*\n)*.*StopIteration"):
        ContenderProcess("A", "nobody", {})


def test_equal_losses_pass_and_others_are_refused_by_name():
    check_losses("Z", {"engine": [[1.0], [0.5]], "numpy": [[1.0001], [0.5]]})
    with pytest.raises(LossMismatchError, match=r"Z: the loss of step 2 is 0\.51 with torch, but 0\.5 with engine"):
        check_losses("Z", {"engine": [[1.0], [0.5]], "numpy": [[1.0], [0.5]], "torch": [[1.0], [0.51]]})


def test_a_loss_that_is_no_number_is_refused():
    with pytest.raises(LossMismatchError, match="nan with torch"):
        check_losses("Z", {"engine": [[1.0]], "torch": [[float("nan")]]})


def test_results_of_another_size_are_refused():
    with pytest.raises(LossMismatchError, match="torch"):
        check_losses("Z", {"engine": [[1.0, 1.0]], "torch": [[1.0]]})


def test_peers_that_are_not_installed_are_left_out_with_how_to_install():
    regression = workload("A")
    absent = dataclasses.replace(regression.contender("torch eager"), library="no_such_library")
    changed = dataclasses.replace(regression, contenders=(*regression.contenders[:2], absent))
    present, missing = contenders_of(changed, peers=None)
    assert [one.name for one in present] == ["engine", NUMPY]
    assert missing == {
        "torch eager": 'no_such_library is not installed. Install the peers with: pip install ".[peers]"'
    }


def test_only_the_peers_asked_for_take_part():
    present, missing = contenders_of(workload("A"), peers=["numpy"])
    assert {one.role for one in present} == {Role.OURS, Role.LIMIT} and not missing


def test_names_choose_workloads():
    assert [one.key for one in chosen(["b", "A"])] == ["A", "B"]
    assert [one.key for one in chosen(["F"])] == ["F-1000", "F-1000-ready", "F-10000", "F-10000-ready"]
    assert [one.key for one in chosen(["F-1000"])] == ["F-1000", "F-1000-ready"]
    assert chosen([]) == list(WORKLOADS)
    assert chosen(["nothing"]) == []


def test_keys_and_names_are_unique():
    assert len({one.key for one in WORKLOADS}) == len(WORKLOADS)
    for one in WORKLOADS:
        assert len({contender.name for contender in one.contenders}) == len(one.contenders)


@pytest.mark.parametrize(("steps", "taken"), [(1, 1), (2, 3), (100, 110)])
def test_some_steps_go_before_those_that_are_timed(steps, taken):
    count = 0

    def step():
        nonlocal count
        count += 1

    seconds_per_step(step, steps)
    assert count == taken
