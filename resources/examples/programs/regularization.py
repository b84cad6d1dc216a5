"""Ridge, lasso and elastic net: what a penalty does to twelve weights of which three matter.

The penalties come from regularizers that get_variable keeps in a collection, and are added to the loss from there.
"""

import numpy as np
import tensorflow as tf

rng = np.random.RandomState(11)
x_data = rng.normal(size=(60, 12)).astype(np.float32)
true = np.zeros(12)
true[[1, 4, 9]] = [2.0, -1.5, 1.0]
y_data = (x_data.dot(true) + rng.normal(0, 0.3, 60)).astype(np.float32)[:, None]


def l1(weights):
    return 0.15 * tf.reduce_sum(tf.abs(weights))


def l2(weights):
    return 0.15 * tf.nn.l2_loss(weights)


def elastic(weights):
    return 0.5 * (l1(weights) + l2(weights))


x = tf.placeholder(tf.float32, [None, 12], name="x")
y = tf.placeholder(tf.float32, [None, 1], name="y")

weights, trains, losses = [], [], []
for name, penalty in [("plain", None), ("ridge", l2), ("lasso", l1), ("elastic_net", elastic)]:
    with tf.variable_scope(name):
        w = tf.get_variable("w", [12, 1], initializer=tf.zeros_initializer(), regularizer=penalty)
        error = tf.reduce_mean(tf.square(tf.matmul(x, w) - y))
        penalties = tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES, scope=name)
        loss = tf.add_n([error, *penalties], name="loss")
    weights.append(w)
    losses.append(loss)
    trains.append(tf.train.GradientDescentOptimizer(0.05).minimize(loss, var_list=[w]))

print("penalties kept:", len(tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES)))

with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    feed = {x: x_data, y: y_data}
    for _ in range(200):
        sess.run(trains, feed_dict=feed)
    for w, loss in zip(weights, losses, strict=True):
        found, value = sess.run([w, loss], feed)
        large = np.flatnonzero(np.abs(found) > 0.5)
        print("%-14s loss %.4f" % (w.op.name, value), "large:", large, np.round(found.ravel()[large], 3))
