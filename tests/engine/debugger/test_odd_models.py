"""Whatever stands in a model, its run can be looked at and gone back in."""

from __future__ import annotations

import numpy as np
import pytest

import engine as tf
from engine.debugger.debugger import Debugger
from engine.debugger.explanations import explain
from engine.debugger.explanations.reason import Kind
from engine.graph import EngineError, Graph
from engine.model import Model
from engine.training.history import DEFAULT_MEMORY
from engine.training.run import TrainingRun
from tests.engine.debugger.looked_through import look_through
from tests.engine.debugger.odd_models import MODELS, moving_averages, odd_model


@pytest.mark.parametrize("build", MODELS, ids=lambda build: build.__name__)
def test_a_model_is_looked_through(build):
    look_through(lambda: TrainingRun(odd_model(build)))


def test_a_moving_average_reads_what_the_update_has_left():
    run = TrainingRun(odd_model(moving_averages))
    debugger = Debugger(run, DEFAULT_MEMORY)
    debugger.step_batch()
    step = debugger.step
    subtract = next(op for op in step.operations if op.name.endswith("AssignMovingAvg/sub_1"))
    average, w = (step.read_value(subtract, index) for index in (0, 1))
    assert np.array_equal(average, np.full((3, 2), 0.5, np.float32))  # what it was at first
    assert np.array_equal(w, run.values()["w"]) and not np.array_equal(w, average)
    assert np.array_equal(step.value(subtract.output), average - w)


def test_a_variable_that_is_changed_twice_is_told_at_each_time():
    with Graph().as_default() as graph:
        v = tf.Variable(1.0, name="v", trainable=False)
        w = tf.Variable(2.0, name="w")
        with tf.control_dependencies([tf.assign_add(v, 1.0)]):
            first = tf.identity(v.read_value() * 1.0, name="first")
            seen = v.read_value()
        with tf.control_dependencies([first, seen]):
            second = tf.assign_add(v, 10.0)
        with tf.control_dependencies([second]):
            third = v.read_value() * 1.0
        tf.train.GradientDescentOptimizer(0.1).minimize(w * first + seen + third)
    debugger = Debugger(TrainingRun(Model(graph)), DEFAULT_MEMORY)
    debugger.step_batch()
    step = debugger.step
    assert float(step.value(step.lowered(first))) == 2.0
    assert float(step.value(step.lowered(seen))) == 2.0
    assert float(step.value(step.lowered(third))) == 12.0


def test_a_gradient_that_no_update_needs_is_refused_in_a_sentence():
    with Graph().as_default() as graph:
        x = tf.constant([1.0, 2.0], name="x")
        far = tf.exp(x, name="far")
        near = tf.sin(far, name="near")
        w = tf.Variable([3.0, 4.0], name="w")
        v = tf.Variable(1.0, name="v", trainable=False)
        loss = tf.reduce_sum(w * near * v)
        tf.train.GradientDescentOptimizer(0.1).minimize(loss)
    debugger = Debugger(TrainingRun(Model(graph)), DEFAULT_MEMORY)
    debugger.step_batch()
    for tensor in (far, near, x):
        with pytest.raises(EngineError, match="gradient"):
            explain(debugger.step, debugger.step.lowered(tensor), (0,), Kind.GRADIENT)
