"""A convolutional network of tf.layers: convolution, batch normalization, pooling, dropout, dense.

Batch normalization keeps moving averages that are updated beside the training (UPDATE_OPS), and a placeholder says
whether the network is learning or is being measured.
"""

import os

import numpy as np
import tensorflow as tf

here = os.path.dirname(os.path.abspath(__file__))
digits = np.load(os.path.join(here, "..", "..", "datasets", "digits.npz"))
images = digits["images"].astype(np.float32).reshape(-1, 8, 8, 1) / 16
labels = digits["labels"]

tf.set_random_seed(5)
x = tf.placeholder(tf.float32, shape=[None, 8, 8, 1], name="images")
y = tf.placeholder(tf.int32, shape=[None], name="labels")
training = tf.placeholder(tf.bool, name="training")


def block(inputs, filters, name):
    with tf.variable_scope(name):
        net = tf.layers.conv2d(inputs, filters, [3, 3], padding="same", use_bias=False, name="conv")
        net = tf.layers.batch_normalization(net, momentum=0.9, training=training, name="norm")
        return tf.layers.max_pooling2d(tf.nn.relu(net), pool_size=2, strides=2, name="pool")


net = block(x, 8, "block1")
net = block(net, 16, "block2")
net = tf.layers.flatten(net)
net = tf.layers.dense(net, 32, activation=tf.nn.relu, name="dense")
net = tf.layers.dropout(net, rate=0.3, training=training)
logits = tf.layers.dense(inputs=net, units=10, name="logits")

loss = tf.losses.sparse_softmax_cross_entropy(labels=y, logits=logits)
update_ops = tf.get_collection(tf.GraphKeys.UPDATE_OPS)
with tf.control_dependencies(update_ops):
    train_op = tf.train.AdamOptimizer(learning_rate=0.01).minimize(loss)
accuracy = tf.reduce_mean(tf.to_float(tf.equal(tf.argmax(logits, axis=1, output_type=tf.int32), y)))

print("updates:", len(update_ops))
for variable in tf.trainable_variables():
    print(variable.op.name, variable.get_shape().as_list())

with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for step in range(31):
        rows = slice(step * 40, step * 40 + 40)
        _, value = sess.run([train_op, loss], {x: images[rows], y: labels[rows], training: True})
        if step % 10 == 0:
            print("step %2d  loss %.4f" % (step, value))
    moving_mean = next(v for v in tf.global_variables() if v.name == "block1/norm/moving_mean:0")
    print("moving mean: %.3f" % sess.run(moving_mean).mean())
    print("accuracy: %.3f" % sess.run(accuracy, {x: images[1400:], y: labels[1400:], training: False}))
