"""HIPS autograd."""

from typing import Any

import autograd.numpy as np
from autograd import value_and_grad

x = np.array([1, 2, 3, 4], np.float32)
y = np.array([5, 8, 11, 14], np.float32)
W = np.ones(1, np.float32)
b = np.ones(1, np.float32)


def cost(parameters: Any) -> Any:
    W, b = parameters
    return np.mean(np.square(W * x + b - y))


gradient = value_and_grad(cost)
for _ in range(100):
    loss, gradients = gradient((W, b))
    W = W - 0.1 * gradients[0]
    b = b - 0.1 * gradients[1]
