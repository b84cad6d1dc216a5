"""A bidirectional network reads a row of numbers from both ends: is the largest one in the first half?

A step can know only from both directions whether something larger comes before or after. Cells of the two directions
have variables of their own.
"""

import numpy as np
import tensorflow as tf

rng = np.random.RandomState(9)
steps, units = 6, 8
x_data = rng.uniform(0, 1, (120, steps, 1))
y_data = (x_data[:, :, 0].argmax(1) < steps // 2).astype(int)

tf.set_random_seed(9)
x = tf.placeholder(tf.float32, [None, steps, 1], name="x")
y = tf.placeholder(tf.int32, [None], name="y")

forward = tf.nn.rnn_cell.GRUCell(units)
backward = tf.nn.rnn_cell.GRUCell(units)
(out_fw, out_bw), (state_fw, state_bw) = tf.nn.bidirectional_dynamic_rnn(
    forward, backward, x, dtype=tf.float32, scope="reader"
)
both = tf.concat([state_fw, state_bw], axis=1)
logits = tf.layers.dense(both, 2, name="logits")
loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits))
train = tf.train.AdamOptimizer(0.03).minimize(loss)
hits = tf.reduce_mean(tf.cast(tf.nn.in_top_k(logits, y, 1), tf.float32))

print("outputs:", out_fw.shape, out_bw.shape, "state:", both.shape)
for variable in tf.trainable_variables():
    print(variable.name)

with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for step in range(81):
        _, value, right = sess.run([train, loss, hits], feed_dict={x: x_data, y: y_data})
        if step % 20 == 0:
            print("step %2d  loss %.4f  hits %.3f" % (step, value, right))
    largest_first = [[[0.9], [0.2], [0.1], [0.3], [0.2], [0.4]]]
    print("largest first:", np.round(sess.run(tf.nn.softmax(logits), feed_dict={x: largest_first}), 4))
