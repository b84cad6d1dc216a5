"""The next value of a time series, by a network unrolled step by step (static_rnn).

A list of tensors goes in and a list of outputs comes out: every step is nodes of its own in the graph. The forecast
feeds the network with its own answers.
"""

import numpy as np
import tensorflow as tf

t = np.arange(140)
series = np.sin(t * 0.25) + 0.3 * np.sin(t * 0.7)
window = 8
rows = np.array([series[i : i + window + 1] for i in range(len(series) - window)])
x_train, y_train = rows[:110, :window], rows[:110, window:]
x_test, y_test = rows[110:, :window], rows[110:, window:]

tf.set_random_seed(3)
x = tf.placeholder(tf.float32, [None, window], name="x")
y = tf.placeholder(tf.float32, [None, 1], name="y")

inputs = tf.split(x, window, axis=1)
cell = tf.nn.rnn_cell.BasicRNNCell(10, activation=tf.nn.tanh)
outputs, state = tf.nn.static_rnn(cell, inputs, dtype=tf.float32)
W = tf.Variable(tf.random_normal([10, 1], stddev=0.3), name="W")
b = tf.Variable(tf.zeros([1]), name="b")
prediction = tf.matmul(outputs[-1], W) + b

loss = tf.reduce_mean(tf.square(prediction - y))
train = tf.train.AdamOptimizer(0.02).minimize(loss)

with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    print("steps:", len(outputs), "each", outputs[0].shape)
    for epoch in range(101):
        _, value = sess.run([train, loss], {x: x_train, y: y_train})
        if epoch % 25 == 0:
            print("epoch %3d  loss %.5f  later values %.5f" % (epoch, value, sess.run(loss, {x: x_test, y: y_test})))

    history = list(series[:window])
    for _ in range(5):
        history.append(sess.run(prediction, {x: [history[-window:]]})[0, 0])
    print("forecast:", np.round(history[window:], 3))
    print("truth:   ", np.round(series[window : window + 5], 3))
