"""tf.metrics: every metric gives the numbers that TensorFlow gave for the same batches."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import engine as tf
from tests.engine.metrics_program import results

pytestmark = pytest.mark.usefixtures("graph")

RECORDED = Path(__file__).parents[1] / "data" / "tensorflow" / "metrics.json"


def test_all_give_tensorflows_numbers():
    """Recorded from TensorFlow by running tests/engine/metrics_program.py on it."""
    recorded = json.loads(RECORDED.read_text())
    found = results(tf)
    assert found.keys() == recorded.keys()
    for name, steps in recorded.items():
        for ours, theirs in zip(found[name], steps, strict=True):
            np.testing.assert_allclose(ours, theirs, rtol=2e-6, atol=1e-7, err_msg=name)


@pytest.mark.peers
def test_tensorflow_gives_what_is_recorded():
    tensorflow = pytest.importorskip("tensorflow.compat.v1")
    tensorflow.disable_v2_behavior()
    recorded = json.loads(RECORDED.read_text())
    for name, steps in results(tensorflow).items():
        for ours, theirs in zip(steps, recorded[name], strict=True):
            np.testing.assert_allclose(ours, theirs, rtol=2e-6, atol=1e-7, err_msg=name)


def test_names_and_variables_are_tensorflows():
    value, update = tf.metrics.accuracy([1, 0], [1, 1])
    tf.metrics.precision([True], [False])
    tf.metrics.accuracy([1, 0], [1, 1])
    assert (value.op.name, update.op.name) == ("accuracy/value", "accuracy/update_op")
    assert [variable.op.name for variable in tf.local_variables()] == [
        "accuracy/total",
        "accuracy/count",
        "precision/true_positives/count",
        "precision/false_positives/count",
        "accuracy_1/total",
        "accuracy_1/count",
    ]
    assert tf.global_variables() == [] and tf.trainable_variables() == []
    graph = tf.get_default_graph()
    assert graph.get_collection("metric_variables") == tf.local_variables()


def test_local_variables_have_an_initializer_of_their_own():
    weight = tf.Variable([2.0], name="W")
    value, update = tf.metrics.mean(weight)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        with pytest.raises(tf.errors.FailedPreconditionError, match="uninitialized value mean/"):
            session.run(update)
        session.run(tf.local_variables_initializer())
        assert session.run(update) == 2
        session.run(weight.assign([4.0]))
        session.run(update)
        assert session.run(value) == 3
        session.run(tf.local_variables_initializer())
        assert session.run(value) == 0


def test_results_join_the_collections_that_are_named():
    value, update = tf.metrics.recall([1], [1], metrics_collections=["m"], updates_collections="u")
    graph = tf.get_default_graph()
    assert graph.get_collection("m") == [value] and graph.get_collection("u") == [update]


def test_shapes_that_do_not_agree_are_refused():
    with pytest.raises(ValueError, match="are incompatible"):
        tf.metrics.accuracy(tf.zeros([3]), tf.zeros([4]))
    with pytest.raises(ValueError, match=r"Curve must be either ROC or PR\. Curve X is unknown"):
        tf.metrics.auc([1], [1.0], curve="X")
    with pytest.raises(ValueError, match="Invalid summation_method: x"):
        tf.metrics.auc([1], [1.0], summation_method="x")
