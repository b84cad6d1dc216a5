"""An LSTM that adds up: sequences of different length are summed by a recurrent network (dynamic_rnn).

The sequence_length stops each row at its own end; the last state goes into a dense layer.
"""

import numpy as np
import tensorflow as tf

rng = np.random.RandomState(6)
rows, time_steps = 96, 8
lengths = rng.randint(2, time_steps + 1, rows)
x_data = rng.uniform(-1, 1, (rows, time_steps, 1)).astype(np.float32)
x_data *= (np.arange(time_steps)[None, :] < lengths[:, None])[:, :, None]
y_data = x_data.sum(axis=1)

tf.set_random_seed(6)
X = tf.placeholder(tf.float32, [None, time_steps, 1], name="X")
Y = tf.placeholder(tf.float32, [None, 1], name="Y")
seq_length = tf.placeholder(tf.int32, [None], name="seq_length")

cell = tf.nn.rnn_cell.BasicLSTMCell(num_units=12, forget_bias=1.0)
outputs, state = tf.nn.dynamic_rnn(cell, X, sequence_length=seq_length, dtype=tf.float32)
prediction = tf.layers.dense(state.h, 1, name="sum")

loss = tf.losses.mean_squared_error(Y, prediction)
train = tf.train.AdamOptimizer(0.02).minimize(loss)

for variable in tf.trainable_variables():
    print(variable.name, variable.shape)

with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    feed = {X: x_data, Y: y_data, seq_length: lengths}
    for step in range(101):
        _, value = sess.run([train, loss], feed)
        if step % 25 == 0:
            print("step %3d  loss %.5f" % (step, value))

    out, last = sess.run([outputs, state], feed)
    print("after the end of a row:", np.abs(out[0, lengths[0] :]).sum())
    print("the last state is the last output:", np.allclose(last.h[0], out[0, lengths[0] - 1]))
    asked = np.zeros((1, time_steps, 1))
    asked[0, :3, 0] = [0.5, 0.25, -0.125]
    print("0.5 + 0.25 - 0.125 =", sess.run(prediction, {X: asked, seq_length: [3]}))
