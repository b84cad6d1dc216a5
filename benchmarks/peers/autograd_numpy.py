"""HIPS autograd: numpy whose operations are recorded in each step and differentiated backwards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..step import Step
from ..workloads import elementwise as elementwise_data
from ..workloads import lenet as lenet_data
from ..workloads import lstm as lstm_data
from ..workloads import perceptron as perceptron_data
from ..workloads import regression as regression_data
from ..workloads import xor as xor_data


def _training(loss_of: Callable[[Any], Any], parameters: Sequence[Any], learning_rate: float) -> Step:
    """``loss_of`` takes all parameters as one list; they are updated in place."""
    from autograd import value_and_grad

    differentiated = value_and_grad(loss_of)
    values = [value.copy() for value in parameters]

    def step() -> Any:
        loss, gradients = differentiated(values)
        for value, gradient in zip(values, gradients, strict=True):
            value -= learning_rate * gradient
        return loss

    return step


def regression() -> Step:
    import autograd.numpy as anp

    x, y = regression_data.data()

    def loss_of(parameters: Any) -> Any:
        W, b = parameters
        return anp.mean(anp.square(W * x + b - y))

    return _training(loss_of, [np.ones(1, np.float32), np.ones(1, np.float32)], regression_data.LEARNING_RATE)


def xor() -> Step:
    import autograd.numpy as anp

    x, y, *weights = xor_data.data()

    def loss_of(parameters: Any) -> Any:
        W1, b1, W2, b2 = parameters
        hidden = sigmoid(anp.dot(x, W1) + b1)
        return anp.mean(anp.square(sigmoid(anp.dot(hidden, W2) + b2) - y))

    return _training(loss_of, weights, xor_data.LEARNING_RATE)


def perceptron(sizes: Sequence[int], rows: int) -> Step:
    import autograd.numpy as anp

    x, y, weights, biases = perceptron_data.data(sizes, rows)
    depth = len(weights)

    def loss_of(parameters: Any) -> Any:
        h = x
        for k in range(depth):
            h = anp.dot(h, parameters[k]) + parameters[depth + k]
            if k < depth - 1:
                h = anp.maximum(h, 0)
        return cross_entropy(h, y)

    return _training(loss_of, weights + biases, perceptron_data.LEARNING_RATE)


def sigmoid(z: Any) -> Any:
    import autograd.numpy as anp

    return 1 / (1 + anp.exp(-z))


def cross_entropy(logits: Any, labels: Any) -> Any:
    """The mean over the rows."""
    import autograd.numpy as anp

    shifted = logits - anp.max(logits, axis=1, keepdims=True)
    return anp.mean(anp.log(anp.sum(anp.exp(shifted), axis=1)) - anp.sum(labels * shifted, axis=1))


def elementwise() -> Step:
    import autograd.numpy as anp

    names: dict[str, Any] = {"sigmoid": sigmoid}

    def loss_of(parameters: Any) -> Any:
        (h,) = parameters
        for name, number in elementwise_data.CHAIN:
            operation = names[name] if name in names else getattr(anp, name)
            h = operation(h) if number is None else operation(h, number)
        return anp.mean(h)

    return _training(loss_of, [elementwise_data.data()], elementwise_data.LEARNING_RATE)


def lenet() -> Step:
    """autograd has no fast convolution: the windows are stacked and taken through one product."""
    import autograd.numpy as anp

    x, y, *groups = lenet_data.data()
    parameters = [one for group in groups for one in group]
    padded = np.pad(x, ((0, 0), (2, 2), (2, 2), (0, 0)))

    def convolution(h: Any, F: Any, b: Any) -> Any:
        size = h.shape[1] - 4
        windows = [h[:, i : i + size, j : j + size] for i in range(5) for j in range(5)]
        h = anp.maximum(anp.dot(anp.concatenate(windows, 3), F.reshape(-1, F.shape[3])) + b, 0)
        squares = h.reshape(len(h), size // 2, 2, size // 2, 2, F.shape[3])
        return anp.max(anp.max(squares, axis=4), axis=2)

    def loss_of(parameters: Any) -> Any:
        F1, F2, c1, c2, W1, W2, W3, b1, b2, b3 = parameters
        h = convolution(convolution(padded, F1, c1), F2, c2).reshape(-1, 400)
        h = anp.maximum(anp.dot(h, W1) + b1, 0)
        h = anp.maximum(anp.dot(h, W2) + b2, 0)
        return cross_entropy(anp.dot(h, W3) + b3, y)

    return _training(loss_of, parameters, lenet_data.LEARNING_RATE)


def lstm() -> Step:
    import autograd.numpy as anp

    x, y, *parameters = lstm_data.data()
    zeros = np.zeros((len(x), lstm_data.UNITS), np.float32)
    units = lstm_data.UNITS

    def loss_of(parameters: Any) -> Any:
        kernel, bias, W, b = parameters
        c = h = zeros
        for t in range(lstm_data.STEPS):
            gates = anp.dot(anp.concatenate([x[:, t], h], 1), kernel) + bias
            i, j, f, o = (gates[:, k : k + units] for k in range(0, 4 * units, units))
            c = sigmoid(f + lstm_data.FORGET_BIAS) * c + sigmoid(i) * anp.tanh(j)
            h = sigmoid(o) * anp.tanh(c)
        return cross_entropy(anp.dot(h, W) + b, y)

    return _training(loss_of, parameters, lstm_data.LEARNING_RATE)
