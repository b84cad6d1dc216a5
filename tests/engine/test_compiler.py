"""The compiler's passes: what is left out, what composites become, and in which order things run."""

import numpy as np
import pytest

import engine as tf
from engine.compiler import compile_program
from engine.graph import Graph, GraphError, InvalidArgumentError, TensorSpec
from tests.engine.models import linear_regression

pytestmark = pytest.mark.usefixtures("graph")


def spec_of(variable):
    return variable.output.spec


def compiled(model_graph, *names, feeds=()):
    fetches = [op.output if op.outputs else op.done for op in map(model_graph.operation, names)]
    specs = {
        model_graph.operation(name).output: TensorSpec(tf.float32).with_shape(shape)
        for name, shape in dict(feeds).items()
    }
    return compile_program(fetches, specs, spec_of)


def test_only_what_the_fetch_needs_is_in_the_program():
    program = compiled(linear_regression().graph, "hypothesis", feeds={"x": [4]})
    assert {op.type for op in program.operations} == {"Placeholder", "Variable", "Multiply", "Add"}
    assert program.early == len(program.operations)


def test_a_fed_tensor_cuts_off_what_is_above_it():
    program = compiled(linear_regression().graph, "cost", feeds={"error": [4]})
    assert [op.type for op in program.operations] == ["Placeholder", "Square", "ReduceMean"]


def test_an_optimizer_becomes_primitive_operations_that_remember_it():
    model = linear_regression()
    program = compiled(model.graph, "train", "cost", feeds={"x": [4], "y": [4]})
    assert not any(op.type in ("GradientDescent", "Gradients") for op in program.operations)
    updates = [op for op in program.operations if op.phase == "update"]
    assert {op.origin.name for op in updates} == {"train"}
    assert [op.type for op in updates if op.type == "AssignSub"] == ["AssignSub"] * 2
    backward = {op.origin.name for op in program.operations if op.phase == "backward"}
    # The gradient of a subtraction to its first input is the gradient itself: it needs no operation of its own.
    assert backward == {"product", "hypothesis", "squared_error", "cost"}
    assert all(op.origin.graph is model.graph for op in program.operations if op.origin is not None)
    assert "train" in model.graph, "the person's graph stays as it is"


def test_what_changes_a_variable_comes_last():
    program = compiled(linear_regression().graph, "train", "cost", feeds={"x": [4], "y": [4]})
    kinds = [op.type for op in program.operations]
    assert "AssignSub" not in kinds[: program.early]
    assert set(kinds[program.early :]) <= {"AssignSub", "Group"}


def test_shapes_in_a_program_are_known():
    program = compiled(linear_regression().graph, "train", "cost", feeds={"x": [4], "y": [4]})
    assert all(tensor.shape.is_known for op in program.operations for tensor in op.outputs)


def test_an_incomplete_node_is_named():
    model = linear_regression()
    model.graph.disconnect(model.graph.operation("squared_error"), "x")
    with pytest.raises(GraphError, match="Nothing is wired to 'x' of squared_error") as caught:
        compiled(model.graph, "cost", feeds={"x": [4], "y": [4]})
    assert caught.value.node == "squared_error"


def test_gradients_to_several_tensors_share_one_backward_pass():
    x = tf.constant([1.0, 2.0])
    a, b = tf.Variable([1.0, 1.0]), tf.Variable(2.0)
    loss = tf.reduce_sum(tf.exp(a * x * b))
    both = tf.gradients(loss, [a, b])
    program = compile_program(both, {}, spec_of)
    alone = compile_program(both[:1], {}, spec_of)
    assert len(program.operations) - len(alone.operations) < len(alone.operations) / 3


def test_paths_that_join_are_added():
    x = tf.placeholder(tf.float32, [])
    y = x * x + 3.0 * x + x
    assert tf.Session().run(tf.gradients(y, [x]), {x: 5}) == [14]


def test_gradients_of_gradients():
    x = tf.placeholder(tf.float32, [])
    (first,) = tf.gradients(x * x * x, [x])
    (second,) = tf.gradients(first, [x])
    (third,) = tf.gradients(second, [x])
    assert tf.Session().run([first, second, third], {x: 2}) == [12, 12, 6]


def test_gradients_by_an_intermediate_tensor_by_itself_and_with_weights():
    x = tf.placeholder(tf.float32, [2])
    middle = tf.square(x)
    y = middle * 3.0
    session = tf.Session()
    assert session.run(tf.gradients(y, [middle]), {x: [1, 2]})[0].tolist() == [3, 3]
    assert session.run(tf.gradients(x, [x]), {x: [1, 2]})[0].tolist() == [1, 1]
    weighted = tf.gradients(y, [x], grad_ys=[tf.constant([1.0, 10.0])])
    assert session.run(weighted, {x: [1, 2]})[0].tolist() == [6, 120]
    several = tf.gradients([y, middle], [x])
    assert session.run(several, {x: [1, 2]})[0].tolist() == [8, 16]


def test_no_path_gives_none():
    x, other = tf.placeholder(tf.float32, []), tf.placeholder(tf.float32, [])
    blocked = tf.stop_gradient(x) * 2.0 + tf.cast(tf.cast(x, tf.int32), tf.float32)
    assert tf.gradients(blocked, [x]) == [None]
    assert tf.gradients(x * 2.0, [other]) == [None]
    assert tf.gradients(tf.stop_gradient(x) * x, [x])[0] is not None
    assert tf.Session().run(tf.gradients(tf.stop_gradient(x) * x, [x]), {x: 2}) == [2]


def test_a_gradients_node_without_a_path_is_refused_by_name(graph):
    x = tf.placeholder(tf.float32, [], name="x")
    y = tf.constant(1.0, name="y")
    node = graph.create("Gradients", {"ys": [y], "x": x}, name="slope")
    with pytest.raises(GraphError, match="no differentiable path leads from x to y"):
        tf.Session().run(node.output, {x: 1})


def test_what_blocks_the_gradient_is_named(graph):
    w = tf.Variable([0.1, 0.9], name="w")
    choice = tf.argmax(tf.square(w, name="square"), 0, name="choice")
    loss = tf.cast(choice, tf.float32, name="as_float") * 2.0
    with pytest.raises(ValueError, match="from w to mul, for no gradient goes through choice"):
        tf.train.GradientDescentOptimizer(0.1).minimize(loss)
    node = graph.create("GradientDescent", {"loss": loss}, name="train")
    with pytest.raises(GraphError, match="no gradient goes through choice") as caught:
        tf.Session().run(node)
    assert caught.value.node == "train"


def test_an_error_of_a_lowered_operation_names_the_persons_node():
    x = tf.placeholder(tf.int32, name="x")
    power = tf.pow(x, -1, name="power")
    with pytest.raises(InvalidArgumentError, match=r"power.*put a Cast") as caught:
        tf.Session().run(power, {x: 2})
    assert caught.value.node == "power"


def test_minimize_of_a_tensor_differentiates_its_sum():
    w = tf.Variable([1.0, 2.0])
    train = tf.train.GradientDescentOptimizer(1.0).minimize(w * tf.constant([3.0, 4.0]))
    session = tf.Session()
    session.run(tf.global_variables_initializer())
    session.run(train)
    assert session.run(w).tolist() == [-2, -2]


def test_optimizer_options():
    a, b = tf.Variable(1.0), tf.Variable(1.0)
    step = tf.Variable(0, trainable=False)
    rate = tf.placeholder(tf.float32, [])
    train = tf.train.GradientDescentOptimizer(rate).minimize(a * b * 2.0, global_step=step, var_list=[b])
    session = tf.Session()
    session.run(tf.global_variables_initializer())
    session.run(train, {rate: 0.25})
    session.run(train, {rate: 0.5})
    assert (session.run(a), session.run(b), session.run(step)) == (1, -0.5, 2)


def test_compute_and_apply_gradients():
    w, _ = tf.Variable([2.0]), tf.Variable([1.0])
    optimizer = tf.train.GradientDescentOptimizer(0.5)
    pairs = optimizer.compute_gradients(tf.reduce_sum(tf.square(w)))
    assert [gradient is None for gradient, _ in pairs] == [False, True]
    train = optimizer.apply_gradients([(None if g is None else g * 2.0, v) for g, v in pairs])
    session = tf.Session()
    session.run(tf.global_variables_initializer())
    session.run(train)
    assert session.run(w).tolist() == [-2]


def test_what_cannot_be_minimized():
    optimizer = tf.train.GradientDescentOptimizer(0.1)
    with pytest.raises(ValueError, match="No variables to optimize"):
        optimizer.minimize(tf.constant(1.0))
    tf.Variable(1.0)
    with pytest.raises(ValueError, match="No gradients provided for any variable"):
        optimizer.minimize(tf.constant(1.0))
    whole = tf.Variable(1)
    with pytest.raises(TypeError, match=r"Invalid type tf\.int32 for .*, expected: tf\.float32"):
        whole.graph.create("GradientDescent", {"loss": whole.output * 2})


def test_one_training_step_of_a_network_against_numpy_in_float64():
    """A 3-4-2 network with tanh and softmax: the gradients against central differences."""
    generator = np.random.default_rng(3)
    x = tf.placeholder(tf.float64, [None, 3])
    labels = tf.placeholder(tf.float64, [None, 2])
    W1 = tf.Variable(generator.normal(size=(3, 4)))
    b1 = tf.Variable(generator.normal(size=4))
    W2 = tf.Variable(generator.normal(size=(4, 2)))
    hidden = tf.nn.tanh(x @ W1 + b1)
    loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(labels=labels, logits=hidden @ W2))
    gradients = tf.gradients(loss, [W1, b1, W2])
    feeds = {x: generator.normal(size=(5, 3)), labels: np.eye(2)[[0, 1, 1, 0, 1]]}
    session = tf.Session()
    session.run(tf.global_variables_initializer())
    for variable, gradient in zip([W1, b1, W2], session.run(gradients, feeds), strict=True):
        value = session.run(variable)
        numeric = np.zeros_like(value)
        for index in np.ndindex(value.shape):
            step = np.zeros_like(value)
            step[index] = 1e-6
            up, down = (session.run(loss, feeds | {variable: value + sign * step}) for sign in (1, -1))
            numeric[index] = (up - down) / 2e-6
        np.testing.assert_allclose(gradient, numeric, rtol=1e-6, atol=1e-9)


def test_the_gradient_through_a_chain_of_ten_thousand_operations():
    with Graph().as_default():
        x = tf.placeholder(tf.float64, [3])
        shift = np.array([0.5, -0.25, 0.125])
        w = tf.Variable(shift)
        y, values = x, [np.array([0.1, -0.2, 0.3])]
        for _ in range(2500):
            y = tf.tanh(y * 1.001 + w) - w
            values.append(np.tanh(values[-1] * 1.001 + shift) - shift)
        assert len(y.graph) > 10_000
        gradients = tf.gradients(y, [x, w])
        session = tf.Session()
        session.run(tf.global_variables_initializer())
        to_x, to_w = session.run(gradients, {x: values[0]})
    upstream, factor = np.ones(3), np.zeros(3)
    for after in reversed(values[1:]):
        inside = upstream * (1 - (after + shift) ** 2)
        factor += inside - upstream
        upstream = inside * 1.001
    np.testing.assert_allclose(to_x, upstream, rtol=1e-9, atol=1e-300)
    np.testing.assert_allclose(to_w, factor, rtol=1e-9)


@pytest.mark.parametrize("clip_first", [False, True])
def test_changes_of_one_variable_are_made_as_they_become_ready(clip_first):
    """Clipping is ready before the step of training is; asked for in either order, the variable takes both."""
    w = tf.Variable([3.0, 0.5])
    clip = w.assign(tf.minimum(w, 1.0))
    train = tf.train.GradientDescentOptimizer(0.1).minimize(tf.reduce_sum(tf.square(w)))
    session = tf.Session()
    session.run(tf.global_variables_initializer())
    session.run([clip, train] if clip_first else [train, clip])
    np.testing.assert_allclose(session.run(w), [1.0 - 0.6, 0.5 - 0.1], rtol=1e-6)
