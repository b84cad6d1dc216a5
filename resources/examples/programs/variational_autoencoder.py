"""A variational autoencoder: the code is drawn from a normal distribution whose mean and spread are learned.

The noise is a random operation, so that each run draws anew, and its gradient goes past it (the reparameterization).
The loss is the reconstruction's cross entropy and the divergence from the standard normal.
"""

import os

import numpy as np
import tensorflow as tf

here = os.path.dirname(os.path.abspath(__file__))
digits = np.load(os.path.join(here, "..", "..", "datasets", "digits.npz"))["images"]
pixels = (digits.reshape(-1, 64) > 7).astype(np.float32)

latent = 2
init = tf.glorot_normal_initializer(seed=4)
x = tf.placeholder(tf.float32, [None, 64], name="pixels")

with tf.variable_scope("encoder", initializer=init):
    hidden = tf.layers.dense(x, 32, tf.nn.tanh, name="hidden")
    z_mean = tf.layers.dense(hidden, latent, name="mean")
    z_log_var = tf.layers.dense(hidden, latent, name="log_variance")

with tf.name_scope("sample"):
    epsilon = tf.random_normal(tf.shape(z_mean), seed=9, name="epsilon")
    z = z_mean + tf.exp(z_log_var / 2) * epsilon


def decode(code, reuse=False):
    with tf.variable_scope("decoder", initializer=init, reuse=reuse):
        hidden = tf.layers.dense(code, 32, tf.nn.tanh, name="hidden")
        return tf.layers.dense(hidden, 64, name="logits")


logits = decode(z)
with tf.name_scope("loss"):
    drawn = tf.reduce_sum(tf.nn.sigmoid_cross_entropy_with_logits(labels=x, logits=logits), 1)
    divergence = -0.5 * tf.reduce_sum(1 + z_log_var - tf.square(z_mean) - tf.exp(z_log_var), 1)
    loss = tf.reduce_mean(drawn + divergence)
train = tf.train.AdamOptimizer(0.01).minimize(loss)

code = tf.placeholder(tf.float32, [None, latent], name="code")
picture = tf.nn.sigmoid(decode(code, reuse=True))

with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for step in range(61):
        rows = pixels[(step * 64) % 1728 :][:64]
        _, value, kl = sess.run([train, loss, divergence], {x: rows})
        if step % 15 == 0:
            print("step %2d  loss %.4f  divergence %.4f" % (step, value, kl.mean()))
    first, second = sess.run(z, {x: pixels[:1]}), sess.run(z, {x: pixels[:1]})
    print("drawn anew:", not np.array_equal(first, second))
    print("mean ink along the first axis:", sess.run(picture, {code: [[-2, 0], [0, 0], [2, 0]]}).mean(axis=1))
