"""Branches and loops in the graph: cond, while_loop, case, and a square root by Newton's method.

The loop runs as often as its numbers need, which no Python loop could know when the graph is built, and gradients
lead back through the iterations that were taken.
"""

import tensorflow as tf

a = tf.placeholder(tf.float32, shape=[], name="a")


def newton(value, tolerance=1e-6):
    """Repeats x := (x + value / x) / 2 until x² is close enough."""

    def improves(x, _):
        return tf.abs(x * x - value) > tolerance * value

    def better(x, count):
        return (x + value / x) / 2, count + 1

    return tf.while_loop(improves, better, [value / 2 + 0.5, 0], name="newton")


root, iterations = newton(a)
slope = tf.gradients(root, a)[0]

bigger = tf.cond(a > 10, lambda: tf.sqrt(a), lambda: a * a, name="choice")
bigger_slope = tf.gradients(bigger, a)[0]

size = tf.case(
    [(tf.less(a, 1.0), lambda: tf.constant(0)), (tf.less(a, 100.0), lambda: tf.constant(1))],
    default=lambda: tf.constant(2),
    exclusive=False,
)

# The numbers of Collatz: how many steps from n to 1.
n = tf.placeholder(tf.int32, [], name="n")


def collatz(value, steps):
    value = tf.cond(tf.equal(value % 2, 0), lambda: value // 2, lambda: 3 * value + 1)
    return value, steps + 1


_, collatz_steps = tf.while_loop(lambda value, _: value > 1, collatz, (n, tf.constant(0)), name="collatz")

with tf.Session() as sess:
    for number in (2.0, 9.0, 400.0):
        value, count, gradient = sess.run([root, iterations, slope], {a: number})
        print("root of %g: %.6f after %d iterations, slope %.6f" % (number, value, count, gradient))
    for number in (0.5, 3.0, 400.0):
        found = sess.run([bigger, bigger_slope, size], {a: number})
        print("at %g: cond %.4f, its slope %.4f, case %d" % (number, *found))
    print("Collatz:", [int(sess.run(collatz_steps, {n: number})) for number in (1, 6, 7, 27)])
    print("squares:", sess.run(tf.map_fn(lambda x: x * x, tf.range(6))))
    print("running sums:", sess.run(tf.scan(lambda total, x: total + x, tf.constant([1.0, 2.0, 3.0, 4.0]))))
