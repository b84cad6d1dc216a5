"""JAX: the whole step, gradient and update included, under one ``jax.jit`` that may write over its parameters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..step import Step
from ..workloads import chain as chain_data
from ..workloads import elementwise as elementwise_data
from ..workloads import lenet as lenet_data
from ..workloads import lstm as lstm_data
from ..workloads import perceptron as perceptron_data
from ..workloads import regression as regression_data
from ..workloads import xor as xor_data


def _training(loss_of: Callable[..., Any], parameters: Any, data: Sequence[Any], learning_rate: float) -> Step:
    import jax

    def descend(parameters: Any, *data: Any) -> Any:
        loss, gradients = jax.value_and_grad(loss_of)(parameters, *data)
        return jax.tree.map(lambda value, gradient: value - learning_rate * gradient, parameters, gradients), loss

    compiled = jax.jit(descend, donate_argnums=0)
    state = jax.tree.map(jax.numpy.array, parameters)
    inputs = [jax.numpy.array(one) for one in data]

    def step() -> Any:
        nonlocal state
        state, loss = compiled(state, *inputs)
        return float(loss)

    return step


def regression() -> Step:
    import jax.numpy as jnp
    import numpy as np

    def loss_of(parameters: Any, x: Any, y: Any) -> Any:
        W, b = parameters
        return jnp.mean(jnp.square(W * x + b - y))

    ones = np.ones(1, np.float32)
    return _training(loss_of, [ones, ones], regression_data.data(), regression_data.LEARNING_RATE)


def xor() -> Step:
    import jax
    import jax.numpy as jnp

    def loss_of(parameters: Any, x: Any, y: Any) -> Any:
        W1, b1, W2, b2 = parameters
        hidden = jax.nn.sigmoid(x @ W1 + b1)
        return jnp.mean(jnp.square(jax.nn.sigmoid(hidden @ W2 + b2) - y))

    data = xor_data.data()
    return _training(loss_of, data[2:], data[:2], xor_data.LEARNING_RATE)


def perceptron(sizes: Sequence[int], rows: int) -> Step:
    def loss_of(parameters: Any, x: Any, y: Any) -> Any:
        return _cross_entropy(_logits(parameters, x), y)

    data = perceptron_data.data(sizes, rows)
    layers = list(zip(data.weights, data.biases, strict=True))
    return _training(loss_of, layers, [data.x, data.y], perceptron_data.LEARNING_RATE)


def inference(sizes: Sequence[int]) -> Step:
    import jax
    import numpy as np

    data = perceptron_data.data(sizes, 1)
    layers = jax.tree.map(jax.numpy.array, list(zip(data.weights, data.biases, strict=True)))
    compiled = jax.jit(lambda layers, x: jax.nn.softmax(_logits(layers, x)))
    x = data.x
    return lambda: np.asarray(compiled(layers, x))


def _logits(layers: Any, h: Any) -> Any:
    import jax

    for W, b in layers[:-1]:
        h = jax.nn.relu(h @ W + b)
    W, b = layers[-1]
    return h @ W + b


def elementwise() -> Step:
    import jax
    import jax.numpy as jnp

    names = {"sigmoid": jax.nn.sigmoid}

    def loss_of(h: Any) -> Any:
        for name, number in elementwise_data.CHAIN:
            operation = names[name] if name in names else getattr(jnp, name)
            h = operation(h) if number is None else operation(h, number)
        return jnp.mean(h)

    return _training(loss_of, elementwise_data.data(), [], elementwise_data.LEARNING_RATE)


def chain(operations: int) -> Step:
    import jax.numpy as jnp

    scale, shift, unscale = chain_data.SCALE, chain_data.SHIFT, chain_data.UNSCALE

    def loss_of(h: Any) -> Any:
        for _ in range(operations // chain_data.OPERATIONS_PER_LINK):
            h = jnp.sqrt(jnp.square(h * scale) + shift) * unscale
        return jnp.mean(h)

    return _training(loss_of, chain_data.data(), [], chain_data.LEARNING_RATE)


def lenet() -> Step:
    import jax
    import jax.numpy as jnp

    def loss_of(parameters: Any, h: Any, y: Any) -> Any:
        filters, filter_biases, weights, biases = parameters
        for F, b, padding in zip(filters, filter_biases, ("SAME", "VALID"), strict=True):
            h = jax.lax.conv_general_dilated(h, F, (1, 1), padding, dimension_numbers=("NHWC", "HWIO", "NHWC")) + b
            window = (1, 2, 2, 1)
            h = jax.lax.reduce_window(jax.nn.relu(h), -jnp.inf, jax.lax.max, window, window, "VALID")
        logits = _logits(list(zip(weights, biases, strict=True)), h.reshape(len(h), -1))
        return _cross_entropy(logits, y)

    data = lenet_data.data()
    return _training(loss_of, data[2:], data[:2], lenet_data.LEARNING_RATE)


def lstm() -> Step:
    """The steps under ``jax.lax.scan``."""
    import jax
    import jax.numpy as jnp

    def loss_of(parameters: Any, x: Any, y: Any) -> Any:
        kernel, bias, W, b = parameters

        def step(state: Any, inputs: Any) -> Any:
            c, h = state
            i, j, f, o = jnp.split(jnp.concatenate([inputs, h], 1) @ kernel + bias, 4, 1)
            c = jax.nn.sigmoid(f + lstm_data.FORGET_BIAS) * c + jax.nn.sigmoid(i) * jnp.tanh(j)
            return (c, jax.nn.sigmoid(o) * jnp.tanh(c)), None

        zeros = jnp.zeros((len(x), lstm_data.UNITS), x.dtype)
        (_, h), _ = jax.lax.scan(step, (zeros, zeros), x.transpose(1, 0, 2))
        return _cross_entropy(h @ W + b, y)

    data = lstm_data.data()
    return _training(loss_of, data[2:], data[:2], lstm_data.LEARNING_RATE)


def _cross_entropy(logits: Any, labels: Any) -> Any:
    import jax
    import jax.numpy as jnp

    return -jnp.mean(jnp.sum(labels * jax.nn.log_softmax(logits), 1))
