"""Arrays that are handed to a session and that it hands out: of any layout, and each side's own."""

from __future__ import annotations

import threading
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import engine as tf
from engine.runtime.backends.numpy_plan import RUNS_BEFORE_CODE
from tests.engine.variants import straight_line

pytestmark = pytest.mark.usefixtures("graph")

#: A small matrix, and one whose operations run in blocks.
SIZES = [(3, 4), (300, 500)]


def numbers(shape: tuple[int, ...]) -> Any:
    return (np.arange(np.prod(shape)) % 97 - 40).reshape(shape).astype(np.float32)


def read_only(array: Any) -> Any:
    array = array.copy()
    array.flags.writeable = False
    return array


def overlapping(array: Any) -> Any:
    """A view in which each row begins one element after the one before: rows share their elements."""
    return np.lib.stride_tricks.as_strided(array, array.shape, (array.itemsize, array.itemsize))


LAYOUTS = {
    "float64": lambda a: a.astype(np.float64),
    "float16": lambda a: a.astype(np.float16),
    "int8": lambda a: a.astype(np.int8),
    "bool": lambda a: a > 0,
    "Fortran order": np.asfortranarray,
    "read-only": read_only,
    "overlapping view": overlapping,
    "negative strides": lambda a: a[::-1, ::-1],
    "every other element": lambda a: np.repeat(np.repeat(a, 2, 0), 2, 1)[::2, ::2],
    "repeated row": lambda a: np.broadcast_to(a[0], a.shape),
    "big-endian": lambda a: a.astype(">f4"),
    "big-endian float64": lambda a: a.astype(">f8"),
    "unaligned": lambda a: np.frombuffer(b"\0" + a.tobytes(), np.uint8)[1:].view(np.float32).reshape(a.shape),
    "masked": lambda a: np.ma.masked_array(a, a > 1e9),
    "matrix": lambda a: a.view(np.matrix),
    "lists": lambda a: a.tolist(),
    "tuples of numpy scalars": lambda a: tuple(tuple(row) for row in a),
    "objects": lambda a: a.astype(object),
}


@pytest.mark.parametrize("shape", SIZES)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_feed_of_any_layout_gives_what_its_numbers_give(layout, shape):
    x = tf.placeholder(tf.float32, [None, shape[1]])
    w = tf.Variable(np.ones(shape, np.float32))
    y = tf.tanh(x) * 2.0 + x * w
    z = tf.matmul(x, x, transpose_b=True)
    fed = LAYOUTS[layout](numbers(shape))
    plain = np.array(np.asarray(fed).tolist(), np.float32)
    before = np.array(fed)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        expected = session.run([y, z], {x: plain})
        for _ in range(3):
            found = session.run([y, z], {x: fed})
            assert [a.tobytes() for a in found] == [a.tobytes() for a in expected]
            assert type(found[0]) is np.ndarray and found[0].flags.c_contiguous and found[0].flags.writeable
        again = session.run([y, z], {x: plain})
        assert [a.tobytes() for a in again] == [a.tobytes() for a in expected]
    assert np.array_equal(before, np.array(fed)), "what is fed stays as it is"


@pytest.mark.parametrize("fed", [3.0, 3, True, np.float64(3), np.array(3), np.array(3, ">i2"), np.float16(3)])
def test_a_single_number_of_any_kind_is_fed(fed):
    x = tf.placeholder(tf.float32, [])
    y = 2.0 * x + 1.0
    with tf.Session() as session:
        for _ in range(3):
            result = session.run(y, {x: fed})
            assert type(result) is np.float32 and result == 2.0 * float(fed) + 1.0


def test_a_single_object_is_a_number_or_refused():
    x = tf.placeholder(tf.float32, [])
    with tf.Session() as session:
        with pytest.raises(ValueError, match="is not made of numbers"):
            session.run(2.0 * x, {x: Fraction(3)})
        with pytest.warns(UserWarning, match="is fed None, which becomes NaN"):
            assert np.isnan(session.run(2.0 * x, {x: None}))


@pytest.mark.parametrize("fed", [np.ones((2, 3)), [1.0, 2.0, 3.0], 1.0, [[1.0]], np.ones((0, 2))])
def test_a_feed_of_another_shape_is_refused_also_when_the_call_is_repeated(fed):
    x = tf.placeholder(tf.float32, [2, 2])
    y = 2.0 * x
    with tf.Session() as session:
        for _ in range(3):
            session.run(y, {x: np.ones((2, 2), np.float32)})
        with pytest.raises(ValueError, match="Cannot feed value of shape"):
            session.run(y, {x: fed})
        assert session.run(y, {x: np.ones((2, 2), np.float32)}).tolist() == [[2, 2], [2, 2]]


def test_texts_are_looked_at_in_every_run():
    x = tf.placeholder(tf.string, [2])
    y = tf.string_join([x, x])
    with tf.Session() as session:
        for texts in (["a", "b"], ["c", "é"]):
            found = session.run([x + "", y], {x: np.array(texts, object)})
            assert found[1].tolist() == [(2 * text).encode() for text in texts]
        with pytest.raises(ValueError, match="is not made of texts"):
            session.run([x + "", y], {x: np.array([1, 2], object)})


@pytest.mark.parametrize("shape", SIZES)
def test_what_was_fetched_may_be_fed(shape):
    x = tf.placeholder(tf.float32, shape)
    y = 0.5 * x + 1.0
    value = numbers(shape)
    expected = value.copy()
    with tf.Session() as session:
        for _ in range(5):
            value = session.run(y, {x: value})
            expected = np.float32(0.5) * expected + np.float32(1)
            assert np.array_equal(value, expected)


def test_a_fed_tensor_that_is_fetched_is_a_copy():
    x = tf.placeholder(tf.float32, [None])
    fed = np.ones(3, np.float32)
    with tf.Session() as session:
        for _ in range(3):
            found, double = session.run([x, 2.0 * x], {x: fed})
            assert found is not fed and not np.shares_memory(found, fed)
            found[:] = 7
            assert fed.tolist() == [1, 1, 1] and double.tolist() == [2, 2, 2]


@pytest.mark.parametrize("shape", SIZES)
def test_a_result_stays_as_it_is_while_the_session_goes_on(shape):
    x = tf.placeholder(tf.float32, shape)
    w = tf.Variable(np.zeros(shape, np.float32))
    rows = tf.reshape(w, [-1])
    y = tf.tanh(x + w)
    mask = tf.boolean_mask(x, x > 0)
    update = tf.assign_add(w, x)
    with straight_line(), tf.Session() as session:
        session.run(tf.global_variables_initializer())
        kept = []
        for step in range(4):
            found = session.run([y, rows, mask, update, w], {x: numbers(shape) + step})
            kept.append((found, [array.copy() for array in found]))
            assert not any(np.shares_memory(a, b) for a in found[:1] for b in found[1:])
        for found, copies in kept:
            assert all(np.array_equal(a, b) for a, b in zip(found, copies, strict=True))


@pytest.mark.parametrize("shape", SIZES)
def test_what_the_caller_does_with_its_arrays_changes_nothing_in_the_session(shape):
    x = tf.placeholder(tf.float32, shape)
    w = tf.Variable(numbers(shape))
    constant = numbers(shape)
    y = x * w + tf.constant(constant)
    update = tf.assign(w, x + 0.0 * w)
    given = numbers(shape)
    constant[...] = np.nan
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        expected = numbers(shape) * numbers(shape) + numbers(shape)
        for _ in range(3):
            found = session.run([y, w, tf.transpose(w)], {x: given})
            assert np.array_equal(found[0], expected)
            for array in found:
                array[...] = np.nan
        session.run(update, {x: given})
        given[...] = np.nan
        assert np.array_equal(session.run(w), numbers(shape))
        session.value(w)[...] = np.nan
        assert np.array_equal(session.run(w), numbers(shape))


def test_a_variable_takes_a_copy_of_its_initial_value_and_of_what_is_loaded():
    first = np.ones(3, np.float32)
    w = tf.Variable(first)
    first[:] = 5
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        assert session.run(w).tolist() == [1, 1, 1]
        loaded = np.full(3, 2, np.float32)
        session.set_value(w, loaded)
        loaded[:] = 9
        assert session.run(w + 0.0).tolist() == [2, 2, 2]


def test_python_code_in_a_step_may_keep_what_it_is_given():
    x = tf.placeholder(tf.float32, [3])
    kept = []

    def keep(array: Any) -> Any:
        kept.append(array)
        return array

    y = tf.py_func(keep, [x * 2.0], tf.float32)
    with tf.Session() as session:
        for step in range(3):
            found = session.run(y, {x: np.full(3, step)})
            assert found.tolist() == [2.0 * step] * 3
            found[:] = -1
    assert [array.tolist() for array in kept] == [[0.0] * 3, [2.0] * 3, [4.0] * 3]


@pytest.mark.parametrize("shape", SIZES)
def test_threads_that_share_a_session_each_get_their_own_numbers(shape):
    x, y = tf.placeholder(tf.float32, shape), tf.placeholder(tf.float32, [None])
    w = tf.Variable(np.zeros(shape, np.float32))
    wide, narrow = tf.tanh(x) * 3.0 + x, tf.reduce_sum(y * y)
    count = tf.assign_add(w, tf.ones_like(w))
    wrong: list[str] = []
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())

        def use(number: int) -> None:
            value = np.full(shape, number, np.float32)
            expected = (np.tanh(value) * np.float32(3) + value)[0, 0]
            for step in range(20):
                found = session.run([wide, count], {x: value})[0]
                if not (found == expected).all():
                    wrong.append(f"thread {number} got {found[0, 0]}")
                ones = np.full(1 + step % 3, number, np.float32)
                if session.run(narrow, {y: ones}) != ones.size * number**2:
                    wrong.append(f"thread {number} got another sum")

        threads = [threading.Thread(target=use, args=(number,)) for number in range(1, 5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert wrong == []
        assert (session.run(w) == 80).all(), "every update counts"


def test_forms_that_are_equal_as_tuples_are_told_apart():
    from collections import namedtuple

    first, second = namedtuple("First", "a b"), namedtuple("Second", "c d")
    a, b = tf.constant(1.0), tf.constant(2.0)
    x = tf.placeholder(tf.float32, [1])
    with tf.Session() as session:
        for _ in range(2):
            assert type(session.run(first(a, b))) is first
            assert type(session.run(second(a, b))) is second
            assert type(session.run((a, b))) is tuple
            assert type(session.run([first(a, b)])[0]) is first
            assert type(session.run([(a, b)])[0]) is tuple
            assert session.run(x * 2.0, {(x,): ([4],)}).tolist() == [8.0]
            assert session.run(x * 2.0, {x: [4]}).tolist() == [8.0]


@pytest.mark.parametrize("runs", [1, 3, RUNS_BEFORE_CODE + 1])
def test_what_a_program_prevents_is_refused_in_a_call_that_was_made_before(runs, graph):
    x = tf.placeholder(tf.float32, [2])
    c = tf.constant([1.0, 2.0])
    y = c * x
    with tf.Session() as session:
        for _ in range(runs):
            session.run(y, {x: [1, 2], c: [3, 4]})
            session.run(y, {x: [1, 2]})
        graph.prevent_feeding(c)
        with pytest.raises(ValueError, match="may not be fed"):
            session.run(y, {x: [1, 2], c: [3, 4]})
        assert session.run(y, {x: [1, 2]}).tolist() == [1, 4]
        graph.prevent_fetching(y.op)
        with pytest.raises(ValueError, match="not fetchable"):
            session.run(y, {x: [1, 2]})
        assert session.run(y + 1.0, {x: [1, 2]}).tolist() == [2, 5]


@pytest.mark.parametrize("runs", [1, 3, RUNS_BEFORE_CODE + 1])
def test_an_edit_between_repeated_calls_counts(runs, graph):
    x = tf.placeholder(tf.float32, [3])
    w = tf.Variable([1.0, 2.0, 3.0])
    y, z = x * w, x - w
    loss = tf.reduce_sum(tf.identity(y, name="shown"))
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        for _ in range(runs):
            assert session.run(loss, {x: np.ones(3, np.float32)}) == 6.0
        graph.set_inputs(graph.operation("shown"), "x", [z])
        for _ in range(runs):
            assert session.run(loss, {x: np.ones(3, np.float32)}) == -3.0
