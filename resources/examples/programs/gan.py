"""A generative adversarial network: one network draws numbers from noise, another tells them from real ones.

Each has its variable scope, each its own optimizer with a var_list, and the discriminator is used twice with the same
weights (reuse). The drawn numbers move towards the real ones, whose mean is 4.
"""

import numpy as np
import tensorflow as tf

rng = np.random.RandomState(0)
tf.set_random_seed(0)
batch = 64


def generator(z):
    with tf.variable_scope("generator"):
        hidden = tf.layers.dense(z, 16, tf.nn.relu, name="hidden")
        return tf.layers.dense(hidden, 1, name="output")


def discriminator(x, reuse=None):
    with tf.variable_scope("discriminator", reuse=reuse):
        hidden = tf.layers.dense(x, 16, activation=tf.nn.leaky_relu, name="hidden")
        return tf.layers.dense(hidden, 1, name="output")


real = tf.placeholder(tf.float32, [None, 1], name="real")
noise = tf.placeholder(tf.float32, [None, 2], name="noise")

fake = generator(noise)
d_real = discriminator(real)
d_fake = discriminator(fake, reuse=True)

with tf.name_scope("losses"):
    d_loss_real = tf.nn.sigmoid_cross_entropy_with_logits(logits=d_real, labels=tf.ones_like(d_real))
    d_loss_fake = tf.nn.sigmoid_cross_entropy_with_logits(logits=d_fake, labels=tf.zeros_like(d_fake))
    d_loss = tf.reduce_mean(d_loss_real) + tf.reduce_mean(d_loss_fake)
    g_loss = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(logits=d_fake, labels=tf.ones_like(d_fake)))

d_vars = tf.get_collection(tf.GraphKeys.TRAINABLE_VARIABLES, scope="discriminator")
g_vars = [v for v in tf.trainable_variables() if v.name.startswith("generator")]
d_train = tf.train.AdamOptimizer(0.005, beta1=0.5).minimize(d_loss, var_list=d_vars)
g_train = tf.train.AdamOptimizer(0.005, beta1=0.5).minimize(g_loss, var_list=g_vars)
print("variables:", [v.name for v in d_vars], [v.name for v in g_vars])

with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    test_noise = rng.uniform(-1, 1, (200, 2))
    for step in range(151):
        z = rng.uniform(-1, 1, size=(batch, 2))
        _, d_value = sess.run([d_train, d_loss], {real: rng.normal(4, 0.5, (batch, 1)), noise: z})
        _, g_value = sess.run([g_train, g_loss], {noise: z})
        if step % 50 == 0:
            drawn = sess.run(fake, {noise: test_noise})
            print("step %3d  d %.4f  g %.4f  mean drawn %.3f" % (step, d_value, g_value, drawn.mean()))
