"""Exclusive or, which no straight line separates: a hidden layer of sigmoids learns it.

The weights begin with seeded random numbers, and the layers stand in name scopes, as one draws them for TensorBoard.
"""

import numpy as np
import tensorflow as tf

tf.set_random_seed(777)

x_data = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=np.float32)
y_data = np.array([[0], [1], [1], [0]], dtype=np.float32)

X = tf.placeholder(tf.float32, [None, 2], name="x-input")
Y = tf.placeholder(tf.float32, [None, 1], name="y-input")

with tf.name_scope("layer1"):
    W1 = tf.Variable(tf.random_normal([2, 6]), name="weight1")
    b1 = tf.Variable(tf.random_normal([6]), name="bias1")
    layer1 = tf.sigmoid(tf.matmul(X, W1) + b1)

with tf.name_scope("layer2"):
    W2 = tf.Variable(tf.random_normal([6, 1]), name="weight2")
    b2 = tf.Variable(tf.random_normal([1]), name="bias2")
    hypothesis = tf.sigmoid(tf.matmul(layer1, W2) + b2)

with tf.name_scope("cost"):
    cost = -tf.reduce_mean(Y * tf.log(hypothesis) + (1 - Y) * tf.log(1 - hypothesis))

with tf.name_scope("train"):
    train = tf.train.AdamOptimizer(learning_rate=0.1).minimize(cost)

predicted = tf.cast(hypothesis > 0.5, dtype=tf.float32)
accuracy = tf.reduce_mean(tf.cast(tf.equal(predicted, Y), dtype=tf.float32))

with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    print("first weights:", sess.run(W1)[0])
    for step in range(301):
        _, value = sess.run([train, cost], feed_dict={X: x_data, Y: y_data})
        if step % 60 == 0:
            print(step, value)

    h, p, a = sess.run([hypothesis, predicted, accuracy], feed_dict={X: x_data, Y: y_data})
    print("hypothesis:", np.round(h.ravel(), 3))
    print("predicted:", p.ravel(), "accuracy:", a)
