"""A cubic through noisy points: the features are powers of x, built in a loop.

Shows that a model is ordinary Python: the terms are added one by one to a sum, and each has its own variable. Adam
finds coefficients close to those that the points were made with.
"""

import numpy as np
import tensorflow as tf

rng = np.random.RandomState(7)
true_coefficients = [0.5, -1.0, 0.25, 0.75]
xs = np.linspace(-1.5, 1.5, 60)
ys = sum(c * xs**power for power, c in enumerate(true_coefficients)) + rng.normal(0, 0.05, xs.shape)

X = tf.placeholder(tf.float32, shape=[None], name="X")
Y = tf.placeholder(tf.float32, shape=[None], name="Y")

coefficients = []
prediction = tf.zeros_like(X)
for power in range(4):
    with tf.name_scope("term_%d" % power):
        c = tf.Variable(0.0, name="c")
        coefficients.append(c)
        prediction += c * tf.pow(X, float(power))

with tf.name_scope("loss"):
    loss = tf.reduce_mean(tf.squared_difference(prediction, Y))
train = tf.train.AdamOptimizer(0.05).minimize(loss)

with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for step in range(301):
        _, value = sess.run([train, loss], {X: xs, Y: ys})
        if step % 100 == 0:
            print("step %3d  loss %.5f" % (step, value))
    for true, found in zip(true_coefficients, sess.run(coefficients), strict=True):
        print("true %5.2f  found %.4f" % (true, found))
