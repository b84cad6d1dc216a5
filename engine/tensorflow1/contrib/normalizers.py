"""The normalizing layers of ``tf.contrib.layers``."""

from __future__ import annotations

from typing import Any

from .. import initializers, layers
from .. import nn as _nn
from ..arrays import reshape
from ..build import apply, tensor_of
from ..layers.base import known_size
from ..scopes import GraphKeys, name_scope
from ..variable_scope import get_variable
from .framework import add_arg_scope
from .layer_parts import finished, renamed

__all__ = ["batch_norm", "instance_norm", "layer_norm", "unit_norm"]


@add_arg_scope
def batch_norm(
    inputs: Any,
    decay: float = 0.999,
    center: bool = True,
    scale: bool = False,
    epsilon: float = 0.001,
    activation_fn: Any = None,
    param_initializers: Any = None,
    param_regularizers: Any = None,
    updates_collections: Any = GraphKeys.UPDATE_OPS,
    is_training: Any = True,
    reuse: Any = None,
    variables_collections: Any = None,
    outputs_collections: Any = None,
    trainable: bool = True,
    batch_weights: Any = None,
    fused: bool | None = None,
    data_format: str = "NHWC",
    zero_debias_moving_mean: bool = False,
    scope: Any = None,
    renorm: bool = False,
    renorm_clipping: Any = None,
    renorm_decay: float = 0.99,
    adjustment: Any = None,
) -> Any:
    """Each channel normalized over the batch; ``updates_collections`` None moves the averages in the same run."""
    if batch_weights is not None or zero_debias_moving_mean:
        raise ValueError("batch_weights and zero_debias_moving_mean are not there; leave them out.")
    given = {f"{key}_initializer": value for key, value in (param_initializers or {}).items()}
    given |= {f"{key}_regularizer": value for key, value in (param_regularizers or {}).items()}
    x = tensor_of(inputs)
    # TensorFlow's fused kernel takes images only, and so rows as images of one pixel; its variance is a sample's.
    is_row = x.shape.rank == 2 and fused is not False and not renorm and adjustment is None
    with renamed(scope, "BatchNorm", x, reuse, {}, variables_collections) as opened:
        pixels = reshape(x, [-1, 1, 1, known_size(x.shape, -1, "batch_norm", "channels")]) if is_row else x
        layer = layers.BatchNormalization(
            axis=1 if data_format.startswith("NC") and not is_row else -1,
            momentum=decay,
            epsilon=epsilon,
            center=center,
            scale=scale,
            trainable=trainable,
            fused=fused,
            renorm=renorm,
            adjustment=adjustment,
            name=opened.name,
            _scope=opened,
            _reuse=reuse,
            **given,
        )
        layer.update_collection = updates_collections
        outputs = layer(pixels, training=is_training)
        if updates_collections is None and layer.updates:
            with outputs.graph.control_dependencies(layer.updates):
                outputs = apply("Identity", outputs)
        if is_row:
            outputs = apply("ReshapeLike", outputs, x)
        return finished(outputs, None, None, activation_fn, outputs_collections)


@add_arg_scope
def layer_norm(
    inputs: Any,
    center: bool = True,
    scale: bool = True,
    activation_fn: Any = None,
    reuse: Any = None,
    variables_collections: Any = None,
    outputs_collections: Any = None,
    trainable: bool = True,
    begin_norm_axis: int = 1,
    begin_params_axis: int = -1,
    scope: Any = None,
) -> Any:
    """Each example normalized over its own elements, with a new ``gamma`` and ``beta`` for each channel."""
    with renamed(scope, "LayerNorm", inputs, reuse, {}, variables_collections):
        x = tensor_of(inputs)
        shape = x.shape.as_list()[begin_params_axis:]
        beta = gamma = None
        if center:
            beta = get_variable("beta", shape, x.dtype, initializers.zeros_initializer(), trainable=trainable)
        if scale:
            gamma = get_variable("gamma", shape, x.dtype, initializers.ones_initializer(), trainable=trainable)
        axes = list(range(len(x.shape.as_list())))[begin_norm_axis:]
        mean, variance = _nn.moments(x, axes, keepdims=True)
        outputs = _nn.batch_normalization(x, mean, variance, beta, gamma, 1e-12)
        outputs.set_shape(x.shape)
        return finished(outputs, None, None, activation_fn, outputs_collections)


@add_arg_scope
def instance_norm(
    inputs: Any,
    center: bool = True,
    scale: bool = True,
    epsilon: float = 1e-6,
    activation_fn: Any = None,
    param_initializers: Any = None,
    reuse: Any = None,
    variables_collections: Any = None,
    outputs_collections: Any = None,
    trainable: bool = True,
    data_format: str = "NHWC",
    scope: Any = None,
) -> Any:
    """Each channel of each example normalized over its own elements, with a ``gamma`` and ``beta`` for each channel."""
    with renamed(scope, "InstanceNorm", inputs, reuse, {}, variables_collections):
        x = tensor_of(inputs)
        rank = x.shape.rank
        if rank is None:
            raise ValueError(f"Inputs {x.name} has undefined rank. Give it a shape, with set_shape or tf.reshape.")
        channels = 1 if data_format.startswith("NC") else rank - 1
        size = known_size(x.shape, channels, "instance_norm", "channels")
        given = {"beta": initializers.zeros_initializer(), "gamma": initializers.ones_initializer()}
        given |= param_initializers or {}
        sizes = [size if axis == channels else 1 for axis in range(rank)]
        beta, gamma = (
            reshape(get_variable(name, [size], x.dtype, given[name], trainable=trainable), sizes) if wanted else None
            for name, wanted in (("beta", center), ("gamma", scale))
        )
        mean, variance = _nn.moments(x, [axis for axis in range(1, rank) if axis != channels], keepdims=True)
        outputs = _nn.batch_normalization(x, mean, variance, beta, gamma, epsilon)
        outputs.set_shape(x.shape)
        return finished(outputs, None, None, activation_fn, outputs_collections)


@add_arg_scope
def unit_norm(inputs: Any, dim: int, epsilon: float = 1e-7, scope: Any = None) -> Any:
    """The inputs with the length 1 along the axis ``dim``. Raises ValueError for an axis that they do not have."""
    x = tensor_of(inputs)
    if x.shape.rank is None:
        raise ValueError("The input rank must be known. Give the input a shape, with set_shape or tf.reshape.")
    if not 0 <= dim < x.shape.rank:
        raise ValueError(f"dim must be positive but smaller than the input rank. It is {dim}, of {x.shape.rank} axes.")
    with name_scope(scope, "UnitNorm", [x]):
        squares = apply("ReduceSum", apply("Square", x), axis=[dim], keepdims=True)
        return x / apply("Sqrt", squares + epsilon)
