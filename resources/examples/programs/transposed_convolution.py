"""A convolutional autoencoder that cleans noisy pictures; transposed convolutions draw them again at full size.

The input is disturbed, the target is not. The static shapes show how the picture shrinks and grows.
"""

import os

import numpy as np
import tensorflow as tf

here = os.path.dirname(os.path.abspath(__file__))
digits = np.load(os.path.join(here, "..", "..", "datasets", "digits.npz"))["images"]
clean = digits.astype(np.float32).reshape(-1, 8, 8, 1) / 16
noisy = np.clip(clean + np.random.RandomState(8).normal(0, 0.4, clean.shape), 0, 1)

tf.set_random_seed(8)
inputs = tf.placeholder(tf.float32, [None, 8, 8, 1], name="inputs")
targets = tf.placeholder(tf.float32, [None, 8, 8, 1], name="targets")

with tf.variable_scope("encoder"):
    conv1 = tf.layers.conv2d(inputs, 8, 3, strides=2, padding="SAME", activation=tf.nn.elu, name="conv1")
    conv2 = tf.layers.conv2d(conv1, 8, 3, strides=2, padding="SAME", activation=tf.nn.elu, name="conv2")

with tf.variable_scope("decoder"):
    up1 = tf.layers.conv2d_transpose(conv2, 8, 3, strides=2, padding="SAME", activation=tf.nn.elu, name="up1")
    # The last one is written out: filters have the output's channels before the input's.
    filters = tf.get_variable("filters", [3, 3, 1, 8], initializer=tf.truncated_normal_initializer(stddev=0.2))
    shape = tf.stack([tf.shape(inputs)[0], 8, 8, 1])
    logits = tf.nn.conv2d_transpose(up1, filters, output_shape=shape, strides=[1, 2, 2, 1], padding="SAME")

for tensor in (inputs, conv1, conv2, up1):
    print(tensor.get_shape().as_list())

loss = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=targets, logits=logits))
restored = tf.nn.sigmoid(logits, name="restored")
train = tf.train.AdamOptimizer(0.03).minimize(loss)

with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for epoch in range(4):
        for start in range(0, 1500, 60):
            rows = slice(start, start + 60)
            _, value = sess.run([train, loss], feed_dict={inputs: noisy[rows], targets: clean[rows]})
        print("epoch %d  loss %.4f" % (epoch, value))
    pictures = sess.run(restored, feed_dict={inputs: noisy[1500:]})
    print("error of the noisy pictures:    %.4f" % np.mean((noisy[1500:] - clean[1500:]) ** 2))
    print("error of the restored pictures: %.4f" % np.mean((pictures - clean[1500:]) ** 2))
