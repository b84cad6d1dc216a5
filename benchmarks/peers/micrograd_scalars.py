"""micrograd: a graph of Python numbers (of 64 bits), built anew in each step."""

from __future__ import annotations

from typing import Any

from ..step import Step
from ..workloads import regression as regression_data
from ..workloads import xor as xor_data


def _descend(loss: Any, parameters: list[Any], learning_rate: float) -> Any:
    for value in parameters:
        value.grad = 0.0
    loss.backward()
    for value in parameters:
        value.data -= learning_rate * value.grad
    return loss.data


def regression() -> Step:
    from micrograd.engine import Value

    rows = list(zip(*(column.tolist() for column in regression_data.data()), strict=True))
    W, b = Value(1.0), Value(1.0)

    def step() -> Any:
        loss = sum((W * x + b - y) ** 2 for x, y in rows) * (1 / len(rows))
        return _descend(loss, [W, b], regression_data.LEARNING_RATE)

    return step


def xor() -> Step:
    """micrograd has no exp; a power of e is written as one."""
    import math

    from micrograd.engine import Value

    def exp(z: Any) -> Any:
        out = Value(math.exp(z.data), (z,), "exp")

        def backward() -> None:
            z.grad += out.data * out.grad

        out._backward = backward
        return out

    def sigmoid(z: Any) -> Any:
        return (1 + exp(-z)) ** -1

    data = xor_data.data()
    rows = list(zip(data.x.tolist(), data.y.tolist(), strict=True))
    W1 = [[Value(w) for w in column] for column in data.W1.T.tolist()]
    b1 = [Value(b) for b in data.b1.tolist()]
    W2 = [Value(w) for (w,) in data.W2.tolist()]
    b2 = Value(float(data.b2[0]))
    parameters = [*(w for column in W1 for w in column), *b1, *W2, b2]

    def step() -> Any:
        loss = Value(0.0)
        for x, (y,) in rows:
            hidden = [
                sigmoid(sum((w * one for w, one in zip(column, x, strict=True)), b))
                for column, b in zip(W1, b1, strict=True)
            ]
            output = sigmoid(sum((w * h for w, h in zip(W2, hidden, strict=True)), b2))
            loss = loss + (output - y) ** 2
        return _descend(loss * (1 / len(rows)), parameters, xor_data.LEARNING_RATE)

    return step
