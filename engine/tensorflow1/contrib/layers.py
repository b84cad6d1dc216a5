"""``tf.contrib.layers``: layers with other defaults and names than ``tf.layers``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from .. import initializers, layers
from .. import nn as _nn
from ..arrays import one_hot
from ..build import tensor_of
from ..layers.base import known_size, numbers
from ..scopes import name_scope
from ..variable_scope import get_variable, variable_scope
from .framework import add_arg_scope
from .layer_parts import collected, finished, layout, renamed
from .normalizers import batch_norm, instance_norm, layer_norm, unit_norm
from .optimization import optimize_loss
from .regularizers import (
    apply_regularization,
    l1_l2_regularizer,
    l1_regularizer,
    l2_regularizer,
    sum_regularizer,
)
from .weight_initializers import (
    variance_scaling_initializer,
    xavier_initializer,
    xavier_initializer_conv2d,
)

__all__ = [
    "apply_regularization",
    "avg_pool2d",
    "batch_norm",
    "bias_add",
    "conv2d",
    "conv2d_transpose",
    "convolution",
    "convolution2d",
    "convolution2d_transpose",
    "dropout",
    "elu",
    "embed_sequence",
    "flatten",
    "fully_connected",
    "instance_norm",
    "l1_l2_regularizer",
    "l1_regularizer",
    "l2_regularizer",
    "layer_norm",
    "linear",
    "max_pool2d",
    "one_hot_encoding",
    "optimize_loss",
    "relu",
    "relu6",
    "repeat",
    "separable_conv2d",
    "separable_convolution2d",
    "softmax",
    "stack",
    "sum_regularizer",
    "unit_norm",
    "variance_scaling_initializer",
    "xavier_initializer",
    "xavier_initializer_conv2d",
]


_WEIGHTS = {"kernel": "weights", "bias": "biases"}


@add_arg_scope
def fully_connected(
    inputs: Any,
    num_outputs: Any,
    activation_fn: Any = _nn.relu,
    normalizer_fn: Any = None,
    normalizer_params: Any = None,
    weights_initializer: Any = xavier_initializer(),  # noqa: B008 (TensorFlow's signature)
    weights_regularizer: Any = None,
    biases_initializer: Any = initializers.zeros_initializer(),  # noqa: B008
    biases_regularizer: Any = None,
    reuse: Any = None,
    variables_collections: Any = None,
    outputs_collections: Any = None,
    trainable: bool = True,
    scope: Any = None,
) -> Any:
    """relu(inputs · weights + biases), with new variables in a scope ``fully_connected``."""
    with renamed(scope, "fully_connected", inputs, reuse, _WEIGHTS, variables_collections) as opened:
        layer = layers.Dense(
            int(num_outputs),
            use_bias=normalizer_fn is None and biases_initializer is not None,
            kernel_initializer=weights_initializer,
            bias_initializer=biases_initializer,
            kernel_regularizer=weights_regularizer,
            bias_regularizer=biases_regularizer,
            trainable=trainable,
            name=opened.name,
            _scope=opened,
            _reuse=reuse,
        )
        outputs = layer(inputs)
        return finished(outputs, normalizer_fn, normalizer_params, activation_fn, outputs_collections)


def relu6(*args: Any, **kwargs: Any) -> Any:
    """:func:`fully_connected` with relu6."""
    return fully_connected(*args, **({"activation_fn": _nn.relu6} | kwargs))


def elu(*args: Any, **kwargs: Any) -> Any:
    """:func:`fully_connected` with elu."""
    return fully_connected(*args, **({"activation_fn": _nn.elu} | kwargs))


def linear(*args: Any, **kwargs: Any) -> Any:
    """:func:`fully_connected` without an activation."""
    return fully_connected(*args, **({"activation_fn": None} | kwargs))


def relu(*args: Any, **kwargs: Any) -> Any:
    """:func:`fully_connected` with relu."""
    return fully_connected(*args, **({"activation_fn": _nn.relu} | kwargs))


@add_arg_scope
def convolution2d(
    inputs: Any,
    num_outputs: Any,
    kernel_size: Any,
    stride: Any = 1,
    padding: str = "SAME",
    data_format: str | None = None,
    rate: Any = 1,
    activation_fn: Any = _nn.relu,
    normalizer_fn: Any = None,
    normalizer_params: Any = None,
    weights_initializer: Any = xavier_initializer(),  # noqa: B008
    weights_regularizer: Any = None,
    biases_initializer: Any = initializers.zeros_initializer(),  # noqa: B008
    biases_regularizer: Any = None,
    reuse: Any = None,
    variables_collections: Any = None,
    outputs_collections: Any = None,
    trainable: bool = True,
    scope: Any = None,
) -> Any:
    """relu(convolution of the inputs + biases), with new variables in a scope ``Conv``."""
    with renamed(scope, "Conv", inputs, reuse, _WEIGHTS, variables_collections) as opened:
        layer = layers.Conv2D(
            num_outputs,
            kernel_size,
            stride,
            padding=padding,
            data_format=layout(data_format),
            dilation_rate=rate,
            use_bias=normalizer_fn is None and biases_initializer is not None,
            kernel_initializer=weights_initializer,
            bias_initializer=biases_initializer,
            kernel_regularizer=weights_regularizer,
            bias_regularizer=biases_regularizer,
            trainable=trainable,
            name=opened.name,
            _scope=opened,
            _reuse=reuse,
        )
        outputs = layer(inputs)
        return finished(outputs, normalizer_fn, normalizer_params, activation_fn, outputs_collections)


conv2d = convolution = convolution2d


@add_arg_scope
def separable_convolution2d(
    inputs: Any,
    num_outputs: Any,
    kernel_size: Any,
    depth_multiplier: int = 1,
    stride: Any = 1,
    padding: str = "SAME",
    data_format: str | None = None,
    rate: Any = 1,
    activation_fn: Any = _nn.relu,
    normalizer_fn: Any = None,
    normalizer_params: Any = None,
    weights_initializer: Any = xavier_initializer(),  # noqa: B008
    pointwise_initializer: Any = None,
    weights_regularizer: Any = None,
    biases_initializer: Any = initializers.zeros_initializer(),  # noqa: B008
    biases_regularizer: Any = None,
    reuse: Any = None,
    variables_collections: Any = None,
    outputs_collections: Any = None,
    trainable: bool = True,
    scope: Any = None,
) -> Any:
    """relu(a convolution of each channel, the channels mixed + biases), in a scope ``SeparableConv2d``.

    With ``num_outputs`` None the channels are not mixed.
    """
    names = {"bias": "biases", "depthwise_kernel": "depthwise_weights", "pointwise_kernel": "pointwise_weights"}
    with renamed(scope, "SeparableConv2d", inputs, reuse, names, variables_collections) as opened:
        if num_outputs is None:
            outputs = _depthwise(
                inputs,
                numbers(kernel_size, 2, "kernel_size"),
                depth_multiplier,
                (numbers(stride, 2, "stride"), numbers(rate, 2, "rate"), padding, data_format or "NHWC"),
                (weights_initializer, weights_regularizer, trainable),
                (None if normalizer_fn is not None else biases_initializer, biases_regularizer),
            )
        else:
            layer = layers.SeparableConv2D(
                num_outputs,
                kernel_size,
                stride,
                padding=padding,
                data_format=layout(data_format),
                dilation_rate=rate,
                depth_multiplier=depth_multiplier,
                use_bias=normalizer_fn is None and biases_initializer is not None,
                depthwise_initializer=weights_initializer,
                pointwise_initializer=pointwise_initializer or weights_initializer,
                bias_initializer=biases_initializer,
                depthwise_regularizer=weights_regularizer,
                pointwise_regularizer=weights_regularizer,
                bias_regularizer=biases_regularizer,
                trainable=trainable,
                name=opened.name,
                _scope=opened,
                _reuse=reuse,
            )
            outputs = layer(inputs)
        return finished(outputs, normalizer_fn, normalizer_params, activation_fn, outputs_collections)


separable_conv2d = separable_convolution2d


def _depthwise(inputs: Any, kernel: Sequence[int], copies: int, way: Any, weights: Any, biases: Any) -> Any:
    """Each channel convolved for itself: ``way`` is strides, rates, padding and layout; ``kernel`` (height, width).

    ``weights`` are initializer, regularizer and whether they are trained, ``biases`` the first two of their own.
    """
    initializer, regularizer, trainable = weights
    strides, rates, padding, data_format = way
    is_first = layout(data_format) == "channels_first"
    channels = known_size(tensor_of(inputs).shape, 1 if is_first else -1, "separable_conv2d", "channels")
    shape = [*kernel, channels, copies]
    filters = get_variable("depthwise_weights", shape, None, initializer, regularizer=regularizer, trainable=trainable)
    steps = [1, 1, *strides] if is_first else [1, *strides, 1]
    outputs = _nn.depthwise_conv2d(inputs, filters, steps, padding.upper(), rate=list(rates), data_format=data_format)
    initializer, regularizer = biases
    if initializer is None:
        return outputs
    added = get_variable("biases", [channels * copies], None, initializer, regularizer=regularizer, trainable=trainable)
    return _nn.bias_add(outputs, added, data_format)


@add_arg_scope
def convolution2d_transpose(
    inputs: Any,
    num_outputs: Any,
    kernel_size: Any,
    stride: Any = 1,
    padding: str = "SAME",
    data_format: str | None = "NHWC",
    activation_fn: Any = _nn.relu,
    normalizer_fn: Any = None,
    normalizer_params: Any = None,
    weights_initializer: Any = xavier_initializer(),  # noqa: B008
    weights_regularizer: Any = None,
    biases_initializer: Any = initializers.zeros_initializer(),  # noqa: B008
    biases_regularizer: Any = None,
    reuse: Any = None,
    variables_collections: Any = None,
    outputs_collections: Any = None,
    trainable: bool = True,
    scope: Any = None,
) -> Any:
    """The way back through a convolution, with new variables in a scope ``Conv2d_transpose``."""
    with renamed(scope, "Conv2d_transpose", inputs, reuse, _WEIGHTS, variables_collections) as opened:
        layer = layers.Conv2DTranspose(
            num_outputs,
            kernel_size,
            stride,
            padding=padding,
            data_format=layout(data_format),
            use_bias=normalizer_fn is None and biases_initializer is not None,
            kernel_initializer=weights_initializer,
            bias_initializer=biases_initializer,
            kernel_regularizer=weights_regularizer,
            bias_regularizer=biases_regularizer,
            trainable=trainable,
            name=opened.name,
            _scope=opened,
            _reuse=reuse,
        )
        outputs = layer(inputs)
        return finished(outputs, normalizer_fn, normalizer_params, activation_fn, outputs_collections)


conv2d_transpose = convolution2d_transpose


@add_arg_scope
def max_pool2d(
    inputs: Any,
    kernel_size: Any,
    stride: Any = 2,
    padding: str = "VALID",
    data_format: str | None = "NHWC",
    outputs_collections: Any = None,
    scope: Any = None,
) -> Any:
    """The largest element of each window."""
    with name_scope(scope, "MaxPool2D", [inputs]):
        return collected(
            layers.max_pooling2d(inputs, kernel_size, stride, padding, layout(data_format)), outputs_collections
        )


@add_arg_scope
def avg_pool2d(
    inputs: Any,
    kernel_size: Any,
    stride: Any = 2,
    padding: str = "VALID",
    data_format: str | None = "NHWC",
    outputs_collections: Any = None,
    scope: Any = None,
) -> Any:
    """The mean of each window."""
    with name_scope(scope, "AvgPool2D", [inputs]):
        return collected(
            layers.average_pooling2d(inputs, kernel_size, stride, padding, layout(data_format)), outputs_collections
        )


@add_arg_scope
def flatten(inputs: Any, outputs_collections: Any = None, scope: Any = None) -> Any:
    """(batch, …) as (batch, all the rest)."""
    with name_scope(scope, "Flatten", [inputs]):
        return collected(layers.flatten(inputs), outputs_collections)


@add_arg_scope
def dropout(
    inputs: Any,
    keep_prob: Any = 0.5,
    noise_shape: Any = None,
    is_training: Any = True,
    outputs_collections: Any = None,
    scope: Any = None,
    seed: int | None = None,
) -> Any:
    """The inputs with elements set to 0 at random; each is kept with the probability ``keep_prob``."""
    with name_scope(scope, "Dropout", [inputs]):
        return collected(
            layers.dropout(inputs, 1 - keep_prob, noise_shape, seed, training=is_training), outputs_collections
        )


@add_arg_scope
def one_hot_encoding(
    labels: Any,
    num_classes: int,
    on_value: float = 1.0,
    off_value: float = 0.0,
    outputs_collections: Any = None,
    scope: Any = None,
) -> Any:
    """Each label as a row with ``on_value`` in its place."""
    with name_scope(scope, "OneHotEncoding", [labels]):
        return collected(one_hot(labels, num_classes, on_value, off_value), outputs_collections)


def embed_sequence(
    ids: Any,
    vocab_size: int | None = None,
    embed_dim: int | None = None,
    unique: bool = False,
    initializer: Any = None,
    regularizer: Any = None,
    trainable: bool = True,
    scope: Any = None,
    reuse: Any = None,
) -> Any:
    """The rows of a new variable ``embeddings`` that the ids name: (batch, length) to (batch, length, embed_dim)."""
    if not (reuse or (vocab_size and embed_dim)):
        raise ValueError(f"Must specify vocab size and embedding dimension when not reusing. Got {vocab_size}.")
    with variable_scope(scope, "EmbedSequence", [ids], reuse=reuse):
        shape = None if vocab_size is None else [vocab_size, embed_dim]
        table = get_variable("embeddings", shape, None, initializer, regularizer, trainable=trainable)
        return _nn.embedding_lookup(table, ids)


@add_arg_scope
def bias_add(
    inputs: Any,
    activation_fn: Any = None,
    initializer: Any = initializers.zeros_initializer(),  # noqa: B008
    regularizer: Any = None,
    reuse: Any = None,
    variables_collections: Any = None,
    outputs_collections: Any = None,
    trainable: bool = True,
    data_format: str = "NHWC",
    scope: Any = None,
) -> Any:
    """The inputs with a new variable ``biases`` added, one for each channel."""
    with renamed(scope, "BiasAdd", inputs, reuse, {}, variables_collections):
        x = tensor_of(inputs)
        size = known_size(x.shape, 1 if data_format.startswith("NC") else -1, "bias_add", "channels")
        biases = get_variable("biases", [size], x.dtype, initializer, regularizer, trainable)
        outputs = _nn.bias_add(x, biases, data_format)
        return finished(outputs, None, None, activation_fn, outputs_collections)


@add_arg_scope
def softmax(logits: Any, scope: Any = None) -> Any:
    """e^x over the sum of e^x along the last axis."""
    with name_scope(scope, "softmax", [logits]):
        return _nn.softmax(logits)


def _name_of(layer: Any, otherwise: str) -> str:
    """What a layer is called; that of ``functools.partial`` is the name of the function in it."""
    named = getattr(layer, "func", layer) if not hasattr(layer, "__name__") else layer
    return str(getattr(named, "__name__", otherwise))


def repeat(inputs: Any, repetitions: int, layer: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """The same kind of layer several times, each on the result of the one before.

    With ``scope`` "a" their scopes are "a/a_1", "a/a_2" and so on; without, "Repeat/conv…_1".
    """
    scope = kwargs.pop("scope", None)
    with variable_scope(scope, "Repeat", [inputs]):
        name = scope or _name_of(layer, "repeat")
        for number in range(1, repetitions + 1):
            inputs = layer(inputs, *args, **(kwargs | {"scope": f"{name}_{number}"}))
    return inputs


def stack(inputs: Any, layer: Callable[..., Any], stack_args: Any, **kwargs: Any) -> Any:
    """A layer for each of the arguments, each on the result of the one before.

    With ``scope`` "a" their scopes are "a/a_1", "a/a_2" and so on; without, "Stack/fully_connected_1".
    """
    scope = kwargs.pop("scope", None)
    with variable_scope(scope, "Stack", [inputs]):
        name = scope or _name_of(layer, "stack")
        for number, arguments in enumerate(stack_args, 1):
            several = arguments if isinstance(arguments, list | tuple) else [arguments]
            inputs = layer(inputs, *several, **(kwargs | {"scope": f"{name}_{number}"}))
    return inputs
