"""Stepping, running, going back and running on again give the numbers of the straight run, bit for bit."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

import engine as tf
from engine.debugger.debugger import Debugger
from engine.debugger.moment import Moment
from engine.formats import load_graph_file
from engine.graph import Graph, InvalidArgumentError, NonFiniteError
from engine.model import Model, RunSettings, TypedValues
from engine.ops.families import FAMILIES
from engine.training.history import DEFAULT_MEMORY, History
from engine.training.run import TrainingRun
from tests.engine.debugger.states import fingerprint, straight_run
from tests.engine.models import classifier, linear_regression

EXAMPLES = Path(__file__).parents[3] / "resources" / "examples"


def example(name: str) -> TrainingRun:
    return TrainingRun(load_graph_file(EXAMPLES / f"{name}.graph"), EXAMPLES)


def noisy(optimizer: str = "Adam", **settings) -> Model:
    """The classifier with dropout, seeded and unseeded noise, shuffled mini-batches and any optimizer."""
    model = classifier(batch_size=16, seed=3, **settings)
    graph: Graph = model.graph
    old = graph.operation("train")
    logits = graph.operation("logits").output
    keep = graph.apply("Cast", graph.apply("Less", graph.apply("RandomUniformLike", logits), 0.8), dtype="float32")
    noise = graph.apply("RandomNormal", seed=5, stddev=0.1)
    loss = graph.apply("ReduceMean", graph.apply("Square", logits * keep - graph.operation("y").output)) + noise * noise
    graph.remove(old)
    inputs = {"loss": loss}
    if optimizer == "AdagradDA":
        attributes = {"dtype": "int64", "initial_value": 1, "trainable": False}
        inputs["global_step"] = graph.create("Variable", attributes=attributes, name="global_step").output
    graph.create(optimizer, inputs, name="train")
    return model


def random_seeks(run: TrainingRun, prints: list[str], count: int, seed: int = 0) -> None:
    """Goes to random moments of a run that has been trained, and now and then runs on from there."""
    chance = random.Random(seed)
    debugger = Debugger(run, DEFAULT_MEMORY)
    while run.step < len(prints) - 1:
        run.train_step()
    assert fingerprint(run) == prints[-1]
    debugger.arrive()
    operations = len(debugger.step.operations)
    for _ in range(count):
        step, operation = chance.randrange(len(prints) - 1), chance.randrange(operations + 1)
        debugger.seek(Moment(*divmod(step, run.batches_per_epoch), operation))
        if operation == 0:
            assert fingerprint(run) == prints[step]
        action = chance.randrange(4)
        if action == 0:  # the rest of the step at full speed
            if operation < operations:
                debugger.step_batch()
            debugger.leave_step()
            assert fingerprint(run) == prints[step + 1]
        elif action == 1 and step + 3 < len(prints):
            debugger.leave_step()  # the step that was begun is carried out
            while run.step < step + 3:
                run.train_step()
            assert fingerprint(run) == prints[step + 3]
        elif action == 2:
            debugger.step_batch(-1)
            assert fingerprint(run) == prints[step if operation else max(step - 1, 0)] or step == 0


@pytest.mark.parametrize("name", ["linear_regression", "xor", "digits"])
def test_a_thousand_random_seeks_in_200_epochs_give_the_states_of_the_straight_run(name):
    prints = straight_run(example(name), 200)
    run = example(name)
    chance = random.Random(1)
    debugger = Debugger(run, DEFAULT_MEMORY)
    while run.step < len(prints) - 1:
        run.train_step()
    for _ in range(1000):
        step, operation = chance.randrange(len(prints) - 1), chance.choice((0, 0, 3, 7, 1000))
        debugger.seek(Moment(*divmod(step, run.batches_per_epoch), operation))
        if operation == 0:
            assert fingerprint(run) == prints[step]
        else:
            debugger.leave_step()
            assert fingerprint(run) == prints[step + 1]


def network(kind: str) -> Model:
    """A small network whose fast step could round otherwise than its operations do."""
    generator = np.random.default_rng(2)
    labels = np.eye(3)[generator.integers(0, 3, 12)]
    shape = {"convolution": [12, 6, 6, 2], "recurrent": [12, 5, 4], "dense": [12, 7]}[kind]
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float32, [None, *shape[1:]], name="x")
        y = tf.placeholder(tf.float32, [None, 3], name="y")
        hidden = x
        if kind == "convolution":
            kernel = tf.Variable(generator.normal(size=(3, 3, 2, 4)).astype(np.float32), name="kernel")
            hidden = tf.nn.relu(tf.nn.conv2d(x, kernel, [1, 1, 1, 1], "SAME"))
            hidden = tf.layers.flatten(tf.nn.max_pool(hidden, [1, 2, 2, 1], [1, 2, 2, 1], "VALID"))
        elif kind == "recurrent":
            _, hidden = tf.nn.dynamic_rnn(tf.nn.rnn_cell.GRUCell(6), x, dtype=tf.float32)
        logits = tf.layers.dense(hidden, 3, name="logits")
        loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=logits), name="loss")
        tf.train.AdamOptimizer(0.01).minimize(loss)
    points = np.round(generator.normal(size=shape), 3)
    data = {"x": TypedValues(str(points.tolist())), "y": TypedValues(str(labels.tolist()))}
    return Model(graph, data=data, run=RunSettings(batch_size=8, seed=1))


@pytest.mark.parametrize("kind", ["convolution", "recurrent", "dense"])
def test_a_network_is_looked_at_as_it_is_trained(kind):
    prints = straight_run(TrainingRun(network(kind)), 6)
    random_seeks(TrainingRun(network(kind)), prints, 40)
    run = TrainingRun(network(kind))
    debugger = Debugger(run, DEFAULT_MEMORY)
    for expected in prints[1:]:
        debugger.observe_step()
        debugger.leave_step()
        assert fingerprint(run) == expected


OPTIMIZERS = FAMILIES["optimizers"]


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_with_dropout_noise_and_shuffling_is_sought(optimizer):
    prints = straight_run(TrainingRun(noisy(optimizer)), 8)
    assert len(set(prints)) == len(prints)
    random_seeks(TrainingRun(noisy(optimizer)), prints, 60)


def test_each_operation_stepped_over_gives_the_states_of_the_straight_run():
    prints = straight_run(TrainingRun(noisy()), 3)
    run = TrainingRun(noisy())
    debugger = Debugger(run, DEFAULT_MEMORY)
    for step in range(len(prints) - 1):
        assert debugger.moment == Moment(*divmod(step, run.batches_per_epoch), 0)
        assert fingerprint(run) == prints[step]
        values = []
        for _ in debugger.step.operations:
            debugger.step_operation()
            values.append(debugger.step.operations[debugger.step.done - 1])
        assert values == list(debugger.step.operations)
        if step % 3 == 0:  # there and back again, operation by operation
            for _ in range(debugger.step.done):
                debugger.step_operation(-1)
            assert fingerprint(run) == prints[step]
            debugger.step_batch()
        debugger.leave_step()
    assert fingerprint(run) == prints[-1]


def test_a_variable_keeps_its_value_from_before_the_step_for_those_that_read_it():
    run = TrainingRun(linear_regression())
    debugger = Debugger(run, DEFAULT_MEMORY)
    debugger.step_batch()
    step = debugger.step
    product = next(op for op in step.operations if op.name == "product")
    assert step.value(product.inputs[0]).tolist() == [4.5]
    assert step.read_value(product, 0).tolist() == [1.0]


def test_gradients_stand_beside_what_they_are_the_gradients_of():
    run = TrainingRun(linear_regression())
    debugger = Debugger(run, DEFAULT_MEMORY)
    debugger.step_batch()
    step, graph = debugger.step, run.graph
    of = {name: step.gradient(step.lowered(graph.operation(name).output)) for name in ("W", "b", "error", "cost")}
    assert step.value(of["W"]).tolist() == [-35.0] and step.value(of["b"]).tolist() == [-12.0]
    assert step.value(of["error"]).tolist() == [-1.5, -2.5, -3.5, -4.5]
    assert step.value(of["cost"]).tolist() == 1.0
    product = step.lowered(graph.operation("product").output).op
    flowing = step.contribution(product, 0)
    assert step.value(flowing).tolist() == [-35.0]


def test_nothing_is_computed_before_its_turn():
    debugger = Debugger(TrainingRun(linear_regression()), DEFAULT_MEMORY)
    for done, op in enumerate(debugger.step.operations):
        assert debugger.step.done == done
        assert debugger.step.value(op.output) is None
        debugger.step_operation()
        assert debugger.step.value(op.output) is not None


def test_phases_come_in_turn():
    for model in (linear_regression(), noisy("Momentum"), noisy("RMSProp")):
        phases = [op.phase for op in Debugger(TrainingRun(model), DEFAULT_MEMORY).step.operations]
        assert phases == sorted(phases, key=("forward", "backward", "update").index)


def test_observed_steps_among_fast_ones_change_nothing():
    prints = straight_run(TrainingRun(noisy()), 5)
    run = TrainingRun(noisy())
    debugger = Debugger(run, DEFAULT_MEMORY)
    while run.step < len(prints) - 1:
        if run.step % 3 == 1:
            debugger.observe_step()
            debugger.leave_step()
        else:
            run.train_step()
        assert fingerprint(run) == prints[run.step]


def test_key_frames_are_thinned_and_every_moment_stays_in_reach():
    straight = TrainingRun(linear_regression())
    losses = [straight.train_epoch() for _ in range(20_000)]
    run = TrainingRun(linear_regression())
    debugger = Debugger(run, 20_000)
    seen = []
    for _ in losses:
        seen.append(run.train_epoch())
        assert run.history.nbytes <= 20_000
    assert seen == losses
    for epoch in (0, 1, 63, 64, 7_777, 19_999):
        debugger.seek(Moment(epoch, 0, 1000))
        assert float(debugger.step.value(debugger.step.loss)) == losses[epoch]
    assert len(run.history) >= 3


def test_a_smaller_memory_thins_what_was_recorded():
    run = TrainingRun(classifier())
    run.record_history(1 << 20)
    for _ in range(5000):
        run.train_step()
    count = len(run.history)
    run.history.memory = run.history.nbytes // 4
    assert 2 <= len(run.history) < count and run.history.first == 0


def test_a_history_that_holds_less_than_one_frame_still_goes_back():
    run = TrainingRun(linear_regression())
    debugger = Debugger(run, 1)
    losses = [run.train_epoch() for _ in range(500)]
    debugger.seek(Moment(250, 0, 1000))
    assert float(debugger.step.value(debugger.step.loss)) == losses[250]


def test_places_out_of_the_run_are_refused_in_sentences():
    debugger = Debugger(TrainingRun(linear_regression()), DEFAULT_MEMORY)
    debugger.run.train_epoch()
    for moment in (Moment(2, 0, 0), Moment(0, 1, 0), Moment(-1, 0, 0)):
        with pytest.raises(InvalidArgumentError):
            debugger.seek(moment)
    debugger.seek(Moment(0, 0, 0))
    with pytest.raises(InvalidArgumentError, match="nothing before it"):
        debugger.step_operation(-1)


def test_a_step_whose_loss_is_not_finite_can_be_looked_at():
    model = linear_regression()
    model.graph.set_attribute(model.graph.operation("train"), "learning_rate", 1e30)
    run = TrainingRun(model)
    debugger = Debugger(run, DEFAULT_MEMORY)
    with pytest.raises(NonFiniteError):
        for _ in range(100):
            run.train_step()
    debugger.arrive_at_failure()
    assert not np.isfinite(debugger.step.value(debugger.step.loss))
    with pytest.raises(NonFiniteError):
        debugger.step_operation()
    debugger.step_batch(-1)
    assert debugger.step.done == 0


def test_history_forgets_what_a_reset_run_was():
    run = TrainingRun(linear_regression())
    run.record_history()
    before = fingerprint(run)
    for _ in range(300):
        run.train_step()
    run.reset()
    assert len(run.history) == 1 and isinstance(run.history, History)
    assert fingerprint(run) == before


def test_what_cannot_be_taken_back_is_stepped_forwards_only(capfd):
    model = linear_regression()
    graph = model.graph
    cost, train = graph.operation("cost").output, graph.operation("train")
    printed = graph.create("Print", {"x": cost, "data": [cost]}, name="shown").output
    graph.connect(printed, train, "loss")
    run = TrainingRun(model)
    debugger = Debugger(run, DEFAULT_MEMORY)
    debugger.step_batch()
    with pytest.raises(InvalidArgumentError, match="shown"):
        debugger.step_operation(-1)
    debugger.leave_step()
    run.train_epoch()
    capfd.readouterr()
    debugger.arrive()  # nothing is printed again
    assert capfd.readouterr().err == ""
    with pytest.raises(InvalidArgumentError, match="shown"):
        debugger.seek(Moment(0, 0, 0))


def test_operations_tell_what_they_are_there_for():
    step = Debugger(TrainingRun(linear_regression()), DEFAULT_MEMORY).step
    meanings = [step.meaning(op) for op in step.operations]
    assert meanings[-8:] == ["", "∂cost/∂error", "", "∂cost/∂W", "∂cost/∂b", "", "", "b ←", "W ←"][-8:]
