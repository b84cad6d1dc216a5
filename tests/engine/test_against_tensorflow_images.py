"""Random convolutions, pools, norms, lookups and resizings give TensorFlow's numbers, gradients and static shapes.

``python -m pytest -m peers tests/engine/test_against_tensorflow_images.py``; needs the extra ``peers``.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import engine

pytestmark = pytest.mark.peers

CASES = 150


@pytest.fixture(scope="module")
def tensorflow() -> ModuleType:
    tf: ModuleType = pytest.importorskip("tensorflow.compat.v1")
    tf.disable_v2_behavior()
    return tf


class Draw:
    """A random call: the shapes of its inputs, and what to do with them on a library. The same from the same seed."""

    def __init__(self, seed: int) -> None:
        self._choice = random.Random(seed)
        #: Whether TensorFlow computes it in float32 only.
        self.single = False
        self.shapes: list[tuple[int, ...]] = []
        #: Which input's static shape TensorFlow must know, if any.
        self.known: int | None = None
        kinds = [name.removeprefix("make_") for name in dir(self) if name.startswith("make_")]
        self.kind = self._choice.choice(kinds)
        self.call: Callable[..., Any] = getattr(self, f"make_{self.kind}")()
        self.hidden = [
            [place != self.known and self._choice.random() < 0.3 for _ in shape]
            for place, shape in enumerate(self.shapes)
        ]

    def number(self, low: int, high: int) -> int:
        return self._choice.randint(low, high)

    def _image(self) -> tuple[int, int, int, int]:
        return self.number(1, 3), self.number(3, 7), self.number(3, 7), self.number(1, 4)

    def _sliding(self) -> tuple[list[int], str]:
        return [1, self.number(1, 3), self.number(1, 3), 1], self._choice.choice(["SAME", "VALID"])

    def make_conv2d(self) -> Callable[..., Any]:
        image = self._image()
        self.shapes = [image, (self.number(1, 3), self.number(1, 3), image[3], self.number(1, 4))]
        strides, padding = self._sliding()
        pairs = [[0, 0], [self.number(0, 2), self.number(0, 2)], [self.number(0, 2), self.number(0, 2)], [0, 0]]
        given: Any = pairs if self._choice.random() < 0.2 else padding
        return lambda tf, x, f: tf.nn.conv2d(x, f, strides, given)

    def make_atrous_conv2d(self) -> Callable[..., Any]:
        image = self._image()
        self.shapes = [image, (self.number(1, 2), self.number(1, 2), image[3], self.number(1, 4))]
        rate, padding, self.known = self.number(1, 2), self._sliding()[1], 1
        return lambda tf, x, f: tf.nn.atrous_conv2d(x, f, rate, padding)

    def make_conv1d(self) -> Callable[..., Any]:
        self.shapes = [(self.number(1, 3), self.number(3, 8), 2), (self.number(1, 3), 2, self.number(1, 3))]
        stride, padding = self.number(1, 3), self._sliding()[1]
        return lambda tf, x, f: tf.nn.conv1d(x, f, stride, padding)

    def make_depthwise_conv2d(self) -> Callable[..., Any]:
        image = self._image()
        self.shapes = [image, (self.number(1, 3), self.number(1, 3), image[3], self.number(1, 2))]
        stride, padding = self.number(1, 2), self._sliding()[1]
        return lambda tf, x, f: tf.nn.depthwise_conv2d(x, f, [1, stride, stride, 1], padding)

    def make_conv2d_transpose(self) -> Callable[..., Any]:
        whole = self._image()
        window, channels = (self.number(1, 3), self.number(1, 3)), self.number(1, 3)
        strides, padding = self._sliding()
        counts = [
            -(-size // step) if padding == "SAME" else (size - width) // step + 1
            for size, width, step in zip(whole[1:3], window, strides[1:3], strict=True)
        ]
        self.shapes = [(whole[0], *counts, channels), (*window, whole[3], channels)]
        return lambda tf, x, f: tf.nn.conv2d_transpose(x, f, list(whole), strides, padding)

    def make_pool(self) -> Callable[..., Any]:
        self.shapes = [self._image()]
        strides, padding = self._sliding()
        window = [1, self.number(1, 3), self.number(1, 3), 1]
        name = self._choice.choice(["max_pool", "avg_pool"])
        return lambda tf, x: getattr(tf.nn, name)(x, window, strides, padding)

    def make_bias_add(self) -> Callable[..., Any]:
        image = self._image()
        self.shapes = [image, (image[3],)]
        return lambda tf, x, b: tf.nn.bias_add(x, b)

    def make_lrn(self) -> Callable[..., Any]:
        self.single = True
        self.shapes = [self._image()]
        radius, bias, alpha, beta = self.number(1, 3), *(self._choice.uniform(0.5, 1.5) for _ in range(3))
        return lambda tf, x: tf.nn.lrn(x, radius, bias, alpha, beta)

    def make_fused_batch_norm(self) -> Callable[..., Any]:
        self.single = True
        image = self._image()
        self.shapes = [image, (image[3],), (image[3],)]
        return lambda tf, x, scale, offset: tf.nn.fused_batch_norm(x, scale, offset)[0]

    def make_moments(self) -> Callable[..., Any]:
        self.shapes = [self._image()]
        axes, keep = self._choice.sample(range(4), self.number(1, 4)), self._choice.random() < 0.5
        return lambda tf, x: tf.add_n([part * (1 + i) for i, part in enumerate(tf.nn.moments(x, axes, keep_dims=keep))])

    def make_gather(self) -> Callable[..., Any]:
        image = self._image()
        axis = self.number(0, 3)
        self.shapes = [image]
        picks = [[self.number(0, image[axis] - 1) for _ in range(2)] for _ in range(3)]
        return lambda tf, x: tf.gather(x, picks, axis=axis)

    def make_gather_nd(self) -> Callable[..., Any]:
        image = self._image()
        self.shapes = [image]
        depth = self.number(1, 4)
        picks = [[self.number(0, size - 1) for size in image[:depth]] for _ in range(5)]
        return lambda tf, x: tf.gather_nd(x, picks)

    def make_scatter_nd(self) -> Callable[..., Any]:
        target, depth = self._image(), self.number(1, 4)
        self.shapes = [(5, *target[depth:])]
        picks = [[self.number(0, size - 1) for size in target[:depth]] for _ in range(5)]
        return lambda tf, x: tf.scatter_nd(tf.constant(picks), x, list(target))

    def make_resize(self) -> Callable[..., Any]:
        self.single = True
        self.shapes = [self._image()]
        size, method, corners = [self.number(1, 9), self.number(1, 9)], self.number(0, 2), self._choice.random() < 0.5
        return lambda tf, x: tf.image.resize_images(x, size, method, align_corners=corners)


@pytest.mark.parametrize("hide", [False, True], ids=["known shapes", "unknown sizes"])
def test_values_gradients_and_static_shapes(tensorflow: Any, hide: bool) -> None:
    kinds = set()
    for seed in range(CASES):
        draw = Draw(seed)
        kinds.add(draw.kind)
        dtype, tolerance = ("float32", 3e-4) if draw.single else ("float64", 1e-9)
        generator = np.random.default_rng(seed)
        arrays = [generator.normal(size=shape) for shape in draw.shapes]
        results = []
        for tf in (tensorflow, engine):
            tf.reset_default_graph()
            static = [
                [None if hide and is_hidden else size for size, is_hidden in zip(shape, hidden, strict=True)]
                for shape, hidden in zip(draw.shapes, draw.hidden, strict=True)
            ]
            xs = [tf.placeholder(getattr(tf, dtype), shape) for shape in static]
            y = draw.call(tf, *xs)
            weight = tf.placeholder(getattr(tf, dtype), None)
            # A gradient of rows alone, which TensorFlow gives for gather, becomes a whole tensor.
            gradients = [tf.convert_to_tensor(g) for g in tf.gradients(y, xs, grad_ys=[tf.ones_like(y) * weight])]
            with tf.Session() as session:
                feeds = dict(zip(xs, arrays, strict=True))
                shape = np.shape(session.run(y, feeds))
                feeds[weight] = np.random.default_rng(seed + 1).normal(size=shape)
                results.append((y.shape, session.run([y, *gradients], feeds)))
        (their_shape, theirs), (our_shape, ours) = results
        known = None if their_shape.rank is None else their_shape.as_list()
        assert our_shape.merge_with(known) == our_shape, f"{draw.kind} {seed}: less is known than TensorFlow knows"
        for their, our in zip(theirs, ours, strict=True):
            assert our.dtype == their.dtype, f"{draw.kind} {seed}"
            scale = max(1.0, float(np.max(np.abs(their), initial=0.0)))
            np.testing.assert_allclose(
                our, their, rtol=tolerance, atol=tolerance * scale, err_msg=f"{draw.kind} {seed} {draw.shapes}"
            )
    assert len(kinds) > 10
    engine.reset_default_graph()
