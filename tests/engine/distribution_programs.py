"""Distributions, and what is asked of them: run on the engine by the tests, and once on TensorFlow, to record it.

``TF_CPP_MIN_LOG_LEVEL=3 python -m tests.engine.distribution_programs`` records, with TensorFlow 2 in its place.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

RECORDED = Path(__file__).parent / "recorded" / "distributions.json"
#: Those of real numbers have a probability of anything up to a value.
WITH_CDF = "nmuel"
MOMENTS = ("mean", "variance", "stddev", "mode")


def tensors(tf: Any) -> dict[str, Any]:
    """All that is recorded, by name."""
    ds = tf.distributions
    n, m = ds.Normal(loc=[0.0, 1.0], scale=[[1.0, 2.0], [0.5, 3.0]]), ds.Normal(1.0, 2.0)
    b, b2 = ds.Bernoulli(logits=[-1.0, 0.5, 2.0]), ds.Bernoulli(probs=[0.2, 0.5, 0.9], dtype=tf.float32)
    c = ds.Categorical(logits=[[0.1, 2.0, -1.0], [0.0, 0.0, 3.0]])
    asked = (
        ("n", n, 0.3),
        ("m", m, [1.0, 2.0, 3.0]),
        ("u", ds.Uniform(low=1.0, high=[2.0, 4.0]), [1.5, 3.0]),
        ("e", ds.Exponential([0.5, 2.0]), [1.0, 0.2]),
        ("l", ds.Laplace([0.0, 1.0], 2.0), [0.5, -1.0]),
        ("b", b, [1, 0, 1]),
        ("b2", b2, [1.0, 0.0, 1.0]),
        ("c", c, [1, 2]),
        ("c2", ds.Categorical(probs=[0.2, 0.5, 0.3]), [0, 2]),
        ("c3", ds.Categorical(logits=np.arange(12, dtype=np.float32).reshape(2, 2, 3) / 5), [[0, 2], [1, 1]]),
    )
    found = {}
    for name, distribution, value in asked:
        found[f"{name}.sample"] = distribution.sample(seed=3)
        found[f"{name}.sample_4"] = distribution.sample(4, seed=5)
        found[f"{name}.sample_2_3"] = distribution.sample([2, 3], seed=7)
        found[f"{name}.log_prob"] = distribution.log_prob(value)
        found[f"{name}.prob"] = distribution.prob(value)
        found[f"{name}.entropy"] = distribution.entropy()
        if name in WITH_CDF:
            found[f"{name}.cdf"] = distribution.cdf(value)
        for moment in ("mode",) if name[0] == "c" else MOMENTS[:3] if name == "u" else MOMENTS:
            found[f"{name}.{moment}"] = getattr(distribution, moment)()
    found["kl.normal"] = ds.kl_divergence(n, m)
    found["kl.bernoulli"] = ds.kl_divergence(b, b2)
    found["kl.categorical"] = c.kl_divergence(ds.Categorical(probs=[[0.2, 0.5, 0.3]]))
    found["cross_entropy"] = n.cross_entropy(m)
    found["batch_shape_tensor"] = n.batch_shape_tensor()
    return found


def record() -> None:
    import tensorflow.compat.v1 as tf

    with tf.Graph().as_default(), tf.Session() as session:
        values = session.run(tensors(tf))
    rounded = {name: np.asarray(value).tolist() for name, value in values.items()}
    RECORDED.write_text(json.dumps(rounded) + "\n")


if __name__ == "__main__":
    record()
