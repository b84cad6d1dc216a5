"""Data that flows by itself: a Dataset is mapped, filtered, shuffled, batched and repeated.

The training reads an initializable iterator, so there is no feed_dict; the end of an epoch is an OutOfRangeError. A
second iterator hands out the rows once, for the measurement.
"""

import numpy as np
import tensorflow as tf

rng = np.random.RandomState(2)
features = rng.uniform(-2, 2, (100, 2)).astype(np.float32)
targets = (features.dot([[1.5], [-0.5]]) + 0.25).astype(np.float32)

dataset = tf.data.Dataset.from_tensor_slices((features, targets))
dataset = dataset.filter(lambda x, y: tf.reduce_sum(tf.abs(x)) < 3.0)
dataset = dataset.map(lambda x, y: (x / 2.0, y))
train_data = dataset.shuffle(buffer_size=50, seed=7).batch(16)

iterator = train_data.make_initializable_iterator()
x, y = iterator.get_next()
print("a batch:", x.shape, y.shape, x.dtype)

W = tf.get_variable("W", [2, 1], initializer=tf.zeros_initializer())
b = tf.get_variable("b", [1], initializer=tf.zeros_initializer())
loss = tf.reduce_mean(tf.squared_difference(tf.matmul(x, W) + b, y))
train = tf.train.GradientDescentOptimizer(0.3).minimize(loss)

numbers = tf.data.Dataset.range(10).skip(1).map(lambda n: n * n).batch(4).repeat(2)
next_numbers = numbers.make_one_shot_iterator().get_next()

with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for epoch in range(6):
        sess.run(iterator.initializer)
        losses = []
        while True:
            try:
                losses.append(sess.run([train, loss])[1])
            except tf.errors.OutOfRangeError:
                break
        print("epoch", epoch, "batches", len(losses), "mean loss %.5f" % np.mean(losses))
    print("W:", sess.run(W).ravel(), "b:", sess.run(b))
    for _ in range(4):
        print("squares:", sess.run(next_numbers))
