"""A softmax classifier on handwritten digits, in mini-batches.

One matrix, one bias and the softmax cross entropy of TensorFlow's first tutorial. A quarter of the 1,797 images is
held back, and the accuracy is measured on those.
"""

import os

import numpy as np
import tensorflow as tf

here = os.path.dirname(os.path.abspath(__file__))
digits = np.load(os.path.join(here, "..", "..", "datasets", "digits.npz"))
images = digits["images"].reshape(-1, 64).astype(np.float32) / 16
labels = np.eye(10, dtype=np.float32)[digits["labels"]]
train_images, test_images = images[:1350], images[1350:]
train_labels, test_labels = labels[:1350], labels[1350:]

x = tf.placeholder(tf.float32, [None, 64], name="x")
y_ = tf.placeholder(tf.float32, [None, 10], name="y_")
W = tf.Variable(tf.zeros([64, 10]), name="W")
b = tf.Variable(tf.zeros([10]), name="b")

y = tf.matmul(x, W) + b
cross_entropy = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(labels=y_, logits=y))
train_step = tf.train.GradientDescentOptimizer(0.5).minimize(cross_entropy)

correct_prediction = tf.equal(tf.argmax(y, 1), tf.argmax(y_, 1))
accuracy = tf.reduce_mean(tf.cast(correct_prediction, tf.float32))

batch_size = 50
with tf.Session() as sess:
    tf.global_variables_initializer().run()
    for epoch in range(5):
        total = 0.0
        for start in range(0, len(train_images), batch_size):
            rows = slice(start, start + batch_size)
            _, value = sess.run([train_step, cross_entropy], {x: train_images[rows], y_: train_labels[rows]})
            total += value * batch_size / len(train_images)
        held_back = sess.run(accuracy, {x: test_images, y_: test_labels})
        print("epoch", epoch, "cost %.5f" % total, "accuracy %.4f" % held_back)

    print("first ten guesses:", sess.run(tf.argmax(y, 1), feed_dict={x: test_images[:10]}))
