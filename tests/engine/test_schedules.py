"""Learning rates that change, moving averages, the global step: TensorFlow's numbers and names."""

import json
from pathlib import Path

import numpy as np
import pytest

import engine as tf
from tests.engine import schedule_programs as programs

RECORDED = json.loads((Path(__file__).parent / "recorded" / "schedules.json").read_text())


@pytest.fixture(autouse=True)
def fresh_graph():
    tf.reset_default_graph()


@pytest.mark.parametrize("which", programs.SCHEDULES)
def test_rates_as_tensorflow(which):
    found, recorded = programs.schedule(tf, which), RECORDED["schedules"][which]
    np.testing.assert_allclose(found["values"], recorded["values"], rtol=2e-5, atol=1e-8)
    if "/" not in recorded["name"]:
        assert found["name"] == recorded["name"]


def test_pieces_as_tensorflow():
    assert programs.pieces(tf) == RECORDED["pieces"]


def test_averages_as_tensorflow():
    found, recorded = programs.averages(tf), RECORDED["averages"]
    for ours, theirs in zip(found.pop("values"), recorded.pop("values"), strict=True):
        for one, other in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-5)
    assert found == recorded


@pytest.mark.parametrize(
    ("staircase", "expected"), [(False, [0.1, 0.0707, 0.05, 0.01768]), (True, [0.1, 0.1, 0.05, 0.025])]
)
def test_exponential_decay_digit_for_digit(staircase, expected):
    step = tf.Variable(0, trainable=False)
    rate = tf.train.exponential_decay(0.1, step, 10, 0.5, staircase=staircase)
    session = tf.Session()
    found = [float(session.run(rate, {step: number})) for number in (0, 5, 10, 25)]
    assert [round(value, 5 if value < 0.02 else 4) for value in found] == expected


def test_a_rate_that_follows_the_global_step():
    step = tf.train.get_or_create_global_step()
    w = tf.Variable(0.0)
    rate = tf.train.piecewise_constant(step, [1], [1.0, 0.25])
    train = tf.train.GradientDescentOptimizer(rate).minimize(-w, global_step=step)
    session = tf.Session()
    session.run(tf.global_variables_initializer())
    values = []
    for _ in range(4):
        session.run(train)
        values.append(float(session.run(w)))
    assert values == [1, 2, 2.25, 2.5]
    assert tf.train.global_step(session, step) == 4


def test_the_global_step():
    assert tf.train.get_global_step() is None
    step = tf.train.create_global_step()
    assert (step.op.name, step.dtype, step.trainable) == ("global_step", tf.int64, False)
    assert tf.train.get_global_step().op is step.op
    assert tf.train.get_or_create_global_step().op is step.op
    with pytest.raises(ValueError, match='"global_step" already exists'):
        tf.train.create_global_step()
    with pytest.raises(TypeError, match="does not have integer type"):
        tf.train.assert_global_step(tf.Variable(1.0))
    with pytest.raises(TypeError, match="is not scalar"):
        tf.train.assert_global_step(tf.Variable([1]))


def test_what_a_schedule_needs():
    with pytest.raises(ValueError, match="global_step is required for exponential_decay"):
        tf.train.exponential_decay(0.1, None, 10, 0.5)
    with pytest.raises(ValueError, match="The length of boundaries should be 1 less than the length of values"):
        tf.train.piecewise_constant(tf.constant(1), [1], [0.1])
    with pytest.raises(TypeError, match="The variables must be half, float, or double"):
        tf.train.ExponentialMovingAverage(0.9).apply([tf.Variable(1)])
