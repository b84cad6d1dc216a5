"""Python functions, printing, checks, sorting and counting inside a graph."""

from __future__ import annotations

import numpy as np
import pytest

import engine as tf
from tests.engine.helpers import run
from tests.engine.reference import numeric_gradient

pytestmark = pytest.mark.usefixtures("graph")


def test_a_python_function_gets_arrays_and_gives_tensors():
    x = tf.placeholder(tf.float32, [None])
    seen = []

    def halves(values):
        seen.append((type(values), values.dtype))
        return values / 2, len(values)

    half, count = tf.py_func(halves, [x], [tf.float32, tf.int64])
    assert half.shape.dims is None
    half.set_shape([None])
    got = run([half + 1, count], {x: [2, 4]})
    np.testing.assert_array_equal(got[0], [2, 3])
    assert got[1] == 2
    assert seen == [(np.ndarray, np.float32)]
    single = tf.py_func(lambda: np.float32(3), [], tf.float32)
    assert run(single) == 3
    assert tf.gradients(half, x) == [None]


def test_a_python_function_that_gives_too_much():
    pair = tf.py_func(lambda: (1.0, 2.0, 3.0), [], [tf.float32, tf.float32])
    with pytest.raises(tf.errors.InvalidArgumentError, match="pyfunc returned 3 values, but expects 2"):
        run(pair)


def test_a_function_of_another_process_is_not_there():
    result = tf.py_func(lambda: 1.0, [], tf.float32)
    result.op.attributes["function"] = "cost-0123"
    with pytest.raises(tf.errors.InvalidArgumentError, match="calls the Python function 'cost', which is not there"):
        run(result)


def test_printing(capsys):
    x = tf.placeholder(tf.float32, [None])
    shown = tf.Print(x, [x, tf.shape(x), tf.constant([[1, 2], [3, 4]]), "end"], message="x is ", first_n=2)
    gradient = tf.gradients(shown * 3.0, x)[0]
    session = tf.Session()
    for _ in range(3):
        np.testing.assert_array_equal(session.run(gradient, {x: [1, 2, 3, 4.5]}), [3, 3, 3, 3])
        session.run(shown, {x: [1, 2, 3, 4.5]})
    assert capsys.readouterr().err == "x is [1 2 3...][4][[1 2][3...]][end]\n" * 2


def test_assertions():
    x = tf.placeholder(tf.float32, [None])
    check = tf.Assert(tf.reduce_all(x > 0), ["not positive:", x])
    assert run(check, {x: [1]}) is None
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"assertion failed: \[not positive:\] \[-1 2\]"):
        run(check, {x: [-1, 2]})
    with pytest.raises(tf.errors.InvalidArgumentError, match="Condition x == y did not hold"):
        tf.assert_equal([1, 2], [1, 3])
    later = tf.assert_less(x, 3.0)
    with pytest.raises(tf.errors.InvalidArgumentError, match="Condition x < y did not hold"):
        run(later, {x: [5]})
    assert run(tf.assert_positive(x), {x: [5]}) is None
    with pytest.raises(ValueError, match="must have rank 2"):
        tf.assert_rank(x, 2)


@pytest.mark.parametrize(
    ("check", "words"),
    [
        (lambda x, message: tf.assert_rank(x, 2, message=message), r"rank"),
        (lambda x, message: tf.assert_rank_at_least(x, 2, message=message), r"rank at least"),
        (lambda x, message: tf.assert_rank_in(x, (2, 0), message=message), r"rank in"),
    ],
)
def test_ranks_are_checked_when_they_are_known(check, words):
    x = tf.placeholder(tf.float32)
    later = check(x, "hm")
    assert run(later, {x: [[1]]}) is None
    with pytest.raises(
        tf.errors.InvalidArgumentError,
        match=rf"\[hm.  \] \[Tensor {x.name} must have {words}\] \[2\]( \[0\])? \[Received shape: \] \[1\]",
    ):
        run(later, {x: [1]})
    with pytest.raises(ValueError, match=rf"hm.  Tensor .* must have {words} .*2.*\.  Received rank 1, shape \(3,\)"):
        check(tf.ones([3]), "hm")
    assert check(tf.ones([3, 3]), None).outputs == []


def test_assertions_show_as_many_elements_as_they_are_told():
    x = tf.placeholder(tf.float32, [None])
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"\[5 6\.\.\.\]"):
        run(tf.assert_less(x, 3.0, summarize=2), {x: [5, 6, 7, 8]})


def test_numbers_that_are_not_finite_stop_the_run():
    x = tf.placeholder(tf.float32, [None])
    checked = tf.check_numerics(x, "loss")
    np.testing.assert_array_equal(run(checked, {x: [1, 2]}), [1, 2])
    with pytest.raises(tf.errors.InvalidArgumentError, match="loss : Tensor had NaN values"):
        run(checked, {x: [1, np.nan]})
    with pytest.raises(tf.errors.InvalidArgumentError, match="loss : Tensor had Inf and NaN values"):
        run(checked, {x: [np.inf, np.nan]})


X = np.array([[0.3, -1.2, 0.7, 0.1], [2.0, -0.4, 1.1, -3.0]])


@pytest.mark.parametrize("direction", ["ASCENDING", "DESCENDING"])
@pytest.mark.parametrize("axis", [0, 1, -1])
def test_sorting(axis, direction):
    turn = (lambda a: np.flip(a, axis)) if direction == "DESCENDING" else (lambda a: a)
    np.testing.assert_array_equal(run(tf.sort(X, axis, direction)), turn(np.sort(X, axis)))
    np.testing.assert_array_equal(run(tf.argsort(X, axis, direction)), turn(np.argsort(X, axis)))
    weights = np.arange(1.0, 9.0).reshape(2, 4)
    x = tf.placeholder(tf.float64, [2, 4])
    loss = tf.reduce_sum(tf.sort(x, axis, direction) ** 2 * weights)
    (gradient,) = tf.gradients(loss, x)
    (second,) = tf.gradients(tf.reduce_sum(gradient * weights), x)
    session = tf.Session()
    expected = numeric_gradient(lambda a: float(session.run(loss, {x: a})), [X], 0)
    np.testing.assert_allclose(session.run(gradient, {x: X}), expected, rtol=1e-6)
    expected = numeric_gradient(lambda a: float(np.sum(session.run(gradient, {x: a}) * weights)), [X], 0)
    np.testing.assert_allclose(session.run(second, {x: X}), expected, rtol=1e-6)


def test_equal_elements_keep_their_order():
    np.testing.assert_array_equal(run(tf.argsort([1, 0, 1, 0])), [1, 3, 0, 2])
    np.testing.assert_array_equal(run(tf.argsort([1, 0, 1, 0], direction="DESCENDING")), [0, 2, 1, 3])


def test_counting():
    np.testing.assert_array_equal(run(tf.bincount([1, 3, 3, 0])), [1, 1, 0, 2])
    np.testing.assert_array_equal(run(tf.bincount([1, 1], minlength=4)), [0, 2, 0, 0])
    matrix = tf.confusion_matrix([0, 1, 1, 2], [0, 1, 2, 2], 3)
    assert matrix.dtype == tf.int32
    np.testing.assert_array_equal(run(matrix), [[1, 0, 0], [0, 1, 1], [0, 0, 1]])


def test_dense_tensors_from_indices():
    dense = tf.sparse_to_dense([[0, 1], [2, 0]], [3, 2], [5.0, 6.0], -1.0)
    np.testing.assert_array_equal(run(dense), [[-1, 5], [-1, -1], [6, -1]])
    np.testing.assert_array_equal(run(tf.sparse_to_dense([1, 3], [4], 1)), [0, 1, 0, 1])


def test_casts_under_their_old_names():
    assert tf.to_float([1, 2]).dtype == tf.float32
    np.testing.assert_array_equal(run(tf.to_int32([1.9, -1.9])), [1, -1])
    np.testing.assert_array_equal(run(tf.saturate_cast([300, -5], tf.uint8)), [255, 0])


def test_a_placeholder_with_a_default():
    x = tf.placeholder_with_default(tf.constant([1.0, 2.0]), [None])
    assert x.shape.as_list() == [None]
    y = x * 2
    np.testing.assert_array_equal(run(y), [2, 4])
    np.testing.assert_array_equal(run(y, {x: [1, 2, 3]}), [2, 4, 6])
    with pytest.raises(ValueError, match="which has shape"):
        run(y, {x: [[1.0]]})


def test_hessians():
    x = tf.placeholder(tf.float64, [3])
    (hessian,) = tf.hessians(x[0] ** 2 * x[1] + x[2], x)
    np.testing.assert_allclose(run(hessian, {x: [2, 3, 5]}), [[6, 4, 0], [4, 0, 0], [0, 0, 0]])


def test_a_tensor_as_text():
    x = tf.constant(3.0, name="x")
    assert str(x) == 'Tensor("x:0", shape=(), dtype=float32)'
    assert repr(x) == "<tf.Tensor 'x:0' shape=() dtype=float32>"
    with tf.device("/cpu:0"):
        placed = tf.identity(x, name="placed")
    assert str(placed) == 'Tensor("placed:0", shape=(), dtype=float32, device=/device:CPU:0)'
    assert str(tf.placeholder(tf.int32, name="p")) == 'Tensor("p:0", dtype=int32)'


def test_counting_adds_up_weights():
    weights = tf.constant([0.5, 1.0, 2.0])
    assert run(tf.bincount(tf.constant([1, 2, 2]), weights=weights)).tolist() == [0, 0.5, 3]
    assert run(tf.bincount(tf.constant([1, 2, 2]), weights=weights, minlength=5)).tolist() == [0, 0.5, 3, 0, 0]
    assert run(tf.bincount(tf.constant([1, 2, 2]), weights=weights, maxlength=2)).tolist() == [0, 0.5]
