"""Several graphs and several sessions in one program: what each of them holds.

A graph is a plan and knows no numbers; a session has the numbers of one graph, and two sessions on one graph do not
share them. Nodes are found again by name, and a tensor of another graph is refused.
"""

import tensorflow as tf

first = tf.Graph()
with first.as_default():
    counter = tf.Variable(0, name="counter")
    increment = tf.assign_add(counter, 1, name="increment")
    init = tf.global_variables_initializer()

second = tf.Graph()
with second.as_default(), tf.name_scope("triangle"):
    a = tf.placeholder_with_default(3.0, shape=[], name="a")
    b = tf.constant(4.0, name="b")
    c = tf.sqrt(a**2 + b**2, name="c")

print("named by the program:", [name for name in "abc" if second.get_operation_by_name("triangle/" + name)])
print("inputs of c:", [tensor.name for tensor in c.op.inputs], "b is used by:", [op.name for op in b.consumers()])
print("default graph is empty:", len(tf.get_default_graph().get_operations()) == 0)

one, other = tf.Session(graph=first), tf.Session(graph=first)
one.run(init)
other.run(init)
for _ in range(3):
    one.run(increment)
other.run(increment)
print("counters:", one.run(counter), other.run(counter))
one.close()
other.close()

with tf.Session(graph=second) as sess:
    print("c:", sess.run("triangle/c:0"), "with a = 8:", sess.run(c, feed_dict={a: 8, b: 6}))
    found = second.get_tensor_by_name("triangle/b:0")
    print("found:", found.eval(), found.dtype.name, found.graph is second)
    values = sess.run({"legs": [a, b], "both": (a, {"c": c})})
    print("fetched as asked:", [float(leg) for leg in values["legs"]], float(values["both"][1]["c"]))
    try:
        sess.run(counter)
    except ValueError as error:
        print("ValueError:", "is not an element of this graph" in str(error))

with tf.Session(graph=first) as sess:
    try:
        sess.run(counter)
    except tf.errors.FailedPreconditionError as error:
        print("FailedPreconditionError:", "ttempting to use uninitialized value" in error.message)
