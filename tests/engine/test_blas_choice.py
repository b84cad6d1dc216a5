"""On how many threads the matrix library computes steps: tried out, and never where it changes the numbers."""

import numpy as np
import pytest

from engine.runtime import blas_choice
from engine.runtime.blas_threads import blas_at_one_thread

ONE, SEVERAL = "one", "several"


class Machine:
    """Steps that take as long as it says, on one thread or on several."""

    def __init__(self, monkeypatch, seconds):
        self.seconds = dict(seconds)
        self.ways = []
        self.now = 0.0
        monkeypatch.setattr(blas_choice, "perf_counter", lambda: self.now)

    def step(self):
        way = ONE if blas_at_one_thread._inside else SEVERAL
        self.ways.append(way)
        self.now += self.seconds[way]

    def run(self, choice, times):
        self.ways.clear()
        for _ in range(times):
            choice.run(self.step)
        return self.ways


def square():
    return np.ones((128, 128), np.float32)


@pytest.fixture
def choice():
    return blas_choice.BlasChoice([(square(), square())], same_bits=True)


@pytest.fixture
def same_bits(monkeypatch):
    monkeypatch.setattr(blas_choice, "_has_same_bits", lambda *layouts: True)


def test_free_cores_are_all_used_and_one_thread_is_tried_ever_less_often(monkeypatch, choice, same_bits):
    machine = Machine(monkeypatch, {ONE: 2.0, SEVERAL: 1.0})
    ways = machine.run(choice, 2000)
    tries = [place for place, way in enumerate(ways) if way == ONE]
    assert 0 < len(tries) < 10
    gaps = np.diff(tries)
    assert (np.diff(gaps) > 0).all()


def test_busy_cores_are_noticed_and_free_ones_again(monkeypatch, choice, same_bits):
    machine = Machine(monkeypatch, {ONE: 2.0, SEVERAL: 1.0})
    machine.run(choice, 500)
    machine.seconds = {ONE: 4.0, SEVERAL: 60.0}
    ways = machine.run(choice, 300)
    assert ways.count(SEVERAL) < 20 and ways[-100:].count(SEVERAL) < 3
    machine.seconds = {ONE: 2.0, SEVERAL: 1.0}
    assert machine.run(choice, 10_000)[-1000:].count(SEVERAL) > 990


def test_products_that_are_rounded_in_another_way_are_left_to_the_library(monkeypatch, choice):
    monkeypatch.setattr(blas_choice, "_has_same_bits", lambda *layouts: False)
    machine = Machine(monkeypatch, {ONE: 1.0, SEVERAL: 60.0})
    assert set(machine.run(choice, 300)) == {SEVERAL}


def test_where_numbers_need_not_be_the_same_every_time_the_clock_alone_decides(monkeypatch):
    monkeypatch.setattr(blas_choice, "_has_same_bits", lambda *layouts: False)
    machine = Machine(monkeypatch, {ONE: 1.0, SEVERAL: 60.0})
    free = blas_choice.BlasChoice([(square(), square())], same_bits=False)
    assert machine.run(free, 300).count(SEVERAL) < 20


@pytest.mark.parametrize("rows", [(True, True), (False, True), (True, False)])
def test_the_check_says_what_the_library_does(rows):
    x, y = (np.dtype(np.float32).str, (128, 256)), (np.dtype(np.float32).str, (256, 64))
    said = blas_choice._has_same_bits(x[1], x[0], rows[0], y[1], y[0], rows[1])
    rng = np.random.default_rng(5)
    a, b = (rng.standard_normal(shape).astype(np.float32) for _, shape in (x, y))
    a, b = (each if row else np.asfortranarray(each) for each, row in zip((a, b), rows, strict=True))
    with blas_at_one_thread:
        alone = np.dot(a, b)
    assert said == np.array_equal(alone, np.dot(a, b))


def test_an_error_in_a_step_leaves_the_threads_as_they_were(choice, same_bits):
    def fails():
        raise ValueError("no")

    for _ in range(10):
        with pytest.raises(ValueError, match="no"):
            choice.run(fails)
    assert blas_at_one_thread._inside == 0
