"""I by hand in numpy: half of the batch on each of two threads; BLAS is wanted on one.

All steps' inputs go through the kernel in one product, and so do all steps' gradients of the kernel.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from ..step import Array, Step
from .lstm import BATCH, CLASSES, FORGET_BIAS, INPUTS, LEARNING_RATE, STEPS, UNITS, data

THREADS = 2
#: The gates that are sigmoids stand together: input, forget, output; the new values come last.
SIGMOIDS = 3 * UNITS


def tuned() -> Step:
    start = data()
    kernel, bias = _gates_together(start.kernel), _gates_together(start.bias)
    # The forget gate's constant is not trained, but adds to a bias that is.
    bias[UNITS : 2 * UNITS] += np.float32(FORGET_BIAS)
    parameters = [kernel[:INPUTS].copy(), kernel[INPUTS:].copy(), bias, start.W, start.b]
    gradients = [[np.empty_like(one) for one in parameters] for _ in range(THREADS)]
    x_parts, y_parts = np.array_split(start.x, THREADS), np.array_split(start.y, THREADS)
    first, *others = (
        _part(x, y, parameters, gradient) for x, y, gradient in zip(x_parts, y_parts, gradients, strict=True)
    )
    pool = ThreadPoolExecutor(THREADS - 1)
    pairs = [pair for gradient in gradients for pair in zip(parameters, gradient, strict=True)]
    subtract = np.subtract

    def step() -> Any:
        running = [pool.submit(other) for other in others]
        loss = first()
        for one in running:
            loss += one.result()
        for value, change in pairs:
            subtract(value, change, value)
        return loss

    return step


def _gates_together(kernel: Array) -> Array:
    """From TensorFlow's order (input, new values, forget, output) to input, forget, output, new values."""
    i, j, f, o = np.split(kernel, 4, axis=-1)
    return np.concatenate([i, f, o, j], axis=-1)


def _part(x: Array, y: Array, parameters: list[Array], gradients: list[Array]) -> Step:
    """What one thread does: its share of the loss, and its share of the updates, left in ``gradients``."""
    rows = len(x)
    Wx, Wh, bias, W, b = parameters
    dWx, dWh, d_bias, dW, db = gradients

    def empty(*shape: int) -> Array:
        return np.zeros(shape, np.float32)

    in_time, xT = empty(STEPS, rows, INPUTS), x.transpose(1, 0, 2)
    gates, d_gates = empty(STEPS, rows, 4 * UNITS), empty(STEPS, rows, 4 * UNITS)
    # The state before each step and after the last one; the zeros before the first are never written.
    h, c, tanh_c = (empty(STEPS + 1, rows, UNITS) for _ in range(3))
    from_h, d_sigmoids = empty(rows, 4 * UNITS), empty(rows, SIGMOIDS)
    dh, dc, d = empty(rows, UNITS), empty(rows, UNITS), empty(rows, UNITS)
    flat_x, flat_gates, flat_d_gates = (one.reshape(STEPS * rows, -1) for one in (in_time, gates, d_gates))
    flat_h = h[:-1].reshape(STEPS * rows, UNITS)
    logits, seed = empty(rows, CLASSES), empty(rows, CLASSES)
    highest, total = empty(rows, 1), empty(rows, 1)
    flat_logits, flat_y, flat_total = logits.reshape(-1), y.reshape(-1), total.reshape(-1)
    ones, all_ones, classes = (
        np.ones(rows, np.float32),
        np.ones(STEPS * rows, np.float32),
        np.ones((CLASSES, 1), np.float32),
    )
    half, one = np.array(0.5, np.float32), np.array(1, np.float32)
    share, rate = np.array(1 / BATCH, np.float32), np.array(LEARNING_RATE / BATCH, np.float32)
    add, subtract, multiply, divide, dot = np.add, np.subtract, np.multiply, np.divide, np.dot
    exp, log, tanh, largest, copyto = np.exp, np.log, np.tanh, np.maximum.reduce, np.copyto
    WhT, WT, last_h = Wh.T, W.T, h[STEPS]
    steps = [
        (gates[t], gates[t, :, :SIGMOIDS], *_gates(gates[t]), c[t], c[t + 1], tanh_c[t + 1], h[t], h[t + 1])
        for t in range(STEPS)
    ]
    back = [(*step[1:], d_gates[t], d_gates[t, :, :SIGMOIDS], *_gates(d_gates[t])) for t, step in enumerate(steps)][
        ::-1
    ]

    def step() -> Any:
        copyto(in_time, xT)
        dot(flat_x, Wx, flat_gates)
        add(flat_gates, bias, flat_gates)
        for z, sigmoids, i, f, o, j, c_before, c_after, tanh_after, h_before, h_after in steps:
            dot(h_before, Wh, from_h)
            add(z, from_h, z)
            # sigmoid(z) = (1 + tanh(z / 2)) / 2, and one tanh for all four gates.
            multiply(sigmoids, half, sigmoids)
            tanh(z, z)
            multiply(sigmoids, half, sigmoids)
            add(sigmoids, half, sigmoids)
            multiply(c_before, f, c_after)
            multiply(i, j, d)
            add(c_after, d, c_after)
            tanh(c_after, tanh_after)
            multiply(tanh_after, o, h_after)
        dot(last_h, W, logits)
        add(logits, b, logits)
        largest(logits, 1, out=highest, keepdims=True)
        subtract(logits, highest, logits)
        exp(logits, seed)
        dot(seed, classes, total)
        divide(seed, total, seed)
        log(total, total)
        loss = multiply(subtract(dot(flat_total, ones), dot(flat_logits, flat_y)), share)
        subtract(seed, y, seed)
        multiply(seed, rate, seed)
        dot(last_h.T, seed, dW)
        dot(ones, seed, db)
        dot(seed, WT, dh)
        dc.fill(0)
        for sigmoids, i, f, o, j, c_before, _, tanh_after, _, _, dz, dz_sigmoids, di, df, do, dj in back:
            multiply(dh, tanh_after, do)
            multiply(dh, o, d)
            multiply(tanh_after, tanh_after, tanh_after)
            subtract(one, tanh_after, tanh_after)
            multiply(d, tanh_after, d)
            add(dc, d, dc)
            multiply(dc, j, di)
            multiply(dc, c_before, df)
            multiply(dc, i, dj)
            multiply(dc, f, dc)
            subtract(one, sigmoids, d_sigmoids)
            multiply(d_sigmoids, sigmoids, d_sigmoids)
            multiply(dz_sigmoids, d_sigmoids, dz_sigmoids)
            multiply(j, j, j)
            subtract(one, j, j)
            multiply(dj, j, dj)
            dot(dz, WhT, dh)
        dot(flat_x.T, flat_d_gates, dWx)
        dot(flat_h.T, flat_d_gates, dWh)
        dot(all_ones, flat_d_gates, d_bias)
        return loss

    return step


def _gates(z: Array) -> list[Array]:
    """The input, forget and output gates and the new values, as views."""
    return [z[:, k : k + UNITS] for k in range(0, 4 * UNITS, UNITS)]
