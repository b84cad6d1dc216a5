"""Training a model on its data: the tutorial's numbers, mini-batches, metrics, what goes wrong."""

from dataclasses import replace

import numpy as np
import pytest

import engine as tf
from engine.graph import DataError, Graph, GraphError, InvalidArgumentError, NonFiniteError
from engine.model import Model, TypedValues
from engine.training.check import check_model
from engine.training.fetching import fetch_nodes
from engine.training.run import TrainingRun
from tests.engine.models import classifier, linear_regression


def printed(run, loss):
    values = run.values()
    return f"{np.float32(loss)!s} {values['W']} {values['b']}"


def test_linear_regression_gives_the_tutorials_numbers():
    run = TrainingRun(linear_regression())
    assert (run.loss_name, tuple(run.values())) == ("cost", ("W", "b"))
    lines = {epoch: printed(run, run.train_epoch()) for epoch in range(100)}
    assert lines[0] == "41.0 [4.5] [2.2]"
    assert lines[1] == "18.415 [2.1499999] [1.4100001]"
    assert lines[9] == "0.03832536 [3.0336602] [1.7755046]"
    assert lines[99] == "3.3379514e-05 [3.0046647] [1.9862854]"
    assert str(run.fetch(["hypothesis"], {"x": 5})["hypothesis"]) == "[17.00961]"
    assert str(run.fetch(["hypothesis"], {"x": [5, 6]})["hypothesis"]) == "[17.00961  20.014275]"
    for _ in range(900):
        loss = run.train_epoch()
    assert run.epoch == 1000
    assert printed(run, loss) == "7.9580786e-13 [3.000001] [1.9999975]"
    assert str(run.fetch(["hypothesis"], {"x": 5})["hypothesis"]) == "[17.000002]"


def test_asking_in_between_changes_nothing():
    asked, straight = TrainingRun(classifier(batch_size=8)), TrainingRun(classifier(batch_size=8))
    for _ in range(5):
        first = asked.train_epoch()
        asked.fetch(["logits"], {"x": [[1.0, 2.0]]})
        assert first == straight.train_epoch()
    assert np.array_equal(asked.values()["W"], straight.values()["W"])


def test_reset_begins_anew():
    run = TrainingRun(classifier(batch_size=16))
    start = run.values()["W"]
    first = [run.train_epoch() for _ in range(3)]
    run.reset()
    assert run.epoch == 0 and np.array_equal(run.values()["W"], start)
    assert [run.train_epoch() for _ in range(3)] == first


def test_the_seed_decides_initial_values_and_order():
    def losses(**settings):
        run = TrainingRun(classifier(batch_size=7, **settings))
        return [run.train_epoch() for _ in range(3)]

    assert losses(seed=1) == losses(seed=1)
    assert losses(seed=1) != losses(seed=2)
    assert losses(seed=1) != losses(seed=1, shuffle=False)


def test_an_epoch_of_mini_batches_sees_every_row_once():
    run = TrainingRun(classifier(rows=50, batch_size=8, held_back=9))
    assert run.batches_per_epoch == 6
    seen = []
    for index in range(6):
        batch, rows, _ = run._batches.training_batch(3, index)
        assert rows == (8 if index < 5 else 1)
        seen += [tuple(row) for row in batch[run.graph.operation("x").output]]
    kept = run._batches.evaluation_rows()[run.graph.operation("x").output]
    assert len(seen) == len(set(seen)) == 41
    assert len(kept) == 9 and not {tuple(row) for row in kept} & set(seen)


def test_the_loss_of_an_epoch_is_the_mean_over_its_rows():
    """With a learning rate of 0 nothing changes, so mini-batches and the whole give the same loss."""
    whole, parts = classifier(rows=50), classifier(rows=50, batch_size=7)
    for model in (whole, parts):
        model.graph.set_attribute(model.graph.operation("train"), "learning_rate", 0.0)
    assert TrainingRun(parts).train_epoch() == pytest.approx(TrainingRun(whole).train_epoch(), rel=1e-6)


def test_metrics_are_computed_on_the_held_back_rows():
    run = TrainingRun(classifier(rows=60, batch_size=8, held_back=20, metrics=("accuracy",)))
    for _ in range(30):
        run.train_epoch()
    values = run.values()
    x = run._batches.evaluation_rows()[run.graph.operation("x").output]
    y = run._batches.evaluation_rows()[run.graph.operation("y").output]
    by_hand = np.mean((x @ values["W"] + values["b"] > 0) == (y > 0.5))
    assert run.metrics() == {"accuracy": pytest.approx(by_hand)}
    assert by_hand > 0.9


def test_restored_values_go_on_from_there():
    run = TrainingRun(linear_regression())
    for _ in range(10):
        run.train_epoch()
    values = run.values()
    other = TrainingRun(linear_regression())
    other.restore(values)
    assert other.train_epoch() == run.train_epoch()
    with pytest.raises(GraphError, match="W"):
        other.restore({"W": np.ones((2, 2))})


def test_a_loss_that_is_not_finite_stops_and_names_the_node():
    model = linear_regression()
    model.graph.set_attribute(model.graph.operation("train"), "learning_rate", 10.0)
    run = TrainingRun(model)
    with pytest.raises(NonFiniteError, match=r"The loss cost became (inf|nan) in epoch \d+\. Try a smaller") as caught:
        for _ in range(200):
            run.train_epoch()
    assert caught.value.node == "cost"


@pytest.mark.parametrize(
    ("change", "words", "node"),
    [
        (lambda m: m.data.pop("x"), "x has no data", "x"),
        (lambda m: m.data.update(y=TypedValues("1, 2, 3")), "y has 3 rows and x has 4", "y"),
        (lambda m: m.graph.remove(m.graph.operation("train")), "There is no optimizer", None),
        (
            lambda m: m.graph.disconnect(m.graph.operation("train"), "loss"),
            "Nothing is wired to 'loss' of train",
            "train",
        ),
        (lambda m: m.graph.disconnect(m.graph.operation("cost"), "x"), "Nothing is wired to 'x' of cost", "cost"),
        (lambda m: setattr(m, "run", replace(m.run, held_back=4)), "4 rows are held back, but there are only 4", None),
        (lambda m: setattr(m, "run", replace(m.run, optimizer="nothing")), "no optimizer has that name", None),
        (lambda m: setattr(m, "run", replace(m.run, metrics=("nothing",))), "no node has that name", None),
        (
            lambda m: [m.graph.set_attribute(m.graph.operation(n), "trainable", False) for n in "Wb"],
            "train has no variables to optimize",
            "train",
        ),
    ],
)
def test_what_cannot_be_trained_is_said_in_a_sentence(change, words, node):
    model = linear_regression()
    change(model)
    with pytest.raises((DataError, GraphError, InvalidArgumentError), match=words) as caught:
        TrainingRun(model).train_epoch()
    assert caught.value.node == node


def test_the_learning_rate_may_come_from_a_placeholder():
    model = linear_regression()
    graph = model.graph
    rate = graph.create("Placeholder", attributes={"shape": []}, name="rate")
    graph.connect(rate.output, graph.operation("train"), "learning_rate")
    with pytest.raises(DataError, match="rate has no data"):
        TrainingRun(model)
    assert [str(problem) for problem in check_model(model)] == [
        "rate: It has no data; type values or choose a file for it."
    ]
    model.data["rate"] = TypedValues("0.1")
    assert check_model(model) == []
    wired, plain = TrainingRun(model), TrainingRun(linear_regression())
    assert [wired.train_epoch() for _ in range(5)] == [plain.train_epoch() for _ in range(5)]


def test_an_initial_value_cannot_come_from_data():
    model = linear_regression()
    graph = model.graph
    start = graph.create("Placeholder", attributes={"shape": [1]}, name="start")
    graph.connect(start.output, graph.operation("W"), "initial_value")
    sentence = "The initial value of W depends on start, which has no value before training"
    with pytest.raises(GraphError, match=sentence) as caught:
        TrainingRun(model)
    assert caught.value.node == "W"
    assert [problem.node for problem in check_model(model) if sentence in problem.message] == ["W"]


def test_an_initial_value_may_come_from_another_variable():
    model = linear_regression()
    graph = model.graph
    graph.connect(graph.operation("W").output, graph.operation("b"), "initial_value")
    run = TrainingRun(model)
    assert {name: value.tolist() for name, value in run.values().items()} == {"W": [1], "b": [1]}
    run.train_epoch()
    run.reset()
    assert {name: value.tolist() for name, value in run.values().items()} == {"W": [1], "b": [1]}


def test_looking_at_a_node_never_changes_a_variable():
    model = linear_regression()
    graph = model.graph
    graph.create("AssignAdd", {"variable": graph.operation("W").output, "value": [1.0]}, name="bump")
    run = TrainingRun(model)
    with pytest.raises(GraphError, match="bump would change W"):
        run.fetch(["bump"], {})
    assert run.values()["W"] == 1
    model.run = replace(model.run, metrics=("bump",))
    with pytest.raises(GraphError, match="bump would change W"):
        TrainingRun(model)
    assert [problem.node for problem in check_model(model)] == ["bump"]
    graph.disconnect(graph.operation("bump"), "variable")
    assert {problem.node for problem in check_model(model)} == {"bump"}


def test_a_loss_without_a_gradient_is_found_before_training():
    graph = Graph()
    w = graph.create("Variable", attributes={"initial_value": [1.0, 2.0]}, name="w").output
    loss = graph.apply("Cast", graph.apply("ArgMax", w, name="choice"), dtype="float32", name="loss")
    graph.create("GradientDescent", {"loss": loss}, name="train")
    (problem,) = check_model(Model(graph))
    assert problem.node == "train" and "no gradient goes through choice" in problem.message
    with pytest.raises(GraphError, match="no gradient goes through choice"):
        TrainingRun(Model(graph)).train_epoch()


def test_asking_for_a_node_whose_placeholder_is_not_fed():
    run = TrainingRun(linear_regression())
    with pytest.raises(InvalidArgumentError, match="You must feed a value for placeholder tensor 'x'") as caught:
        run.fetch(["hypothesis"], {})
    assert caught.value.node == "x"
    with pytest.raises(GraphError, match="train gives no value"):
        run.fetch(["train"], {})
    with pytest.raises(InvalidArgumentError, match="x"):
        run.fetch(["hypothesis"], {"x": ["a"]})


def test_a_branch_that_would_change_a_variable_cannot_be_looked_at():
    with tf.Graph().as_default():
        v = tf.Variable(1.0, name="v")
        tf.cond(tf.constant(True), lambda: tf.assign_add(v, 1.0), lambda: tf.identity(v), name="choice")
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            branch = next(op.name for op in session.graph.get_operations() if op.type == "If")
            with pytest.raises(GraphError, match=f"{branch} would change v"):
                fetch_nodes(session, [branch], {})
            assert session.run(v) == 1
