"""The origin of a NaN in chains of elementwise operations, against the same chain in plain numpy."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

import engine as tf
from engine.debugger.causes.non_finite import find_non_finite
from engine.debugger.debugger import Debugger
from engine.graph import Graph
from engine.model import Model, TypedValues
from engine.training.run import TrainingRun

#: What a link of a chain does, here and in numpy.
LINKS = {
    "Exp": np.exp,
    "Log": np.log,
    "Square": np.square,
    "Sqrt": np.sqrt,
    "Negative": np.negative,
    "Reciprocal": lambda x: np.float32(1) / x,
    "Tanh": np.tanh,
}
VALUES = st.sampled_from([0.0, 1.0, -1.0, 0.5, 100.0, -100.0, 1e20, 3.0])


def expected(names: list[str], x: list[float]) -> tuple[int, list[int]] | None:
    """The first link at which an element stops being finite for good, and the elements for which it is that one."""
    with np.errstate(all="ignore"):
        value = np.array(x, np.float32)
        finite = []
        for name in names:
            value = LINKS[name](value).astype(np.float32)
            finite.append(np.isfinite(value))
    if finite[-1].all():
        return None
    starts = {}
    for element in np.flatnonzero(~finite[-1]):
        link = len(names) - 1
        while link > 0 and not finite[link - 1][element]:
            link -= 1
        starts[int(element)] = link
    first = min(starts.values())
    return first, [element for element, link in starts.items() if link == first]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(sorted(LINKS)), min_size=1, max_size=6), st.lists(VALUES, min_size=1, max_size=4))
def test_the_origin_is_where_numpy_stops_being_finite(names: list[str], x: list[float]) -> None:
    with tf.Graph().as_default():
        graph: Graph = tf.get_default_graph()
        value = tf.placeholder(tf.float32, [None], name="x")
        for number, name in enumerate(names):
            value = graph.apply(name, value, name=f"link{number}")
        # Small, so that the sum of finite numbers stays finite; nothing flows back through the chain.
        weight = graph.create("Variable", attributes={"initial_value": [1e-3]}, name="W").output
        loss = tf.reduce_mean(value * weight)
        graph.create("GradientDescent", {"loss": loss}, {"learning_rate": 1e-30}, name="train")
    run = TrainingRun(Model(graph, data={"x": TypedValues(str(x))}))
    debugger = Debugger(run, 1 << 22)
    debugger.observe_step()
    origin = find_non_finite(debugger.step)
    wanted = expected(names, x)
    if wanted is None:
        assert origin is None or not origin.tensor.op.node_name.startswith("link")
    else:
        assert origin is not None
        link, elements = wanted
        assert origin.tensor.op.node_name == f"link{link}"
        assert np.flatnonzero(origin.mask).tolist() == elements
