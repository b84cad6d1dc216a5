"""Random graphs, built the same way on TensorFlow's own 1.x API and on the engine, give the same numbers.

``python -m pytest -m peers tests/engine/test_against_tensorflow.py``; needs the extra ``peers``.
"""

from __future__ import annotations

import random
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import engine

pytestmark = pytest.mark.peers

SHAPES = [(), (3,), (1,), (2, 3), (2, 1), (1, 3), (3, 3), (2, 2, 3)]
UNARY = [
    "negative", "abs", "square", "sqrt", "exp", "log", "sigmoid", "tanh", "identity", "sign", "stop_gradient",
    "nn.relu", "nn.softmax",
]  # fmt: skip
BINARY = ["add", "subtract", "multiply", "divide", "pow", "maximum", "minimum"]
REDUCE = ["reduce_sum", "reduce_mean", "reduce_max"]
GRAPHS = 1000


@pytest.fixture(scope="module")
def tensorflow() -> ModuleType:
    tf: ModuleType = pytest.importorskip("tensorflow.compat.v1")
    tf.disable_v2_behavior()
    return tf


class RandomGraph:
    """One graph on one library. The same seed builds the same graph, whatever the library."""

    def __init__(self, tf: Any, seed: int, dtype: str, unknown: int) -> None:
        self._tf = tf
        self._choice = random.Random(seed)
        generator = np.random.default_rng(seed)
        shapes = [self._choice.choice(SHAPES) for _ in range(3)]
        self.placeholders = [tf.placeholder(getattr(tf, dtype), self._static(shape, unknown)) for shape in shapes]
        self.values = [generator.normal(size=shape) * 1.5 for shape in shapes]
        #: Softmax of an infinity is NaN; TensorFlow's vectorised kernels give 0 for some of the elements.
        self.has_softmax = False
        self.tensors = list(zip(self.placeholders, shapes, strict=True))
        for _ in range(self._choice.randint(2, 9)):
            made = self._step()
            if made is not None:
                self.tensors.append(made)
        self.result = self.tensors[-1][0]
        self.gradients = tf.gradients(self.result, self.placeholders)

    def _static(self, shape: tuple[int, ...], unknown: int) -> list[int | None] | None:
        """The shape as it is told: whole, with unknown sizes, or not at all."""
        if unknown == 2:
            return None
        return [None if unknown and self._choice.random() < 0.5 else size for size in shape]

    def _step(self) -> tuple[Any, tuple[int, ...]] | None:
        tf, choice = self._tf, self._choice
        (a, s), (b, u) = choice.choice(self.tensors), choice.choice(self.tensors)
        kind = choice.choice(["unary", "unary", "binary", "binary", "matmul", "reduce", "array", "loss"])
        if kind == "unary":
            name = choice.choice(UNARY)
            if name == "nn.softmax":
                self.has_softmax = True
            return None if name == "nn.softmax" and not s else (_named(tf, name)(a), s)
        if kind == "binary":
            name = choice.choice(BINARY)
            try:
                return _named(tf, name)(a, b), np.broadcast_shapes(s, u)
            except ValueError:
                return None
        if kind == "matmul":
            ta, tb = choice.random() < 0.5, choice.random() < 0.5
            if len(s) != 2 or len(u) != 2 or (s[0] if ta else s[1]) != (u[1] if tb else u[0]):
                return None
            product = tf.matmul(a, b, transpose_a=ta, transpose_b=tb)
            return product, (s[1] if ta else s[0], u[0] if tb else u[1])
        if kind == "reduce":
            axis, keepdims = choice.choice([None, *range(len(s))]), choice.random() < 0.5
            shape = np.sum(np.zeros(s), axis=axis, keepdims=keepdims).shape
            return _named(tf, choice.choice(REDUCE))(a, axis=axis, keepdims=keepdims), shape
        if kind == "array":
            return self._array(a, s)
        if choice.random() < 0.5 or not s:
            return tf.nn.sigmoid_cross_entropy_with_logits(labels=tf.sigmoid(a * a), logits=a), s
        self.has_softmax = True
        loss = tf.nn.softmax_cross_entropy_with_logits_v2(labels=tf.nn.softmax(a * a), logits=a)
        return loss, s[:-1]

    def _array(self, a: Any, s: tuple[int, ...]) -> tuple[Any, tuple[int, ...]]:
        tf = self._tf
        name = self._choice.choice(["transpose", "reshape", "concat", "where"])
        if name == "transpose":
            return tf.transpose(a), s[::-1]
        if name == "reshape":
            return tf.reshape(a, [-1]), (int(np.prod(s)),)
        if name == "concat" and s:
            return tf.concat([a, a * 2.0], 0), (2 * s[0], *s[1:])
        return tf.where(tf.greater(a, 0.0 * a), a, a * a), s

    def run(self) -> list[Any]:
        """The result and the gradients that there are."""
        fetches = [self.result, *(gradient for gradient in self.gradients if gradient is not None)]
        with self._tf.Session() as session:
            return list(session.run(fetches, dict(zip(self.placeholders, self.values, strict=True))))


def _named(tf: Any, name: str) -> Any:
    for part in name.split("."):
        tf = getattr(tf, part)
    return tf


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("unknown", [0, 1, 2], ids=["known shapes", "unknown sizes", "unknown ranks"])
def test_values_gradients_and_static_shapes(tensorflow: Any, dtype: str, unknown: int) -> None:
    tolerance = 1e-9 if dtype == "float64" else 2e-4
    for seed in range(GRAPHS):
        tensorflow.reset_default_graph()
        engine.reset_default_graph()
        theirs = RandomGraph(tensorflow, seed, dtype, unknown)
        ours = RandomGraph(engine, seed, dtype, unknown)
        assert [g is None for g in theirs.gradients] == [g is None for g in ours.gradients], f"graph {seed}"
        for (their, _), (our, shape) in zip(theirs.tensors, ours.tensors, strict=True):
            known = None if their.shape.rank is None else their.shape.as_list()
            assert our.shape.merge_with(known) == our.shape, f"graph {seed}: less is known than TensorFlow knows"
            assert our.shape.is_compatible_with(shape)
        expected, got = theirs.run(), ours.run()
        if ours.has_softmax and not all(np.isfinite(value).all() for value in expected):
            continue
        for their, our in zip(expected, got, strict=True):
            assert np.asarray(their).dtype == np.asarray(our).dtype
            finite = np.abs(their)[np.isfinite(their)]
            scale = max(1.0, float(np.max(finite, initial=0.0)))
            np.testing.assert_allclose(our, their, rtol=tolerance, atol=tolerance * scale, err_msg=f"graph {seed}")
    engine.reset_default_graph()
