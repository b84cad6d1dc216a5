"""The tutorial's program, for whichever module is given as TensorFlow 1."""

from typing import Any


def train(tf: Any) -> float:
    """The last loss of 100 epochs."""
    x_data = [1, 2, 3, 4]
    y_data = [5, 8, 11, 14]
    x = tf.placeholder(tf.float32)
    y = tf.placeholder(tf.float32)
    W = tf.Variable([1], dtype=tf.float32)
    b = tf.Variable([1], dtype=tf.float32)
    cost = tf.reduce_mean(tf.square(W * x + b - y))
    train_op = tf.train.GradientDescentOptimizer(learning_rate=0.1).minimize(cost)
    sess = tf.Session()
    sess.run(tf.global_variables_initializer())
    for _ in range(100):
        _, loss = sess.run([train_op, cost], feed_dict={x: x_data, y: y_data})
    return float(loss)
