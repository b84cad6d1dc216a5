"""Small graphs, each with one thing wrong, and beside each what is wrong: written from reasoning, not from a run."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import engine as tf
from engine.debugger.causes.cause import CauseKind
from engine.graph import Graph, Tensor
from engine.model import Model, RunSettings, TypedValues

NON_FINITE, DYING, EXPLODING, DEAD = (
    CauseKind.NON_FINITE,
    CauseKind.DYING_GRADIENT,
    CauseKind.EXPLODING_GRADIENT,
    CauseKind.DEAD_RELU,
)


@dataclass(frozen=True)
class Broken:
    """A broken graph, and its first cause: kind, node, phase, step, the first guilty element, how many there are."""

    build: Callable[[], Model]
    kind: CauseKind
    node: str
    phase: str
    step: int
    element: tuple[int, ...] | None
    count: int | None = None


#: By name.
BROKEN: dict[str, Broken] = {}


def broken(
    kind: CauseKind,
    node: str,
    phase: str,
    element: tuple[int, ...] | None,
    step: int = 0,
    count: int | None = None,
    data: dict[str, Any] | None = None,
    optimizer: tuple[str, dict[str, Any]] = ("GradientDescent", {"learning_rate": 0.1}),
    **settings: Any,
) -> Callable[[Callable[..., Tensor]], Callable[..., Tensor]]:
    """Puts the graph whose loss the decorated function makes into the table. It is given its placeholders."""

    def add(make: Callable[..., Tensor]) -> Callable[..., Tensor]:
        def build() -> Model:
            values = data or {}
            with tf.Graph().as_default() as graph:
                loss = make(*(tf.placeholder(tf.float32, name=name) for name in values))
                operation = graph.create(optimizer[0], {"loss": loss}, optimizer[1], name="train")
            sources = {name: TypedValues(str(value)) for name, value in values.items()}
            return Model(operation.graph, data=sources, run=RunSettings(**settings))

        BROKEN[make.__name__] = Broken(build, kind, node, phase, step, element, count)
        return make

    return add


def variable(value: Any, name: str = "W") -> Tensor:
    graph: Graph = tf.get_default_graph()
    return graph.create("Variable", attributes={"initial_value": value}, name=name).output


def mean(x: Tensor) -> Tensor:
    return tf.reduce_mean(x, name="cost")


# --- logarithms, divisions and roots in the forward pass ---------------------------------------------------------


@broken(NON_FINITE, "log", "forward", (2,), data={"x": [1, 0.5, 0]})
def log_of_zero(x):
    return mean(-tf.log(x * variable([1.0]), name="log"))


@broken(NON_FINITE, "log", "forward", (0,))
def log_of_a_negative_number():
    return mean(tf.log(variable([-1.0, 1.0]), name="log"))


@broken(NON_FINITE, "log", "forward", (0,))
def log1p_of_minus_one():
    return mean(tf.log1p(variable([-1.0, 0.0]), name="log"))


@broken(NON_FINITE, "ratio", "forward", (0,), count=2, data={"x": [1, 2]})
def uninitialised_scale(x):
    return mean(tf.divide(x, variable([0.0], "scale"), name="ratio"))


@broken(NON_FINITE, "ratio", "forward", (1,), count=1, data={"a": [1, 0], "b": [1, 0]})
def zero_by_zero(a, b):
    return mean(tf.divide(a, b, name="ratio") * variable([1.0]))


@broken(NON_FINITE, "normalized", "forward", (0,), count=3, data={"x": [3, 3, 3]})
def normalisation_of_equal_numbers(x):
    centred = x * variable([1.0]) - tf.reduce_mean(x)
    deviation = tf.sqrt(tf.reduce_mean(tf.square(x - tf.reduce_mean(x))), name="deviation")
    return mean(tf.square(tf.divide(centred, deviation, name="normalized")))


@broken(NON_FINITE, "unit", "forward", (0,), count=2)
def unit_vector_of_zero():
    w = variable([0.0, 0.0])
    return mean(tf.divide(w, tf.sqrt(tf.reduce_sum(tf.square(w))), name="unit"))


@broken(NON_FINITE, "cosine", "forward", (), data={"x": [1, 2]})
def cosine_of_a_zero_vector(x):
    w = variable([0.0, 0.0])
    lengths = tf.sqrt(tf.reduce_sum(x * x)) * tf.sqrt(tf.reduce_sum(w * w))
    return tf.divide(tf.reduce_sum(x * w), lengths, name="cosine")


@broken(NON_FINITE, "masked_mean", "forward", (), data={"x": [1, 2], "mask": [0, 0]})
def mean_over_an_empty_mask(x, mask):
    return tf.divide(tf.reduce_sum(x * mask * variable([1.0])), tf.reduce_sum(mask), name="masked_mean")


@broken(NON_FINITE, "ratio", "forward", (1,), data={"p": [0.5, 0.5], "q": [1, 0]})
def divergence_from_a_zero_probability(p, q):
    return tf.reduce_sum(p * tf.log(tf.divide(p, q, name="ratio")) * variable([1.0]), name="cost")


@broken(NON_FINITE, "root", "forward", (1,))
def root_of_a_rounded_variance():
    return mean(tf.sqrt(variable([0.5, -1e-8]), name="root"))


@broken(NON_FINITE, "inverse_root", "forward", (0,))
def rsqrt_of_zero():
    return mean(tf.rsqrt(variable([0.0, 1.0]), name="inverse_root"))


@broken(NON_FINITE, "inverse", "forward", (1,))
def reciprocal_of_zero():
    return mean(tf.reciprocal(variable([1.0, 0.0]), name="inverse"))


@broken(NON_FINITE, "power", "forward", (0,))
def power_of_a_negative_base():
    return mean(tf.pow(variable([-2.0, 2.0]), tf.constant(0.5), name="power"))


# --- overflow ----------------------------------------------------------------------------------------------------


@broken(NON_FINITE, "exp", "forward", (1,), data={"x": [1, 200]})
def softmax_by_hand(x):
    e = tf.exp(x * variable([1.0]), name="exp")
    return mean(-tf.log(e / tf.reduce_sum(e)))


@broken(NON_FINITE, "exp", "forward", (1,), data={"x": [1, 100]})
def exp_overflow(x):
    return mean(tf.exp(x * variable([1.0]), name="exp"))


@broken(NON_FINITE, "exp", "forward", (0,), count=1, data={"x": [-200, 1], "y": [1, 1]})
def sigmoid_by_hand(x, y):
    """The infinity vanishes in 1 / (1 + inf), and comes back as 0 * inf."""
    s = tf.divide(1.0, 1.0 + tf.exp(-(x * variable([1.0])), name="exp"), name="sigmoid")
    return mean(tf.square(s - y))


@broken(NON_FINITE, "up", "forward", (0,), count=1, data={"x": [300, 1]})
def tanh_by_hand(x):
    z = x * variable([1.0])
    up, down = tf.exp(z, name="up"), tf.exp(-z, name="down")
    return mean((up - down) / (up + down))


@broken(NON_FINITE, "first", "forward", (0,))
def infinity_less_infinity():
    w = variable([100.0])
    return mean(tf.exp(w, name="first") - tf.exp(w * 1.1, name="second"))


@broken(NON_FINITE, "log_of_sum", "forward", (), data={"x": [-1000, -1001]})
def logsumexp_by_hand(x):
    return tf.log(tf.reduce_sum(tf.exp(x * variable([1.0]))), name="log_of_sum")


@broken(NON_FINITE, "squared", "forward", (1,), data={"x": [1, 1e30]})
def square_overflow(x):
    return mean(tf.square(x * variable([1.0]), name="squared"))


@broken(NON_FINITE, "product", "forward", (0, 0), count=1, data={"x": [[1e30], [1]]})
def matmul_overflow(x):
    return mean(tf.matmul(tf.reshape(x, [-1, 1]), variable([[1e30]]), name="product"))


@broken(NON_FINITE, "total", "forward", (), data={"x": [3e38, 3e38]})
def sum_overflow(x):
    return tf.reduce_sum(x * variable([1.0]), name="total")


# --- cross entropies by hand -------------------------------------------------------------------------------------


@broken(NON_FINITE, "log", "forward", (0, 1), count=1, data={"y": [[0, 1]]})
def cross_entropy_of_probability_zero(y):
    probabilities = tf.nn.softmax(variable([[200.0, -200.0]]))
    return mean(-tf.reduce_sum(tf.reshape(y, [1, 2]) * tf.log(probabilities, name="log"), axis=1))


@broken(NON_FINITE, "log", "forward", (0, 1), count=1, data={"y": [[1, 0]]})
def zero_times_the_log_of_zero(y):
    probabilities = tf.nn.softmax(variable([[200.0, -200.0]]))
    return mean(-tf.reduce_sum(tf.reshape(y, [1, 2]) * tf.log(probabilities, name="log"), axis=1))


@broken(NON_FINITE, "log_of_rest", "forward", (0,), data={"y": [1, 0]})
def binary_cross_entropy_of_a_sure_sigmoid(y):
    """1 - sigmoid(100) is exactly 0 in float32."""
    s = tf.sigmoid(variable([100.0, 0.0]))
    return mean(-(y * tf.log(s) + (1.0 - y) * tf.log(1.0 - s, name="log_of_rest")))


# --- only in the backward pass -----------------------------------------------------------------------------------


@broken(NON_FINITE, "log", "backward", (1,), count=1)
def where_hides_a_log():
    """The gradient that comes back to the log is 0, and 0 / 0 is NaN."""
    w = variable([1.0, 0.0, 2.0])
    return mean(tf.where(w > 0.0, tf.log(w, name="log"), tf.zeros_like(w)))


@broken(NON_FINITE, "log", "forward", (1,), count=1)
def where_hides_x_log_x():
    """The gradient to x is 0 * log 0: the infinity was made in the forward pass, and hidden there."""
    w = variable([0.5, 0.0])
    return mean(tf.where(w > 0.0, w * tf.log(w, name="log"), tf.zeros_like(w)))


@broken(NON_FINITE, "inverse", "backward", (1,), count=1)
def where_hides_a_division():
    """The slope -1 / w / w is infinite where the branch is not taken."""
    w = variable([2.0, 0.0])
    return mean(tf.where(w > 0.0, tf.divide(1.0, w, name="inverse"), tf.zeros_like(w)))


@broken(NON_FINITE, "exp", "forward", (1,), count=1)
def where_hides_an_exp():
    w = variable([1.0, 200.0])
    return mean(tf.where(w < 88.0, tf.exp(w, name="exp"), w))


@broken(NON_FINITE, "root", "backward", (1,), count=1)
def slope_of_the_root_at_zero():
    return mean(tf.sqrt(variable([4.0, 0.0]), name="root"))


@broken(NON_FINITE, "length", "backward", (), data={"x": [1, 2]})
def slope_of_the_norm_at_zero(x):
    return tf.sqrt(tf.reduce_sum(tf.square(variable([1.0, 2.0]) - x)), name="length")


@broken(NON_FINITE, "deviation", "backward", (), data={"x": [2, 2]})
def slope_of_a_standard_deviation_at_zero(x):
    z = x * variable([1.0])
    return tf.sqrt(tf.reduce_mean(tf.square(z - tf.reduce_mean(z))), name="deviation")


@broken(NON_FINITE, "power", "backward", (1,), count=1)
def slope_of_a_power_at_zero():
    return mean(tf.pow(variable([1.0, 0.0]), tf.constant(0.5), name="power"))


@broken(NON_FINITE, "angle", "backward", (1,), count=1)
def slope_of_acos_at_one():
    return mean(tf.acos(variable([0.5, 1.0]), name="angle"))


@broken(NON_FINITE, "angle", "backward", (0,), count=1)
def slope_of_asin_at_minus_one():
    return mean(tf.asin(variable([-1.0, 0.0]), name="angle"))


# --- what is given -----------------------------------------------------------------------------------------------


@broken(NON_FINITE, "x", "forward", (2,), count=1, data={"x": [1, 2, math.nan]})
def nan_in_the_data(x):
    return mean(tf.square(x * variable([1.0])))


@broken(NON_FINITE, "y", "forward", (1,), count=1, data={"x": [1, 2], "y": [1, math.inf]})
def infinity_in_the_data(x, y):
    return mean(tf.square(x * variable([1.0]) - y))


@broken(NON_FINITE, "x", "forward", (0,), step=3, data={"x": [1, 2, 3, math.nan, 5]}, batch_size=1, shuffle=False)
def nan_in_a_later_row(x):
    return mean(tf.square(x * variable([0.1])))


@broken(NON_FINITE, "W", "forward", (0,), count=1, data={"x": [1, 2]})
def bad_initial_value(x):
    start = tf.log(tf.constant([0.0, 1.0]), name="start")
    w = tf.get_default_graph().create("Variable", {"initial_value": start}, name="W").output
    return mean(tf.square(x * w))


@broken(NON_FINITE, "table", "forward", (2, 0), count=1, data={"rows": [0, 2]})
def nan_in_a_row_of_an_embedding(rows):
    start = tf.constant([[0.0], [1.0], [2.0]]) / tf.constant([[1.0], [1.0], [0.0]])
    table = tf.get_default_graph().create("Variable", {"initial_value": start}, name="table").output
    return mean(tf.gather(table, tf.cast(rows, tf.int32)))


# --- later than in the first step --------------------------------------------------------------------------------


@broken(NON_FINITE, "log", "forward", (), step=4, optimizer=("GradientDescent", {"learning_rate": 0.25}))
def log_of_what_reaches_zero():
    """w goes 1, 0.75, 0.5, 0.25, 0; the log has no weight in the loss, yet 0 * -inf is NaN."""
    w = variable(1.0)
    return w + 0.0 * tf.log(w, name="log")


@broken(NON_FINITE, "log", "forward", (0,), step=2, data={"x": [1, 1, 0]}, batch_size=1, shuffle=False)
def log_of_zero_in_the_third_mini_batch(x):
    return mean(tf.log(x, name="log") * variable([1.0]))


@broken(NON_FINITE, "exp", "forward", (0,), step=1, data={"x": [1.0, 400.0]}, batch_size=1, shuffle=False)
def an_outlier_overflows(x):
    return mean(tf.exp(x * variable([0.5]), name="exp"))


# --- optimizers --------------------------------------------------------------------------------------------------

_LONG = ("GradientDescent", {"learning_rate": 10.0})
_LINE = {"x": [1, 2, 3, 4], "y": [5, 8, 11, 14]}


def _regression(x, y):
    return mean(tf.square(x * variable([1.0]) + variable([1.0], "b") - y))


@broken(EXPLODING, "train", "update", None, data=_LINE, optimizer=_LONG)
def learning_rate_too_large(x, y):
    return _regression(x, y)


@broken(EXPLODING, "train", "update", None, data=_LINE, optimizer=("GradientDescent", {"learning_rate": 1e30}))
def learning_rate_overflows_at_once(x, y):
    return _regression(x, y)


@broken(EXPLODING, "train", "update", None, data=_LINE, optimizer=("GradientDescent", {"learning_rate": 0.2}))
def learning_rate_a_little_too_large(x, y):
    """The largest curvature of this loss is about 17, so that 2 / 17 is the largest rate that converges."""
    return _regression(x, y)


@broken(EXPLODING, "train", "update", None, data={"x": [1e4, 2e4], "y": [1, 2]})
def features_not_scaled(x, y):
    return _regression(x, y)


@broken(NON_FINITE, "train", "update", (1,), count=1, optimizer=("Adam", {"learning_rate": 0.1, "epsilon": 0.0}))
def adam_without_epsilon():
    """The second element has gradient 0: 0 / (0 + 0)."""
    return tf.reduce_sum(tf.square(variable([1.0, 0.0])), name="cost")


@broken(
    NON_FINITE,
    "train",
    "update",
    (1,),
    count=1,
    optimizer=("RMSProp", {"learning_rate": 0.1, "epsilon": 0.0, "decay": 0.0}),
)
def rmsprop_without_epsilon():
    return tf.reduce_sum(tf.square(variable([1.0, 0.0])), name="cost")


@broken(
    NON_FINITE,
    "train",
    "update",
    (0,),
    count=1,
    optimizer=("Adagrad", {"learning_rate": 0.1, "initial_accumulator_value": 0.0}),
)
def adagrad_that_begins_at_zero():
    return tf.reduce_sum(tf.square(variable([0.0, 1.0])), name="cost")


# --- gradients that die ------------------------------------------------------------------------------------------


@broken(DYING, "W0", "backward", (0,), data={"x": [1.0, -1.0]})
def sigmoids_on_top_of_each_other(x):
    """Each of fourteen layers takes at least three quarters of the gradient away."""
    for layer in range(14):
        x = tf.sigmoid(x * variable([1.0], f"W{layer}"), name=f"layer{layer}")
    return mean(tf.square(x))


@broken(DYING, "squeezed", "backward", (0,), data={"x": [1.0, 2.0]})
def saturated_sigmoid(x):
    return mean(tf.sigmoid(x * variable([1000.0]), name="squeezed"))


@broken(DYING, "squeezed", "backward", (0,), data={"x": [1.0, 2.0]})
def saturated_tanh(x):
    return mean(tf.tanh(x * variable([100.0]), name="squeezed"))


@broken(DYING, "second", "backward", (0, 0), data={"x": [1.0, 2.0]})
def both_layers_begin_at_zero(x):
    hidden = tf.matmul(tf.reshape(x, [-1, 1]), variable([[0.0, 0.0]], "W1"), name="first")
    return mean(tf.square(tf.matmul(hidden, variable([[0.0], [0.0]], "W2"), name="second") - 1.0))


@broken(DYING, "chosen", "backward", (0,), data={"x": [1.0, 2.0]})
def branch_that_is_never_taken(x):
    w = variable([1.0])
    return mean(tf.where(x < 0.0, x * w, x, name="chosen") + variable([1.0], "b"))


@broken(DYING, "masked", "backward", (0,), data={"x": [1.0, 2.0], "mask": [0, 0]})
def mask_of_zeros(x, mask):
    return mean(tf.multiply(x * variable([1.0]), mask, name="masked") + variable([1.0], "b"))


@broken(DYING, "clipped", "backward", (0,), data={"x": [1.0, 2.0]})
def clipped_for_good(x):
    return mean(tf.minimum(x * variable([10.0]), tf.constant(1.0), name="clipped") + variable([1.0], "b"))


# --- dead ReLUs --------------------------------------------------------------------------------------------------


@broken(DEAD, "relu", "forward", (0,), count=1, data={"x": [0.0, 1.0, 0.5]})
def bias_far_below_zero(x):
    return mean(tf.square(tf.nn.relu(x * variable([1.0]) + variable([-100.0], "b"), name="relu") - 1.0))


@broken(
    DEAD,
    "relu",
    "forward",
    (0,),
    step=1,
    count=1,
    data={"x": [1.0, 2.0]},
    optimizer=("GradientDescent", {"learning_rate": 1.0}),
)
def one_step_too_far(x):
    """The first step takes w below 0, where nothing brings it back."""
    return mean(tf.square(tf.nn.relu(x * variable([1.0]), name="relu") + 10.0 * x))


@broken(DEAD, "relu", "forward", (1,), count=2, data={"x": [1.0, 2.0]})
def half_of_a_layer_is_dead(x):
    hidden = tf.matmul(tf.reshape(x, [-1, 1]), variable([[1.0, -1.0, 1.0, -2.0]], "W1"))
    return mean(tf.square(tf.matmul(tf.nn.relu(hidden, name="relu"), variable([[0.1]] * 4, "W2")) - 1.0))


@broken(DEAD, "relu", "forward", (0,), count=1, data={"x": [-1.0, -2.0, -3.0]}, batch_size=1)
def dead_in_every_mini_batch(x):
    return mean(tf.nn.relu(x * variable([1.0]), name="relu") + variable([1.0], "b"))


# --- gradients that explode --------------------------------------------------------------------------------------


@broken(
    EXPLODING,
    "W0",
    "backward",
    (0,),
    data={"x": [1.0]},
    optimizer=("GradientDescent", {"learning_rate": 1e-30}),
)
def ten_layers_of_weight_ten(x):
    for layer in range(10):
        x = tf.multiply(x, variable([10.0], f"W{layer}"), name=f"layer{layer}")
    return mean(x)


@broken(
    EXPLODING,
    "W",
    "backward",
    (0, 0),
    data={"x": [[1.0, 1.0]]},
    optimizer=("GradientDescent", {"learning_rate": 1e-30}),
)
def recurrent_weights_too_large(x):
    """State times the same matrix, twenty times: its largest eigenvalue is 2."""
    w = variable([[1.0, 1.0], [1.0, 1.0]])
    state = tf.reshape(x, [-1, 2])
    for step in range(20):
        state = tf.matmul(state, w, name=f"state{step}")
    return mean(state)
