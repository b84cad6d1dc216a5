"""Layers that are no convolutions: ``tf.layers.dense``, ``dropout``, ``flatten``."""

from __future__ import annotations

from math import prod
from typing import Any

from ...graph import Tensor, TensorShape
from ..build import apply
from ..convolution import bias_add
from ..dropout import dropout as nn_dropout
from .base import Layer, choose, known_size

__all__ = ["Dense", "Dropout", "Flatten", "dense", "dropout", "flatten"]


class Dense(Layer):
    """activation(inputs · kernel + bias), over the last axis."""

    min_ndim = 2

    def __init__(
        self,
        units: Any,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = None,
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        trainable: bool = True,
        name: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(trainable=trainable, name=name, activity_regularizer=activity_regularizer, **kwargs)
        self.units = int(units)
        self.activation = activation
        self.use_bias = use_bias
        self.kernel_initializer = kernel_initializer
        self.bias_initializer = bias_initializer
        self.kernel_regularizer = kernel_regularizer
        self.bias_regularizer = bias_regularizer
        self.kernel_constraint = kernel_constraint
        self.bias_constraint = bias_constraint
        self.kernel: Any = None
        self.bias: Any = None

    def build(self, input_shape: Any) -> None:
        size = known_size(input_shape, -1, "Dense", "last dimension")
        self.fixed_axes = {-1: size}
        self.kernel = self.add_weight(
            "kernel",
            [size, self.units],
            initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )
        if self.use_bias:
            self.bias = self.add_weight(
                "bias",
                [self.units],
                initializer=initializer_of(self.bias_initializer),
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
            )

    def call(self, inputs: Any, *args: Any, **kwargs: Any) -> Tensor:
        rank = inputs.shape.rank
        outputs = apply("MatMul", inputs, self.kernel) if rank == 2 else _over_last_axis(inputs, self.kernel)
        if self.use_bias:
            outputs = bias_add(outputs, self.bias)
        result: Tensor = activated(self.activation, outputs)
        return result


def _over_last_axis(inputs: Tensor, kernel: Any) -> Tensor:
    """inputs · kernel, for inputs of more than two axes."""
    graph = inputs.graph
    with graph.name_scope("Tensordot"):
        sizes = inputs.shape.as_list()
        rows = apply("Reshape", inputs, shape=TensorShape([None, sizes[-1]]))
        product = apply("MatMul", rows, kernel)
        units = kernel.shape.as_list()[-1]
        if sizes[:-1].count(None) <= 1:
            return apply("Reshape", product, shape=TensorShape([*sizes[:-1], units]))
        wanted = apply("Concat", [apply("Shape", inputs)[:-1], [units]], axis=0)
        result = apply("Reshape", product, wanted)
        result.set_shape([*sizes[:-1], units])
        return result


def activated(activation: Any, outputs: Tensor) -> Any:
    """The outputs after the activation, if there is one: a function, or its name in tf.nn."""
    if activation is None:
        return outputs
    if isinstance(activation, str):
        from .. import nn

        activation = getattr(nn, activation, None)
        if activation is None:
            raise ValueError("Unknown activation function; give a function such as tf.nn.relu.")
    return activation(outputs)


def initializer_of(value: Any) -> Any:
    """An initializer, or the one that a name such as "zeros" means."""
    if not isinstance(value, str):
        return value
    from .. import initializers

    found = getattr(initializers, f"{value}_initializer", None)
    if found is None:
        raise ValueError(f"Unknown initializer: {value}; give one such as tf.zeros_initializer().")
    return found()


class Dropout(Layer):
    """Sets the part ``rate`` of the elements to 0 while training, and makes the others larger to make up for it."""

    def __init__(
        self,
        rate: Any = 0.5,
        noise_shape: Any = None,
        seed: int | None = None,
        name: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, **kwargs)
        self.rate = rate
        self.noise_shape = noise_shape
        self.seed = seed

    def call(self, inputs: Any, training: Any = False, **kwargs: Any) -> Any:
        def dropped() -> Any:
            return nn_dropout(inputs, noise_shape=self.noise_shape, seed=self.seed, rate=self.rate)

        return choose(training, dropped, lambda: apply("Identity", inputs))


class Flatten(Layer):
    """The batch as rows: all axes but the first in one."""

    min_ndim = 1

    def __init__(self, data_format: str = "channels_last", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.data_format = data_format

    def call(self, inputs: Any, *args: Any, **kwargs: Any) -> Tensor:
        rank = inputs.shape.rank
        if self.data_format == "channels_first" and rank > 2:
            inputs = apply("Transpose", inputs, perm=[0, *range(2, rank), 1])
        sizes = inputs.shape.as_list()
        if None not in sizes[1:]:
            return apply("Reshape", inputs, shape=TensorShape([None, prod(sizes[1:])]))
        batch = apply("Shape", inputs)[0] if sizes[0] is None else sizes[0]
        return apply("Reshape", inputs, apply("Stack", [batch, -1]))


def dense(
    inputs: Any,
    units: Any,
    activation: Any = None,
    use_bias: bool = True,
    kernel_initializer: Any = None,
    bias_initializer: Any = "zeros",
    kernel_regularizer: Any = None,
    bias_regularizer: Any = None,
    activity_regularizer: Any = None,
    kernel_constraint: Any = None,
    bias_constraint: Any = None,
    trainable: bool = True,
    name: Any = None,
    reuse: Any = None,
) -> Any:
    """activation(inputs · kernel + bias), with new variables ``kernel`` and ``bias`` in a scope ``dense``.

    ``name`` names the scope; with ``reuse`` the variables of that name are shared. Raises ValueError when the size of
    the last axis is not known.
    """
    layer = Dense(
        units,
        activation=activation,
        use_bias=use_bias,
        kernel_initializer=kernel_initializer,
        bias_initializer=bias_initializer,
        kernel_regularizer=kernel_regularizer,
        bias_regularizer=bias_regularizer,
        activity_regularizer=activity_regularizer,
        kernel_constraint=kernel_constraint,
        bias_constraint=bias_constraint,
        trainable=trainable,
        name=name,
        _scope=name,
        _reuse=reuse,
    )
    return layer(inputs)


def dropout(
    inputs: Any,
    rate: Any = 0.5,
    noise_shape: Any = None,
    seed: int | None = None,
    training: Any = False,
    name: Any = None,
) -> Any:
    """The inputs, with the part ``rate`` of the elements set to 0 where ``training`` (a bool or a tensor) holds."""
    return Dropout(rate, noise_shape=noise_shape, seed=seed, name=name)(inputs, training=training)


def flatten(inputs: Any, name: Any = None, data_format: str = "channels_last") -> Any:
    """(batch, …) as (batch, all the rest)."""
    return Flatten(data_format=data_format, name=name)(inputs)
