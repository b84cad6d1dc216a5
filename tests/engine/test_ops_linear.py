"""Linear algebra, segments and ranking: what the systematic cases leave out, and TensorFlow's corners and numbers."""

from __future__ import annotations

import numpy as np
import pytest

import engine as tf
from engine.graph import InvalidArgumentError
from tests.engine.helpers import run
from tests.engine.reference import numeric_gradient

pytestmark = pytest.mark.usefixtures("graph")

A = np.array([[4.0, 1.0], [1.0, 3.0]])


@pytest.mark.parametrize(
    ("function", "value", "gradient"),
    [
        (tf.matrix_determinant, 11, [[3, -1], [-1, 4]]),
        (tf.cholesky, [[2, 0], [0.5, 1.65831244]], [[0.20634446, 0.17462218], [0.17462218, 0.30151135]]),
        (
            tf.matrix_inverse,
            [[0.27272727, -0.09090909], [-0.09090909, 0.36363636]],
            [[-0.03305785, -0.04958678], [-0.04958678, -0.07438017]],
        ),
        (tf.linalg.logdet, 2.39789527, [[0.27272727, -0.09090909], [-0.09090909, 0.36363636]]),
        (tf.self_adjoint_eigvals, [2.38196601, 4.61803399], [[1, 0], [0, 1]]),
        (lambda x: tf.svd(x, compute_uv=False), [4.61803399, 2.38196601], [[1, 0], [0, 1]]),
        (
            lambda x: tf.qr(x)[1],
            [[-4.12310563, -1.69774938], [0, 2.66789189]],
            [[-0.71334018, -1.21267830], [-1.26974551, 0.72760708]],
        ),
        (
            lambda x: tf.matrix_solve_ls(x, np.array([[1.0], [2.0]])),
            [[0.09090909], [0.63636364]],
            [[-0.01652893, -0.11570248], [-0.02479339, -0.17355372]],
        ),
        (lambda x: tf.matrix_triangular_solve(x, np.array([[1.0], [2.0]])), [[0.25], [0.58333333]], None),
        (tf.trace, 7, [[1, 0], [0, 1]]),
    ],
)
def test_numbers_of_tensorflow(function, value, gradient):
    x = tf.constant(A)
    y = function(x)
    np.testing.assert_allclose(run(y), value, rtol=1e-6, atol=1e-8)
    if gradient is not None:
        np.testing.assert_allclose(run(tf.gradients(y, x)[0]), gradient, rtol=1e-5, atol=1e-7)


def symmetric(x):
    return (x + tf.matrix_transpose(x)) / 2.0


@pytest.mark.parametrize(
    ("function", "rows", "columns"),
    [
        (lambda x: tf.cholesky(symmetric(x)), 3, 3),
        (lambda x: tf.self_adjoint_eig(symmetric(x))[0], 3, 3),
        (lambda x: tf.square(tf.self_adjoint_eig(symmetric(x))[1]), 3, 3),
        (lambda x: tf.qr(x)[0], 4, 3),
        (lambda x: tf.qr(x)[1], 3, 3),
        (lambda x: tf.svd(x)[0], 3, 2),
        (lambda x: tf.square(tf.svd(x)[1]), 4, 3),
        (lambda x: tf.square(tf.svd(x)[2]), 2, 4),
        (lambda x: tf.matmul(tf.svd(x)[1], tf.svd(x)[2], transpose_b=True), 3, 2),
        (lambda x: tf.nn.top_k(x, 2)[0], 3, 4),
    ],
)
def test_gradients_are_what_differences_say(function, rows, columns):
    generator = np.random.default_rng(3)
    value = generator.normal(size=(2, rows, columns))
    value += 6 * np.eye(rows, columns) * np.arange(1, columns + 1)
    x = tf.placeholder(tf.float64, value.shape)
    y = function(x)
    weights = generator.normal(size=y.shape.as_list())
    loss = tf.reduce_sum(y * weights)
    session = tf.Session()
    (gradient,) = tf.gradients(loss, x)
    numeric = numeric_gradient(lambda changed: session.run(loss, {x: changed}), [value], 0)
    np.testing.assert_allclose(session.run(gradient, {x: value}), numeric, rtol=1e-5, atol=1e-7)


def test_decompositions_give_the_matrix_back():
    value = np.random.default_rng(0).normal(size=(2, 4, 3))
    x = tf.placeholder(tf.float64)
    s, u, v = tf.svd(x)
    q, r = tf.qr(x)
    values, vectors = tf.self_adjoint_eig(tf.matmul(x, x, transpose_a=True))
    square = tf.matmul(vectors * tf.expand_dims(values, -2), vectors, adjoint_b=True)
    found = run([tf.matmul(u * tf.expand_dims(s, -2), v, transpose_b=True), q @ r, square], {x: value})
    np.testing.assert_allclose(found[0], value, atol=1e-12)
    np.testing.assert_allclose(found[1], value, atol=1e-12)
    np.testing.assert_allclose(found[2], np.swapaxes(value, 1, 2) @ value, atol=1e-12)
    whole = run(tf.qr(x, full_matrices=True)[0], {x: value})
    assert whole.shape == (2, 4, 4)


def test_matrices_without_a_result():
    x = tf.placeholder(tf.float32, [2, 2])
    for function in (tf.matrix_inverse, lambda x: tf.matrix_solve(x, [[1.0], [1.0]])):
        with pytest.raises(InvalidArgumentError, match="is not invertible"):
            run(function(x), {x: np.zeros((2, 2))})
    lower = run(tf.cholesky(x), {x: [[0, 1], [1, 0]]})
    assert np.isnan(lower[0, 0])
    with pytest.raises(ValueError, match="Dimensions must be equal, but are 1 and 3"):
        tf.matrix_inverse([[1.0, 2.0, 3.0]])
    with pytest.raises(ValueError, match="Only one of transpose_a and adjoint_a"):
        tf.matmul(x, x, transpose_a=True, adjoint_a=True)


def test_matrices_as_programs_make_them():
    assert run(tf.eye(2, 3, [2])).tolist() == [[[1, 0, 0], [0, 1, 0]]] * 2
    assert run(tf.eye(2, dtype=tf.int32)).dtype == np.int32
    x = tf.placeholder(tf.float32, [None, 2])
    assert run(tf.eye(tf.shape(x)[0]), {x: np.zeros((3, 2))}).tolist() == np.eye(3).tolist()
    assert run(tf.matrix_band_part(np.ones((3, 4)), 1, 0)).tolist() == [[1, 0, 0, 0], [1, 1, 0, 0], [0, 1, 1, 0]]
    assert run(tf.cross([1.0, 2.0, 3.0], [0.0, 1.0, 0.0])).tolist() == [-3, 0, 1]
    assert run(tf.diag_part(np.arange(16).reshape(2, 2, 2, 2))).tolist() == [[0, 5], [10, 15]]
    assert run(tf.matrix_transpose([[1, 2], [3, 4]])).tolist() == [[1, 3], [2, 4]]
    b = np.array([[1.0], [2.0]])
    np.testing.assert_allclose(run(tf.cholesky_solve(tf.cholesky(A), b)), np.linalg.solve(A, b))
    np.testing.assert_allclose(run(tf.linalg.solve(A, b, adjoint=True)), np.linalg.solve(A.T, b))


@pytest.mark.parametrize(
    ("a", "b", "axes"),
    [
        ((2, 3), (3, 4), 1),
        ((2, 3, 4), (3, 4, 5), 2),
        ((2, 3), (4, 5), 0),
        ((2, 3, 4), (4, 5, 3), [[1, 2], [2, 0]]),
        ((2, 3), (3, 4), [1, 0]),
        ((3,), (3,), 1),
        ((2, 3), (3, 4), [[-1], [-2]]),
    ],
)
def test_tensordot(a, b, axes):
    generator = np.random.default_rng(0)
    x, y = generator.normal(size=a), generator.normal(size=b)
    np.testing.assert_allclose(run(tf.tensordot(tf.constant(x), y, axes)), np.tensordot(x, y, axes), rtol=1e-12)


@pytest.mark.parametrize(
    ("equation", "shapes"),
    [
        ("ij,jk", [(2, 3), (3, 4)]),
        ("ij , jk -> ki", [(2, 3), (3, 4)]),
        ("...ij,jk->...ik", [(5, 2, 3), (3, 4)]),
        ("bij,bjk->bik", [(5, 2, 3), (5, 3, 4)]),
        ("i->", [(3,)]),
        ("ba", [(2, 3)]),
        ("...a,...a->...", [(4, 2, 3), (2, 3)]),
    ],
)
def test_einsum(equation, shapes):
    generator = np.random.default_rng(0)
    values = [generator.normal(size=size) for size in shapes]
    np.testing.assert_allclose(run(tf.einsum(equation, *values)), np.einsum(equation, *values), rtol=1e-12)


def test_equations_that_do_not_fit():
    x = tf.placeholder(tf.float32, [2, 3])
    with pytest.raises(ValueError, match=r"Got 1 arguments for equation"):
        tf.einsum("ij,jk->ik", x)
    with pytest.raises(ValueError, match="Dimensions must be equal, but are 3 and 2"):
        tf.einsum("ij,jk->ik", x, x)
    with pytest.raises(ValueError, match="appears more than once"):
        tf.einsum("ii->", x)
    with pytest.raises(ValueError, match="Different number of contraction axes"):
        tf.tensordot(x, x, [[0, 1], [0]])


@pytest.mark.parametrize(
    ("kind", "sorted_value", "unsorted_value", "gradient"),
    [
        ("sum", [3, 0, 3], [3, 0, 3, 0], [1, 1, 1]),
        ("mean", [1.5, 0, 3], [1.5, 0, 3, 0], [0.5, 0.5, 1]),
        ("max", [2, 0, 3], [2, -3.4028235e38, 3, -3.4028235e38], [0.5, 0.5, 1]),
        ("min", [1, 0, 3], [1, 3.4028235e38, 3, 3.4028235e38], [0.5, 0.5, 1]),
        ("prod", [2, 1, 3], [2, 1, 3, 1], [2, 2, 1]),
    ],
)
def test_segments(kind, sorted_value, unsorted_value, gradient):
    x, ids = tf.constant([1.0, 2.0, 3.0]), tf.constant([0, 0, 2])
    np.testing.assert_allclose(run(getattr(tf, f"segment_{kind}")(x, ids)), sorted_value, rtol=1e-6)
    found = getattr(tf, f"unsorted_segment_{kind}")(x, ids, 4)
    assert found.shape == [4]
    np.testing.assert_allclose(run(found), unsorted_value, rtol=1e-6)
    ties, pairs = tf.constant([2.0, 2.0, 3.0]), tf.constant([0, 0, 1])
    for y in (getattr(tf, f"segment_{kind}")(ties, pairs), getattr(tf, f"unsorted_segment_{kind}")(ties, pairs, 3)):
        np.testing.assert_allclose(run(tf.gradients(y, ties)[0]), gradient, rtol=1e-6)


def test_products_of_segments_with_zeros():
    x, ids = tf.constant([2.0, 0.0, 3.0, 0.0, 0.0]), tf.constant([0, 0, 0, 1, 1])
    for y in (tf.segment_prod(x, ids), tf.unsorted_segment_prod(x, ids, 2)):
        assert run(y).tolist() == [0, 0]
        assert run(tf.gradients(y, x)[0]).tolist() == [0, 6, 0, 0, 0]


def test_segments_that_are_none():
    x = tf.constant([1.0, 2.0, 3.0])
    assert run(tf.unsorted_segment_sum(x, [0, -1, 2], 3)).tolist() == [1, 0, 3]
    assert run(tf.unsorted_segment_sqrt_n(x, [0, 0, 2], 4)).tolist() == pytest.approx([2.1213203, 0, 3, 0])
    for ids in ([0, 2, 1], [-1, 0, 0]):
        with pytest.raises(InvalidArgumentError, match="segment ids are not increasing"):
            run(tf.segment_sum(x, ids))
    with pytest.raises(InvalidArgumentError, match=r"segment_ids\[1\] = 5 is out of range \[0, 3\)"):
        run(tf.unsorted_segment_sum(x, [0, 5, 2], 3))
    with pytest.raises(ValueError, match="same size as dimension 0"):
        tf.segment_sum(x, [0, 1])


def test_the_largest():
    x = tf.constant([[1.0, 3.0, 3.0, 2.0]])
    values, indices = tf.nn.top_k(x, 2)
    assert run(values).tolist() == [[3, 3]]
    assert run(indices).tolist() == [[1, 2]]
    assert run(tf.gradients(values, x)[0]).tolist() == [[0, 1, 1, 0]]
    assert run(tf.nn.top_k(x, k=3).values).tolist() == [[3, 3, 2]]
    assert run(indices).dtype == np.int32
    with pytest.raises(ValueError, match="input must have last dimension >= k = 3 but is 2"):
        tf.nn.top_k([1.0, 2.0], 3)


def test_targets_among_the_largest():
    predictions = [[0.1, 0.9, 0.3], [0.5, 0.5, 0.2]]
    assert run(tf.nn.in_top_k(predictions, [2, 1], 2)).tolist() == [True, True]
    assert run(tf.nn.in_top_k(predictions, [0, 1], 1)).tolist() == [False, True], "equal ones count as not larger"
    assert run(tf.nn.in_top_k(predictions, [5, -1], 2)).tolist() == [False, False]


def test_permutations():
    assert run(tf.invert_permutation([2, 0, 1])).tolist() == [1, 2, 0]
    with pytest.raises(InvalidArgumentError, match="duplicated in the input"):
        run(tf.invert_permutation([2, 2, 1]))
    with pytest.raises(InvalidArgumentError, match="5 is not between 0 and 3"):
        run(tf.invert_permutation([2, 5, 1]))


def test_the_modules_show_the_same_names():
    for name in (
        "log",
        "sin",
        "reduce_sum",
        "argmax",
        "top_k",
        "l2_normalize",
        "cumsum",
        "segment_sum",
        "add_n",
        "erf",
    ):
        assert callable(getattr(tf.math, name))
    pairs = {"inv": "matrix_inverse", "det": "matrix_determinant", "diag": "matrix_diag", "svd": "svd", "norm": "norm"}
    for new, old in pairs.items():
        assert getattr(tf.linalg, new) is getattr(tf, old)
    assert tf.math.log is tf.log
