"""E: twenty elementwise operations in a row on a million elements, and their gradients back to one variable."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from ..step import Array, Fetches, Step

ELEMENTS = 1 << 20
#: The operations one after the other, and the number that each takes.
CHAIN: tuple[tuple[str, float | None], ...] = (
    ("multiply", 1.1),
    ("add", 0.3),
    ("square", None),
    ("add", 0.5),
    ("sqrt", None),
    ("subtract", 1.0),
    ("tanh", None),
    ("multiply", 2.0),
    ("negative", None),
    ("sigmoid", None),
    ("add", 0.25),
    ("square", None),
    ("subtract", 0.5),
    ("exp", None),
    ("multiply", 0.3),
    ("add", 1.0),
    ("sqrt", None),
    ("multiply", 1.5),
    ("subtract", 0.7),
    ("square", None),
)
LEARNING_RATE = 1e4
#: Elements that are taken through the whole chain while they are in the cache.
BLOCK = 1 << 16
THREADS = 2


def data() -> Array:
    """The variable at the start."""
    return np.random.default_rng(0).standard_normal(ELEMENTS, np.float32)


def program(tf: Any) -> Fetches:
    W = tf.Variable(data())
    h = W
    for name, number in CHAIN:
        h = getattr(tf, name)(h) if number is None else getattr(tf, name)(h, number)
    cost = tf.reduce_mean(h)
    train = tf.train.GradientDescentOptimizer(LEARNING_RATE).minimize(cost)
    return Fetches(cost, train, {})


def tuned() -> Step:
    W = data()
    blocks = W.reshape(-1, BLOCK)
    with_work = [_block_step(rows) for rows in np.array_split(blocks, THREADS)]
    pool = ThreadPoolExecutor(THREADS - 1)
    first, *others = with_work
    share = 1 / ELEMENTS

    def step() -> Any:
        running = [pool.submit(other) for other in others]
        return (first() + sum(one.result() for one in running)) * share

    return step


def _block_step(blocks: Array) -> Step:
    """Takes the blocks of one thread through the chain and back, updates them and gives the sum of the results."""
    # a, q and v are squared, r and u are square roots, t, s and e are results that their own derivatives need; all
    # else is done in place, each operation in the fewest calls. Nothing is folded across operations but the learning
    # rate into the gradient's seed.
    a, r, t, s, q, e, u, v, h, d, g = (np.empty(BLOCK, np.float32) for _ in range(11))
    half, one, two = (np.array(c, np.float32) for c in (0.5, 1, 2))
    c11, c03, c025, c15, c07 = (np.array(c, np.float32) for c in (1.1, 0.3, 0.25, 1.5, 0.7))
    seed = np.array(LEARNING_RATE / ELEMENTS, np.float32)
    add, subtract, multiply, divide, negative = np.add, np.subtract, np.multiply, np.divide, np.negative
    sqrt, tanh, exp = np.sqrt, np.tanh, np.exp

    def step() -> Any:
        total = 0.0
        for w in blocks:
            multiply(w, c11, a)
            add(a, c03, a)
            multiply(a, a, h)
            add(h, half, h)
            sqrt(h, r)
            subtract(r, one, h)
            tanh(h, t)
            multiply(t, two, h)
            negative(h, h)
            negative(h, s)
            exp(s, s)
            add(s, one, s)
            divide(one, s, s)
            add(s, c025, q)
            multiply(q, q, h)
            subtract(h, half, h)
            exp(h, e)
            multiply(e, c03, h)
            add(h, one, h)
            sqrt(h, u)
            multiply(u, c15, v)
            subtract(v, c07, v)
            multiply(v, v, h)
            total += float(add.reduce(h))
            multiply(v, seed, g)
            multiply(g, two, g)
            multiply(g, c15, g)
            multiply(g, half, g)
            divide(g, u, g)
            multiply(g, c03, g)
            multiply(g, e, g)
            multiply(g, q, g)
            multiply(g, two, g)
            subtract(one, s, d)
            multiply(d, s, d)
            multiply(g, d, g)
            negative(g, g)
            multiply(g, two, g)
            multiply(t, t, t)
            subtract(one, t, t)
            multiply(g, t, g)
            multiply(g, half, g)
            divide(g, r, g)
            multiply(g, a, g)
            multiply(g, two, g)
            multiply(g, c11, g)
            subtract(w, g, w)
        return total

    return step
