"""What a plan says of itself: the passes' effect, its memory, the time of each operation. It changes nothing."""

import numpy as np
import pytest

import engine as tf
from engine.compiler.schedule import PHASES
from engine.graph import FailedPreconditionError, InvalidArgumentError
from engine.runtime import Session
from engine.runtime.backends.blocks import LARGE
from engine.runtime.backends.profile import FEWEST_RUNS, profile_step
from engine.runtime.explanation import time_text
from engine.training.run import TrainingRun
from tests.engine.models import classifier, linear_regression

pytestmark = pytest.mark.usefixtures("graph")


def training_plan(model, rows=4):
    """The plan of a model's training step, fed, and its session."""
    graph = model.graph
    session = Session(graph=graph, seed=0)
    session.initialize()
    x, y = (graph.operation(name).output for name in ("x", "y"))
    plan = session.plan([graph.operation("cost").output, graph.operation("train").done], {x: (rows,), y: (rows,)})
    plan.feed({x: np.arange(rows, dtype=np.float32), y: np.arange(rows, dtype=np.float32)})
    return plan, session


def test_the_stages_of_the_tutorials_graph_are_counted():
    plan, _ = training_plan(linear_regression())
    stages = {stage.name: stage.operations for stage in plan.explain(runs=0).stages}
    assert list(stages) == [
        "needed for the fetches",
        "gradients and optimizers lowered",
        "equal operations merged",
        "softmax shared with its cross entropy",
        "products with single numbers gathered",
        "terms of sums gathered",
        "constants computed once",
    ]
    assert stages["needed for the fetches"] == len(linear_regression().graph)
    assert stages["gradients and optimizers lowered"] > stages["products with single numbers gathered"]
    assert stages["constants computed once"] < stages["terms of sums gathered"]


def test_each_pass_is_seen_where_it_has_an_effect():
    x = tf.placeholder(tf.float32, [4, 3])
    labels = tf.constant(np.eye(3, dtype=np.float32)[[0, 1, 2, 0]])
    W = tf.Variable(tf.ones([3, 3]))
    logits = tf.matmul(x, W)
    loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(labels=labels, logits=logits))
    twice = tf.square(loss) + tf.square(loss)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        explanation = session.explain([twice, tf.gradients(loss, W)], {x: np.ones((4, 3))}, runs=0)
    counts = [stage.operations for stage in explanation.stages]
    merged, shared = (
        next(place for place, stage in enumerate(explanation.stages) if stage.name.startswith(name))
        for name in ("equal", "softmax")
    )
    assert counts[merged] < counts[merged - 1]
    assert counts[shared] < counts[shared - 1]
    assert explanation.runs == 0 and explanation.times == ()


def test_a_feed_that_nothing_takes_is_not_needed():
    x, other = tf.placeholder(tf.float32, []), tf.placeholder(tf.float32, [])
    with tf.Session() as session:
        assert session.explain(x + 1.0, {x: 1.0, other: 2.0}, runs=0).stages[0].operations == 3


def test_the_profile_covers_every_instruction():
    plan, session = training_plan(linear_regression())
    profile = profile_step(plan._program, plan.instructions, session._state, 5)
    assert profile.runs == 5
    assert len(profile.instructions) == len(plan.instructions)
    assert all(time >= 0 for time in profile.instructions) and profile.step > 0
    explanation = plan.explain(5)
    assert explanation.instructions == len(plan.instructions)
    assert sum(each.calls for each in explanation.times) == len(plan.instructions)
    assert {each.node for each in explanation.times} <= {op.name for op in linear_regression().graph.get_operations()}
    assert {each.phase for each in explanation.times} == set(PHASES)
    assert sum(explanation.share(each.nanoseconds) for each in explanation.times) == pytest.approx(1)
    times = [each.nanoseconds for each in explanation.times]
    assert times == sorted(times, reverse=True)


def test_a_chain_in_blocks_divides_its_time_among_its_operations():
    x = tf.placeholder(tf.float32, [LARGE])
    y = tf.tanh(tf.exp(x) * x)
    with tf.Session() as session:
        explanation = session.explain(y, {x: np.ones(LARGE)}, runs=1)
    assert explanation.chains == (3,)
    assert explanation.instructions == 1
    assert len({each.nanoseconds for each in explanation.times}) == 1
    assert {each.type for each in explanation.times} == {"Exp", "Multiply", "Tanh"}
    assert explanation.memory.unshared > explanation.memory.held
    assert "divided equally" in str(explanation)


@pytest.mark.parametrize("optimizer", ["GradientDescentOptimizer", "AdamOptimizer", "AdagradOptimizer"])
def test_a_profile_changes_nothing_in_the_session(optimizer):
    def trained(explains):
        with tf.Graph().as_default() as graph:
            tf.set_random_seed(3)
            x = tf.placeholder(tf.float32, [8, 2])
            W = tf.Variable(tf.random_normal([2, 1]))
            steps = tf.Variable(0, trainable=False)
            noise = tf.random_uniform([8, 1])
            loss = tf.reduce_mean(tf.square(tf.matmul(tf.nn.dropout(x, 0.5), W) - noise))
            train = getattr(tf.train, optimizer)(0.1).minimize(loss, global_step=steps)
            feeds = {x: np.linspace(-1, 1, 16).reshape(8, 2)}
            fetches = [loss, W, steps, noise, train]
            with tf.Session(graph=graph, seed=7) as session:
                session.run(tf.global_variables_initializer())
                found = []
                for _ in range(3):
                    if explains:
                        session.explain(fetches, feeds, runs=4)
                    found.append(session.run(fetches, feeds))
                    if explains:
                        session.explain(fetches, feeds, runs=2)
                slots = [session.value(op) for op in session.hidden_variables]
                return found, slots, session.random.positions(), session.random.run

    plain, profiled = trained(False), trained(True)
    for before, after in zip(plain[0], profiled[0], strict=True):
        assert all(np.array_equal(one, other) for one, other in zip(before[:4], after[:4], strict=True))
    assert all(np.array_equal(one, other) for one, other in zip(plain[1], profiled[1], strict=True))
    assert plain[2:] == profiled[2:]


def test_a_profile_leaves_variables_without_a_value_as_they_are():
    v = tf.Variable([1.0, 2.0])
    with tf.Session() as session:
        with pytest.raises(FailedPreconditionError, match="uninitialized"):
            session.explain(v + 1.0)
        session.explain(v.initializer, runs=2)
        with pytest.raises(FailedPreconditionError, match="uninitialized"):
            session.run(v)


def test_a_training_run_goes_on_as_if_it_had_not_been_explained():
    settings = {"batch_size": 16, "shuffle": True}
    plain, explained = TrainingRun(classifier(**settings)), TrainingRun(classifier(**settings))
    for _ in range(2):
        plain.train_epoch()
        explained.train_step()
        explanation = explained.explain(runs=2)
        explained.train_epoch()
        assert explained.last_loss == plain.last_loss
    values = explained.values()
    assert all(np.array_equal(value, values[name]) for name, value in plain.values().items())
    assert {each.node for each in explanation.times} >= {"product", "cross_entropy", "train"}


def test_a_long_step_is_run_less_often(monkeypatch):
    monkeypatch.setattr("engine.runtime.backends.profile.PATIENCE", 0.0)
    plan, _ = training_plan(linear_regression())
    assert plan.explain(runs=50).runs == FEWEST_RUNS


@pytest.mark.parametrize("inside", [False, True])
def test_what_cannot_be_taken_back_is_not_run_for_its_times(inside, capsys):
    x = tf.constant(2.0)

    def shout(value):
        return tf.Print(value, [value], name="shout")

    y = tf.cond(x > 1.0, lambda: shout(x), lambda: x) if inside else shout(x)
    with tf.Session() as session:
        with pytest.raises(InvalidArgumentError, match=r"because (.*/)?shout \(Print\) does what cannot be taken back"):
            session.explain(y)
        assert session.explain(y, runs=0).instructions > 0
    assert capsys.readouterr() == ("", "")


def test_an_operation_that_fails_is_named_in_a_profile_too():
    indices = tf.placeholder(tf.int32, [1], name="indices")
    row = tf.gather(tf.constant([1.0, 2.0]), indices, name="row")
    with tf.Session() as session, pytest.raises(InvalidArgumentError) as caught:
        session.explain(row, {indices: [5]})
    assert caught.value.node == "row"


def test_the_text_has_three_aligned_tables():
    plan, _ = training_plan(linear_regression())
    explanation = plan.explain(runs=3)
    operations, memory, times = str(explanation).split("\n\n")
    assert operations.splitlines()[0] == "Operations"
    assert operations.splitlines()[1].split() == ["needed", "for", "the", "fetches", "10"]
    assert operations.splitlines()[-1].split() == ["calls", "in", "a", "step", str(len(plan.instructions))]
    assert len({len(line) for line in operations.splitlines()[1:]}) == 1
    assert [line.split()[-1] for line in memory.splitlines()[1:]] == ["bytes"] * 3
    head, columns, *rows = times.splitlines()
    assert head.startswith("Time of a step: ") and head.endswith("the median of 3 runs")
    assert columns.split() == ["node", "type", "phase", "calls", "time", "share"]
    assert len(rows) == len(explanation.times)
    assert all(row.endswith(" %") and len(row) == len(rows[0]) for row in rows)
    assert "Time of a step" not in str(plan.explain(runs=0))


@pytest.mark.parametrize(
    ("nanoseconds", "text"),
    [(0, "0 ns"), (81.4, "81.4 ns"), (999.7, "1 µs"), (12_345, "12.3 µs"), (4_560_000, "4.56 ms"), (2.5e9, "2.5 s")],
)
def test_times_are_written_with_three_digits(nanoseconds, text):
    assert time_text(nanoseconds) == text
