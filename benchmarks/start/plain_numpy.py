"""numpy, with the gradient written by hand."""

import numpy as np

x = np.array([1, 2, 3, 4], np.float32)
y = np.array([5, 8, 11, 14], np.float32)
W = np.ones(1, np.float32)
b = np.ones(1, np.float32)
for _ in range(100):
    error = W * x + b - y
    loss = np.mean(np.square(error))
    gradient = 2 / x.size * error
    W -= 0.1 * np.sum(gradient * x)
    b -= 0.1 * np.sum(gradient)
