"""Reinforcement: a walker on a line of seven places learns to go to the right end, by policy gradients (REINFORCE).

The policy is a softmax over two steps; after each round the actions are made likelier by the discounted reward that
followed them. The world is ten lines of Python, the dice are numpy's.
"""

import numpy as np
import tensorflow as tf

rng = np.random.RandomState(21)
places, goal, longest = 7, 6, 30

state = tf.placeholder(tf.int32, [None], name="state")
action = tf.placeholder(tf.int32, [None], name="action")
advantage = tf.placeholder(tf.float32, [None], name="advantage")

with tf.variable_scope("policy"):
    hidden = tf.layers.dense(
        tf.one_hot(state, places), 8, tf.nn.tanh, kernel_initializer=tf.glorot_uniform_initializer(seed=1)
    )
    logits = tf.layers.dense(hidden, 2, kernel_initializer=tf.glorot_uniform_initializer(seed=2))
    policy = tf.nn.softmax(logits)

with tf.name_scope("reinforce"):
    log_probability = tf.reduce_sum(tf.one_hot(action, 2) * tf.nn.log_softmax(logits), axis=1)
    loss = -tf.reduce_mean(log_probability * advantage)
    train = tf.train.AdamOptimizer(0.02).minimize(loss)


def play(sess):
    """One walk from the middle: its places, its steps, and what each step was worth."""
    place, states, actions, rewards = places // 2, [], [], []
    while place != goal and len(states) < longest:
        step = int(rng.rand() < sess.run(policy, {state: [place]})[0, 1])
        states.append(place)
        actions.append(step)
        place = max(0, place + (1 if step else -1))
        rewards.append(1.0 if place == goal else -0.05)
    worth, total = [], 0.0
    for reward in reversed(rewards):
        total = reward + 0.9 * total
        worth.insert(0, total)
    return states, actions, worth


with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    lengths = []
    for episode in range(1, 81):
        states, actions, worth = play(sess)
        lengths.append(len(states))
        sess.run(train, {state: states, action: actions, advantage: np.array(worth) - 0.2})
        if episode % 20 == 0:
            print("episode %2d  mean length %.2f" % (episode, np.mean(lengths[-20:])))
    print("to the right:", np.round(sess.run(policy, {state: np.arange(places)})[:, 1], 3))
