"""Recurrent networks against what TensorFlow recorded, against numpy, and against finite differences."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import engine as tf
from tests.engine import rnn_programs as programs

RECORDED = json.loads((Path(__file__).parent / "recorded" / "rnn.json").read_text())
cells = tf.nn.rnn_cell


@pytest.fixture(autouse=True)
def _new_graph():
    tf.reset_default_graph()


@pytest.mark.parametrize("which", programs.PROGRAMS)
def test_values_gradients_and_training_are_tensorflows(which):
    found, recorded = programs.run(tf, which), RECORDED[which]
    assert found["variables"] == recorded["variables"]
    assert list(found["variables"]) == list(recorded["variables"])
    for kind in ("values", "gradients"):
        for ours, theirs in zip(found[kind], recorded[kind], strict=True):
            np.testing.assert_allclose(ours, theirs, rtol=2e-5, atol=2e-6)
    np.testing.assert_allclose(found["losses"], recorded["losses"], rtol=2e-5)
    for ours, theirs in zip(found["shapes"], recorded["shapes"], strict=True):
        assert len(ours) == len(theirs)
        assert all(known is None or known == size for size, known in zip(ours, theirs, strict=True))


def _loaded(session, seed=0):
    """Gives every trainable variable values, and returns them by name."""
    draw, values = np.random.RandomState(seed), {}
    for variable in tf.trainable_variables():
        values[variable.name.rpartition(":")[0]] = value = draw.uniform(-1, 1, variable.shape.as_list())
        session.run(tf.assign(variable, value))
    return values


def _sigmoid(x):
    return 1 / (1 + np.exp(-x))


def _normalized(x, gamma, beta):
    mean, variance = x.mean(1, keepdims=True), x.var(1, keepdims=True)
    return (x - mean) / np.sqrt(variance + 1e-12) * gamma + beta


def test_a_normalized_lstm_is_what_its_formula_says():
    x, c, h = (np.random.RandomState(place).normal(size=(3, 4)).astype(np.float32) for place in range(3))
    cell = cells.LayerNormBasicLSTMCell(4)
    output, state = cell(tf.constant(x), cells.LSTMStateTuple(tf.constant(c), tf.constant(h)))
    with tf.Session() as session:
        w = _loaded(session)
        scope = "layer_norm_basic_lstm_cell"
        assert sorted(w) == sorted(
            [f"{scope}/kernel"]
            + [
                f"{scope}/{part}/{kind}"
                for part in ("input", "transform", "forget", "output", "state")
                for kind in ("gamma", "beta")
            ]
        )
        found = session.run([output, state])

    def norm(value, part):
        return _normalized(value, w[f"{scope}/{part}/gamma"], w[f"{scope}/{part}/beta"])

    i, j, f, o = np.split(np.concatenate([x, h], 1) @ w[f"{scope}/kernel"], 4, 1)
    new_c = c * _sigmoid(norm(f, "forget") + 1) + _sigmoid(norm(i, "input")) * np.tanh(norm(j, "transform"))
    new_c = norm(new_c, "state")
    new_h = np.tanh(new_c) * _sigmoid(norm(o, "output"))
    for ours, expected in zip([found[0], *found[1]], [new_h, new_c, new_h], strict=True):
        np.testing.assert_allclose(ours, expected, rtol=2e-5, atol=2e-6)


def test_wrappers_project_and_look_up():
    table = cells.EmbeddingWrapper(cells.BasicRNNCell(3), embedding_classes=5, embedding_size=2)
    inner = cells.OutputProjectionWrapper(cells.InputProjectionWrapper(cells.BasicRNNCell(3), 4), 2)
    ids = tf.constant([3, 0])
    embedded, _ = table(ids, table.zero_state(2, tf.float32))
    x = np.array([[1.0, 2.0], [3.0, -1.0]], np.float32)
    projected, _ = inner(tf.constant(x), inner.zero_state(2, tf.float32))
    assert inner.output_size == 2
    assert len(inner.trainable_variables) == len(inner.weights) == 6
    with tf.Session() as session:
        w = _loaded(session)
        found = session.run([embedded, projected])
    plain, outer = "basic_rnn_cell", "output_projection_wrapper"
    rows = w["embedding_wrapper/embedding"][[3, 0]]
    expected = np.tanh(rows @ w[f"embedding_wrapper/{plain}/kernel"][:2] + w[f"embedding_wrapper/{plain}/bias"])
    np.testing.assert_allclose(found[0], expected, rtol=2e-5)
    middle = f"{outer}/input_projection_wrapper"
    taken = x @ w[f"{middle}/kernel"] + w[f"{middle}/bias"]
    given = np.tanh(taken @ w[f"{middle}/{plain}/kernel"][:4] + w[f"{middle}/{plain}/bias"])
    np.testing.assert_allclose(found[1], given @ w[f"{outer}/kernel"] + w[f"{outer}/bias"], rtol=2e-5)


def test_dropout_differs_from_step_to_step_and_stays_where_it_is_asked_to():
    x = tf.ones([2, 50, 8])

    class Same(cells.RNNCell):
        state_size = output_size = 8

        def __call__(self, inputs, state, scope=None):
            return inputs, state

    keep = tf.placeholder(tf.float32, [])
    outputs, _ = tf.nn.dynamic_rnn(cells.DropoutWrapper(Same(), output_keep_prob=keep), x, dtype=tf.float32)
    steady = cells.DropoutWrapper(Same(), 0.5, variational_recurrent=True, input_size=8, dtype=tf.float32)
    same, _ = tf.nn.dynamic_rnn(steady, x, dtype=tf.float32)
    with tf.Session() as session:
        dropped, kept = session.run(outputs, {keep: 0.5}), session.run(outputs, {keep: 1.0})
        first, second = session.run(same), session.run(same)
    assert set(np.unique(dropped)) == {0.0, 2.0}
    assert 0.4 < np.mean(dropped == 0) < 0.6
    assert len(np.unique(dropped[0], axis=0)) > 40
    assert np.all(kept == 1)
    assert len(np.unique(first[0], axis=0)) == 1
    assert not np.array_equal(first, second)
    with pytest.raises(ValueError, match="Parameter input_keep_prob must be between 0 and 1"):
        cells.DropoutWrapper(Same(), 1.5)


def test_what_an_lstm_remembers_is_not_dropped():
    cell = cells.DropoutWrapper(cells.BasicLSTMCell(6), state_keep_prob=0.5)
    ones = cells.LSTMStateTuple(tf.ones([4, 6]), tf.ones([4, 6]))
    output, state = cell(tf.ones([4, 3]), ones)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        h, c, dropped = session.run([output, state.c, state.h])
    assert np.all(c != 0)
    assert np.any(dropped == 0)
    np.testing.assert_allclose(dropped[dropped != 0], 2 * h[dropped != 0], rtol=1e-6)


def test_gradients_of_first_and_second_order_go_through_a_network():
    rng = np.random.RandomState(3)
    value, w_value = rng.uniform(-1, 1, (2, 3, 2)), rng.uniform(-1, 1, (4, 8))
    x, w = tf.placeholder(tf.float64, [2, 3, 2]), tf.placeholder(tf.float64, [4, 8])

    class Cell(cells.RNNCell):
        state_size = cells.LSTMStateTuple(2, 2)
        output_size = 2

        def call(self, inputs, state):
            i, j, f, o = tf.split(tf.matmul(tf.concat([inputs, state.h], 1), w), 4, 1)
            c = state.c * tf.sigmoid(f) + tf.sigmoid(i) * tf.tanh(j)
            h = tf.tanh(c) * tf.sigmoid(o)
            return h, cells.LSTMStateTuple(c, h)

    outputs, state = tf.nn.dynamic_rnn(Cell(), x, sequence_length=[3, 2], dtype=tf.float64)
    loss = tf.reduce_sum(outputs**2) + tf.reduce_sum(state.c)
    first = tf.gradients(loss, [x, w])
    weighted = tf.reduce_sum(first[0] * 1.5) + tf.reduce_sum(first[1] ** 2)
    second = tf.gradients(weighted, [x, w])
    with tf.Session() as session:
        for scalar, gradients in ((loss, first), (weighted, second)):
            found = session.run(gradients, {x: value, w: w_value})
            for place, array in enumerate((value, w_value)):
                for at in [*np.ndindex(array.shape)][::3]:
                    sides = []
                    for change in (1e-5, -1e-5):
                        moved = [value.copy(), w_value.copy()]
                        moved[place][at] += change
                        sides.append(session.run(scalar, {x: moved[0], w: moved[1]}))
                    assert found[place][at] == pytest.approx((sides[0] - sides[1]) / 2e-5, abs=1e-7)


def test_layers_and_variables_of_a_body_stand_in_the_graph_around_it():
    x = tf.placeholder(tf.float32, [2, 3, 4])

    class Cell(cells.RNNCell):
        state_size = output_size = 4

        def call(self, inputs, state):
            scale = tf.Variable(lambda: tf.fill([4], 2.0), name="scale")
            return inputs * scale, state + tf.get_variable("shift", [4], initializer=tf.ones_initializer())

    outputs, state = tf.nn.dynamic_rnn(Cell(), x, dtype=tf.float32)
    with pytest.raises(ValueError, match="Initializer for variable w is from inside a control-flow construct"):
        tf.map_fn(lambda row: row * tf.Variable(tf.fill([4], 2.0), name="w"), x[0])
    assert {variable.name for variable in tf.global_variables()} >= {"rnn/cell/shift:0"}
    assert all(variable.graph is tf.get_default_graph() for variable in tf.global_variables())
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        found = session.run([outputs, state], {x: np.ones([2, 3, 4])})
    np.testing.assert_array_equal(found[0], np.full([2, 3, 4], 2.0))
    np.testing.assert_array_equal(found[1], np.full([2, 4], 3.0))


def test_one_cell_in_two_networks_shares_its_variables():
    x = tf.placeholder(tf.float32, [1, 2, 3])
    cell = cells.BasicLSTMCell(4)
    with tf.variable_scope("a"):
        tf.nn.dynamic_rnn(cell, x, dtype=tf.float32)
    with tf.variable_scope("a", reuse=True):
        tf.nn.dynamic_rnn(cells.BasicLSTMCell(4), x, dtype=tf.float32)
    assert [variable.name for variable in cell.trainable_variables] == [
        "a/rnn/basic_lstm_cell/kernel:0",
        "a/rnn/basic_lstm_cell/bias:0",
    ]
    assert len(tf.global_variables()) == 2
    assert cells.MultiRNNCell([cells.DropoutWrapper(cell, 0.5)]).trainable_weights == cell.variables
    with (
        tf.variable_scope("a"),
        pytest.raises(ValueError, match="Variable a/rnn/basic_lstm_cell/kernel already exists"),
    ):
        tf.nn.dynamic_rnn(cells.BasicLSTMCell(4), x, dtype=tf.float32)


def test_what_does_not_fit_is_refused():
    x, cell = tf.placeholder(tf.float32, [2, 3, 4]), cells.GRUCell(5)
    with pytest.raises(ValueError, match="If there is no initial_state, you must give a dtype"):
        tf.nn.dynamic_rnn(cell, x)
    with pytest.raises(TypeError, match="is not an RNNCell"):
        tf.nn.dynamic_rnn(5, x, dtype=tf.float32)
    with pytest.raises(ValueError, match="sequence_length must be a vector of length batch_size"):
        tf.nn.dynamic_rnn(cell, x, [[1, 2]], dtype=tf.float32)
    with pytest.raises(ValueError, match=r"Input size .* must be accessible via shape inference"):
        tf.nn.dynamic_rnn(cell, tf.placeholder(tf.float32, [2, 3, None]), dtype=tf.float32)
    with pytest.raises(TypeError, match="inputs must be a sequence"):
        tf.nn.static_rnn(cell, x, dtype=tf.float32)
    with pytest.raises(ValueError, match="inputs must not be empty"):
        tf.nn.static_rnn(cell, [], dtype=tf.float32)
    with pytest.raises(ValueError, match="Must specify at least one cell for MultiRNNCell"):
        cells.MultiRNNCell([])


def test_a_fused_network_gives_what_its_cell_gives():
    x = np.random.RandomState(0).normal(size=(5, 2, 3)).astype(np.float32)
    fused = tf.contrib.rnn.LSTMBlockFusedCell(4, forget_bias=0.5)
    outputs, (c, h) = fused(tf.constant(x), dtype=tf.float32, sequence_length=[5, 3])
    backwards, _ = tf.contrib.rnn.TimeReversedFusedRNN(fused)(tf.constant(x), dtype=tf.float32)
    assert [v.name for v in fused.weights] == ["lstm_fused_cell/kernel:0", "lstm_fused_cell/bias:0"]
    with tf.Session() as session:
        w = _loaded(session)
        found = session.run([outputs, c, h, backwards])

    def by_hand(steps):
        h, c = np.zeros((2, 4)), np.zeros((2, 4))
        for row in steps:
            gates = np.concatenate([row, h], 1) @ w["lstm_fused_cell/kernel"] + w["lstm_fused_cell/bias"]
            i, j, f, o = np.split(gates, 4, 1)
            c = c * _sigmoid(f + 0.5) + _sigmoid(i) * np.tanh(j)
            h = np.tanh(c) * _sigmoid(o)
            yield h, c

    steps = list(by_hand(x))
    for time in range(5):
        np.testing.assert_allclose(found[0][time][0], steps[time][0][0], rtol=2e-5, atol=2e-6)
    assert np.all(found[0][3:, 1] == 0)
    np.testing.assert_allclose(found[1], [steps[4][1][0], steps[2][1][1]], rtol=2e-5, atol=2e-6)
    np.testing.assert_allclose(found[2], [steps[4][0][0], steps[2][0][1]], rtol=2e-5, atol=2e-6)
    for time, (h_expected, _) in enumerate(by_hand(x[::-1])):
        np.testing.assert_allclose(found[3][4 - time], h_expected, rtol=2e-5, atol=2e-6)


def test_layers_of_networks_that_run_both_ways():
    x = tf.placeholder(tf.float32, [2, 3, 4])

    def two():
        return [cells.GRUCell(5), cells.GRUCell(6)]

    outputs, forward, backward = tf.contrib.rnn.stack_bidirectional_dynamic_rnn(
        two(), two(), x, dtype=tf.float32, scope="one"
    )
    steps, *states = tf.contrib.rnn.stack_bidirectional_rnn(
        two(), two(), tf.unstack(x, axis=1), dtype=tf.float32, scope="other"
    )
    assert outputs.shape.as_list() == [2, 3, 12]
    names = [variable.name for variable in tf.trainable_variables()]
    assert "one/cell_1/bidirectional_rnn/bw/gru_cell/candidate/bias:0" in names
    assert "other/cell_1/bw/gru_cell/candidate/bias:0" in names
    with tf.Session() as session:
        values = _loaded(session)
        for variable in tf.trainable_variables()[len(names) // 2 :]:
            twin = variable.name.replace("other/", "one/").replace(":0", "")
            place = twin.index("w/") - 1
            session.run(tf.assign(variable, values[f"{twin[:place]}bidirectional_rnn/{twin[place:]}"]))
        given = {x: np.random.RandomState(1).normal(size=(2, 3, 4))}
        found, last, other, other_last = session.run([outputs, (forward, backward), steps, states], given)
    np.testing.assert_allclose(found, np.stack(other, 1), rtol=1e-5)
    for ours, theirs in zip([*last[0], *last[1]], [*other_last[0], *other_last[1]], strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5)


def test_every_way_that_programs_import_them():
    program = """
import engine
engine.install_as("tensorflow")
import tensorflow as tf
from tensorflow.contrib import rnn
from tensorflow.contrib.rnn import BasicLSTMCell
from tensorflow.python.ops import rnn as inner, rnn_cell
from tensorflow.python.ops.rnn import dynamic_rnn
from tensorflow.models.rnn import rnn as oldest, rnn_cell as oldest_cells
import tensorflow.contrib.rnn as named
cells = {rnn.BasicLSTMCell, BasicLSTMCell, rnn_cell.BasicLSTMCell, named.BasicLSTMCell, tf.nn.rnn_cell.BasicLSTMCell}
print(len(cells | {tf.contrib.rnn.BasicLSTMCell, oldest_cells.BasicLSTMCell, engine.nn.rnn_cell.BasicLSTMCell}))
print(len({inner.dynamic_rnn, dynamic_rnn, tf.nn.dynamic_rnn}), oldest.rnn is rnn.static_rnn is inner.static_rnn)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("1\n1 True\n", "")


def test_a_state_may_be_made_for_a_fed_batch_and_dropout_be_fed():
    x, batch = tf.placeholder(tf.float32, [None, 5, 2]), tf.placeholder(tf.int32, [])
    keep = tf.placeholder_with_default(1.0, [])
    cell = cells.DropoutWrapper(cells.BasicLSTMCell(3), input_keep_prob=keep)
    outputs, state = tf.nn.dynamic_rnn(cell, x, initial_state=cell.zero_state(batch, tf.float32))
    plain, _ = tf.nn.dynamic_rnn(cell, x, dtype=tf.float32)
    gradient = tf.gradients(tf.reduce_sum(state.h), tf.trainable_variables())
    assert state.h.shape.as_list() == [None, 3]
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        for size in (3, 1, 4):
            feeds = {x: np.random.RandomState(size).normal(size=(size, 5, 2)), batch: size}
            found, expected = session.run([outputs, plain], feeds)
            np.testing.assert_allclose(found, expected, rtol=1e-6)
            kernel, bias = session.run(gradient, feeds | {keep: 0.5})
            assert kernel.shape == (5, 12)
            assert np.all(np.isfinite(bias))
        assert session.run(plain, {x: np.zeros([2, 5, 2])}).shape == (2, 5, 3)


def test_sequences_of_no_steps_give_no_outputs_and_the_state_they_began_with():
    x = tf.placeholder(tf.float32, [None, None, 2])
    outputs, state = tf.nn.dynamic_rnn(cells.GRUCell(3), x, initial_state=tf.ones([4, 3]))
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        found = session.run([outputs, state], {x: np.zeros([4, 0, 2])})
    assert found[0].shape == (4, 0, 3)
    np.testing.assert_array_equal(found[1], np.ones([4, 3]))


def test_cells_are_made_of_layers_too():
    x = np.random.RandomState(0).normal(size=(2, 3, 4)).astype(np.float32)

    class Cell(cells.RNNCell):
        def __init__(self):
            super().__init__(name="mine")

        state_size = output_size = 5

        def call(self, inputs, state):
            new = tf.layers.dense(tf.concat([inputs, state], 1), 5, tf.nn.relu, name="both")
            return new, new

    outputs, _ = tf.nn.dynamic_rnn(Cell(), tf.constant(x), dtype=tf.float32)
    gradients = tf.gradients(outputs, tf.trainable_variables())
    with tf.Session() as session:
        w = _loaded(session)
        assert list(w) == ["rnn/mine/both/kernel", "rnn/mine/both/bias"]
        found, slopes = session.run([outputs, gradients])
    state = np.zeros((2, 5))
    for step in range(3):
        state = np.maximum(
            np.concatenate([x[:, step], state], 1) @ w["rnn/mine/both/kernel"] + w["rnn/mine/both/bias"], 0
        )
        np.testing.assert_allclose(found[:, step], state, rtol=1e-5, atol=1e-6)
    assert np.any(slopes[0] != 0)


def test_names_before_tensorflow_1_and_names_that_there_are_not():
    cell = cells.GRUCell(4, 3)
    outputs, _ = tf.nn.rnn(cell, [tf.ones([2, 3])] * 2, dtype=tf.float32)
    assert outputs[1].shape.as_list() == [2, 4]
    assert tf.nn.seq2seq.sequence_loss is tf.contrib.legacy_seq2seq.sequence_loss
    for module, wrong, right in ((tf.contrib.rnn, "GRUCel", "GRUCell"), (tf.nn, "dynamic_rn", "dynamic_rnn")):
        with pytest.raises(AttributeError, match=f"has no attribute '{wrong}'; there is {right}"):
            getattr(module, wrong)


def test_gradients_go_through_what_was_kept_in_the_same_run():
    """The gradient of the sum of what is kept is what each element was multiplied with."""
    x = tf.constant(np.random.RandomState(0).uniform(1, 2, [3, 6, 4]).astype(np.float32))

    class Same(cells.RNNCell):
        state_size = output_size = 4

        def __call__(self, inputs, state, scope=None):
            return inputs, state + inputs

    cell = cells.DropoutWrapper(Same(), output_keep_prob=0.5)
    outputs, _ = tf.nn.dynamic_rnn(cell, x, dtype=tf.float32)
    mapped = tf.map_fn(lambda row: tf.nn.dropout(row, 0.5), x)
    fetches = [x, outputs, tf.gradients(outputs, x)[0], mapped, tf.gradients(mapped, x)[0]]
    with tf.Session() as session:
        for _ in range(2):
            given, kept, gradient, others, their_gradient = session.run(fetches)
            np.testing.assert_allclose(kept, given * gradient, rtol=1e-6)
            np.testing.assert_allclose(others, given * their_gradient, rtol=1e-6)
            assert 0.2 < np.mean(kept == 0) < 0.8
