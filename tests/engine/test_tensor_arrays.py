"""tf.TensorArray: written, read, stacked, in loops and branches, and differentiated."""

from __future__ import annotations

import numpy as np
import pytest

import engine as tf
from engine.graph import InvalidArgumentError
from engine.runtime import body_function
from engine.runtime.backends.numpy_plan import NumpyPlan
from tests.engine.helpers import run

pytestmark = pytest.mark.usefixtures("graph")


def test_elements_are_written_read_and_stacked():
    array = tf.TensorArray(tf.float32, size=3)
    array = array.write(0, [1.0, 2.0]).write(2, [5.0, 6.0]).write(1, tf.constant([3.0, 4.0]))
    whole = array.stack()
    assert whole.shape.as_list() == [3, 2]
    assert array.read(1).shape.as_list() == [2]
    fetched = run([whole, array.read(2), array.gather([2, 0]), array.concat(), array.size(), array.identity().stack()])
    for found, expected in zip(
        fetched,
        [[[1, 2], [3, 4], [5, 6]], [5, 6], [[5, 6], [1, 2]], [1, 2, 3, 4, 5, 6], 3, [[1, 2], [3, 4], [5, 6]]],
        strict=True,
    ):
        np.testing.assert_array_equal(found, expected)


def test_tensors_are_taken_apart():
    x = tf.placeholder(tf.float32, [None, 2])
    array = tf.TensorArray(tf.float32, tf.shape(x)[0]).unstack(x)
    pieces = tf.TensorArray(tf.int32, 2).split([[1], [2], [3], [4]], [2, 2])
    spread = tf.TensorArray(tf.float32, 4).scatter([3, 1], x)
    found = run([array.read(1), pieces.read(1), spread.stack(), array.size()], {x: [[1, 2], [3, 4]]})
    for value, expected in zip(found, [[3, 4], [[3], [4]], [[0, 0], [3, 4], [0, 0], [1, 2]], 2], strict=True):
        np.testing.assert_array_equal(value, expected)
    with pytest.raises(ValueError, match="equally long"):
        tf.TensorArray(tf.int32, 2).split([1, 2, 3], [1, 2])


def test_an_array_goes_through_a_loop():
    """Powers of 2, each from the one before; the element's shape is known only when the first is written."""
    array = tf.TensorArray(tf.float32, 5, clear_after_read=False).write(0, [1.0, 1.0])

    def step(i, powers):
        return i + 1, powers.write(i, powers.read(i - 1) * 2.0)

    _, array = tf.while_loop(lambda i, _: i < 5, step, [1, array])
    np.testing.assert_array_equal(run(array.stack()), np.outer([1, 2, 4, 8, 16], [1, 1]))
    open_array = tf.TensorArray(tf.int32, size=0, dynamic_size=True)
    _, filled = tf.while_loop(lambda i, _: i < 7, lambda i, a: (i + 1, a.write(i, i * i)), (0, open_array))
    assert filled.stack().shape.as_list() == [None]
    np.testing.assert_array_equal(run(filled.stack()), np.arange(7) ** 2)
    assert run(filled.size()) == 7


def test_gradients_go_through_writing_and_reading():
    x = tf.placeholder(tf.float64, [4, 3])
    source = tf.TensorArray(tf.float64, 4).unstack(x)
    target = tf.TensorArray(tf.float64, tf.shape(x)[0])

    def step(i, running, out):
        running = tf.tanh(running + source.read(i))
        return i + 1, running, out.write(i, running * source.read(i))

    _, last, target = tf.while_loop(lambda i, *_: i < 4, step, [0, tf.zeros([3], tf.float64), target])
    loss = tf.reduce_sum(target.stack() ** 2) + tf.reduce_sum(last)
    value = np.random.default_rng(0).normal(size=(4, 3))

    def by_hand(given):
        running, total = np.zeros(3), 0.0
        for row in given:
            running = np.tanh(running + row)
            total += np.sum((running * row) ** 2)
        return total + np.sum(running)

    found, gradient = run([loss, tf.gradients(loss, x)[0]], {x: value})
    assert found == pytest.approx(by_hand(value))
    for place in np.ndindex(value.shape):
        step_by = np.zeros_like(value)
        step_by[place] = 1e-6
        difference = (by_hand(value + step_by) - by_hand(value - step_by)) / 2e-6
        assert gradient[place] == pytest.approx(difference, abs=1e-8)


def test_second_gradients_outside_of_loops():
    x = tf.placeholder(tf.float64, [2])
    array = tf.TensorArray(tf.float64, 3).write(0, x).write(1, x * x).write(0, x * 2.0)
    loss = tf.reduce_sum(array.stack() ** 2) + tf.reduce_sum(array.read(1))
    first = tf.gradients(loss, x)[0]
    second = tf.gradients(first, x)[0]
    # loss = 4x² + x⁴ + x²
    value = np.array([0.5, -2.0])
    found = run([first, second], {x: value})
    np.testing.assert_allclose(found[0], 10 * value + 4 * value**3)
    np.testing.assert_allclose(found[1], 10 + 12 * value**2)


def test_branches_give_arrays():
    flag = tf.placeholder(tf.bool, [])
    array = tf.TensorArray(tf.float32, 2, element_shape=[]).write(0, 1.0)
    chosen = tf.cond(flag, lambda: array.write(1, 5.0), lambda: array)
    np.testing.assert_array_equal(run(chosen.stack(), {flag: True}), [1, 5])
    np.testing.assert_array_equal(run(chosen.stack(), {flag: False}), [1, 0])


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="Size must be provided if handle is not provided"):
        tf.TensorArray(tf.float32)
    array = tf.TensorArray(tf.float32, 2).write(0, [1.0, 2.0])
    with pytest.raises(ValueError, match="Inconsistent shapes"):
        array.write(1, [1.0])
    with pytest.raises(TypeError, match="TensorArray dtype is float32 but Op is trying to write dtype int32"):
        array.write(1, tf.constant([1, 2]))
    with pytest.raises(InvalidArgumentError, match="Tried to write to index 2 but array is not resizeable and size"):
        run(array.write(2, [1.0, 2.0]).stack())
    with pytest.raises(InvalidArgumentError, match=r"= 4 is not in \[0, 2\)"):
        run(array.read(4))


def test_a_growing_array_makes_no_plan_for_each_length(monkeypatch):
    made = []
    monkeypatch.setattr(body_function, "NumpyPlan", lambda *arguments: made.append(1) or NumpyPlan(*arguments))
    x = tf.placeholder(tf.float64, [2])
    array = tf.TensorArray(tf.float64, 0, dynamic_size=True)
    _, array = tf.while_loop(
        lambda i, _: i < 30, lambda i, a: (i + 1, a.write(i, x * tf.cast(i, tf.float64))), [0, array]
    )
    gradient = tf.gradients(tf.reduce_sum(array.stack() ** 2), x)[0]
    squares = sum(i * i for i in range(30))
    np.testing.assert_allclose(run(gradient, {x: [1.0, -2.0]}), [2 * squares, -4 * squares])
    assert len(made) < 10
