"""The training step as a graph of its own: what stands in it, and that it gives the engine's numbers bit for bit."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import engine as tf
from engine.debugger.debugger import Debugger
from engine.formats import load_graph_file, model_from_bytes, model_to_bytes
from engine.formats.program import model_of
from engine.graph import GraphError
from engine.model import Model, RunSettings
from engine.training.check import check_model
from engine.training.optimizer_node import find_optimizer, loss_of
from engine.training.run import TrainingRun
from engine.training.step_graph import build_step_graph
from tests.data.build_examples import EXAMPLES
from tests.engine.models import classifier, linear_regression
from tests.engine.test_training_optimizers import RATES, model_with
from tests.engine.trained_programs import TrainingStep
from tests.engine.variants import bits

MEMORY = 1 << 20


def reloaded(step, folder=None):
    """The step's model after it was saved and opened again; nothing is wrong with it."""
    model = model_from_bytes(model_to_bytes(step.model), "step.graph")
    assert check_model(model, folder) == []
    return model


def tensors_of(graph):
    return {tensor.name: tensor for op in graph.get_operations() for tensor in op.outputs}


def assert_same_as_the_engine(model, folder=None, batches=3):
    """Every value of every operation of some training steps, and the variables and slots after each, bit for bit."""
    step = build_step_graph(model, folder)
    saved = reloaded(step, folder)
    tensors = tensors_of(saved.graph)
    run = TrainingRun(model, folder)
    debugger = Debugger(run, MEMORY)
    session = tf.Session(graph=saved.graph, seed=run.settings.seed)
    session.initialize()
    for _ in range(batches):
        observed = debugger.step
        observed.go_to(len(observed.operations))
        ran = [op for op in observed.operations if op.outputs]
        assert {(op.name, op.type) for op in ran} <= {(op.name, op.type) for op in saved.graph.get_operations()}
        expected = {tensor.name: observed.value(tensor) for op in ran for tensor in op.outputs}
        feeds = {
            tensors[op.output.name]: observed.value(op.output)
            for op in observed.graph.get_operations()
            if op.type == "Placeholder" and op.output.name in tensors
        }
        found, _ = session.run([{name: tensors[name] for name in expected}, list(step.updates)], feeds)
        assert bits(found) == bits(expected)
        totals = {
            tensor.name: observed.gradient(tensor) for op in observed.graph.get_operations() for tensor in op.outputs
        }
        assert step.gradients == {name: total.name for name, total in totals.items() if total is not None}
        debugger.leave_step()
        after = {op.name: array for op, array in run.full_state().variables.arrays.items()}
        variables = [op.name for op in saved.graph.get_operations() if op.type == "Variable"]
        assert set(variables) <= set(after)
        assert bits({name: session.value(saved.graph.operation(name)) for name in variables}) == bits(
            {name: after[name] for name in variables}
        )


# --- what stands in it ---------------------------------------------------------------------------------------------


def test_the_tutorials_step():
    step = build_step_graph(linear_regression())
    graph = step.model.graph
    assert [op.name for op in graph.get_operations() if op.phase == "forward"] == [
        *("x", "y", "W", "b", "product", "hypothesis", "error", "squared_error", "cost")
    ]
    assert step.loss == "cost"
    assert step.updates == ("train/updates",)
    assert step.origins["gradients/product_grad/mul"] == "product"
    assert step.origins["train/update_W/AssignSub"] == "train"
    assert set(step.origins) == {op.name for op in graph.get_operations() if op.phase != "forward"}
    assert step.gradients["W:0"] == "gradients/product_grad/SumToShapeOf:0"
    assert graph.operation("gradients/product_grad/SumToShapeOf").inputs[0].op.name == "gradients/product_grad/mul"
    assert "gradients/product_grad/mul" in step.generated_from("product")


def test_the_tutorials_numbers():
    """Gradients of -35 and -12, and variables of 4.5 and 2.2 after the first step."""
    step = build_step_graph(linear_regression())
    session = tf.Session(graph=reloaded(step).graph)
    session.initialize()
    feeds = {"x:0": [1, 2, 3, 4], "y:0": [5, 8, 11, 14]}
    gradients, cost, _ = session.run(
        [[step.gradients["W:0"], step.gradients["b:0"]], step.loss + ":0", list(step.updates)], feeds
    )
    assert [gradient.tolist() for gradient in gradients] == [[-35.0], [-12.0]]
    assert cost == 41.0
    np.testing.assert_array_equal(session.run(["W:0", "b:0"]), np.array([[4.5], [2.2]], np.float32))


def test_where_paths_join_a_sum_is_seen():
    model = linear_regression()
    graph, cost = model.graph, model.graph.operation("cost").output
    penalty = graph.apply("ReduceSum", graph.apply("Square", graph.operation("W").output))
    graph.connect(graph.apply("Add", cost, penalty), graph.operation("train"), "loss")
    step = build_step_graph(model)
    joined = step.model.graph.operation("gradients/add_paths")
    assert step.gradients["W:0"] == "gradients/add_paths:0"
    assert step.origins["gradients/add_paths"] == "W"
    assert joined.type == "Add"


def test_it_is_right_for_other_numbers_of_rows():
    step = build_step_graph(linear_regression())
    assert step.model.graph.operation("x").attributes["shape"].as_list() == [None]
    session = tf.Session(graph=reloaded(step).graph)
    session.initialize()
    gradient = session.run(step.gradients["b:0"], {"x:0": [1.0, 2], "y:0": [5.0, 8]})
    np.testing.assert_array_equal(gradient, [2 * np.mean([2 - 5, 3 - 8])])


def test_slots_are_variables_and_unneeded_nodes_stay_away():
    model = model_with("Adam")
    step = build_step_graph(model)
    slots = [op for op in step.model.graph.get_operations() if op.type == "Variable" and op.phase == "update"]
    assert {op.name.rpartition("/")[2] for op in slots} >= {"m", "v"}
    assert all(op.outputs[0].shape.is_known and step.origins[op.name] == "train" for op in slots)
    assert "accuracy" not in build_step_graph(classifier()).model.graph


def test_a_model_without_data_has_a_step_too():
    model = linear_regression()
    model.data.clear()
    step = build_step_graph(model)
    assert step.model.graph.operation("x").attributes["shape"].dims is None
    assert "W:0" in step.gradients


def test_what_cannot_be_trained_is_refused_in_a_sentence():
    with pytest.raises(GraphError, match="There is no optimizer"):
        build_step_graph(Model())
    model = linear_regression()
    model.graph.disconnect(model.graph.operation("train"), "loss")
    with pytest.raises(GraphError, match="Nothing is wired to 'loss' of train"):
        build_step_graph(model)


# --- the same bits ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["linear_regression", "xor", "digits"])
def test_examples_give_the_same_bits(name):
    assert_same_as_the_engine(load_graph_file(EXAMPLES / f"{name}.graph"), EXAMPLES)


@pytest.mark.parametrize("op_type", RATES)
def test_optimizers_give_the_same_bits(op_type):
    assert_same_as_the_engine(model_with(op_type), batches=4)


def test_a_model_whose_learning_rate_a_session_would_fold_into_its_gradients():
    model = linear_regression(seed=1)
    graph = model.graph
    start = graph.apply("RandomNormal", shape=[4, 20000], stddev=0.1, name="start")
    wide = graph.create("Variable", {"initial_value": start}, name="wide").output
    product = graph.apply("ReduceMean", graph.apply("Square", wide))
    loss = graph.apply("Add", graph.operation("cost").output, product, name="loss")
    graph.connect(loss, graph.operation("train"), "loss")
    assert_same_as_the_engine(model)


def test_random_numbers_are_the_same():
    model = classifier(batch_size=16, seed=3)
    graph = model.graph
    product, logits = graph.operation("product").output, graph.operation("logits")
    noise = graph.apply("RandomNormal", shape=[16, 1], stddev=0.1, name="noise")
    graph.connect(graph.apply("Multiply", product, noise, name="noisy"), logits, "x")
    model.run = RunSettings(batch_size=16, seed=3, held_back=2)
    assert_same_as_the_engine(model)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_random_programs_give_the_same_bits(seed):
    with tf.Graph().as_default() as program:
        drawn = TrainingStep(seed)
    assume(drawn.update)
    model = model_of(program)
    step = build_step_graph(model)
    saved = model_from_bytes(model_to_bytes(step.model), "step.graph").graph
    optimizer = find_optimizer(model)
    loss = loss_of(optimizer)
    gradients = {
        name: model.graph.create("Gradients", {"ys": [loss], "x": model.graph.operation(name[:-2]).output}).output
        for name in step.gradients
        if name[:-2] in model.graph and model.graph.operation(name[:-2]).type == "Variable"
    }
    assume(gradients)  # a variable of which only rows are changed has no gradient of its own
    values = {placeholder.name: value for placeholder, value in drawn.feeds.items()}
    sessions = [tf.Session(graph=graph, seed=1) for graph in (model.graph, saved)]
    for session in sessions:
        session.initialize()
    for _ in range(2):
        expected = sessions[0].run([gradients, loss, optimizer], fed(model.graph, values))
        found = sessions[1].run(
            [{name: step.gradients[name] for name in gradients}, step.loss + ":0", list(step.updates)],
            fed(saved, values),
        )
        assert bits(found[:2]) == bits(expected[:2])
    for op in model.graph.get_operations():
        if op.type == "Variable" and op.name in saved:
            assert bits(sessions[0].value(op)) == bits(sessions[1].value(saved.operation(op.name)))


def fed(graph, values):
    return {name: value for name, value in values.items() if name.partition(":")[0] in graph}
