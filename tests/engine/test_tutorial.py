"""The tutorial's program, written with ``import engine as tf``, prints the tutorial's numbers digit for digit."""

import re

import numpy as np
import pytest

import engine as tf

#: The lines the tutorial prints, as (epoch, loss, weight, bias). At epoch 9 today's TensorFlow and plain numpy give
#: 0.03832536 where the tutorial shows 0.038325354.
PRINTED = """\
Epoch: 0 loss: 41.0 weight: [4.5] bias: [2.2]
Epoch: 1 loss: 18.415 weight: [2.1499999] bias: [1.4100001]
Epoch: 2 loss: 8.274352 weight: [3.72] bias: [1.9530001]
Epoch: 3 loss: 3.721009 weight: [2.6634998] bias: [1.6024001]
Epoch: 4 loss: 1.6762912 weight: [3.3670502] bias: [1.8501701]
Epoch: 5 loss: 0.7579173 weight: [2.8913898] bias: [1.696611]
Epoch: 6 loss: 0.34527153 weight: [3.2059994] bias: [1.8115939]
Epoch: 7 loss: 0.15970731 weight: [2.9912033] bias: [1.7462754]
Epoch: 8 loss: 0.076116346 weight: [3.1312609] bias: [1.8014188]
Epoch: 9 loss: 0.03832536 weight: [3.0336602] bias: [1.7755046]
Epoch: 10 loss: 0.021112926 weight: [3.0954175] bias: [1.8035736]
Epoch: 97 loss: 3.7696707e-05 weight: [3.004957] bias: [1.985426]
Epoch: 98 loss: 3.5472734e-05 weight: [3.0048087] bias: [1.9858623]
Epoch: 99 loss: 3.3379514e-05 weight: [3.0046647] bias: [1.9862854]
Epoch: 995 loss: 7.9580786e-13 weight: [3.000001] bias: [1.9999975]
Epoch: 996 loss: 7.9580786e-13 weight: [3.000001] bias: [1.9999975]
Epoch: 997 loss: 7.9580786e-13 weight: [3.000001] bias: [1.9999975]
Epoch: 998 loss: 7.9580786e-13 weight: [3.000001] bias: [1.9999975]
Epoch: 999 loss: 7.9580786e-13 weight: [3.000001] bias: [1.9999975]
"""
LINES = {int(re.match(r"Epoch: (\d+)", line)[1]): line for line in PRINTED.splitlines()}


@pytest.fixture
def program():
    """The tutorial's graph: the nodes of its program by their Python names."""
    tf.reset_default_graph()
    x = tf.placeholder(tf.float32)
    y = tf.placeholder(tf.float32)
    W = tf.Variable([1], dtype=tf.float32)
    b = tf.Variable([1], dtype=tf.float32)
    hypothesis = W * x + b
    cost = tf.reduce_mean(tf.square(hypothesis - y))
    optimizer = tf.train.GradientDescentOptimizer(learning_rate=0.1)
    train_op = optimizer.minimize(cost)
    yield x, y, W, b, hypothesis, cost, train_op
    tf.reset_default_graph()


def train(program, epochs):
    x, y, W, b, _, cost, train_op = program
    sess = tf.Session()
    sess.run(tf.global_variables_initializer())
    lines = {}
    for step in range(epochs):
        _, cost_val = sess.run([train_op, cost], feed_dict={x: [1, 2, 3, 4], y: [5, 8, 11, 14]})
        lines[step] = f"Epoch: {step} loss: {cost_val!s} weight: {sess.run(W)} bias: {sess.run(b)}"
    return sess, lines


@pytest.mark.parametrize(
    ("epochs", "for_5", "for_6"), [(100, "[17.00961]", "[20.014275]"), (1000, "[17.000002]", "[20.000004]")]
)
def test_training_prints_the_tutorials_lines_and_predictions(program, epochs, for_5, for_6):
    x, hypothesis = program[0], program[4]
    sess, lines = train(program, epochs)
    for epoch, line in LINES.items():
        if epoch < epochs:
            assert lines[epoch] == line
    assert str(sess.run(hypothesis, feed_dict={x: 5})) == for_5
    assert str(sess.run(hypothesis, feed_dict={x: 6})) == for_6


def test_every_line_is_what_plain_numpy_computes(program):
    """All 1,000 lines against the same arithmetic written out, not only those the tutorial shows."""
    _, lines = train(program, 1000)
    f = np.float32
    x, y = np.array([1, 2, 3, 4], f), np.array([5, 8, 11, 14], f)
    W, b = np.array([1], f), np.array([1], f)
    for epoch in range(1000):
        difference = W * x + b - y
        loss = np.add.reduce(np.square(difference)) / f(4)
        gradient = f(0.25) * (f(2) * difference)
        W = W - f(0.1) * np.add.reduce(gradient * x, keepdims=True)
        b = b - f(0.1) * np.add.reduce(gradient, keepdims=True)
        assert lines[epoch] == f"Epoch: {epoch} loss: {loss!s} weight: {W} bias: {b}"


def test_a_second_session_begins_anew_and_leaves_the_first_alone(program):
    W = program[2]
    first, _ = train(program, 5)
    before = first.run(W)
    _, lines = train(program, 1)
    assert lines[0] == LINES[0]
    assert first.run(W) == before


def test_the_first_gradients_are_minus_35_and_minus_12(program):
    x, y, W, b, _, cost, _ = program
    gradients = tf.gradients(cost, [W, b])
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        dW, db = sess.run(gradients, {x: [1, 2, 3, 4], y: [5, 8, 11, 14]})
    assert (str(dW), str(db)) == ("[-35.]", "[-12.]")
