"""PyTorch, eager, with plain gradient descent written as ``torch.optim.SGD``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..step import Step
from ..workloads import chain as chain_data
from ..workloads import elementwise as elementwise_data
from ..workloads import perceptron as perceptron_data
from ..workloads import regression as regression_data
from ..workloads import xor as xor_data


def _training(loss_of: Callable[[], Any], parameters: Sequence[Any], learning_rate: float) -> Step:
    import torch

    optimizer = torch.optim.SGD(parameters, learning_rate)

    def step() -> Any:
        optimizer.zero_grad()
        loss = loss_of()
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def _parameter(value: Any) -> Any:
    import torch

    return torch.tensor(value, requires_grad=True)


def regression() -> Step:
    import torch

    x, y = map(torch.from_numpy, regression_data.data())
    W, b = torch.ones(1, requires_grad=True), torch.ones(1, requires_grad=True)
    return _training(lambda: torch.mean(torch.square(W * x + b - y)), [W, b], regression_data.LEARNING_RATE)


def xor() -> Step:
    import torch

    data = xor_data.data()
    x, y = torch.from_numpy(data.x), torch.from_numpy(data.y)
    W1, b1, W2, b2 = parameters = [_parameter(value) for value in data[2:]]

    def loss_of() -> Any:
        hidden = torch.sigmoid(torch.addmm(b1, x, W1))
        return torch.mean(torch.square(torch.sigmoid(torch.addmm(b2, hidden, W2)) - y))

    return _training(loss_of, parameters, xor_data.LEARNING_RATE)


def perceptron(sizes: Sequence[int], rows: int) -> Step:
    import torch

    data = perceptron_data.data(sizes, rows)
    x, y = torch.from_numpy(data.x), torch.from_numpy(data.y)
    network = _network(data)
    cross_entropy = torch.nn.functional.cross_entropy
    return _training(lambda: cross_entropy(network(x), y), list(network.parameters()), perceptron_data.LEARNING_RATE)


def inference(sizes: Sequence[int]) -> Step:
    import torch

    data = perceptron_data.data(sizes, 1)
    x, network = torch.from_numpy(data.x), _network(data)
    return lambda: torch.softmax(network(x), 1).detach().numpy()


def inference_mode(sizes: Sequence[int]) -> Step:
    import torch

    step = inference(sizes)

    def without_gradients() -> Any:
        with torch.inference_mode():
            return step()

    return without_gradients


def _network(data: perceptron_data.Data) -> Any:
    import torch

    layers: list[Any] = []
    for W, b in zip(data.weights, data.biases, strict=True):
        linear = torch.nn.Linear(*W.shape)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(W.T))
            linear.bias.copy_(torch.from_numpy(b))
        layers += [linear, torch.nn.ReLU()]
    return torch.nn.Sequential(*layers[:-1])


def elementwise() -> Step:
    import torch

    W = _parameter(elementwise_data.data())
    operations = [(getattr(torch, name), number) for name, number in elementwise_data.CHAIN]

    def loss_of() -> Any:
        h = W
        for operation, number in operations:
            h = operation(h) if number is None else operation(h, number)
        return torch.mean(h)

    return _training(loss_of, [W], elementwise_data.LEARNING_RATE)


def chain(operations: int) -> Step:
    import torch

    W = _parameter(chain_data.data())
    scale, shift, unscale = chain_data.SCALE, chain_data.SHIFT, chain_data.UNSCALE

    def loss_of() -> Any:
        h = W
        for _ in range(operations // chain_data.OPERATIONS_PER_LINK):
            h = torch.sqrt(torch.square(h * scale) + shift) * unscale
        return torch.mean(h)

    return _training(loss_of, [W], chain_data.LEARNING_RATE)
