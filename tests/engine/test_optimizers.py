"""Optimizers: TensorFlow's numbers over fifty steps, their slots, and what they refuse."""

import json
from pathlib import Path

import numpy as np
import pytest

import engine as tf
from tests.engine import optimizer_programs as programs

RECORDED = json.loads((Path(__file__).parent / "recorded" / "optimizers.json").read_text())


def assert_same(found, recorded, tolerance=2e-5):
    assert found["train"] == recorded["train"]
    np.testing.assert_allclose(found["losses"], recorded["losses"], rtol=tolerance, atol=1e-7)
    assert list(found["variables"]) == list(recorded["variables"])
    for name, value in recorded["variables"].items():
        np.testing.assert_allclose(found["variables"][name], value, rtol=tolerance, atol=tolerance / 10, err_msg=name)


@pytest.mark.parametrize("setting", programs.SETTINGS)
def test_fifty_steps_as_tensorflow(setting):
    assert_same(programs.dense(tf, setting), RECORDED["dense"][setting])


@pytest.mark.parametrize("setting", programs.DECAYED)
def test_a_rate_that_is_fed_and_decays_as_tensorflow(setting):
    assert_same(programs.decayed(tf, setting), RECORDED["decayed"][setting])


@pytest.mark.parametrize("setting", programs.LOOKED_UP)
def test_rows_that_are_looked_up_as_tensorflow(setting):
    assert_same(programs.looked_up(tf, setting), RECORDED["looked_up"][setting])


@pytest.mark.parametrize("clip", programs.CLIPS)
def test_a_row_that_is_looked_up_twice_is_clipped_as_in_tensorflow(clip):
    found, recorded = programs.clipped(tf, clip), RECORDED["clipped"][clip]
    assert list(found) == list(recorded)
    for name, value in recorded.items():
        np.testing.assert_allclose(found[name], value, rtol=2e-5, atol=2e-6, err_msg=name)


def test_a_table_that_is_used_otherwise_too_has_a_dense_gradient():
    table = tf.Variable([[3.0, 4.0], [1.0, 1.0]])
    rows = tf.reduce_sum(tf.gather(table, [0, 0]))
    (sparse,), (dense,) = tf.gradients(rows, [table]), tf.gradients(rows + 0.0 * tf.reduce_sum(table), [table])
    session = initialized()
    assert session.run(tf.global_norm([sparse])) == 2, "four ones: each row's two elements, twice"
    np.testing.assert_allclose(session.run(tf.global_norm([dense])), np.sqrt(8), rtol=1e-6)


# --- the table of corner cases -------------------------------------------------------------------------------------

TABLE = [
    (tf.train.GradientDescentOptimizer, (0.1,), {}, [0.9, 0.81, 0.729]),
    (tf.train.MomentumOptimizer, (0.1, 0.9), {}, [0.9, 0.72, 0.486]),
    (tf.train.MomentumOptimizer, (0.1, 0.9), {"use_nesterov": True}, [0.81, 0.5751, 0.32732]),
    (tf.train.AdagradOptimizer, (0.1,), {}, [0.90465, 0.83934, 0.78751]),
    (tf.train.RMSPropOptimizer, (0.1,), {}, [0.9, 0.80913, 0.72605]),
    (tf.train.RMSPropOptimizer, (0.1,), {"momentum": 0.5}, [0.9, 0.75913, 0.61042]),
    (tf.train.RMSPropOptimizer, (0.1,), {"centered": True}, [0.8995, 0.80714, 0.72154]),
    (tf.train.AdamOptimizer, (0.1,), {}, [0.9, 0.80041, 0.70159]),
    (tf.train.AdadeltaOptimizer, (1.0,), {}, [0.99955, 0.99910, 0.99864]),
    (tf.train.FtrlOptimizer, (0.1,), {}, [0.60314, 0.55329, 0.51170]),
]


@pytest.mark.parametrize(("optimizer", "arguments", "options", "expected"), TABLE)
def test_three_steps_digit_for_digit(optimizer, arguments, options, expected):
    w = tf.Variable([1.0, 1.0])
    train = optimizer(*arguments, **options).minimize(tf.reduce_sum(tf.square(w) * [0.5, 5.0]))
    session = initialized()
    found = []
    for _ in expected:
        session.run(train)
        found.append(round(float(session.run(w)[0]), 5))
    assert found == expected


def initialized():
    session = tf.Session()
    session.run(tf.global_variables_initializer())
    return session


@pytest.fixture(autouse=True)
def graph():
    tf.reset_default_graph()
    return tf.get_default_graph()


# --- slots ---------------------------------------------------------------------------------------------------------


def test_slots_are_variables_like_others():
    w, b = tf.Variable([1.0, 2.0], name="W"), tf.Variable(0.5, name="b")
    optimizer = tf.train.AdamOptimizer(0.1)
    train = optimizer.minimize(tf.reduce_sum(w * w) * b)
    names = ["W", "b", "beta1_power", "beta2_power", "W/Adam", "W/Adam_1", "b/Adam", "b/Adam_1"]
    assert [v.op.name for v in tf.global_variables()] == names
    assert [v.op.name for v in tf.trainable_variables()] == ["W", "b"]
    assert optimizer.get_slot_names() == ["m", "v"]
    assert optimizer.get_slot(w, "v").op.name == "W/Adam_1"
    assert optimizer.get_slot(w, "nothing") is None
    assert [v.op.name for v in optimizer.variables()] == sorted(names[2:])
    assert optimizer.get_name() == "Adam" and train.name == "Adam"
    session = tf.Session()
    session.run(tf.variables_initializer([w, b]))
    with pytest.raises(tf.errors.FailedPreconditionError, match="Attempting to use uninitialized value beta1_power"):
        session.run(train)
    session.run(tf.global_variables_initializer())
    session.run(train)
    assert tf.get_default_graph().get_collection("train_op") == [train]
    assert session.run(optimizer.get_slot(b, "m")) == pytest.approx(0.5, rel=1e-5)
    again = tf.train.AdamOptimizer(0.1)
    again.minimize(tf.reduce_sum(w * w) * b)
    assert [v.op.name for v in again.variables()][-1] == "beta2_power_1"
    assert again.get_slot(w, "m").op.name == "W/Adam_2"


def test_two_losses_with_one_optimizer_share_its_slots():
    w = tf.Variable(1.0, name="W")
    optimizer = tf.train.MomentumOptimizer(0.1, 0.5)
    first, second = optimizer.minimize(w * w), optimizer.minimize(3.0 * w)
    assert [v.op.name for v in tf.global_variables()] == ["W", "W/Momentum"]
    session = initialized()
    session.run(first)
    session.run(second)
    assert session.run(w) == pytest.approx(0.8 - 0.1 * (0.5 * 2 + 3))


def test_only_variables_with_a_gradient_get_slots():
    w, alone = tf.Variable(1.0, name="W"), tf.Variable(1.0, name="alone")
    tf.train.MomentumOptimizer(0.1, 0.5).minimize(w * w)
    assert [v.op.name for v in tf.global_variables()] == ["W", "alone", "W/Momentum"]
    assert alone.trainable


def test_gradients_that_a_program_changes():
    w, b = tf.Variable([3.0, 4.0], name="W"), tf.Variable(1.0, name="b")
    optimizer = tf.train.AdamOptimizer(0.5)
    pairs = optimizer.compute_gradients(tf.reduce_sum(w * w) + 0.0 * b)
    step = tf.Variable(0, trainable=False, name="global_step")
    train = optimizer.apply_gradients([(g * 1e-3, v) for g, v in pairs], global_step=step)
    assert train.name == "Adam" and train.type == "AssignAdd"
    session = initialized()
    session.run(train)
    np.testing.assert_allclose(session.run(w), [2.5, 3.5], rtol=1e-4)
    assert (session.run(step), session.run(b)) == (1, 1)


def test_gradients_to_tensors_that_are_not_trained():
    x, w = tf.placeholder(tf.float32, [2], name="x"), tf.Variable([3.0, 4.0])
    optimizer = tf.train.GradientDescentOptimizer(0.1)
    ((gradient, target),) = optimizer.compute_gradients(tf.reduce_sum(x * w), [x])
    assert target is x
    assert initialized().run(gradient, {x: [1, 1]}).tolist() == [3, 4]
    for change in (
        lambda: optimizer.apply_gradients([(gradient, x)]),
        lambda: optimizer.minimize(tf.reduce_sum(x * w), var_list=[x]),
    ):
        with pytest.raises(NotImplementedError, match="Trying to update a Tensor"):
            change()


def test_an_optimizer_of_the_program():
    class Sign(tf.train.Optimizer):
        def __init__(self, rate):
            super().__init__(use_locking=False, name="Sign")
            self._rate = rate

        def _create_slots(self, var_list):
            for v in var_list:
                self._zeros_slot(v, "count", self._name)

        def _apply_dense(self, grad, var):
            count = tf.assign_add(self.get_slot(var, "count"), tf.ones_like(var))
            return tf.group(tf.assign_sub(var, self._rate * tf.sign(grad)), count)

    w = tf.Variable([3.0, -4.0], name="W")
    step = tf.Variable(0, trainable=False)
    train = Sign(0.5).minimize(tf.reduce_sum(w * w), global_step=step)
    assert [v.op.name for v in tf.global_variables()] == ["W", "Variable", "W/Sign"]
    session = initialized()
    session.run(train)
    session.run(train)
    assert session.run(w).tolist() == [2, -3]
    assert (session.run(step), session.run("W/Sign:0").tolist()) == (2, [2, 2])


def test_a_changed_optimizer_of_tensorflow():
    class Clipped(tf.train.MomentumOptimizer):
        def compute_gradients(self, *args, **kwargs):
            pairs = super().compute_gradients(*args, **kwargs)
            return [(tf.minimum(g, 1.0), v) for g, v in pairs if g is not None]

    class Decayed(tf.train.AdamOptimizer):
        def _apply_dense(self, grad, var):
            return super()._apply_dense(grad + 0.1 * var, var)

    w = tf.Variable(10.0)
    train = Clipped(0.1, 0.5).minimize(w * w)
    session = initialized()
    session.run(train)
    session.run(train)
    assert session.run(w) == pytest.approx(10 - 0.1 - 0.15)
    u, v = tf.Variable(-1.0), tf.Variable([1.0, 1.0])
    optimizer = Decayed(0.1)
    train = optimizer.minimize(tf.reduce_sum(0.0 * v * u), var_list=[u, v])
    session.run(tf.global_variables_initializer())
    session.run(train)
    np.testing.assert_allclose(session.run(v), [0.9, 0.9], rtol=1e-5)
    np.testing.assert_allclose(session.run(u), -0.9, rtol=1e-5)
    assert session.run("beta1_power:0") == np.float32(0.9) * np.float32(0.9), "the powers grow once in a step"


def test_two_steps_of_one_optimizer_in_a_run():
    a, b = tf.Variable(1.0), tf.Variable(1.0)
    optimizer = tf.train.AdamOptimizer(0.1)
    steps = [optimizer.minimize(v * v, var_list=[v]) for v in (a, b)]
    session = initialized()
    session.run(steps)
    assert session.run("beta1_power:0") == np.float32(0.9) * np.float32(0.9) * np.float32(0.9)
    np.testing.assert_allclose(session.run([a, b]), [0.9, 0.9], rtol=1e-5)


@pytest.mark.parametrize("rate", [lambda: 0.25, lambda: tf.constant(0.25), lambda: tf.constant(0.25, tf.float64)])
def test_a_learning_rate_may_be_a_function_a_tensor_or_negative(rate):
    w = tf.Variable([1.0])
    session = tf.Session()
    train = tf.train.GradientDescentOptimizer(rate).minimize(w * 2.0)
    up = tf.train.MomentumOptimizer(learning_rate=-0.25, momentum=tf.constant(0.0)).minimize(w * 2.0)
    session.run(tf.global_variables_initializer())
    session.run(train)
    assert session.run(w).tolist() == [0.5]
    session.run(up)
    assert session.run(w).tolist() == [1]


def test_float64_variables_take_the_rate_as_a_float32_as_in_tensorflow():
    w = tf.Variable([1.0], dtype=tf.float64)
    train = tf.train.AdamOptimizer(0.1).minimize(w * w)
    gradient_descent = tf.train.GradientDescentOptimizer(0.1).minimize(w)
    session = initialized()
    session.run(gradient_descent)
    assert session.run(w)[0] == 1 - np.float64(np.float32(0.1))
    session.run(train)
    assert session.run("beta1_power:0").dtype == np.float32


# --- what is refused -----------------------------------------------------------------------------------------------


def test_what_cannot_be_trained():
    optimizer = tf.train.AdamOptimizer()
    with pytest.raises(ValueError, match="No variables to optimize"):
        optimizer.minimize(tf.constant(1.0))
    w, whole = tf.Variable([0.1, 0.9], name="w"), tf.Variable(3)
    with pytest.raises(ValueError, match=r"Invalid type tf\.int32 for mul:0, expected: "):
        optimizer.minimize(whole * whole)
    choice = tf.argmax(tf.square(w), 0, name="choice")
    with pytest.raises(ValueError, match=r"No gradients provided for any variable: .*no gradient goes through choice"):
        optimizer.minimize(tf.cast(choice, tf.float32), var_list=[w])
    with pytest.raises(ValueError, match="No gradients provided for any variable"):
        optimizer.apply_gradients([(None, w)])
    with pytest.raises(ValueError, match="No variables provided"):
        optimizer.apply_gradients([])
    with pytest.raises(TypeError, match=r"Argument is not a tf\.Variable"):
        optimizer.minimize(tf.square(w), var_list=[3])
    with pytest.raises(ValueError, match="initial_accumulator_value must be positive"):
        tf.train.AdagradOptimizer(0.1, 0.0)
    with pytest.raises(ValueError, match="Must specify the optimizer name"):
        tf.train.AdamOptimizer(name="")
    assert [v.op.name for v in tf.global_variables()] == ["w", "Variable"], "a refused minimize makes no slots"


# --- placed by hand ------------------------------------------------------------------------------------------------


def test_an_optimizer_placed_by_hand_keeps_its_slots_to_itself(graph):
    w = tf.Variable([1.0, 1.0], name="W")
    loss = tf.reduce_sum(tf.square(w) * [0.5, 5.0])
    train = graph.create("Adam", {"loss": loss}, {"learning_rate": 0.1}, name="train")
    names = [op.name for op in graph.get_operations()]
    session = initialized()
    found = []
    for _ in range(3):
        session.run(train)
        found.append(round(float(session.run(w)[0]), 5))
    assert found == [0.9, 0.80041, 0.70159]
    assert [op.name for op in graph.get_operations() if op.type != "Initialize"] == names
    graph.set_attribute(train, "epsilon", 1e-7)  # compiled anew, it goes on with the same slots
    session.run(train)
    assert round(float(session.run(w)[0]), 3) == 0.604
    session.initialize()
    session.run(train)
    assert round(float(session.run(w)[0]), 5) == 0.9
    graph.remove(train)
    assert not any(True for _ in session._storage.hidden()), "what a removed node kept belongs to nobody"


@pytest.mark.parametrize("op_type", ["Adam", "RMSProp", "Momentum", "Adagrad", "Adadelta", "Ftrl"])
def test_two_sessions_have_slots_of_their_own(graph, op_type):
    w = tf.Variable([1.0, 2.0], name="W")
    train = graph.create(op_type, {"loss": tf.square(w), "variables": [w]}, {"learning_rate": 0.1})
    first, second = initialized(), initialized()
    for _ in range(3):
        first.run(train)
    second.run(train)
    first.initialize()
    first.run(train)
    assert first.run(w).tolist() == second.run(w).tolist()


def test_wires_that_do_not_fit_an_optimizer(graph):
    w, b = tf.Variable([1.0, 2.0]), tf.Variable(1.0)
    gradient = tf.gradients(tf.square(w), w)[0]
    create = graph.create
    with pytest.raises(tf.errors.GraphError, match="needs a value for 'loss'"):
        create("Adam", {"variables": [w]})
    with pytest.raises(tf.errors.ShapeError, match="one of 'gradients' for each of 'variables': 2, not 1"):
        create("Adam", {"gradients": [gradient], "variables": [w, b]})
    with pytest.raises(tf.errors.ShapeError, match="needs the shape of its variable"):
        create("Adam", {"gradients": [gradient], "variables": [b]})
    with pytest.raises(tf.errors.ShapeError, match="not both"):
        create("Adam", {"loss": tf.square(w), "gradients": [gradient], "variables": [w]})
    with pytest.raises(tf.errors.ShapeError, match="needs 4 variables at 'slots'"):
        create("Adam", {"loss": tf.square(w), "variables": [w], "slots": [b]})
    with pytest.raises(tf.errors.ShapeError, match="needs one number as its momentum"):
        create("Momentum", {"loss": tf.square(w), "momentum": w})
    dangling = graph.add("Adam")
    assert [problem.port for problem in graph.problems() if problem.node == dangling.name] == ["loss"]


def test_every_setting_may_be_a_tensor():
    def trained(make):
        tf.reset_default_graph()
        w = tf.Variable([1.0, 2.0])
        train = make(lambda value: value).minimize(tf.reduce_sum(w * w))
        wired = make(lambda value: tf.Variable(value, trainable=False)).minimize(tf.reduce_sum(w * w))
        found = []
        for step in (train, wired):
            session = initialized()
            session.run(step)
            session.run(step)
            found.append(session.run(w).tolist())
        return found

    for make in (
        lambda t: tf.train.AdamOptimizer(t(0.1), t(0.8), beta2=t(0.95), epsilon=t(0.01)),
        lambda t: tf.train.RMSPropOptimizer(t(0.1), t(0.8), t(0.5), t(0.01)),
        lambda t: tf.train.AdadeltaOptimizer(t(1.0), t(0.8), t(0.01)),
        lambda t: tf.train.MomentumOptimizer(t(0.1), t(0.8)),
    ):
        one, other = trained(make)
        assert one == other and one != [1, 2]
    w = tf.Variable(1.0)
    with pytest.raises(TypeError, match="l1_regularization_strength of ProximalAdagradOptimizer must be a number"):
        tf.train.ProximalAdagradOptimizer(0.1, 0.1, tf.constant(0.5)).minimize(w * w)


# --- scopes and order ----------------------------------------------------------------------------------------------


def test_slots_stand_in_the_open_variable_scope_and_powers_in_the_name_scope_too():
    with tf.variable_scope("net"):
        w = tf.get_variable("w", [2], initializer=tf.ones_initializer())
        with tf.variable_scope("opt"):
            first = tf.train.AdamOptimizer().minimize(tf.reduce_sum(w * w))
            second = tf.train.AdamOptimizer(name="B").minimize(tf.reduce_sum(w * w))
    with tf.name_scope("train"):
        third = tf.train.MomentumOptimizer(0.1, 0.9).minimize(tf.reduce_sum(w * w))
    assert [op.name for op in (first, second, third)] == ["net/opt/Adam", "net/opt/B", "train/Momentum"]
    assert [v.op.name for v in tf.global_variables()] == [
        "net/w",
        "net/opt/beta1_power",
        "net/opt/beta2_power",
        "net/opt/net/w/Adam",
        "net/opt/net/w/Adam_1",
        "net/opt/beta1_power_1",
        "net/opt/beta2_power_1",
        "net/opt/net/w/B",
        "net/opt/net/w/B_1",
        "net/w/Momentum",
    ]


@pytest.mark.parametrize("counted", [False, True])
def test_a_constraint_holds_after_each_step(counted):
    w = tf.get_variable(
        "w", [2], initializer=tf.ones_initializer(), constraint=lambda v: tf.minimum(v, tf.constant([0.95, 2.0]))
    )
    step = tf.train.get_or_create_global_step() if counted else None
    train = tf.train.AdamOptimizer().minimize(tf.reduce_sum(w * w), global_step=step)
    assert train.name == "Adam"
    session = initialized()
    for _ in range(7):
        session.run(train)
    np.testing.assert_allclose(session.run(w), [0.94401, 0.993], rtol=1e-5)  # as TensorFlow's
    if counted:
        assert session.run(step) == 7


def test_averages_after_each_step_as_tensorflow():
    w = tf.Variable([1.0, 2.0])
    train = tf.train.MomentumOptimizer(0.1, 0.9).minimize(tf.reduce_sum(w * w))
    averages = tf.train.ExponentialMovingAverage(0.9, num_updates=3)
    with tf.control_dependencies([train]):
        both = averages.apply([w])
    session = initialized()
    assert session.run(w).tolist() == [1, 2], "the initializer trains nothing"
    for _ in range(7):
        session.run(both)
    np.testing.assert_allclose(session.run(w), [-0.68288, -1.36576], rtol=1e-5)
    np.testing.assert_allclose(session.run(averages.average(w)), [-0.66606, -1.33212], rtol=1e-5)


def test_what_comes_before_a_step_comes_before_its_writes_only():
    w, count = tf.Variable(1.0), tf.Variable(0.0, trainable=False)
    with tf.control_dependencies([count.assign_add(1.0)]):
        optimizer = tf.train.AdamOptimizer(0.1)
        train = optimizer.minimize(w * w)
        corrected = tf.train.ExponentialMovingAverage(0.5, zero_debias=True)
        average = corrected.apply([tf.identity(w, name="value")])
    session = initialized()
    assert session.run(count) == 0
    session.run(optimizer.variables()[0].initializer)
    assert session.run(count) == 0
    session.run(train)
    assert (session.run(count), round(float(session.run(w)), 5)) == (1, 0.9)
    session.run(average)
    assert session.run(count) == 2
