"""A network that learns to write a sentence, character by character.

Windows of ten characters go through two stacked cells, the sequence loss compares each output with the next
character, and what the network would write is put together from the guesses.
"""

import tensorflow as tf

tf.set_random_seed(777)

sentence = (
    "if you want to build a ship, don't drum up people to collect wood and don't assign them tasks, "
    "but rather teach them to long for the sea."
)
char_set = sorted(set(sentence))
char_dic = {c: i for i, c in enumerate(char_set)}
hidden_size = num_classes = len(char_set)
sequence_length = 10

x_data, y_data = [], []
for i in range(0, len(sentence) - sequence_length):
    x_data.append([char_dic[c] for c in sentence[i : i + sequence_length]])
    y_data.append([char_dic[c] for c in sentence[i + 1 : i + sequence_length + 1]])
batch_size = len(x_data)

X = tf.placeholder(tf.int32, [None, sequence_length], name="X")
Y = tf.placeholder(tf.int32, [None, sequence_length], name="Y")
X_one_hot = tf.one_hot(X, num_classes)


def lstm_cell():
    return tf.nn.rnn_cell.BasicLSTMCell(hidden_size, state_is_tuple=True)


multi_cells = tf.nn.rnn_cell.MultiRNNCell([lstm_cell() for _ in range(2)], state_is_tuple=True)
outputs, _states = tf.nn.dynamic_rnn(multi_cells, X_one_hot, dtype=tf.float32)

X_for_fc = tf.reshape(outputs, [-1, hidden_size])
logits = tf.layers.dense(X_for_fc, num_classes, activation=None, name="fc")
outputs = tf.reshape(logits, [batch_size, sequence_length, num_classes])

weights = tf.ones([batch_size, sequence_length])
sequence_loss = tf.contrib.seq2seq.sequence_loss(logits=outputs, targets=Y, weights=weights)
mean_loss = tf.reduce_mean(sequence_loss)
train_op = tf.train.AdamOptimizer(learning_rate=0.1).minimize(mean_loss)
guess = tf.argmax(outputs, axis=2)

sess = tf.Session()
sess.run(tf.global_variables_initializer())
for i in range(21):
    _, value = sess.run([train_op, mean_loss], feed_dict={X: x_data, Y: y_data})
    if i % 5 == 0:
        print(i, "loss: %.4f" % value)

written = ""
for row in sess.run(guess, feed_dict={X: x_data})[::sequence_length]:
    written += "".join(char_set[c] for c in row)
print("hits:", sum(a == b for a, b in zip(written, sentence[1:], strict=False)), "of", len(written))
