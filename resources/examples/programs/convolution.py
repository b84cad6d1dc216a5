"""A convolutional network in the raw: conv2d, max_pool and dropout from tf.nn on handwritten digits.

The dropout's keep_prob is a placeholder: 0.75 while the network learns, 1 when it is measured.
"""

import os

import numpy as np
import tensorflow as tf

here = os.path.dirname(os.path.abspath(__file__))
digits = np.load(os.path.join(here, "..", "..", "datasets", "digits.npz"))
images = digits["images"].reshape(-1, 64).astype(np.float32) / 16
labels = digits["labels"]

tf.set_random_seed(2017)


def weight_variable(shape, name):
    return tf.Variable(tf.truncated_normal(shape, stddev=0.1), name=name)


def bias_variable(shape, name):
    return tf.Variable(tf.constant(0.1, shape=shape), name=name)


x = tf.placeholder(tf.float32, [None, 64], name="x")
y_ = tf.placeholder(tf.int64, [None], name="y_")
keep_prob = tf.placeholder(tf.float32, name="keep_prob")

with tf.name_scope("conv1"):
    x_image = tf.reshape(x, [-1, 8, 8, 1])
    W_conv1 = weight_variable([3, 3, 1, 8], "W")
    h_conv1 = tf.nn.relu(tf.nn.conv2d(x_image, W_conv1, strides=[1, 1, 1, 1], padding="SAME") + bias_variable([8], "b"))
    h_pool1 = tf.nn.max_pool(h_conv1, ksize=[1, 2, 2, 1], strides=[1, 2, 2, 1], padding="SAME")

with tf.name_scope("conv2"):
    W_conv2 = weight_variable([3, 3, 8, 16], "W")
    h_conv2 = tf.nn.relu(tf.nn.conv2d(h_pool1, W_conv2, [1, 1, 1, 1], "SAME") + bias_variable([16], "b"))
    h_pool2 = tf.nn.max_pool(h_conv2, [1, 2, 2, 1], [1, 2, 2, 1], "SAME")

with tf.name_scope("fc"):
    flat = tf.reshape(h_pool2, [-1, 2 * 2 * 16])
    h_fc = tf.nn.relu(tf.matmul(flat, weight_variable([64, 32], "W")) + bias_variable([32], "b"))
    h_drop = tf.nn.dropout(h_fc, keep_prob)

with tf.name_scope("readout"):
    y_conv = tf.matmul(h_drop, weight_variable([32, 10], "W")) + bias_variable([10], "b")

cross_entropy = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y_, logits=y_conv))
train_step = tf.train.AdamOptimizer(0.005).minimize(cross_entropy)
accuracy = tf.reduce_mean(tf.cast(tf.equal(tf.argmax(y_conv, 1), y_), tf.float32))

with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    print("shapes:", h_pool1.get_shape().as_list(), h_pool2.shape, y_conv.shape)
    for step in range(41):
        rows = slice(step * 32, step * 32 + 32)
        feed = {x: images[rows], y_: labels[rows]}
        if step % 10 == 0:
            value = cross_entropy.eval(feed_dict={keep_prob: 1.0, **feed})
            print("step %d, cross entropy %.4f" % (step, value))
        train_step.run(feed_dict={keep_prob: 0.75, **feed})
    held_back = {x: images[1400:], y_: labels[1400:], keep_prob: 1.0}
    print("accuracy on held-back digits: %.3f" % accuracy.eval(held_back))
