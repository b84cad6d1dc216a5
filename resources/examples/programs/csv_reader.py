"""Rows of a CSV file through a queue: string_input_producer, TextLineReader, decode_csv, train.batch.

The way that programs read files before there were Datasets: threads fill the queues, a Coordinator ends them. The
program writes the file that it reads.
"""

import os
import tempfile

import numpy as np
import tensorflow as tf

rng = np.random.RandomState(1)
scores = rng.randint(50, 100, (25, 3))
finals = scores.dot([0.2, 0.3, 0.5])
folder = tempfile.mkdtemp()
path = os.path.join(folder, "scores.csv")
with open(path, "w") as file:
    file.write("exam1,exam2,exam3,final\n")
    for row, final in zip(scores, finals, strict=True):
        file.write(",".join(str(score) for score in row) + ",%.2f\n" % final)

filename_queue = tf.train.string_input_producer([path], shuffle=False, name="filename_queue")
reader = tf.TextLineReader(skip_header_lines=1)
key, value = reader.read(filename_queue)
xy = tf.decode_csv(value, record_defaults=[[0.0], [0.0], [0.0], [0.0]])
train_x_batch, train_y_batch = tf.train.batch([xy[0:-1], xy[-1:]], batch_size=10)

X = tf.placeholder(tf.float32, shape=[None, 3])
Y = tf.placeholder(tf.float32, shape=[None, 1])
W = tf.Variable(tf.ones([3, 1]) / 3, name="weight")
b = tf.Variable(tf.zeros([1]), name="bias")
hypothesis = tf.matmul(X, W) + b
cost = tf.reduce_mean(tf.square(hypothesis - Y))
train = tf.train.GradientDescentOptimizer(learning_rate=1e-5).minimize(cost)

with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    coord = tf.train.Coordinator()
    threads = tf.train.start_queue_runners(sess=sess, coord=coord)
    for step in range(201):
        x_batch, y_batch = sess.run([train_x_batch, train_y_batch])
        cost_val, hy_val, _ = sess.run([cost, hypothesis, train], feed_dict={X: x_batch, Y: y_batch})
        if step == 0:
            print("first row:", x_batch[0], y_batch[0])
        if step % 50 == 0:
            print(step, "cost:", cost_val, "first prediction:", hy_val[0])
    coord.request_stop()
    coord.join(threads)
    print("weights:", sess.run(W).ravel())
    print("100, 70, 80:", sess.run(hypothesis, feed_dict={X: [[100, 70, 80]]}))
