"""Decoders and attention of tf.contrib.seq2seq, against dynamic_rnn and numpy."""

from __future__ import annotations

import numpy as np
import pytest

import engine as tf

pytestmark = pytest.mark.usefixtures("graph")

seq2seq, cells = tf.contrib.seq2seq, tf.nn.rnn_cell
rng = np.random.RandomState(0)
X = rng.normal(size=(3, 5, 2)).astype(np.float32)
LENGTHS = [5, 2, 3]


def values(session, seed=1):
    draw, found = np.random.RandomState(seed), {}
    for variable in tf.trainable_variables():
        name = variable.name.rpartition(":")[0]
        found[name] = draw.uniform(-1, 1, variable.shape.as_list()).astype(np.float32)
        session.run(tf.assign(variable, found[name]))
    return found


@pytest.mark.parametrize("impute", [False, True])
def test_a_decoder_in_training_is_dynamic_rnn(impute):
    x = tf.placeholder(tf.float32, [None, None, 2])
    cell, layer = cells.BasicLSTMCell(4), tf.layers.Dense(3)
    helper = seq2seq.TrainingHelper(x, LENGTHS)
    decoder = seq2seq.BasicDecoder(cell, helper, cell.zero_state(3, tf.float32), output_layer=layer)
    outputs, state, lengths = seq2seq.dynamic_decode(decoder, impute_finished=impute)
    plain, last = tf.nn.dynamic_rnn(cell, x, LENGTHS, dtype=tf.float32, scope="decoder")
    expected = layer(plain)
    loss = tf.reduce_sum(outputs.rnn_output[0] ** 2) + tf.reduce_sum(state.c[0])
    same = tf.reduce_sum(expected[0] ** 2) + tf.reduce_sum(last.c[0])
    gradients = [tf.gradients(each, tf.trainable_variables()) for each in (loss, same)]
    assert [variable.name for variable in tf.trainable_variables()] == [
        "decoder/basic_lstm_cell/kernel:0",
        "decoder/basic_lstm_cell/bias:0",
        "decoder/dense/kernel:0",
        "decoder/dense/bias:0",
    ]
    assert outputs.rnn_output.shape.as_list()[2] == 3
    with tf.Session() as session:
        values(session)
        found = session.run([outputs, state, lengths, expected, last, *gradients], {x: X})
    written, state, lengths, expected, last, ours, theirs = found
    assert lengths.tolist() == LENGTHS
    for row, length in enumerate(LENGTHS):
        np.testing.assert_allclose(written.rnn_output[row, :length], expected[row, :length], rtol=1e-5, atol=1e-6)
        best = np.argmax(expected[row, :length], 1)
        np.testing.assert_array_equal(written.sample_id[row, :length], best)
    if impute:
        assert np.all(written.rnn_output[1, 2:] == 0)
        np.testing.assert_allclose(state.h, last.h, rtol=1e-5, atol=1e-6)
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)


def test_a_decoder_goes_on_with_what_it_wrote():
    table = tf.get_variable("table", [4, 3])
    cell = cells.BasicRNNCell(4)
    helper = seq2seq.GreedyEmbeddingHelper(table, start_tokens=[1, 2], end_token=0)
    decoder = seq2seq.BasicDecoder(cell, helper, cell.zero_state(2, tf.float32))
    outputs, _, lengths = seq2seq.dynamic_decode(decoder, maximum_iterations=6)
    drawn = seq2seq.SampleEmbeddingHelper(lambda ids: tf.nn.embedding_lookup(table, ids), tf.fill([2], 3), 0)
    with tf.variable_scope(tf.get_variable_scope(), reuse=True):
        decoder = seq2seq.BasicDecoder(cell, drawn, cell.zero_state(2, tf.float32))
        sampled, *_ = seq2seq.dynamic_decode(decoder, maximum_iterations=tf.constant(4))
    with tf.Session() as session:
        w = values(session, seed=3)
        found = session.run([outputs.sample_id, outputs.rnn_output, lengths, sampled.sample_id])
    for row, token in enumerate((1, 2)):
        state, ids, length = np.zeros(4, np.float32), [], 0
        for _ in range(found[0].shape[1]):
            given = np.concatenate([w["table"][token], state])
            state = np.tanh(given @ w["decoder/basic_rnn_cell/kernel"] + w["decoder/basic_rnn_cell/bias"])
            length += 0 not in ids
            token = int(np.argmax(state))
            ids.append(token)
        assert found[0][row].tolist() == ids
        assert found[2][row] == length
    assert found[0].shape[1] == max(found[2])
    assert found[3].shape[1] <= 4
    assert set(found[3].ravel()) <= {0, 1, 2, 3}


def softmax(x):
    return np.exp(x) / np.sum(np.exp(x), -1, keepdims=True)


@pytest.mark.parametrize("kind", ["luong", "scaled luong", "bahdanau", "normed bahdanau"])
def test_attention_weighs_a_memory(kind):
    memory = rng.normal(size=(2, 4, 3)).astype(np.float32)
    query = rng.normal(size=(2, 5)).astype(np.float32)
    given = {"memory": tf.constant(memory), "memory_sequence_length": [4, 2]}
    if "luong" in kind:
        mechanism = seq2seq.LuongAttention(5, scale="scaled" in kind, **given)
    else:
        mechanism = seq2seq.BahdanauAttention(6, normalize="normed" in kind, **given)
    weights, _ = mechanism(tf.constant(query), state=None)
    with tf.Session() as session:
        w = values(session)
        found = session.run(weights)
    present = memory * np.array([[1, 1, 1, 1], [1, 1, 0, 0]])[..., None]
    keys = present @ w["memory_layer/kernel"]
    if "luong" in kind:
        score = np.einsum("bu,btu->bt", query, keys) * w.get("luong_attention/attention_g", 1.0)
    else:
        v = w["bahdanau_attention/attention_v"]
        asked = keys + (query @ w["bahdanau_attention/query_layer/kernel"])[:, None]
        if "normed" in kind:
            v = w["bahdanau_attention/attention_g"] * v / np.linalg.norm(v)
            asked = asked + w["bahdanau_attention/attention_b"]
        score = np.tanh(asked) @ v
    np.testing.assert_allclose(found[0], softmax(score)[0], rtol=1e-5)
    np.testing.assert_allclose(found[1], [*softmax(score[1, :2]), 0, 0], rtol=1e-5)


@pytest.mark.parametrize("several", [False, True])
def test_a_cell_with_attention_reads_while_it_writes(several):
    read, written = tf.placeholder(tf.float32, [None, 4, 2]), tf.placeholder(tf.float32, [None, 5, 2])
    memory, last = tf.nn.dynamic_rnn(cells.GRUCell(6), read, dtype=tf.float32)
    make = (lambda: seq2seq.LuongAttention(6, memory)), (lambda: seq2seq.BahdanauAttention(7, memory))
    mechanism, size = ([make[0](), make[1]()], [3, 4]) if several else (make[1](), None)
    cell = seq2seq.AttentionWrapper(cells.GRUCell(6), mechanism, size, alignment_history=True)
    state = cell.zero_state(tf.shape(read)[0], tf.float32).clone(cell_state=last)
    helper = seq2seq.TrainingHelper(written, tf.fill([tf.shape(read)[0]], 5))
    outputs, final, _ = seq2seq.dynamic_decode(seq2seq.BasicDecoder(cell, helper, state, tf.layers.Dense(8)))
    loss = seq2seq.sequence_loss(outputs.rnn_output, tf.zeros(tf.shape(written)[:2], tf.int32), tf.ones([3, 5]))
    train = tf.train.AdamOptimizer(0.05).minimize(loss)
    names = [variable.name for variable in tf.trainable_variables()]
    assert "decoder/attention_wrapper/gru_cell/gates/kernel:0" in names
    assert "decoder/attention_wrapper/bahdanau_attention/query_layer/kernel:0" in names
    assert ("decoder/attention_wrapper/attention_layer/kernel:0" in names) is several
    feeds = {read: rng.normal(size=(3, 4, 2)), written: rng.normal(size=(3, 5, 2))}
    history = (final.alignment_history[0] if several else final.alignment_history).stack()
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        losses = [session.run([loss, train], feeds)[0] for _ in range(30)]
        found, alignments = session.run([outputs.rnn_output, history], feeds)
    assert found.shape == (3, 5, 8)
    assert alignments.shape == (5, 3, 4)
    np.testing.assert_allclose(np.sum(alignments, 2), np.ones([5, 3]), rtol=1e-5)
    assert losses[-1] < 0.2 * losses[0]
