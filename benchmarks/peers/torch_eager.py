"""PyTorch, eager, with plain gradient descent written as ``torch.optim.SGD``."""

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


def lenet() -> Step:
    """Torch has channels before height and width, and (outputs, inputs) for weights."""
    import torch

    data = lenet_data.data()
    nn = torch.nn
    x, y = torch.from_numpy(data.x.transpose(0, 3, 1, 2).copy()), torch.from_numpy(data.y)
    convolutions = [nn.Conv2d(1, 6, 5, padding=2), nn.Conv2d(6, 16, 5)]
    dense = [nn.Linear(*W.shape) for W in data.weights]
    flat = data.weights[0].reshape(5, 5, 16, -1).transpose(2, 0, 1, 3).reshape(400, -1)
    filters = [F.transpose(3, 2, 0, 1) for F in data.filters]
    with torch.no_grad():
        for layer, W, b in zip(
            [*convolutions, *dense],
            [*filters, *(W.T for W in (flat, *data.weights[1:]))],
            data.filter_biases + data.biases,
            strict=True,
        ):
            layer.weight.copy_(torch.from_numpy(W.copy()))
            layer.bias.copy_(torch.from_numpy(b))
    layers: list[Any] = []
    for convolution in convolutions:
        layers += [convolution, nn.ReLU(), nn.MaxPool2d(2)]
    layers.append(nn.Flatten())
    for linear in dense:
        layers += [linear, nn.ReLU()]
    network = nn.Sequential(*layers[:-1])
    cross_entropy = nn.functional.cross_entropy
    return _training(lambda: cross_entropy(network(x), y), list(network.parameters()), lenet_data.LEARNING_RATE)


def lstm() -> Step:
    """``torch.nn.LSTM``, which takes all steps in one call."""
    import torch

    layer = torch.nn.LSTM(lstm_data.INPUTS, lstm_data.UNITS, batch_first=True)
    _set_gates(layer.weight_ih_l0, layer.weight_hh_l0, layer.bias_ih_l0, layer.bias_hh_l0)
    return _lstm(lambda x: layer(x)[0][:, -1], list(layer.parameters()))


def lstm_cell() -> Step:
    """A loop over ``torch.nn.LSTMCell``."""
    import torch

    cell = torch.nn.LSTMCell(lstm_data.INPUTS, lstm_data.UNITS)
    _set_gates(cell.weight_ih, cell.weight_hh, cell.bias_ih, cell.bias_hh)

    def last_output(x: Any) -> Any:
        state = None
        for one in x.unbind(1):
            state = cell(one, state)
        return state[0]  # type: ignore[index]

    return _lstm(last_output, list(cell.parameters()))


def _set_gates(from_input: Any, from_state: Any, bias: Any, second_bias: Any) -> None:
    """Torch's gates are input, forget, new values, output, and it has two biases, of which one is enough."""
    import numpy as np
    import torch

    start = lstm_data.data()
    i, j, f, o = np.split(np.vstack([start.kernel, start.bias]), 4, axis=1)
    f[-1] += lstm_data.FORGET_BIAS
    gates = np.concatenate([i, f, j, o], axis=1)
    inputs = lstm_data.INPUTS
    with torch.no_grad():
        from_input.copy_(torch.from_numpy(gates[:inputs].T.copy()))
        from_state.copy_(torch.from_numpy(gates[inputs:-1].T.copy()))
        bias.copy_(torch.from_numpy(gates[-1]))
        second_bias.zero_()
    second_bias.requires_grad_(False)


def _lstm(last_output: Callable[[Any], Any], parameters: list[Any]) -> Step:
    import torch

    start = lstm_data.data()
    x, y, W, b = torch.from_numpy(start.x), torch.from_numpy(start.y), _parameter(start.W), _parameter(start.b)
    trained = [*(one for one in parameters if one.requires_grad), W, b]
    cross_entropy = torch.nn.functional.cross_entropy
    return _training(lambda: cross_entropy(torch.addmm(b, last_output(x), W), y), trained, lstm_data.LEARNING_RATE)
