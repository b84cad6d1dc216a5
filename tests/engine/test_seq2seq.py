"""Losses of sequences, and networks from sequences to sequences, against numpy."""

from __future__ import annotations

import numpy as np
import pytest

import engine as tf

pytestmark = pytest.mark.usefixtures("graph")

seq2seq, legacy = tf.contrib.seq2seq, tf.contrib.legacy_seq2seq
cells = tf.nn.rnn_cell
rng = np.random.RandomState(0)
LOGITS = rng.normal(size=(3, 4, 5)).astype(np.float32)
TARGETS = rng.randint(0, 5, (3, 4))
WEIGHTS = np.array([[1, 1, 0.5, 0], [1, 0, 0, 0], [0, 0, 0, 0]], np.float32)


def run(fetch, feeds=None):
    with tf.Session() as session:
        if tf.global_variables():
            session.run(tf.global_variables_initializer())
        return session.run(fetch, feeds)


def cross_entropy(logits, targets):
    normalized = logits - np.log(np.sum(np.exp(logits), -1, keepdims=True))
    return -np.take_along_axis(normalized, targets[..., None], -1)[..., 0]


EACH = cross_entropy(LOGITS.astype(np.float64), TARGETS) * WEIGHTS


def quotient(x, y):
    return np.divide(x, y, out=np.zeros_like(x), where=np.asarray(y) != 0)


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ((), np.sum(EACH) / np.sum(WEIGHTS)),
        ((True, False), quotient(np.sum(EACH, 1), np.sum(WEIGHTS, 1))),
        ((False, True), quotient(np.sum(EACH, 0), np.sum(WEIGHTS, 0))),
        ((False, False), EACH),
        ((False, False, True, True), np.sum(EACH) / np.count_nonzero(WEIGHTS)),
        ((False, False, True, False), quotient(np.sum(EACH, 1), np.count_nonzero(WEIGHTS, 1))),
        ((False, False, False, True), quotient(np.sum(EACH, 0), np.count_nonzero(WEIGHTS, 0))),
    ],
)
def test_losses_of_batches(flags, expected):
    logits = tf.placeholder(tf.float32, [None, 4, 5])
    loss = seq2seq.sequence_loss(logits, TARGETS, tf.constant(WEIGHTS), *flags)
    assert loss.shape.rank == np.ndim(expected)
    np.testing.assert_allclose(run(loss, {logits: LOGITS}), expected, rtol=1e-5)


def test_another_loss_and_weights_of_ones():
    squares = seq2seq.sequence_loss(
        logits=tf.constant(LOGITS),
        targets=tf.constant(TARGETS),
        weights=tf.ones([3, 4]),
        softmax_loss_function=lambda labels, logits: tf.cast(labels, tf.float32) * logits[:, 0],
    )
    np.testing.assert_allclose(run(squares), np.mean(TARGETS * LOGITS[:, :, 0]), rtol=1e-5)


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="Logits must be a"):
        seq2seq.sequence_loss(LOGITS[0], TARGETS, WEIGHTS)
    with pytest.raises(ValueError, match="Targets must be a"):
        seq2seq.sequence_loss(LOGITS, TARGETS[0], WEIGHTS)
    with pytest.raises(ValueError, match="average_across_batch and sum_over_batch cannot be set to True"):
        seq2seq.sequence_loss(LOGITS, TARGETS, WEIGHTS, sum_over_batch=True)
    with pytest.raises(ValueError, match="Lengths of logits, weights, and targets must be the same 2, 1, 1"):
        legacy.sequence_loss([LOGITS[:, 0]] * 2, [TARGETS[:, 0]], [WEIGHTS[:, 0]])


def test_losses_of_lists():
    lists = [[tf.constant(array[:, step]) for step in range(4)] for array in (LOGITS, TARGETS, WEIGHTS)]
    by_example = legacy.sequence_loss_by_example(*lists)
    found = run([by_example, legacy.sequence_loss(*lists), legacy.sequence_loss(*lists, False, False)])
    expected = np.sum(EACH, 1) / (np.sum(WEIGHTS, 1) + 1e-12)
    np.testing.assert_allclose(found[0], expected, rtol=1e-5)
    np.testing.assert_allclose(found[1], np.sum(expected) / 3, rtol=1e-5)
    np.testing.assert_allclose(found[2], np.sum(EACH), rtol=1e-5)


def test_a_network_reads_and_another_writes():
    x = tf.placeholder(tf.float32, [2, 3, 4])
    steps = tf.unstack(x, axis=1)
    outputs, state = legacy.basic_rnn_seq2seq(steps, steps[:2], cells.GRUCell(5))
    assert [variable.name for variable in tf.global_variables()][::4] == [
        "basic_rnn_seq2seq/rnn/gru_cell/gates/kernel:0",
        "basic_rnn_seq2seq/rnn_decoder/gru_cell/gates/kernel:0",
    ]
    assert len(outputs) == 2
    with tf.variable_scope("basic_rnn_seq2seq", reuse=True):
        _, first = tf.nn.dynamic_rnn(cells.GRUCell(5), x, dtype=tf.float32, scope="rnn")
        _, second = tf.nn.dynamic_rnn(cells.GRUCell(5), x[:, :2], initial_state=first, scope="rnn_decoder")
    found = run([outputs[-1], state, second], {x: np.random.RandomState(1).normal(size=(2, 3, 4))})
    np.testing.assert_allclose(found[0], found[2], rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(found[1], found[2], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("tied", [False, True])
def test_class_numbers_are_looked_up_and_fed_back(tied):
    feed = tf.placeholder(tf.bool, [])
    read, written = [tf.constant([1, 2])] * 3, [tf.constant([0, 3]), tf.constant([2, 2])]
    cell = cells.BasicLSTMCell(4)

    def model(feed_previous):
        if tied:
            return legacy.embedding_tied_rnn_seq2seq(read, written, cell, 5, 3, feed_previous=feed_previous)
        return legacy.embedding_rnn_seq2seq(read, written, cell, 5, 5, 3, feed_previous=feed_previous)

    outputs, _ = model(feed)
    count = len(tf.global_variables())
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        given, own = session.run(outputs, {feed: False}), session.run(outputs, {feed: True})
        best = [tf.constant([0, 3]), tf.constant(np.argmax(own[0], 1))]
        written = best
        with tf.variable_scope(tf.get_variable_scope(), reuse=True):
            cell = cells.BasicLSTMCell(4)
            again, _ = model(False)
        expected = session.run(again)
    assert len(tf.global_variables()) == count
    assert given[0].shape == (2, 5)
    np.testing.assert_allclose(given[0], own[0], rtol=1e-6)
    np.testing.assert_allclose(own[1], expected[1], rtol=1e-5, atol=1e-6)


def test_buckets_share_their_variables():
    tensors = [tf.constant([0, 1])] * 4
    weights = [tf.ones([2])] * 4

    def model(read, written):
        return legacy.embedding_rnn_seq2seq(read, written, cells.GRUCell(3), 4, 4, 2)

    outputs, losses = legacy.model_with_buckets(tensors, tensors, tensors, weights, [(2, 3), (4, 4)], model)
    assert [len(each) for each in outputs] == [3, 4]
    assert len(tf.trainable_variables()) == 2 + 4 + 4 + 2
    found = run([losses, outputs[1][3]])
    assert np.all(np.isfinite(found[0]))
    assert found[1].shape == (2, 4)


def test_a_decoder_looks_at_what_was_read():
    read, given = rng.normal(size=(2, 3, 4)).astype(np.float32), rng.normal(size=(2, 2, 5)).astype(np.float32)
    begin = rng.normal(size=(2, 6)).astype(np.float32)
    outputs, state = legacy.attention_decoder(
        [tf.constant(given[:, step]) for step in range(2)], tf.constant(begin), read, cells.BasicRNNCell(6), 7
    )
    w, draw = {}, np.random.RandomState(2)
    with tf.Session() as session:
        for variable in tf.trainable_variables():
            name = variable.name.removeprefix("attention_decoder/").removesuffix(":0")
            w[name] = draw.uniform(-1, 1, variable.shape.as_list()).astype(np.float32)
            session.run(tf.assign(variable, w[name]))
        found = session.run([*outputs, state])
    assert set(w) == {
        "AttnW_0", "AttnV_0", "kernel", "bias", "basic_rnn_cell/kernel", "basic_rnn_cell/bias",
        "Attention_0/kernel", "Attention_0/bias", "AttnOutputProjection/kernel", "AttnOutputProjection/bias",
    }  # fmt: skip

    def linear(scope, *parts):
        return np.concatenate(parts, 1) @ w[f"{scope}kernel"] + w[f"{scope}bias"]

    seen, hidden = np.zeros((2, 4)), begin
    for step in range(2):
        taken = linear("", given[:, step], seen)
        hidden = np.tanh(linear("basic_rnn_cell/", taken, hidden))
        score = np.tanh(read @ w["AttnW_0"][0, 0] + linear("Attention_0/", hidden)[:, None]) @ w["AttnV_0"]
        weights = np.exp(score) / np.sum(np.exp(score), 1, keepdims=True)
        seen = np.sum(weights[..., None] * read, 1)
        np.testing.assert_allclose(found[step], linear("AttnOutputProjection/", hidden, seen), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(found[2], hidden, rtol=1e-5)


def test_a_network_with_attention_learns_to_copy():
    read = [tf.placeholder(tf.int32, [None]) for _ in range(3)]
    written = [tf.zeros_like(read[0]), *read[:2]]
    feed = tf.placeholder_with_default(False, [])
    outputs, _ = legacy.embedding_attention_seq2seq(
        read, written, cells.GRUCell(12), 4, 4, 6, num_heads=2, feed_previous=feed
    )
    loss = legacy.sequence_loss(outputs, read, [tf.ones([8])] * 3)
    train = tf.train.AdamOptimizer(0.03).minimize(loss)
    rows = np.random.RandomState(0).randint(1, 4, (8, 3))
    feeds = {place: rows[:, step] for step, place in enumerate(read)}
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        losses = [session.run([loss, train], feeds)[0] for _ in range(80)]
        own = session.run(outputs, feeds | {feed: True})
    assert losses[-1] < 0.1 * losses[0]
    np.testing.assert_array_equal(np.argmax(np.stack(own, 1), 2), rows)
