"""Random numbers: those of TensorFlow from the same seeds, in every run; and that they can be replayed."""

import json
from pathlib import Path

import numpy as np
import pytest

import engine as tf
from engine.runtime.numpy_numbers import NumpyNumbers
from engine.runtime.philox import CHUNK, FEW_BLOCKS, PhiloxNumbers
from engine.tensorflow1.initializers import scaling_by_factor, xavier_initializer
from engine.training.run import TrainingRun
from tests.engine import random_programs as programs
from tests.engine.models import linear_regression

RECORDED = json.loads((Path(__file__).parent / "recorded" / "random.json").read_text())
both = pytest.mark.parametrize("numbers", [NumpyNumbers(np.random.default_rng(1)), PhiloxNumbers(1, 2)])
SEEDS = (777, 0, 2**31 + 5, None)


def assert_equal(name, found, recorded):
    """Whole and uniform numbers to the bit; normal ones, made of sines and logarithms, to a few units of the last."""
    exact = name.startswith(("uniform", "whole", "wide", "shuffle", "multinomial", "log", "classes"))
    if exact and len(np.shape(recorded)) and np.size(recorded) == len(programs.KEPT) + 1:
        np.testing.assert_array_equal(found[:-1], recorded[:-1], err_msg=name)
        np.testing.assert_allclose(found[-1], recorded[-1], rtol=1e-12, err_msg=name)
    elif exact:
        np.testing.assert_array_equal(found, recorded, err_msg=name)
    else:
        np.testing.assert_allclose(found, recorded, rtol=1e-12 if "float64" in name else 1e-6, atol=1e-7, err_msg=name)


@pytest.mark.parametrize("seed", SEEDS)
def test_numbers_from_a_seed_as_tensorflow(seed):
    found, recorded = programs.seeded(tf, seed), RECORDED["seeded"][str(seed)]
    assert list(found) == list(recorded)
    for name, runs in recorded.items():
        for ours, theirs in zip(found[name], runs, strict=True):
            assert_equal(name, ours, theirs)


def test_numbers_of_another_shape_in_each_run_as_tensorflow():
    for found, recorded in zip(programs.shapes_that_change(tf), RECORDED["shapes"], strict=True):
        np.testing.assert_allclose(found, recorded, rtol=1e-6)


def test_numbers_in_a_loop_as_tensorflow():
    np.testing.assert_allclose(programs.in_a_loop(tf), RECORDED["loop"], rtol=1e-6)


def test_gradients_through_bodies_see_the_same_numbers_as_tensorflow():
    np.testing.assert_allclose(programs.dropout_in_a_branch(tf), RECORDED["branch"], rtol=1e-6)


@pytest.mark.parametrize("seed", [None, 3])
def test_gradients_through_the_steps_of_a_sequence_see_the_same_numbers(seed):
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.ones([5, 4])
        y = tf.map_fn(lambda row: row * tf.random_uniform([4], seed=seed), x)
        for _ in range(3):
            values, gradients = session.run([y, tf.gradients(y, x)[0]])
            np.testing.assert_array_equal(values, gradients)
        assert len(set(values.reshape(-1).tolist())) == 20


def test_a_seeded_training_as_tensorflow():
    found, recorded = programs.classifier(tf), RECORDED["classifier"]
    for ours, theirs in zip(found["start"], recorded["start"], strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-6)
    np.testing.assert_allclose(found["losses"], recorded["losses"], rtol=2e-5)
    assert found["end"] == pytest.approx(recorded["end"], rel=2e-5)


def test_initializers_as_tensorflow():
    found, recorded = programs.initial_values(tf), RECORDED["initializers"]
    assert found["configs"] == recorded["configs"]
    for name in list(recorded)[:-1]:
        assert found[name]["dtypes"] == recorded[name]["dtypes"]
        for ours, theirs in zip(found[name]["values"], recorded[name]["values"], strict=True):
            np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=2e-6, err_msg=name)


def test_initializers_are_made_anew_from_their_config():
    initializer = tf.variance_scaling_initializer(2.0, "fan_out", "uniform", seed=3, dtype=tf.float64)
    again = type(initializer).from_config(initializer.get_config())
    with tf.Graph().as_default(), tf.Session() as session:
        values = session.run([initializer([4, 3]), again(tf.TensorShape([4, 3]), partition_info=None)])
    np.testing.assert_array_equal(*values)
    assert values[0].dtype == np.float64


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: tf.random_normal_initializer(dtype=tf.int32), ValueError, "Argument `dtype` is expected to be float"),
        (lambda: tf.variance_scaling_initializer(-1.0), ValueError, "Argument `scale` must be a positive float"),
        (lambda: tf.variance_scaling_initializer(mode="in"), ValueError, "Argument `mode` should be one of"),
        (lambda: tf.variance_scaling_initializer(distribution="x"), ValueError, "Argument `distribution` should be"),
        (lambda: tf.constant_initializer({}), TypeError, "Invalid type for initial value={} of type: dict"),
        (lambda: tf.orthogonal_initializer()([3]), ValueError, "must be at least two-dimensional. Received shape=.3"),
        (lambda: tf.initializers.identity()([3]), ValueError, "must be at least two-dimensional"),
        (lambda: tf.constant_initializer([1, 2])([3], verify_shape=True), TypeError, "Expected Tensor's shape"),
    ],
)
def test_what_initializers_refuse(make, error, words):
    with pytest.raises(error, match=words):
        make()


def test_bounds_of_whole_numbers_may_be_computed():
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.int32, [])
        computed = tf.random_uniform([4], maxval=x, dtype=tf.int32, seed=1)
        typed = tf.random_uniform([4], maxval=50, dtype=tf.int32, seed=1)
        shaped = tf.random_uniform(tf.fill([2], x), x, tf.constant(60), tf.int32, seed=2)
        np.testing.assert_array_equal(*session.run([computed, typed], {x: 50}))
        assert session.run(shaped, {x: 3}).shape == (3, 3)
        with pytest.raises(tf.errors.InvalidArgumentError, match="Need minval < maxval, got 0 >= 0"):
            session.run(computed, {x: 0})
        with pytest.raises(ValueError, match=r"'maxval' of .* is one number"):
            tf.random_uniform([4], maxval=tf.constant([1, 2]), dtype=tf.int32)


def test_xavier_initializers_have_their_variance():
    with tf.Graph().as_default(), tf.Session(seed=1) as session:
        for uniform in (True, False):
            values = session.run(xavier_initializer(uniform)([3, 3, 20, 40]))
            assert values.var() == pytest.approx(2 / (9 * 20 + 9 * 40), rel=0.1)
        scaled = session.run(scaling_by_factor()([200, 30]))
        assert scaled.var() == pytest.approx(2 / 200, rel=0.1)


def test_crops_as_tensorflow():
    assert programs.crops(tf) == RECORDED["crops"]
    with tf.Graph().as_default(), tf.Session() as session:
        small = tf.random_crop(tf.zeros([2, 2]), [3, 2])
        with pytest.raises(tf.errors.InvalidArgumentError, match=r"Need value\.shape >= size, got"):
            session.run(small)


def test_seeds_that_an_operation_would_have():
    with tf.Graph().as_default():
        assert tf.get_seed(None) == (None, None)
        assert tf.get_seed(5) == (87654321, 5)
        tf.set_random_seed(4)
        assert [tf.random.get_seed(seed) for seed in (None, 5, None)] == [(4, 0), (4, 5), (4, 1)]
        tf.set_random_seed(0)
        assert tf.get_seed(0) == (0, 2**31 - 1)


@pytest.mark.parametrize("shape", [(4, 3), (3, 4), (2, 3, 3)])
@pytest.mark.parametrize("full", [False, True])
def test_orthogonal_and_triangular_factors(shape, full):
    matrix = np.sin(np.arange(np.prod(shape)) * 1.7).reshape(shape)
    with tf.Graph().as_default(), tf.Session() as session:
        factors = tf.qr(matrix, full_matrices=full)
        q, r = session.run(factors)
    assert [factors.q.shape.as_list(), factors.r.shape.as_list()] == [list(q.shape), list(r.shape)]
    np.testing.assert_allclose(q @ r, matrix, atol=1e-12)
    products = q.swapaxes(-1, -2) @ q
    np.testing.assert_allclose(products, np.broadcast_to(np.eye(q.shape[-1]), products.shape), atol=1e-12)
    np.testing.assert_array_equal(r, np.triu(r))


def test_each_session_begins_anew_and_each_run_goes_on():
    with tf.Graph().as_default():
        numbers = tf.random_normal([3], seed=42)
        with tf.Session() as session:
            first, second = session.run(numbers), session.run(numbers)
            doubled = session.run(numbers * 2.0)
        assert not np.array_equal(first, second)
        with tf.Session() as session:
            np.testing.assert_array_equal(session.run(numbers * 2.0), first * 2)
            np.testing.assert_array_equal(session.run(numbers), second)
            np.testing.assert_array_equal(session.run(numbers * 2.0), doubled)


def test_numbers_are_put_back_to_where_they_were():
    with tf.Graph().as_default():
        tf.set_random_seed(1)
        numbers, order = tf.truncated_normal([5]), tf.random_shuffle(tf.range(9))
        with tf.Session() as session:
            session.run([numbers, order])
            positions = session.random.positions()
            later = [session.run([numbers, order]) for _ in range(3)]
            session.random.restore(positions)
            for expected in later:
                for found, wanted in zip(session.run([numbers, order]), expected, strict=True):
                    np.testing.assert_array_equal(found, wanted)
        with tf.Session() as other:
            other.random.restore(positions)
            np.testing.assert_array_equal(other.run(numbers), later[0][0])


def noisy_model():
    """The tutorial's model with seeded noise in its loss, which a metric looks at too."""
    model = linear_regression(metrics=["noise"])
    graph = model.graph
    noise = graph.apply("RandomNormal", seed=3, stddev=0.1, name="noise")
    cost = graph.operation("cost").output
    graph.connect(graph.apply("Multiply", cost, graph.apply("Add", noise, 1.0)), graph.operation("train"), "loss")
    return model


def test_a_training_with_seeded_numbers_is_replayed():
    run = TrainingRun(noisy_model())
    for _ in range(3):
        run.train_epoch()
    state = run.full_state()
    later = [run.train_epoch() for _ in range(4)]
    assert len(set(later)) == 4
    other = TrainingRun(noisy_model())
    other.adopt(state)
    replayed = []
    for _ in range(4):
        replayed.append(other.train_epoch())
        other.metrics()  # looking at a random node must not move its numbers on
    assert replayed == later
    other.reset()
    assert [other.train_epoch() for _ in range(7)][3:] == later


def test_seeds_below_a_graphs_seed_are_counted():
    with tf.Graph().as_default() as graph:
        before = tf.random_normal([1])
        tf.set_random_seed(-3)
        ops = [tf.random_normal([1]).op, tf.random_normal([1], seed=9).op, tf.random_uniform([1]).op]
        tf.set_random_seed(None)
        ops.append(tf.random_uniform([1], seed=11).op)
        assert graph.seeds_given == 2
    assert (before.op.attributes["seed"], before.op.attributes["seed2"]) == (None, None)
    found = [(op.attributes["seed"], op.attributes["seed2"]) for op in ops]
    assert found == [(2**31 - 4, 0), (2**31 - 4, 9), (2**31 - 4, 1), (11, None)]


@pytest.mark.parametrize(
    "numbers", [NumpyNumbers(np.random.default_rng(1)), PhiloxNumbers(1, 2)], ids=["own", "seeded"]
)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_distributions(numbers, dtype):
    shape, kind = (3 * CHUNK + 1, 3), np.dtype(dtype)
    normal, uniform, cut = (draw(shape, kind) for draw in (numbers.normal, numbers.uniform, numbers.truncated_normal))
    assert (normal.dtype, uniform.dtype, cut.dtype) == (kind, kind, kind)
    assert (abs(normal.mean()), abs(normal.std() - 1)) < (0.02, 0.02)
    assert 0 <= uniform.min() < uniform.max() < 1
    assert abs(uniform.mean() - 0.5) < 0.01
    assert 1.99 < np.abs(cut).max() < 2
    assert abs(cut.std() - 0.8796) < 0.01  # of the normal distribution between −2 and 2
    out = np.full((2, 3), np.nan, kind)
    for draw in (numbers.normal, numbers.uniform, numbers.truncated_normal):
        assert draw((2, 3), kind, out) is out
        assert np.isfinite(out).all()


@pytest.mark.parametrize(
    "numbers", [NumpyNumbers(np.random.default_rng(1)), PhiloxNumbers(1, 2)], ids=["own", "seeded"]
)
def test_whole_numbers_and_orders(numbers):
    drawn = numbers.integers(-2, 3, (1000,), np.dtype(np.int32))
    assert sorted(set(drawn.tolist())) == [-2, -1, 0, 1, 2]
    assert sorted(numbers.permutation(100).tolist()) == list(range(100))
    assert numbers.permutation(0).tolist() == []
    sequence = numbers.sequence(8)
    below = np.concatenate([sequence.below(5, 400), sequence.below(5, 1)])
    assert sorted(set(below.tolist())) == [0, 1, 2, 3, 4]
    doubles = np.concatenate([sequence.doubles(3), sequence.doubles(300)])
    assert ((doubles >= 0) & (doubles < 1)).all()
    assert len(set(doubles.tolist())) == 303


def test_a_drawn_sequence_goes_on_in_the_middle_of_a_block():
    whole = PhiloxNumbers(3, 4).sequence(100).doubles(9)
    parts = PhiloxNumbers(3, 4).sequence(100)
    np.testing.assert_array_equal(np.concatenate([parts.doubles(1), parts.doubles(3), parts.doubles(5)]), whole)


def test_unlikely_classes_are_never_drawn():
    with tf.Graph().as_default(), tf.Session(seed=1) as session:
        logits = tf.constant([[0.0, -np.inf, 1.0], [-1000.0, 0.0, np.nan]])
        drawn = session.run(tf.random.categorical(logits, 500))
    assert set(drawn[0].tolist()) == {0, 2}
    assert set(drawn[1].tolist()) == {1}
    assert drawn.dtype == np.int64


def test_shapes_and_dtypes_that_random_operations_refuse():
    with tf.Graph().as_default():
        with pytest.raises(ValueError, match="Shape must be rank 2 but is rank 1"):
            tf.multinomial(tf.constant([1.0, 2.0]), 3)
        assert tf.multinomial(tf.placeholder(tf.float32, [None, 4]), 3).shape.dims == (None, 3)
        assert tf.random_normal(tf.shape(tf.placeholder(tf.float32, [None, 4]))).shape.dims == (None, 4)
        assert tf.random_uniform([2, 3], 5, -5).shape.dims == (2, 3)


def test_few_numbers_are_the_same_whatever_was_drawn_before():
    stream, kind = PhiloxNumbers(8, 9), np.dtype(np.float32)
    shapes = [(5,)] * 40 + [(6,), (5,), (5,), (2, 3)] * 3 + [(4 * FEW_BLOCKS + 1,)] + [(5,)] * 70
    for shape in shapes:
        fresh = PhiloxNumbers(8, 9, stream.position)
        np.testing.assert_array_equal(stream.uniform(shape, kind), fresh.uniform(shape, kind))
        assert stream.position == fresh.position
    stream.position = 5 * 256
    np.testing.assert_array_equal(stream.uniform((5,), kind), PhiloxNumbers(8, 9, 5 * 256).uniform((5,), kind))
