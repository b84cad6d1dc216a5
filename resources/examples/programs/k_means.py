"""K-means as a graph: distances by broadcasting, the nearest centre by argmin, new centres by segment sums.

Nothing is differentiated. Each run moves the centres once; the assignment is a variable of its own, and the run that
changes no assignment is the last.
"""

import numpy as np
import tensorflow as tf

rng = np.random.RandomState(42)
clusters = 3
middles = np.array([[0.0, 0.0], [4.0, 1.0], [1.0, 4.0]])
points_n = 150
data = (middles[rng.randint(0, clusters, points_n)] + rng.normal(0, 0.7, (points_n, 2))).astype(np.float32)

points = tf.constant(data, name="points")
centers = tf.Variable(data[:clusters], name="centers")
assignments = tf.Variable(tf.zeros([points_n], dtype=tf.int64), trainable=False, name="assignments")

with tf.name_scope("nearest"):
    differences = tf.expand_dims(points, 0) - tf.expand_dims(centers, 1)
    distances = tf.reduce_sum(tf.square(differences), axis=2)
    nearest = tf.argmin(distances, 0)

with tf.name_scope("new_centers"):
    sums = tf.unsorted_segment_sum(points, nearest, clusters)
    counts = tf.unsorted_segment_sum(tf.ones([points_n, 1]), nearest, num_segments=clusters)
    means = sums / counts

changed = tf.reduce_any(tf.not_equal(nearest, assignments))
inertia = tf.reduce_sum(tf.reduce_min(distances, 0))

with tf.control_dependencies([changed, inertia]):
    update = tf.group(centers.assign(means), assignments.assign(nearest))

with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for step in range(50):
        something, spread, _ = sess.run([changed, inertia, update])
        print("step", step, "inertia %.4f" % spread)
        if not something:
            break
    order = np.argsort(sess.run(centers)[:, 0])
    print("centers:", np.round(sess.run(centers)[order], 4).tolist())
    print("sizes:", np.bincount(sess.run(assignments))[order])
