"""Word vectors: skip-gram pairs, embedding_lookup and the noise-contrastive loss.

The sampler draws wrong words from a seed. At the end the nearest words come from the matrix of cosines.
"""

import numpy as np
import tensorflow as tf

sentences = [
    "the king rules the land", "the queen rules the land", "the king loves the queen", "the queen loves the king",
    "the dog chases the cat", "the cat chases the mouse", "the dog eats meat", "the cat eats fish",
    "the mouse eats cheese", "the king eats meat", "the queen eats cheese",
]  # fmt: skip
words = sorted({word for sentence in sentences for word in sentence.split()})
index = {word: number for number, word in enumerate(words)}
pairs = []
for sentence in sentences:
    ids = [index[word] for word in sentence.split()]
    for place, center in enumerate(ids):
        pairs += [(center, ids[near]) for near in (place - 1, place + 1) if 0 <= near < len(ids)]
pairs = np.array(pairs)

vocabulary_size, embedding_size, num_sampled = len(words), 8, 5
train_inputs = tf.placeholder(tf.int32, shape=[None], name="inputs")
train_labels = tf.placeholder(tf.int32, shape=[None, 1], name="labels")

embeddings = tf.Variable(tf.random_uniform([vocabulary_size, embedding_size], -1.0, 1.0, seed=1), name="embeddings")
embed = tf.nn.embedding_lookup(embeddings, train_inputs)
first_weights = tf.truncated_normal([vocabulary_size, embedding_size], stddev=0.35, seed=2)
nce_weights = tf.Variable(first_weights, name="nce_weights")
nce_biases = tf.Variable(tf.zeros([vocabulary_size]), name="nce_biases")

sampled = tf.nn.log_uniform_candidate_sampler(
    tf.cast(train_labels, tf.int64), num_true=1, num_sampled=num_sampled, unique=True, range_max=vocabulary_size, seed=3
)
loss = tf.reduce_mean(
    tf.nn.nce_loss(
        weights=nce_weights, biases=nce_biases, labels=train_labels, inputs=embed, num_sampled=num_sampled,
        num_classes=vocabulary_size, sampled_values=sampled,
    )
)  # fmt: skip
optimizer = tf.train.AdagradOptimizer(0.5).minimize(loss)

norm = tf.sqrt(tf.reduce_sum(tf.square(embeddings), 1, keep_dims=True))
similarity = tf.matmul(embeddings / norm, embeddings / norm, transpose_b=True)

rng = np.random.RandomState(4)
with tf.Session() as sess:
    tf.global_variables_initializer().run()
    average = 0.0
    for step in range(1, 301):
        rows = pairs[rng.choice(len(pairs), 16, replace=False)]
        _, value = sess.run([optimizer, loss], feed_dict={train_inputs: rows[:, 0], train_labels: rows[:, 1:]})
        average += value / 100
        if step % 100 == 0:
            print("step %d  average loss %.4f" % (step, average))
            average = 0.0
    cosines = sess.run(similarity)
    for word in ("king", "dog"):
        nearest = np.argsort(-cosines[index[word]])[1:4]
        print(word, "is near", [words[i] for i in nearest], np.round(cosines[index[word]][nearest], 3))
