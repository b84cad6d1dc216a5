"""The tutorial's linear regression: a line through four points.

Placeholders take the data, two variables hold the weight and the bias, and gradient descent moves both. After a
hundred epochs the line is nearly y = 3 x + 2, and the model is asked for points that it has not seen.
"""

import tensorflow as tf

x_data = [1, 2, 3, 4]
y_data = [5, 8, 11, 14]

x = tf.placeholder(tf.float32)
y = tf.placeholder(tf.float32)

W = tf.Variable([1], dtype=tf.float32)
b = tf.Variable([1], dtype=tf.float32)

hypothesis = W * x + b
cost = tf.reduce_mean(tf.square(hypothesis - y))
train_op = tf.train.GradientDescentOptimizer(learning_rate=0.1).minimize(cost)

sess = tf.Session()
sess.run(tf.global_variables_initializer())

for epoch in range(100):
    _, cost_val = sess.run([train_op, cost], feed_dict={x: x_data, y: y_data})
    if epoch < 3 or epoch % 25 == 24:
        print("Epoch:", epoch, "loss:", cost_val, "weight:", sess.run(W), "bias:", sess.run(b))

print("hypothesis(5):", sess.run(hypothesis, feed_dict={x: 5}))
print("hypothesis(6):", sess.run(hypothesis, feed_dict={x: 6}))
sess.close()
