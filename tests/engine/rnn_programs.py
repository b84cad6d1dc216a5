"""Programs with recurrent networks, for TensorFlow 1 and for the engine alike.

``recorded/rnn.json`` holds what TensorFlow printed; ``TF_USE_LEGACY_KERAS=1 python -m tests.engine.rnn_programs``
prints it anew where TensorFlow is installed.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np

BATCH, STEPS, SIZE, UNITS = 3, 4, 2, 3
LENGTHS = [4, 2, 0]
Program = Callable[..., dict[str, Any]]


def _input(tf: Any, static: bool = True) -> Any:
    return tf.placeholder(tf.float32, [BATCH if static else None, STEPS, SIZE], name="x")


def _dynamic(make: Callable[[Any], Any], **options: Any) -> Program:
    """``dynamic_rnn`` over a cell."""

    def program(tf: Any) -> dict[str, Any]:
        x = _input(tf, static=options.get("static", True))
        given = {key: value for key, value in options.items() if key != "static"}
        if given.get("sequence_length") == "fed":
            given["sequence_length"] = tf.constant(LENGTHS)
        turned = tf.transpose(x, [1, 0, 2]) if given.get("time_major") else x
        outputs, state = tf.nn.dynamic_rnn(make(tf.nn.rnn_cell), turned, dtype=tf.float32, **given)
        return {"x": x, "outputs": outputs, "state": state}

    return program


def _static(make: Callable[[Any], Any], with_lengths: bool) -> Program:
    def program(tf: Any) -> dict[str, Any]:
        x = _input(tf)
        lengths = tf.constant(LENGTHS) if with_lengths else None
        steps = tf.unstack(x, axis=1)
        outputs, state = tf.nn.static_rnn(make(tf.nn.rnn_cell), steps, dtype=tf.float32, sequence_length=lengths)
        return {"x": x, "outputs": outputs, "state": state}

    return program


def initial_state(tf: Any) -> dict[str, Any]:
    """A state to begin with that is computed, in two scopes of the program's own."""
    x = _input(tf, static=False)
    with tf.variable_scope("encoder"):
        cell = tf.nn.rnn_cell.BasicLSTMCell(UNITS)
        _, state = tf.nn.dynamic_rnn(cell, x, dtype=tf.float32)
    with tf.variable_scope("decoder"):
        cell = tf.nn.rnn_cell.BasicLSTMCell(UNITS, forget_bias=0.0)
        state = tf.nn.rnn_cell.LSTMStateTuple(state.c * 2.0, state.h)
        outputs, state = tf.nn.dynamic_rnn(cell, x, initial_state=state, sequence_length=LENGTHS)
    return {"x": x, "outputs": outputs, "state": state}


def zero_state(tf: Any) -> dict[str, Any]:
    """A cell stepped by hand, one step after the other."""
    x = _input(tf, static=False)
    cell = tf.nn.rnn_cell.MultiRNNCell([tf.nn.rnn_cell.GRUCell(UNITS), tf.nn.rnn_cell.BasicLSTMCell(UNITS)])
    state = cell.zero_state(tf.shape(x)[0], tf.float32)
    outputs = []
    with tf.variable_scope("unrolled"):
        for step in range(STEPS):
            output, state = cell(x[:, step], state)
            outputs.append(output)
    return {"x": x, "outputs": outputs, "state": state}


def bidirectional(tf: Any) -> dict[str, Any]:
    x = _input(tf, static=False)
    cells = tf.nn.rnn_cell.GRUCell(UNITS), tf.nn.rnn_cell.BasicLSTMCell(UNITS)
    outputs, states = tf.nn.bidirectional_dynamic_rnn(*cells, x, sequence_length=tf.constant(LENGTHS), dtype=tf.float32)
    return {"x": x, "outputs": outputs, "state": states}


def bidirectional_static(tf: Any) -> dict[str, Any]:
    x = _input(tf)
    cells = tf.nn.rnn_cell.BasicRNNCell(UNITS), tf.nn.rnn_cell.LSTMCell(UNITS)
    outputs, *states = tf.nn.static_bidirectional_rnn(*cells, tf.unstack(x, axis=1), dtype=tf.float32)
    return {"x": x, "outputs": outputs, "state": tuple(states)}


def own_cell(tf: Any) -> dict[str, Any]:
    """A cell that a program writes itself, with variables that it gets in its call."""

    class Cell(tf.nn.rnn_cell.RNNCell):
        @property
        def state_size(self) -> int:
            return UNITS

        @property
        def output_size(self) -> int:
            return 1

        def call(self, inputs: Any, state: Any) -> Any:
            w = tf.get_variable("w", [SIZE, UNITS])
            u = tf.get_variable("u", [UNITS, UNITS])
            new = tf.nn.relu(tf.matmul(inputs, w) + tf.matmul(state, u))
            return tf.reduce_sum(new, 1, keepdims=True), new

    x = _input(tf)
    outputs, state = tf.nn.dynamic_rnn(Cell(), x, dtype=tf.float32)
    return {"x": x, "outputs": outputs, "state": state}


def raw(tf: Any) -> dict[str, Any]:
    """A loop that takes the input of each step from an array, feeds the output back, and stops by lengths."""
    x = _input(tf, static=True)
    lengths = tf.constant([4, 2, 1])
    steps = tf.TensorArray(tf.float32, STEPS, clear_after_read=False).unstack(tf.transpose(x, [1, 0, 2]))
    cell = tf.nn.rnn_cell.LSTMCell(UNITS)

    def loop(time: Any, output: Any, state: Any, total: Any) -> Any:
        if output is None:
            return tf.zeros([BATCH], tf.bool), steps.read(0), cell.zero_state(BATCH, tf.float32), None, tf.zeros([3])
        finished = time >= lengths
        following = tf.cond(
            tf.reduce_all(finished), lambda: tf.zeros([BATCH, SIZE]), lambda: steps.read(time) + output[:, :SIZE]
        )
        following.set_shape([BATCH, SIZE])
        return finished, following, state, output, total + output[0]

    outputs, state, total = tf.nn.raw_rnn(cell, loop)
    return {"x": x, "outputs": [outputs.stack(), total], "state": state}


def _own(tf: Any, step: Callable[..., Any]) -> dict[str, Any]:
    """A cell whose step is a function of inputs, state and a matrix."""

    class Cell(tf.nn.rnn_cell.RNNCell):
        @property
        def state_size(self) -> int:
            return UNITS

        @property
        def output_size(self) -> int:
            return UNITS

        def call(self, inputs: Any, state: Any) -> Any:
            new = tf.reshape(step(inputs, state, tf.get_variable("w", [SIZE, UNITS])), [-1, UNITS])
            return new, new

    x = _input(tf, static=False)
    outputs, state = tf.nn.dynamic_rnn(Cell(), x, dtype=tf.float32)
    return {"x": x, "outputs": outputs, "state": state}


def branch_inside(tf: Any) -> dict[str, Any]:
    """A cell whose step branches."""

    def step(inputs: Any, state: Any, w: Any) -> Any:
        product = tf.matmul(inputs, w)
        return tf.cond(
            tf.reduce_sum(inputs) > 0, lambda: tf.tanh(product + state), lambda: state * 0.5 + tf.matmul(inputs, w)
        )

    return _own(tf, step)


def loop_inside(tf: Any) -> dict[str, Any]:
    """A cell whose step loops."""

    def step(inputs: Any, state: Any, w: Any) -> Any:
        def again(count: Any, value: Any) -> Any:
            return count + 1, tf.tanh(value + tf.matmul(inputs, w))

        return tf.while_loop(lambda count, _: count < 3, again, [0, state])[1]

    return _own(tf, step)


def inside_a_loop(tf: Any) -> dict[str, Any]:
    """A network that is run again and again over what it gave, with the same variables."""
    x = _input(tf)
    cell = tf.nn.rnn_cell.GRUCell(SIZE)

    def again(count: Any, value: Any) -> Any:
        with tf.variable_scope("again", reuse=tf.AUTO_REUSE):
            outputs, _ = tf.nn.dynamic_rnn(cell, value, dtype=tf.float32)
        return count + 1, outputs

    count, outputs = tf.while_loop(lambda count, _: count < 2, again, [0, x])
    return {"x": x, "outputs": outputs, "state": tf.cast(count, tf.float32)}


def scanned(tf: Any) -> dict[str, Any]:
    """A cell that a program runs with tf.scan."""
    x = _input(tf)
    cell = tf.nn.rnn_cell.BasicLSTMCell(UNITS)
    begin = cell.zero_state(BATCH, tf.float32)
    states = tf.scan(lambda state, step: cell(step, state)[1], tf.transpose(x, [1, 0, 2]), initializer=begin)
    return {"x": x, "outputs": states.h, "state": states.c[-1]}


def looped(tf: Any) -> dict[str, Any]:
    """A cell that a program runs with tf.while_loop, from one array into another."""
    x = _input(tf)
    steps = tf.TensorArray(tf.float32, STEPS).unstack(tf.transpose(x, [1, 0, 2]))
    cell = tf.nn.rnn_cell.LSTMCell(UNITS)

    def again(time: Any, state: Any, outputs: Any) -> Any:
        output, state = cell(steps.read(time), state)
        return time + 1, state, outputs.write(time, output)

    first = 0, cell.zero_state(BATCH, tf.float32), tf.TensorArray(tf.float32, STEPS)
    _, state, outputs = tf.while_loop(lambda time, *_: time < STEPS, again, first)
    return {"x": x, "outputs": outputs.stack(), "state": state}


def _stack(cells: Any) -> Any:
    return cells.MultiRNNCell([cells.BasicLSTMCell(UNITS), cells.ResidualWrapper(cells.GRUCell(UNITS))])


def dropped(tf: Any) -> dict[str, Any]:
    """Dropout from seeds, of what cells take, give and remember, at each step anew or the same at all."""
    x = _input(tf)
    tf.set_random_seed(5)
    cells = tf.nn.rnn_cell
    anew = cells.DropoutWrapper(cells.BasicLSTMCell(UNITS), 0.6, 0.5, state_keep_prob=0.7, seed=7)
    # One iteration at a time: TensorFlow draws in whatever order they run otherwise.
    outputs, state = tf.nn.dynamic_rnn(anew, x, dtype=tf.float32, scope="anew", parallel_iterations=1)
    steady = cells.DropoutWrapper(
        cells.GRUCell(UNITS), 0.5, 0.6, 0.7, variational_recurrent=True, input_size=SIZE, dtype=tf.float32, seed=9
    )
    others, other = tf.nn.dynamic_rnn(steady, x, sequence_length=LENGTHS, dtype=tf.float32, scope="steady")
    steps, last = tf.nn.static_rnn(anew, tf.unstack(x, axis=1), dtype=tf.float32, scope="static")
    return {"x": x, "outputs": [outputs, others, *steps], "state": [*state, other, *last]}


PROGRAMS: dict[str, Program] = {
    "plain": _dynamic(lambda cells: cells.BasicRNNCell(UNITS)),
    "plain relu": _dynamic(lambda cells: cells.BasicRNNCell(UNITS, activation="relu"), time_major=True),
    "lstm": _dynamic(lambda cells: cells.BasicLSTMCell(UNITS), static=False),
    "lstm in one": _dynamic(lambda cells: cells.BasicLSTMCell(UNITS, 0.5, state_is_tuple=False)),
    "lstm lengths": _dynamic(lambda cells: cells.BasicLSTMCell(UNITS), sequence_length="fed"),
    "lstm peepholes": _dynamic(lambda cells: cells.LSTMCell(UNITS, use_peepholes=True, cell_clip=0.3)),
    "lstm projected": _dynamic(lambda cells: cells.LSTMCell(UNITS, num_proj=2, proj_clip=0.2), sequence_length="fed"),
    "gru": _dynamic(lambda cells: cells.GRUCell(UNITS), scope="mine"),
    "gru lengths": _dynamic(lambda cells: cells.GRUCell(UNITS, name="g"), sequence_length="fed", time_major=True),
    "layers": _dynamic(_stack, static=False),
    "layers lengths": _dynamic(_stack, sequence_length="fed"),
    "static": _static(lambda cells: cells.BasicLSTMCell(UNITS), False),
    "static lengths": _static(_stack, True),
    "initial state": initial_state,
    "zero state": zero_state,
    "bidirectional": bidirectional,
    "bidirectional static": bidirectional_static,
    "own cell": own_cell,
    "raw": raw,
    "branch inside": branch_inside,
    "loop inside": loop_inside,
    "inside a loop": inside_a_loop,
    "scanned": scanned,
    "looped": looped,
    "dropped": dropped,
}


def _leaves(structure: Any) -> list[Any]:
    if isinstance(structure, list | tuple):
        return [leaf for item in structure for leaf in _leaves(item)]
    return [structure]


def run(tf: Any, which: str) -> dict[str, Any]:
    """Names, shapes, values, gradients, and the losses of 20 steps of training."""
    tf.reset_default_graph()
    made = PROGRAMS[which](tf)
    outputs, states = _leaves(made["outputs"]), _leaves(made["state"])
    loss = sum(tf.reduce_sum((tensor - 0.3) ** 2) for tensor in [*outputs, *states]) / 10.0
    variables = tf.trainable_variables()
    gradients = tf.gradients(loss, [*variables, made["x"]])
    train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
    feeds = {made["x"]: np.random.RandomState(5).uniform(-1, 1, [BATCH, STEPS, SIZE]).astype(np.float32)}
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        for variable in variables:
            draw = np.random.RandomState(zlib.crc32(variable.name.encode()))
            session.run(tf.assign(variable, draw.uniform(-1, 1, variable.shape.as_list()).astype(np.float32)))
        values = session.run([*outputs, *states], feeds)
        found = session.run(gradients, feeds)
        losses = [float(session.run([loss, train], feeds)[0]) for _ in range(20)]
    return {
        "variables": {variable.name: variable.shape.as_list() for variable in variables},
        "shapes": [tensor.shape.as_list() for tensor in [*outputs, *states]],
        "values": [value.tolist() for value in values],
        "gradients": [gradient.tolist() for gradient in found],
        "losses": losses,
    }


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    return float(f"{value:.8g}") if isinstance(value, float) else value


if __name__ == "__main__":
    import tensorflow.compat.v1 as tensorflow

    tensorflow.disable_v2_behavior()
    print(json.dumps(_rounded({which: run(tensorflow, which) for which in PROGRAMS}), separators=(",", ":")))
