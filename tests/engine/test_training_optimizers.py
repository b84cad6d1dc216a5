"""Optimizers that a person places: each trains the example, and a reset begins with fresh slots."""

import numpy as np
import pytest

import engine as tf
from engine.formats import load_graph_file
from engine.formats.graph_file import model_from_bytes, model_to_bytes
from engine.graph import NodeKind, declarations
from engine.model import Model, TypedValues
from engine.training.check import check_model
from engine.training.optimizer_node import find_optimizer
from engine.training.run import TrainingRun
from tests.data.build_examples import EXAMPLES
from tests.engine.models import classifier

#: Learning rates with which each learns in 300 epochs.
RATES = {
    "GradientDescent": 1.0,
    "Momentum": 0.3,
    "Adam": 0.05,
    "RMSProp": 0.03,
    "Adagrad": 0.5,
    "Adadelta": 30.0,
    "Ftrl": 0.5,
    "ProximalGradientDescent": 1.0,
    "ProximalAdagrad": 0.5,
    "AdagradDA": 0.5,
}


#: They begin at 0 whatever the initial values are, where XOR cannot be learned; a straight line between points can.
FROM_ZERO = ("Ftrl", "AdagradDA")


def model_with(op_type):
    model = classifier() if op_type in FROM_ZERO else load_graph_file(EXAMPLES / "xor.graph")
    graph, old = model.graph, find_optimizer(model)
    loss = old.input("loss")
    graph.remove(old)
    train = graph.add(op_type, "train", {"learning_rate": RATES[op_type]})
    graph.connect(loss, train, "loss")
    if op_type == "AdagradDA":
        graph.connect(graph.add("Constant", "step", {"value": 0, "dtype": "int64"}).output, train, "global_step")
    return model


def test_every_optimizer_is_tried():
    assert set(RATES) == {each.type for each in declarations() if each.kind is NodeKind.OPTIMIZER}


@pytest.mark.parametrize("op_type", RATES)
def test_an_example_is_learned_and_learned_again_after_a_reset(op_type):
    model = model_with(op_type)
    assert check_model(model) == []
    run = TrainingRun(model)
    first = [run.train_epoch() for _ in range(300)]
    assert first[-1] < 0.5 * first[0], first[-1]
    assert set(run.values()) == {op.name for op in model.graph.get_operations() if op.type == "Variable"}
    run.reset()
    assert [run.train_epoch() for _ in range(300)] == first


@pytest.mark.parametrize("op_type", ["Adam", "RMSProp", "Ftrl"])
def test_a_state_that_was_kept_goes_on_as_it_did(op_type):
    run = TrainingRun(model_with(op_type))
    for _ in range(5):
        run.train_epoch()
    state = run.full_state()
    later = [run.train_epoch() for _ in range(5)]
    other = TrainingRun(model_with(op_type))
    other.adopt(state)
    assert [other.train_epoch() for _ in range(5)] == later
    run.restore_full_state(state)
    assert [run.train_epoch() for _ in range(5)] == later
    assert all(np.array_equal(run.values()[name], other.values()[name]) for name in run.values())


def program(make_train):
    """A model that a program has built: a line through points, trained as ``make_train(loss)`` says."""
    tf.reset_default_graph()
    x, y = tf.placeholder(tf.float32, [None], name="x"), tf.placeholder(tf.float32, [None], name="y")
    w, b = tf.Variable(0.0, name="w"), tf.Variable(0.0, name="b")
    make_train(tf.reduce_mean(tf.square(w * x + b - y), name="loss"))
    data = {"x": TypedValues("0, 1, 2"), "y": TypedValues("1, 3, 5")}
    return model_from_bytes(model_to_bytes(Model(tf.get_default_graph(), data=data)), "the program's graph")


def test_gradients_that_a_program_changed_are_followed():
    def train(loss):
        optimizer = tf.train.AdamOptimizer(0.1)
        optimizer.apply_gradients([(tf.minimum(g, 1.0), v) for g, v in optimizer.compute_gradients(loss)])

    model = program(train)
    assert check_model(model) == []
    run = TrainingRun(model)
    assert run.loss_name == "loss"
    losses = [run.train_epoch() for _ in range(200)]
    assert losses[-1] < 1e-2 < losses[0]


def test_the_global_step_grows_with_the_run():
    def train(loss):
        step = tf.train.get_or_create_global_step()
        rate = tf.train.exponential_decay(0.1, step, 1, 0.5)
        tf.train.GradientDescentOptimizer(rate).minimize(loss, global_step=step)

    model = program(train)
    run = TrainingRun(model)
    values = []
    for _ in range(3):
        run.train_epoch()
        values.append(float(run.values()["b"]))
    assert run.values()["global_step"] == 3
    expected, w, b = [], 0.0, 0.0
    x, y = np.array([0.0, 1.0, 2.0]), np.array([1.0, 3.0, 5.0])
    for step in range(3):
        error = 2 * (w * x + b - y) / 3 * 0.1 * 0.5**step
        w, b = w - float(error @ x), b - float(error.sum())
        expected.append(b)
    np.testing.assert_allclose(values, expected, rtol=1e-5)
    run.reset()
    assert run.values()["global_step"] == 0
