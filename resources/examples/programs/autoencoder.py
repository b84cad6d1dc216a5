"""An autoencoder: 64 pixels squeezed into 10 numbers and drawn again.

Encoder and decoder are functions over dictionaries of weights, as in the well-known collections of examples. The
error of held-back digits falls with that of the trained ones.
"""

import os

import numpy as np
import tensorflow as tf

here = os.path.dirname(os.path.abspath(__file__))
digits = np.load(os.path.join(here, "..", "..", "datasets", "digits.npz"))["images"]
pixels = digits.reshape(-1, 64).astype(np.float32) / 16

tf.set_random_seed(1)
num_hidden_1 = 32
num_hidden_2 = 10

X = tf.placeholder("float", [None, 64], name="X")

weights = {
    "encoder_h1": tf.Variable(tf.random_normal([64, num_hidden_1], stddev=0.2), name="encoder_h1"),
    "encoder_h2": tf.Variable(tf.random_normal([num_hidden_1, num_hidden_2], stddev=0.2), name="encoder_h2"),
    "decoder_h1": tf.Variable(tf.random_normal([num_hidden_2, num_hidden_1], stddev=0.2), name="decoder_h1"),
    "decoder_h2": tf.Variable(tf.random_normal([num_hidden_1, 64], stddev=0.2), name="decoder_h2"),
}
biases = {
    "encoder_b1": tf.Variable(tf.zeros([num_hidden_1]), name="encoder_b1"),
    "encoder_b2": tf.Variable(tf.zeros([num_hidden_2]), name="encoder_b2"),
    "decoder_b1": tf.Variable(tf.zeros([num_hidden_1]), name="decoder_b1"),
    "decoder_b2": tf.Variable(tf.zeros([64]), name="decoder_b2"),
}


def encoder(x):
    with tf.name_scope("encoder"):
        layer_1 = tf.nn.sigmoid(tf.add(tf.matmul(x, weights["encoder_h1"]), biases["encoder_b1"]))
        return tf.nn.sigmoid(tf.add(tf.matmul(layer_1, weights["encoder_h2"]), biases["encoder_b2"]))


def decoder(x):
    with tf.name_scope("decoder"):
        layer_1 = tf.nn.sigmoid(tf.add(tf.matmul(x, weights["decoder_h1"]), biases["decoder_b1"]))
        return tf.nn.sigmoid(tf.add(tf.matmul(layer_1, weights["decoder_h2"]), biases["decoder_b2"]))


encoder_op = encoder(X)
y_pred = decoder(encoder_op)
loss = tf.reduce_mean(tf.pow(X - y_pred, 2))
optimizer = tf.train.RMSPropOptimizer(0.005).minimize(loss)

with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for epoch in range(5):
        for start in range(0, 1500, 100):
            _, value = sess.run([optimizer, loss], feed_dict={X: pixels[start : start + 100]})
        print("epoch %d  loss %.5f  held back %.5f" % (epoch, value, sess.run(loss, feed_dict={X: pixels[1500:]})))
    print("code of one digit:", np.round(sess.run(encoder_op, feed_dict={X: pixels[1500:1501]}), 3)[0])
