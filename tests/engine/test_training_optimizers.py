"""Optimizers that a person places: each trains the example, and a reset begins with fresh slots."""

import numpy as np
import pytest

from engine.formats import load_graph_file
from engine.graph import NodeKind, declarations
from engine.training.check import check_model
from engine.training.run import TrainingRun, find_optimizer
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
    state, epoch = run.state(), run.epoch
    later = [run.train_epoch() for _ in range(5)]
    other = TrainingRun(model_with(op_type))
    other.restore_state(state, epoch)
    assert [other.train_epoch() for _ in range(5)] == later
    run.restore_state(state, epoch)
    assert [run.train_epoch() for _ in range(5)] == later
    assert all(np.array_equal(run.values()[name], other.values()[name]) for name in run.values())
