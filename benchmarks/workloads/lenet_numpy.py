"""G by hand in numpy: half of the batch on each of two threads, the convolutions on a few pictures at a time.

Pictures are held as (channels, height, width, pictures): a shifted window is then one long run of memory for each row
of a picture, and a convolution is one product of the filters with the windows. BLAS is wanted on one thread.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from ..step import Array, Step
from .lenet import BATCH, LEARNING_RATE, data
from .ufuncs import clip

THREADS = 2
#: Pictures whose windows fit the cache.
GROUP = 16


class _Parameters(NamedTuple):
    """Filters as (channels out, windows), dense weights as (outputs, inputs), biases as columns."""

    F1: Array
    c1: Array
    F2: Array
    c2: Array
    W: list[Array]
    b: list[Array]

    @property
    def all(self) -> list[Array]:
        return [self.F1, self.c1, self.F2, self.c2, *self.W, *self.b]

    def like(self) -> _Parameters:
        """Zeros of the same shapes."""
        F1, c1, F2, c2, *dense = (np.zeros_like(one) for one in self.all)
        return _Parameters(F1, c1, F2, c2, dense[:3], dense[3:])


def tuned() -> Step:
    start = data()
    F1, F2 = (np.ascontiguousarray(one.transpose(3, 2, 0, 1)).reshape(one.shape[-1], -1) for one in start.filters)
    c1, c2 = (b.reshape(-1, 1) for b in start.filter_biases)
    # From (height, width, channels) to (channels, height, width).
    first = start.weights[0].reshape(5, 5, 16, 120).transpose(3, 2, 0, 1).reshape(120, 400)
    W = [np.ascontiguousarray(one) for one in (first, *(one.T for one in start.weights[1:]))]
    parameters = _Parameters(F1, c1, F2, c2, W, [b.reshape(-1, 1) for b in start.biases])
    x_parts, y_parts = np.array_split(start.x, THREADS), np.array_split(start.y, THREADS)
    gradients = [parameters.like() for _ in range(THREADS)]
    first_part, *others = (
        _part(x, y, parameters, gradient) for x, y, gradient in zip(x_parts, y_parts, gradients, strict=True)
    )
    pool = ThreadPoolExecutor(THREADS - 1)
    pairs = [pair for gradient in gradients for pair in zip(parameters.all, gradient.all, strict=True)]
    subtract = np.subtract

    def step() -> Any:
        running = [pool.submit(other) for other in others]
        loss = first_part()
        for one in running:
            loss += one.result()
        for value, change in pairs:
            subtract(value, change, value)
        return loss

    return step


class _Convolutions(NamedTuple):
    """One group's work: forwards from the pictures to the flat features, backwards from the features' gradients."""

    forward: Step
    backward: Step


def _part(x: Array, y: Array, parameters: _Parameters, gradient: _Parameters) -> Step:
    """What one thread does: its share of the loss, and its share of the updates, left in ``gradient``."""
    rows = len(x)
    _, _, _, _, W, b = parameters
    _, _, _, _, dW, db = gradient
    features, d_features = np.empty((16, 5, 5, rows), np.float32), np.empty((16, 5, 5, rows), np.float32)
    groups = [
        _convolutions(x[at], features[..., at], d_features[..., at], parameters, gradient)
        for at in (slice(k, k + GROUP) for k in range(0, rows, GROUP))
    ]
    h = [features.reshape(400, rows), *(np.empty((len(one), rows), np.float32) for one in W)]
    g = [d_features.reshape(400, rows), *(np.empty((len(one), rows), np.float32) for one in W)]
    active = [np.empty(one.shape, np.bool_) for one in h]
    transposed_h, transposed_W = [one.T for one in h], [one.T for one in W]
    labels = np.ascontiguousarray(y.T)
    logits, seed = h[-1], g[-1]
    highest, total = np.empty((1, rows), np.float32), np.empty((1, rows), np.float32)
    ones, classes = np.ones((rows, 1), np.float32), np.ones((1, 10), np.float32)
    flat_logits, flat_labels, flat_total, flat_ones = (one.reshape(-1) for one in (logits, labels, total, ones))
    zero, infinity = np.array(0, np.float32), np.array(np.inf, np.float32)
    share, rate = np.array(1 / BATCH, np.float32), np.array(LEARNING_RATE / BATCH, np.float32)
    accumulated = (gradient.F1, gradient.c1, gradient.F2, gradient.c2)
    add, subtract, multiply, divide, dot = np.add, np.subtract, np.multiply, np.divide, np.dot
    exp, log, greater, largest = np.exp, np.log, np.greater, np.maximum.reduce

    def step() -> Any:
        for group in groups:
            group.forward()
        for k in range(3):
            dot(W[k], h[k], h[k + 1])
            add(h[k + 1], b[k], h[k + 1])
            if k < 2:
                clip(h[k + 1], zero, infinity, h[k + 1])
        largest(logits, 0, out=highest, keepdims=True)
        subtract(logits, highest, logits)
        exp(logits, seed)
        dot(classes, seed, total)
        divide(seed, total, seed)
        log(total, total)
        loss = multiply(subtract(dot(flat_total, flat_ones), dot(flat_logits, flat_labels)), share)
        subtract(seed, labels, seed)
        multiply(seed, rate, seed)
        for k in (2, 1, 0):
            dot(g[k + 1], transposed_h[k], dW[k])
            dot(g[k + 1], ones, db[k])
            dot(transposed_W[k], g[k + 1], g[k])
            # The features' own rectifiers come in here: a pooled value is positive where its largest element is.
            greater(h[k], zero, active[k])
            multiply(g[k], active[k], g[k])
        for one in accumulated:
            one.fill(0)
        for group in groups:
            group.backward()
        return loss

    return step


def _convolutions(
    x: Array, features: Array, d_features: Array, parameters: _Parameters, gradient: _Parameters
) -> _Convolutions:
    """``features`` and ``d_features`` are this group's columns, of shape (16, 5, 5, pictures)."""
    n = len(x)
    F1, c1, F2, c2, *_ = parameters
    dF1, dc1, dF2, dc2, *_ = gradient

    def empty(*shape: int) -> Array:
        return np.zeros(shape, np.float32)

    padded = empty(1, 32, 32, n)
    inside, pictures = padded[0, 2:30, 2:30], x[..., 0].transpose(1, 2, 0)
    windows1, conv1, pooled1 = empty(1, 5, 5, 28, 28, n), empty(6, 28, 28, n), empty(6, 14, 14, n)
    windows2, conv2 = empty(6, 5, 5, 10, 10, n), empty(16, 10, 10, n)
    d_windows2, d_pooled1, d_conv1, d_conv2 = (np.empty_like(one) for one in (windows2, pooled1, conv1, conv2))
    source1, source2 = _windows(padded, 28), _windows(pooled1, 10)
    flat_windows1, flat_windows2 = windows1.reshape(25, -1), windows2.reshape(150, -1)
    flat_d_windows2 = d_windows2.reshape(150, -1)
    flat1, flat2, d_flat1, d_flat2 = (
        conv1.reshape(6, -1),
        conv2.reshape(16, -1),
        d_conv1.reshape(6, -1),
        d_conv2.reshape(16, -1),
    )
    corners1, corners2, d_corners1, d_corners2 = (_corners(one) for one in (conv1, conv2, d_conv1, d_conv2))
    half1, half2 = np.empty_like(pooled1), np.empty(features.shape, np.float32)
    largest1, largest2 = np.empty(pooled1.shape, np.bool_), np.empty(features.shape, np.bool_)
    positive = np.empty(pooled1.shape, np.bool_)
    pieces = [(d_pooled1[:, i : i + 10, j : j + 10], d_windows2[:, i, j]) for i in range(5) for j in range(5)]
    ones1, ones2 = np.ones((28 * 28 * n, 1), np.float32), np.ones((10 * 10 * n, 1), np.float32)
    windows1T, windows2T, F2T = flat_windows1.T, flat_windows2.T, F2.T
    part_F1, part_c1, part_F2, part_c2 = (np.empty_like(one) for one in (F1, c1, F2, c2))
    zero, infinity = np.array(0, np.float32), np.array(np.inf, np.float32)
    add, multiply, dot, maximum = np.add, np.multiply, np.dot, np.maximum
    copyto, equal, greater = np.copyto, np.equal, np.greater

    def forward() -> None:
        copyto(inside, pictures)
        copyto(windows1, source1)
        dot(F1, flat_windows1, flat1)
        add(flat1, c1, flat1)
        clip(flat1, zero, infinity, flat1)
        maximum(corners1[0], corners1[1], out=pooled1)
        maximum(corners1[2], corners1[3], out=half1)
        maximum(pooled1, half1, out=pooled1)
        copyto(windows2, source2)
        dot(F2, flat_windows2, flat2)
        add(flat2, c2, flat2)
        clip(flat2, zero, infinity, flat2)
        maximum(corners2[0], corners2[1], out=features)
        maximum(corners2[2], corners2[3], out=half2)
        maximum(features, half2, out=features)

    def backward() -> None:
        # Where two of four are the largest, both take the gradient; only zeros are ever equal here, which take none.
        for corner, d_corner in zip(corners2, d_corners2, strict=True):
            equal(corner, features, largest2)
            multiply(d_features, largest2, d_corner)
        dot(d_flat2, windows2T, part_F2)
        dot(d_flat2, ones2, part_c2)
        add(dF2, part_F2, dF2)
        add(dc2, part_c2, dc2)
        dot(F2T, d_flat2, flat_d_windows2)
        d_pooled1.fill(0)
        for place, piece in pieces:
            add(place, piece, place)
        greater(pooled1, zero, positive)
        multiply(d_pooled1, positive, d_pooled1)
        for corner, d_corner in zip(corners1, d_corners1, strict=True):
            equal(corner, pooled1, largest1)
            multiply(d_pooled1, largest1, d_corner)
        dot(d_flat1, windows1T, part_F1)
        dot(d_flat1, ones1, part_c1)
        add(dF1, part_F1, dF1)
        add(dc1, part_c1, dc1)

    return _Convolutions(forward, backward)


def _windows(pictures: Array, size: int) -> Array:
    """(channels, height, width, pictures) as (channels, 5, 5, size, size, pictures), a view."""
    view: Array = sliding_window_view(pictures, (size, size), (1, 2))
    return view.transpose(0, 1, 2, 4, 5, 3)


def _corners(pictures: Array) -> list[Array]:
    """The four elements of each square of 2×2, as views of a quarter of the size."""
    return [pictures[:, i::2, j::2] for i in (0, 1) for j in (0, 1)]
