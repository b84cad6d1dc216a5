"""F: a chain of small operations, one thousand or ten thousand of them, on sixteen numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..step import Array, Fetches, Program, Step

#: Of one link's five operations. The root keeps the gradient between 0 and 1, however long the chain is.
SCALE, SHIFT, UNSCALE = 1.25, 0.5, 0.8
OPERATIONS_PER_LINK = 5
LEARNING_RATE = 0.01


def data() -> Array:
    """The variable at the start, of shape (16,): positive, so that the root has a derivative."""
    return np.linspace(0.5, 2, 16, dtype=np.float32)


def program(operations: int) -> Program:
    def build(tf: Any) -> Fetches:
        W = tf.Variable(data())
        h = W
        for _ in range(operations // OPERATIONS_PER_LINK):
            h = tf.sqrt(tf.square(h * SCALE) + SHIFT) * UNSCALE
        cost = tf.reduce_mean(h)
        train = tf.train.GradientDescentOptimizer(LEARNING_RATE).minimize(cost)
        return Fetches(cost, train, {})

    return build


def tuned(operations: int) -> Step:
    """Straight-line code, written out link by link and compiled once; nothing is folded across operations."""
    links = operations // OPERATIONS_PER_LINK
    lines = ["def step():"]
    for k in range(links):
        lines += [
            f"    multiply({'W' if k == 0 else 'h'}, scale, a{k})",
            f"    multiply(a{k}, a{k}, h)",
            "    add(h, shift, h)",
            f"    sqrt(h, r{k})",
            f"    multiply(r{k}, unscale, h)",
        ]
    lines += ["    loss = multiply(dot(h, ones), share)"]
    for k in reversed(range(links)):
        lines += [
            f"    multiply({'seed' if k == links - 1 else 'g'}, unscale, g)",
            "    multiply(g, half, g)",
            f"    divide(g, r{k}, g)",
            f"    multiply(g, a{k}, g)",
            "    multiply(g, two, g)",
            "    multiply(g, scale, g)",
        ]
    lines += ["    subtract(W, g, W)", "    return loss"]
    W = data()
    names: dict[str, Any] = {
        "W": W,
        "h": np.empty_like(W),
        "g": np.empty_like(W),
        "ones": np.ones_like(W),
        "seed": np.full_like(W, LEARNING_RATE / W.size),
        "share": np.array(1 / W.size, np.float32),
        "scale": np.array(SCALE, np.float32),
        "shift": np.array(SHIFT, np.float32),
        "unscale": np.array(UNSCALE, np.float32),
        "half": np.array(0.5, np.float32),
        "two": np.array(2, np.float32),
        **{name: getattr(np, name) for name in ("add", "subtract", "multiply", "divide", "sqrt", "dot")},
    }
    for k in range(links):
        names[f"a{k}"], names[f"r{k}"] = np.empty_like(W), np.empty_like(W)
    exec("\n".join(lines), names)
    step: Step = names["step"]
    return step


def ready(build: Any) -> Step:
    """A step that builds everything anew and runs it for the first time: what one waits for before training."""
    return lambda: build()()
