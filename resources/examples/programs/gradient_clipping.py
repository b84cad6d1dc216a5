"""Gradients taken in hand: computed, clipped by their common norm, applied; and a learning rate that falls.

compute_gradients gives the pairs that apply_gradients takes, and between the two a program may do what it likes. The
rate of exponential_decay follows the global step.
"""

import numpy as np
import tensorflow as tf

rng = np.random.RandomState(12)
x_data = rng.normal(size=(48, 3)).astype(np.float32) * 2
y_data = (x_data[:, :1] ** 2 - 4 * x_data[:, 1:2]).astype(np.float32)

x = tf.placeholder(tf.float32, [None, 3], name="x")
y = tf.placeholder(tf.float32, [None, 1], name="y")
hidden = tf.layers.dense(x, 12, tf.nn.relu, kernel_initializer=tf.glorot_uniform_initializer(seed=1), name="hidden")
output = tf.layers.dense(hidden, 1, kernel_initializer=tf.glorot_uniform_initializer(seed=2), name="output")
loss = tf.reduce_mean(tf.square(output - y))

global_step = tf.train.get_or_create_global_step()
decayed = tf.train.exponential_decay(0.02, global_step, decay_steps=20, decay_rate=0.5, staircase=True)
stepped = tf.train.piecewise_constant(global_step, boundaries=[10, 40], values=[0.1, 0.05, 0.01])
polynomial = tf.train.polynomial_decay(0.1, global_step, decay_steps=60, end_learning_rate=0.01, power=2.0)

optimizer = tf.train.MomentumOptimizer(decayed, momentum=0.8)
gradients, variables = zip(*optimizer.compute_gradients(loss), strict=True)
clipped, norm = tf.clip_by_global_norm(gradients, 5.0)
train = optimizer.apply_gradients(zip(clipped, variables, strict=True), global_step=global_step)
clipped_norm = tf.global_norm(clipped)

with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    print("slots:", optimizer.get_slot_names())
    for step in range(61):
        before, after, value, *rates, _ = sess.run(
            [norm, clipped_norm, loss, decayed, stepped, polynomial, train], feed_dict={x: x_data, y: y_data}
        )
        if step % 15 == 0:
            print("step %2d  loss %.3f  norm %.3f clipped to %.3f" % (step, value, before, after))
            print("         rates %.4f %.4f %.4f" % tuple(rates))
    print("global step:", tf.train.global_step(sess, global_step))
