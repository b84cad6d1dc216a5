"""Whatever stands in a model, its run can be looked at and gone back in."""

from __future__ import annotations

import random

import numpy as np
import pytest

import engine as tf
from engine.debugger.debugger import Debugger
from engine.debugger.explanations import explain
from engine.debugger.explanations.reason import Kind
from engine.debugger.gradient_check.check import check_gradients
from engine.debugger.moment import Moment
from engine.graph import EngineError, Graph, NonFiniteError
from engine.model import Model, RunSettings, TypedValues
from engine.training.history import DEFAULT_MEMORY
from engine.training.run import TrainingRun
from tests.engine.debugger.looked_through import assert_conditions_are_read, assert_explained, look_through
from tests.engine.debugger.odd_models import MODELS, assigned_within, moving_averages, odd_model
from tests.engine.debugger.states import fingerprint
from tests.engine.debugger.watching import causes


@pytest.mark.parametrize("build", MODELS, ids=lambda build: build.__name__)
def test_a_model_is_looked_through(build):
    look_through(lambda: TrainingRun(odd_model(build)))


@pytest.mark.parametrize("build", [build for build in MODELS if build is not assigned_within], ids=lambda b: b.__name__)
def test_a_healthy_model_has_right_gradients_and_raises_no_alarm(build):
    checked = check_gradients(TrainingRun(odd_model(build)), samples=3, seed=1)
    assert checked.is_right, [node.sentence for node in checked.nodes if not node.is_right]
    assert [cause.sentence for cause in causes(odd_model(build), 30)] == []


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


def test_the_cursor_stands_at_an_operation_that_fails_and_goes_back_from_there():
    def run() -> TrainingRun:
        with Graph().as_default() as graph:
            label = tf.placeholder(tf.int64, [None], name="label")
            table = tf.Variable(np.ones((4, 2), np.float32), name="table")
            scaled = tf.multiply(table, 2.0, name="scaled")
            loss = tf.reduce_mean(tf.square(tf.gather(scaled, label, name="picked")))
            tf.train.AdamOptimizer(0.1).minimize(loss)
        data = {"label": TypedValues("[0, 1, 2, 9]")}  # there is no row 9
        return TrainingRun(Model(graph, data=data, run=RunSettings(batch_size=2)))

    debugger = Debugger(run(), DEFAULT_MEMORY)
    begin = fingerprint(debugger.run)
    debugger.step_batch()
    for _ in range(2):
        with pytest.raises(EngineError, match="9 is not in") as caught:
            debugger.step_batch()
        assert caught.value.node == "picked"
        assert debugger.moment == Moment(0, 1, 1) and debugger.step.operations[1].node_name == "picked"
    debugger.step_operation(-1)
    assert debugger.moment == Moment(0, 1, 0)
    debugger.step_batch(-1)
    assert debugger.moment == Moment(0, 0, 0) and fingerprint(debugger.run) == begin

    debugger = Debugger(run(), DEFAULT_MEMORY)
    with pytest.raises(EngineError):
        debugger.run.train_epoch()
    with pytest.raises(EngineError):
        debugger.arrive_at_failure()
    assert debugger.moment == Moment(0, 1, 1)
    debugger.seek(Moment(0, 0, 0))
    assert fingerprint(debugger.run) == begin


def test_the_rows_of_a_pipeline_are_not_taken_back():
    with Graph().as_default() as graph:
        rows = tf.data.Dataset.from_tensor_slices(np.arange(6, dtype=np.float32)).repeat().batch(2)
        w = tf.Variable(1.0, name="w")
        loss = tf.reduce_mean(tf.square(rows.make_one_shot_iterator().get_next() * w - 1))
        tf.train.GradientDescentOptimizer(0.01).minimize(loss)
    debugger = Debugger(TrainingRun(Model(graph)), DEFAULT_MEMORY)
    debugger.step_batch()
    debugger.step_operation()
    for back in (debugger.step_operation, debugger.step_phase, debugger.step_batch, debugger.step_epoch):
        with pytest.raises(EngineError, match="cannot go back"):
            back(-1)
        assert debugger.moment == Moment(1, 0, 1)
    with pytest.raises(EngineError, match="cannot go back"):
        debugger.seek(Moment(0, 0, 0))
    debugger.step_batch()
    assert debugger.moment == Moment(1, 0, len(debugger.step.operations))
    assert_explained(debugger.step, random.Random(1))
    assert_conditions_are_read(debugger)


def test_a_failed_step_is_not_carried_out_again_with_other_rows_of_a_pipeline():
    with Graph().as_default() as graph:
        rows = tf.data.Dataset.from_tensor_slices(np.array([1, 2, 3, 0, 5], np.float32)).repeat().batch(1)
        w = tf.Variable(1.0, name="w")
        loss = tf.reduce_mean(tf.log(rows.make_one_shot_iterator().get_next()) * w)
        tf.train.GradientDescentOptimizer(0.001).minimize(loss)
    debugger = Debugger(TrainingRun(Model(graph)), DEFAULT_MEMORY)
    with pytest.raises(NonFiniteError):
        for _ in range(4):
            debugger.run.train_step()
    debugger.arrive_at_failure()
    assert debugger.moment == Moment(3, 0, 0)
    assert np.isinf(debugger.run.values()["w"])  # as the failed step has left it


def test_an_element_that_meets_a_sum_of_others_is_paired_with_none_of_them():
    left, right = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0, 10.0], [100.0, 1000.0]])
    with Graph().as_default() as graph:
        x, y = tf.Variable(left, name="x"), tf.constant(right, name="y")
        sums = tf.einsum("ij,jk->i", x, y, name="sums")
        tf.train.GradientDescentOptimizer(0.1).minimize(tf.reduce_sum(sums))
    debugger = Debugger(TrainingRun(Model(graph)), DEFAULT_MEMORY)
    debugger.step_phase(2)
    step = debugger.step
    reason = explain(step, step.lowered(sums), (1,))
    factors = {(term.elements[0].tensor, term.elements[0].index): term.factor for term in reason.terms}
    assert factors[("x:0", (1, 0))] == 11.0 and factors[("x:0", (1, 1))] == 1100.0
    assert factors[("y:0", (0, 0))] == factors[("y:0", (0, 1))] == 3.0
    back = explain(step, step.lowered(graph.get_tensor_by_name("x:0")), (1, 1), Kind.GRADIENT)
    assert back.total == float(back.element.value) == 1100.0
