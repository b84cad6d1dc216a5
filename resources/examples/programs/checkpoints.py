"""Training that is broken off and taken up again: tf.train.Saver and checkpoints.

A second session restores what the first one saved and goes on from its global step; the numbers are those of a
training without a break. The optimizer's slots are saved with the variables.
"""

import os
import shutil
import tempfile

import numpy as np
import tensorflow as tf

xs = np.linspace(-1, 1, 20, dtype=np.float32)[:, None]
ys = 2 * xs**2 - xs

x = tf.placeholder(tf.float32, [None, 1], name="x")
y = tf.placeholder(tf.float32, [None, 1], name="y")
hidden = tf.layers.dense(x, 8, tf.tanh, kernel_initializer=tf.random_normal_initializer(seed=1), name="hidden")
output = tf.layers.dense(hidden, 1, kernel_initializer=tf.random_normal_initializer(seed=2), name="output")
loss = tf.reduce_mean(tf.square(output - y))
global_step = tf.Variable(0, trainable=False, name="global_step")
train = tf.train.AdamOptimizer(0.02).minimize(loss, global_step=global_step)
saver = tf.train.Saver(max_to_keep=2)

folder = tempfile.mkdtemp()
prefix = os.path.join(folder, "model.ckpt")
feed = {x: xs, y: ys}

with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for _ in range(60):
        sess.run(train, feed)
        step = tf.train.global_step(sess, global_step)
        if step % 20 == 0:
            saved = saver.save(sess, prefix, global_step=global_step)
            print("saved", os.path.basename(saved), "loss %.6f" % sess.run(loss, feed))
    for _ in range(20):
        sess.run(train, feed)
    print("without a break:  step", sess.run(global_step), "loss %.6f" % sess.run(loss, feed))

with tf.Session() as sess:
    checkpoint = tf.train.get_checkpoint_state(folder)
    print("kept:", [os.path.basename(path) for path in checkpoint.all_model_checkpoint_paths])
    saver.restore(sess, checkpoint.model_checkpoint_path)
    print("restored at step", sess.run(global_step), "loss %.6f" % sess.run(loss, feed))
    for _ in range(20):
        sess.run(train, feed)
    print("after the break:  step", sess.run(global_step), "loss %.6f" % sess.run(loss, feed))

reader = tf.train.NewCheckpointReader(tf.train.latest_checkpoint(folder))
for name, shape in sorted(reader.get_variable_to_shape_map().items()):
    print(name, shape)
shutil.rmtree(folder)
