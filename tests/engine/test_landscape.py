"""The loss landscape: its values, its curvature, where steps diverge, and that looking changes nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import engine as tf
from engine.debugger.debugger import Debugger
from engine.debugger.landscape.curvature import LargestCurvature, diverging_rate, plane_gradient, plane_hessian
from engine.debugger.landscape.data import RandomAxes, ScalarAxes, TrajectoryAxes
from engine.debugger.landscape.landscape import LandscapeComputation
from engine.debugger.landscape.loss_function import LossFunction
from engine.debugger.landscape.parameters import ParameterSpace, Scalar
from engine.debugger.landscape.plane import random_plane, scalar_plane, trajectory_plane
from engine.debugger.landscape.trajectory import PathPoint, path_steps
from engine.graph import EngineError
from engine.model import Model, TypedValues
from engine.training.run import TrainingRun
from tests.engine.models import classifier, linear_regression

X, Y = np.array([1.0, 2, 3, 4]), np.array([5.0, 8, 11, 14])
#: 2/N XᵀX with X = [x 1], the Hessian of the tutorial's mean squared error.
HESSIAN = 2 / 4 * np.array([[X @ X, X.sum()], [X.sum(), 4]])
W, B = Scalar("W", (0,)), Scalar("b", (0,))


def trained(model: Model, epochs: int) -> Debugger:
    debugger = Debugger(TrainingRun(model), 1 << 20)
    for _ in range(epochs):
        debugger.run.train_epoch()
    return debugger


def computed(debugger, axes, **settings):
    computation = LandscapeComputation(debugger, axes, settings.pop("rows", 5000), **settings)
    while not computation.advance(0.002):
        pass
    landscape = computation.landscape()
    assert landscape is not None and landscape.is_complete
    return computation, landscape


def assert_same_bits(first: TrainingRun, second: TrainingRun) -> None:
    for name, value in first.values().items():
        assert value.tobytes() == second.values()[name].tobytes()
    assert (first.step, first.last_loss) == (second.step, second.last_loss)


def test_the_tutorials_landscape_is_its_mean_squared_error():
    _, landscape = computed(trained(linear_regression(), 11), ScalarAxes(W, B))
    w, b = np.meshgrid(landscape.xs, landscape.ys)
    expected = ((w[..., None] * X + b[..., None] - Y) ** 2).mean(axis=-1)
    np.testing.assert_allclose(landscape.losses, expected, rtol=1e-4, atol=1e-4)
    assert landscape.labels == ("W[0]", "b[0]") and (landscape.rows, landscape.all_rows) == (4, 4)


def test_the_path_is_that_of_the_tutorials_table():
    _, landscape = computed(trained(linear_regression(), 11), ScalarAxes(W, B))
    table = [(1, 1), (4.5, 2.2), (2.1499999, 1.4100001), (3.72, 1.9530001), (2.6634998, 1.6024001)]
    np.testing.assert_allclose([(spot.x, spot.y) for spot in landscape.path[:5]], table, rtol=1e-6)
    losses = [41.0, 18.415, 8.274352, 3.721009, 1.6762912, 0.7579173, 0.34527153]
    np.testing.assert_allclose([spot.loss for spot in landscape.path[:7]], losses, rtol=1e-5)
    assert [spot.epoch for spot in landscape.path] == list(range(12))
    assert max(spot.distance for spot in landscape.path) == 0
    present = landscape.present
    np.testing.assert_allclose((present.x, present.y), (3.0954175, 1.8035736), rtol=1e-6)


def test_slope_and_curvature_are_the_analytic_ones():
    run = trained(linear_regression(), 0).run
    loss = LossFunction(run, 100)
    point = loss.space.vector(run.values())
    plane = scalar_plane(loss.space, W, B, point)
    np.testing.assert_allclose(plane_gradient(loss, plane, point), [-35, -12], rtol=1e-6)
    np.testing.assert_allclose(plane_hessian(loss, plane, point), HESSIAN, rtol=1e-3)
    largest = LargestCurvature(loss, point)
    while not largest.advance():
        pass
    assert largest.value == pytest.approx(np.linalg.eigvalsh(HESSIAN)[-1], rel=1e-3)


def test_the_largest_curvature_of_a_network_is_that_of_its_whole_hessian():
    run = trained(classifier(), 3).run
    loss = LossFunction(run, 100)
    point = loss.space.vector(run.values())
    step = 1e-2
    rows = [(loss.gradient(point + step * e) - loss.gradient(point - step * e)) / (2 * step) for e in np.eye(3)]
    largest = LargestCurvature(loss, point)
    while not largest.advance():
        pass
    assert largest.value == pytest.approx(np.linalg.eigvalsh(np.array(rows))[-1], rel=1e-2)


@pytest.mark.parametrize(("optimizer", "attributes"), [("GradientDescent", {}), ("Momentum", {"momentum": 0.5})])
def test_just_below_the_diverging_rate_it_converges_and_just_above_it_does_not(optimizer, attributes):
    def losses(factor):
        model = linear_regression()
        graph = model.graph
        old = graph.operation("train")
        graph.remove(old)
        rate = factor * edge if factor else 0.01
        graph.create(optimizer, {"loss": graph.operation("cost").output}, {"learning_rate": rate} | attributes, "train")
        debugger = Debugger(TrainingRun(model), 1 << 20)
        return debugger, [debugger.run.train_epoch() for _ in range(250 if factor else 0)]

    edge = 0.0
    debugger, _ = losses(None)
    _, landscape = computed(debugger, ScalarAxes(W, B))
    assert landscape.bend is not None and landscape.bend.is_exact and landscape.bend.is_settled
    assert landscape.bend.learning_rate == pytest.approx(0.01)
    edge = landscape.bend.diverging_rate
    _, below = losses(0.97)
    _, above = losses(1.03)
    assert below[-1] < 1e-2 * below[0]
    assert above[-1] > 1e4 * above[0]


def test_the_rate_of_other_optimizers_is_said_to_be_that_of_gradient_descent():
    model = linear_regression()
    adam = model.graph.create("Adam", {"loss": model.graph.operation("cost").output}, name="adam")
    assert diverging_rate(4.0, adam) == (0.5, False)
    assert diverging_rate(-1.0, adam) == (np.inf, False)


def test_a_plane_contains_a_planar_trajectory():
    generator = np.random.default_rng(3)
    origin, x, y = generator.standard_normal((3, 50))
    path = [PathPoint(at, 0, origin + np.cos(at / 3) * x + np.sin(at / 3) * at * y) for at in range(20)]
    plane = trajectory_plane(path, path[-1].vector)
    assert plane.explained == pytest.approx(1)
    for point in path:
        projection = plane.project(point.vector)
        assert projection.distance < 1e-9
        np.testing.assert_allclose(plane.point(*projection[:2]), point.vector, atol=1e-9)
    np.testing.assert_allclose([plane.x @ plane.x, plane.x @ plane.y, plane.y @ plane.y], [1, 0, 1], atol=1e-12)


@given(seed=st.integers(0, 2**32 - 1), a=st.floats(-5, 5), b=st.floats(-5, 5), off=st.floats(0, 3))
def test_a_projection_gives_coordinates_and_distance_back(seed, a, b, off):
    generator = np.random.default_rng(seed)
    values = {"W": generator.normal(size=(4, 3)), "b": generator.normal(size=3)}
    space = ParameterSpace(values)
    plane = random_plane(space, space.vector(values), seed)
    basis = np.linalg.qr(np.stack([plane.x, plane.y, generator.normal(size=space.size)], axis=1))[0]
    projection = plane.project(plane.point(a, b) + off * basis[:, 2])
    np.testing.assert_allclose(projection, (a, b, off), atol=1e-7)


def test_the_trajectory_of_two_scalars_lies_in_its_plane_and_losses_are_those_of_the_run():
    debugger = trained(classifier(), 30)
    _, landscape = computed(debugger, TrajectoryAxes())
    assert 0.9 < landscape.explained <= 1
    spot = landscape.path[0]
    start = TrainingRun(classifier())
    assert spot.loss == pytest.approx(start.train_epoch(), rel=1e-6)
    assert landscape.present.distance == 0 and (landscape.present.x, landscape.present.y) == (0, 0)
    values = np.concatenate([value.ravel() for value in TrainingRun(classifier()).values().values()])
    now = np.concatenate([value.ravel() for value in debugger.run.values().values()])
    assert spot.x**2 + spot.y**2 + spot.distance**2 == pytest.approx(((values - now) ** 2).sum())


def test_a_path_without_two_directions_is_refused_with_a_sentence():
    debugger = trained(linear_regression(), 1)
    with pytest.raises(EngineError, match="does not lead in two directions"):
        computed(debugger, TrajectoryAxes())


def test_filters_of_random_directions_have_the_norms_of_the_weights():
    values = {"W": np.random.default_rng(1).normal(size=(3, 3, 2, 5)), "b": np.ones(5)}
    space = ParameterSpace(values)
    plane = random_plane(space, space.vector(values), seed=4)
    norms = np.sqrt((space.part(plane.x, "W") ** 2).sum(axis=(0, 1, 2)))
    np.testing.assert_allclose(norms, np.sqrt((values["W"] ** 2).sum(axis=(0, 1, 2))))
    assert not space.part(plane.y, "b").any()


@pytest.mark.parametrize("axes", [TrajectoryAxes(), RandomAxes(0), ScalarAxes(Scalar("W", (0, 0)), Scalar("b", (0,)))])
def test_looking_leaves_the_bits_of_the_run(axes):
    looked_at, straight = (trained(classifier(batch_size=8), 5) for _ in range(2))
    for debugger in (looked_at, straight):
        debugger.run.train_step()
    computation = LandscapeComputation(looked_at, axes, 5000)
    is_done = False
    while not is_done or looked_at.run.epoch < 12:
        is_done = is_done or computation.advance(0.001)
        looked_at.run.train_step()
    while straight.run.step < looked_at.run.step:
        straight.run.train_step()
    assert_same_bits(looked_at.run, straight.run)


def test_the_landscape_is_what_the_run_gives_at_the_point():
    debugger = trained(classifier(rows=40), 4)
    computation, landscape = computed(debugger, RandomAxes(1))
    run = debugger.run
    run.restore(computation.values_at(landscape.xs[10], landscape.ys[50]))
    data = {tensor.op.name: array for tensor, array in run.training_rows().items()}
    assert float(run.fetch(["loss"], data)["loss"]) == pytest.approx(landscape.losses[50, 10], rel=1e-6)


def test_a_part_of_the_rows_is_used_and_said():
    debugger = trained(classifier(rows=50), 2)
    _, landscape = computed(debugger, RandomAxes(1), rows=10)
    assert (landscape.rows, landscape.all_rows) == (10, 50)


def test_the_extent_that_is_asked_for_is_given():
    debugger = trained(linear_regression(), 3)
    _, landscape = computed(debugger, ScalarAxes(W, B), extent=((-1.0, 2.0), (0.0, 8.0)))
    assert (landscape.xs[0], landscape.xs[-1], landscape.ys[0], landscape.ys[-1]) == (-1, 2, 0, 8)


def test_a_single_number_has_no_landscape():
    debugger = trained(linear_regression(), 3)
    train = debugger.run.graph.operation("train")
    debugger.run.graph.connect(debugger.run.graph.operation("W").output, train, "variables")
    with pytest.raises(EngineError, match="single number, W"):
        computed(debugger, TrajectoryAxes())


def test_variables_that_are_not_finite_have_no_landscape():
    debugger = trained(classifier(), 3)
    debugger.run.restore({"W": np.array([[np.nan], [1.0]])})
    for axes in (ScalarAxes(Scalar("W", (1, 0)), B), TrajectoryAxes(), RandomAxes(0)):
        with pytest.raises(EngineError, match="not finite at the cursor"):
            computed(debugger, axes)


def test_long_paths_are_thinned_in_their_later_part():
    steps = path_steps(3, 1002, 100)
    assert steps[:50] == list(range(3, 53)) and steps[-1] == 1002 and len(steps) == 100
    assert path_steps(0, 4, 100) == [0, 1, 2, 3, 4]


def test_the_path_of_a_long_run_keeps_to_its_key_frames():
    debugger = trained(linear_regression(), 3000)
    _, landscape = computed(debugger, ScalarAxes(W, B))
    epochs = [spot.epoch for spot in landscape.path]
    assert epochs[:120] == list(range(120)) and epochs[-1] == 3000 and sorted(set(epochs)) == epochs
    history = debugger.run.history
    assert sum(history.nearest(epoch)[0] == epoch for epoch in epochs) >= len(history) - 1 - len(range(0, 120, 64))
    straight = TrainingRun(linear_regression())
    for spot in landscape.path:
        while straight.epoch < spot.epoch:
            straight.train_epoch()
        assert (spot.x, spot.y) == (straight.values()["W"][0], straight.values()["b"][0])


def test_random_operations_draw_the_same_numbers_everywhere():
    graph = tf.Graph()
    with graph.as_default():
        x = tf.placeholder(tf.float32, [None], name="x")
        W = tf.Variable([1.0, 2.0], name="W")
        kept = tf.nn.dropout(W[0] * x + W[1], keep_prob=0.5)
        tf.train.GradientDescentOptimizer(0.1).minimize(tf.reduce_mean(tf.square(kept)), name="train")
    values = ", ".join(map(str, range(40)))
    loss = LossFunction(TrainingRun(Model(graph, data={"x": TypedValues(values)})), 100)
    point = np.array([1.5, -0.5])
    first = loss.value(point)
    other = loss.value(point + 1)
    assert loss.value(point) == first != other
    step = 1e-2 * np.array([1.0, 0.0])
    difference = (loss.value(point + step) - loss.value(point - step)) / 2e-2
    assert loss.gradient(point)[0] == pytest.approx(difference, rel=1e-3)


def test_a_loss_on_data_from_an_iterator_is_refused_with_a_sentence():
    graph = tf.Graph()
    with graph.as_default():
        data = tf.data.Dataset.from_tensor_slices([1.0, 2.0, 3.0]).repeat()
        x = data.make_one_shot_iterator().get_next()
        W = tf.Variable([1.0, 2.0], name="W")
        tf.train.GradientDescentOptimizer(0.1).minimize(tf.reduce_sum(tf.square(W * x)), name="train")
    with pytest.raises(EngineError, match="feed the data to placeholders"):
        LossFunction(TrainingRun(Model(graph)), 100)


def test_bad_scalars_are_refused_with_a_sentence():
    debugger = trained(linear_regression(), 3)
    for axes, words in (
        (ScalarAxes(W, W), "needs two scalars"),
        (ScalarAxes(W, Scalar("b", (7,))), "no element b\\[7\\]"),
        (ScalarAxes(W, Scalar("x", ())), "does not change x"),
    ):
        with pytest.raises(EngineError, match=words):
            computed(debugger, axes)


def test_looking_from_the_midst_of_a_step_leaves_the_bits_too():
    looked_at, straight = (trained(classifier(batch_size=8), 0) for _ in range(2))
    for debugger in (looked_at, straight):
        debugger.step_batch(11)
        debugger.step_operation(len(debugger.step.operations) - 1)
    computation = LandscapeComputation(looked_at, TrajectoryAxes(), 5000)
    while not computation.advance(0.001):
        assert looked_at.moment == straight.moment
    landscape = computation.landscape()
    assert len(landscape.path) == 12 and landscape.path[-1].epoch == 11 // 7
    for debugger in (looked_at, straight):
        debugger.step_operation(1)
        debugger.step_batch(20)
    assert_same_bits(looked_at.run, straight.run)


def test_the_path_of_a_run_that_diverged_ends_where_it_did():
    model = linear_regression()
    model.graph.set_attribute(model.graph.operation("train"), "learning_rate", 100.0)
    debugger = Debugger(TrainingRun(model), 1 << 20)
    with pytest.raises(EngineError, match="became inf"):
        debugger.step_epoch(1000)
    computation = LandscapeComputation(debugger, ScalarAxes(W, B), 5000)
    while not computation.advance(1):
        pass
    path = computation.landscape().path
    assert 3 < len(path) < 30 and path[0].loss == pytest.approx(154.5, rel=1)
