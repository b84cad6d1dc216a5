"""JAX, the step under ``jax.jit``."""

from typing import Any

import jax
import jax.numpy as jnp

x = jnp.array([1, 2, 3, 4], jnp.float32)
y = jnp.array([5, 8, 11, 14], jnp.float32)
parameters = jnp.ones(1, jnp.float32), jnp.ones(1, jnp.float32)


def cost(parameters: Any) -> Any:
    W, b = parameters
    return jnp.mean(jnp.square(W * x + b - y))


def descend(parameters: Any) -> Any:
    loss, (dW, db) = jax.value_and_grad(cost)(parameters)
    W, b = parameters
    return loss, (W - 0.1 * dW, b - 0.1 * db)


step = jax.jit(descend)
for _ in range(100):
    loss, parameters = step(parameters)
