"""Back-propagation written out by hand: no optimizer, every gradient an expression, every update an assign.

A network of one hidden layer learns the sign of a product. At the end the hand-made gradients are compared with those
of tf.gradients.
"""

import numpy as np
import tensorflow as tf

rng = np.random.RandomState(5)
x_data = rng.uniform(-1, 1, (50, 2))
y_data = (x_data[:, :1] * x_data[:, 1:] > 0).astype(float)

a_0 = tf.placeholder(tf.float32, [None, 2], name="a_0")
y = tf.placeholder(tf.float32, [None, 1], name="y")

w_1 = tf.Variable(rng.normal(size=(2, 8)), dtype=tf.float32, name="w_1")
b_1 = tf.Variable(tf.zeros([1, 8]), name="b_1")
w_2 = tf.Variable(rng.normal(size=(8, 1)), dtype=tf.float32, name="w_2")
b_2 = tf.Variable(tf.zeros([1, 1]), name="b_2")


def sigma(x):
    return tf.div(tf.constant(1.0), tf.add(tf.constant(1.0), tf.exp(tf.negative(x))))


def sigma_prime(x):
    return tf.multiply(sigma(x), tf.subtract(tf.constant(1.0), sigma(x)))


with tf.name_scope("forward"):
    z_1 = tf.add(tf.matmul(a_0, w_1), b_1)
    a_1 = sigma(z_1)
    z_2 = tf.add(tf.matmul(a_1, w_2), b_2)
    a_2 = sigma(z_2)
    cost = tf.reduce_sum(tf.square(a_2 - y)) / 2.0

with tf.name_scope("backward"):
    d_z_2 = tf.multiply(tf.subtract(a_2, y), sigma_prime(z_2))
    d_b_2 = tf.reduce_sum(d_z_2, 0, keep_dims=True)
    d_w_2 = tf.matmul(tf.transpose(a_1), d_z_2)
    d_z_1 = tf.multiply(tf.matmul(d_z_2, tf.transpose(w_2)), sigma_prime(z_1))
    d_b_1 = tf.reduce_sum(d_z_1, axis=[0], keepdims=True)
    d_w_1 = tf.matmul(a_0, d_z_1, transpose_a=True)

# No weight may change before every gradient is there.
with tf.name_scope("update"), tf.control_dependencies([d_w_1, d_b_1, d_w_2, d_b_2]):
    eta = tf.constant(0.2)
    step = tf.group(
        tf.assign(w_1, tf.subtract(w_1, eta * d_w_1)),
        tf.assign(b_1, tf.subtract(b_1, eta * d_b_1)),
        w_2.assign_sub(eta * d_w_2),
        tf.assign_sub(b_2, eta * d_b_2),
    )

automatic = tf.gradients(cost, [w_1, b_1, w_2, b_2])

with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    feed = {a_0: x_data, y: y_data}
    for epoch in range(301):
        if epoch % 100 == 0:
            hits = np.mean((sess.run(a_2, feed) > 0.5) == y_data)
            print("epoch %3d  cost %.5f  hits %.2f" % (epoch, sess.run(cost, feed), hits))
        sess.run(step, feed)
    by_hand, by_graph = sess.run([[d_w_1, d_b_1, d_w_2, d_b_2], automatic], feed)
    alike = [np.allclose(*pair, atol=1e-5) for pair in zip(by_hand, by_graph, strict=True)]
    print("the same as tf.gradients:", all(alike))
    print("gradient of w_2:", np.round(by_graph[2].ravel(), 4))
