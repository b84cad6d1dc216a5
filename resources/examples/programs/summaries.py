"""What TensorBoard shows: scalars, histograms and a picture, written while a layer learns.

The summaries are operations that give bytes; a FileWriter puts them into an event file, which the program reads again
at the end.
"""

import glob
import os
import shutil
import tempfile

import numpy as np
import tensorflow as tf

rng = np.random.RandomState(1)
x_data = rng.normal(size=(40, 4)).astype(np.float32)
y_data = x_data.dot([[1.0], [2.0], [0.0], [-1.0]]).astype(np.float32)
folder = tempfile.mkdtemp()

x = tf.placeholder(tf.float32, [None, 4], name="x")
y = tf.placeholder(tf.float32, [None, 1], name="y")

with tf.name_scope("layer"):
    W = tf.Variable(tf.zeros([4, 1]), name="W")
    prediction = tf.matmul(x, W)
    tf.summary.histogram("weights", W)
with tf.name_scope("loss"):
    loss = tf.reduce_mean(tf.square(prediction - y))
    tf.summary.scalar("loss", loss)
with tf.name_scope("train"):
    train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
tf.summary.image("weights_as_picture", tf.reshape(W, [1, 2, 2, 1]))
merged = tf.summary.merge_all()

with tf.Session() as sess:
    writer = tf.summary.FileWriter(folder, sess.graph)
    sess.run(tf.global_variables_initializer())
    for step in range(21):
        writer.add_summary(sess.run(merged, feed_dict={x: x_data, y: y_data}), step)
        sess.run(train, feed_dict={x: x_data, y: y_data})
    by_hand = tf.Summary(value=[tf.Summary.Value(tag="by_hand", simple_value=0.5)])
    writer.add_summary(by_hand, 21)
    writer.close()

path = glob.glob(os.path.join(folder, "events.out.tfevents.*"))[0]
tags = {}
for event in tf.train.summary_iterator(path):
    for value in event.summary.value:
        tags.setdefault(value.tag, []).append((event.step, value))
for tag in sorted(tags):
    print(tag, len(tags[tag]))
for step, value in tags["loss/loss"][::10]:
    print("step %2d  loss %.5f" % (step, value.simple_value))
histogram = tags["layer/weights"][-1][1].histo
print("last weights: min %.4f max %.4f sum %.4f" % (histogram.min, histogram.max, histogram.sum))
shutil.rmtree(folder)
