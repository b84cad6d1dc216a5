"""Logistic regression: hours of study and hours of sleep against a passed exam.

The output is a sigmoid, the cost the cross entropy written out by hand, and the accuracy a comparison cast to
numbers. The decision is asked for with a feed of one row.
"""

import numpy as np
import tensorflow as tf

rng = np.random.RandomState(3)
x_data = rng.uniform([0, 4], [10, 9], size=(80, 2)).astype(np.float32)
y_data = (x_data.dot([0.9, 0.6]) + rng.normal(0, 1, 80) > 8).astype(np.float32).reshape(-1, 1)

X = tf.placeholder(tf.float32, shape=[None, 2])
Y = tf.placeholder(tf.float32, shape=[None, 1])
W = tf.Variable(tf.zeros([2, 1]), name="weight")
b = tf.Variable(tf.zeros([1]), name="bias")

centered = X - [5.0, 6.5]
hypothesis = tf.sigmoid(tf.matmul(centered, W) + b)
cost = -tf.reduce_mean(Y * tf.log(hypothesis) + (1 - Y) * tf.log(1 - hypothesis))
train = tf.train.GradientDescentOptimizer(learning_rate=0.5).minimize(cost)

predicted = tf.cast(hypothesis > 0.5, dtype=tf.float32)
accuracy = tf.reduce_mean(tf.cast(tf.equal(predicted, Y), dtype=tf.float32))

with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    feed = {X: x_data, Y: y_data}
    for step in range(501):
        sess.run(train, feed_dict=feed)
        if step % 100 == 0:
            print(step, sess.run(cost, feed_dict=feed))

    print("accuracy:", sess.run(accuracy, feed_dict=feed))
    print("weights:", sess.run([W, b]))
    print("8 hours of study, 7 of sleep:", sess.run(hypothesis, feed_dict={X: [[8, 7]]}))
    print("2 hours of study, 5 of sleep:", sess.run(hypothesis, feed_dict={X: [[2, 5]]}))
