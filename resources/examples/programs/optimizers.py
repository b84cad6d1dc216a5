"""The same network trained by seven optimizers, side by side.

Each copy of the network has a variable scope of its own and begins with the same weights (the initializers are
seeded), so the losses differ by the optimizer alone.
"""

import numpy as np
import tensorflow as tf

rng = np.random.RandomState(0)
x_data = rng.uniform(-1, 1, size=(64, 2)).astype(np.float32)
y_data = (np.sin(3 * x_data[:, :1]) * x_data[:, 1:]).astype(np.float32)

x = tf.placeholder(tf.float32, [None, 2], name="x")
y = tf.placeholder(tf.float32, [None, 1], name="y")

optimizers = [
    ("sgd", tf.train.GradientDescentOptimizer(0.1)),
    ("momentum", tf.train.MomentumOptimizer(0.05, momentum=0.9)),
    ("nesterov", tf.train.MomentumOptimizer(0.05, 0.9, use_nesterov=True)),
    ("adagrad", tf.train.AdagradOptimizer(0.1)),
    ("adadelta", tf.train.AdadeltaOptimizer(1.0)),
    ("rmsprop", tf.train.RMSPropOptimizer(0.005, decay=0.9)),
    ("adam", tf.train.AdamOptimizer(0.01)),
]


def network(scope):
    with tf.variable_scope(scope):
        hidden = tf.layers.dense(
            x, 16, tf.nn.tanh, kernel_initializer=tf.random_normal_initializer(stddev=0.5, seed=1), name="hidden"
        )
        output = tf.layers.dense(
            hidden, 1, kernel_initializer=tf.random_normal_initializer(stddev=0.5, seed=2), name="output"
        )
        return tf.losses.mean_squared_error(labels=y, predictions=output)


losses, steps = [], []
for name, optimizer in optimizers:
    loss = network(name)
    losses.append(loss)
    steps.append(optimizer.minimize(loss, var_list=tf.trainable_variables(scope=name + "/")))

with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    feed = {x: x_data, y: y_data}
    print("at first:", sess.run(losses, feed)[0])
    for _ in range(100):
        sess.run(steps, feed)
    for (name, _), value in zip(optimizers, sess.run(losses, feed), strict=True):
        print("%-9s %.6f" % (name, value))
