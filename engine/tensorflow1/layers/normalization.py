"""Batch normalization as a layer: ``tf.layers.batch_normalization``."""

from __future__ import annotations

from typing import Any

from ...graph import Tensor, TensorShape, Variable
from ..build import apply
from ..normalization import batch_normalization as nn_batch_normalization
from ..normalization import fused_batch_norm, moments
from ..scopes import name_scope
from .base import Layer, choose, known_size
from .core import initializer_of

__all__ = ["BatchNorm", "BatchNormalization", "batch_norm", "batch_normalization"]


class BatchNormalization(Layer):
    """Gives each channel the mean ``beta`` and the deviation ``gamma``: those of the batch before, while training.

    Outside of training the moving averages of the batches' means and variances are taken. The operations that move
    them are in the collection "update_ops", which a training step has to run.
    """

    def __init__(
        self,
        axis: Any = -1,
        momentum: Any = 0.99,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        moving_mean_initializer: Any = "zeros",
        moving_variance_initializer: Any = "ones",
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        renorm: bool = False,
        renorm_clipping: Any = None,
        renorm_momentum: float = 0.99,
        fused: bool | None = None,
        trainable: bool = True,
        virtual_batch_size: Any = None,
        adjustment: Any = None,
        name: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(trainable=trainable, name=name, **kwargs)
        if renorm or virtual_batch_size is not None or adjustment is not None:
            raise ValueError("renorm, virtual_batch_size and adjustment are not there; leave them out.")
        axes = list(axis) if isinstance(axis, list | tuple) else [axis]
        if len(axes) != 1:
            raise ValueError(f"Batch normalization takes one axis of channels here, not {axes}; give one.")
        self.axis = int(axes[0])
        self.momentum = momentum
        self.epsilon = epsilon
        self.center = center
        self.scale = scale
        self.fused = fused
        self._initializers = {
            "gamma": gamma_initializer,
            "beta": beta_initializer,
            "moving_mean": moving_mean_initializer,
            "moving_variance": moving_variance_initializer,
        }
        self._regularizers = {"gamma": gamma_regularizer, "beta": beta_regularizer}
        self._constraints = {"gamma": gamma_constraint, "beta": beta_constraint}
        self.gamma: Any = None
        self.beta: Any = None
        self.moving_mean: Any = None
        self.moving_variance: Any = None

    def build(self, input_shape: Any) -> None:
        if input_shape.rank is None:
            raise ValueError("Input has undefined rank. Give it a shape, with set_shape or tf.reshape.")
        size = known_size(input_shape, self.axis, "BatchNormalization", "channels' dimension")
        self.fixed_axes = {self.axis: size}
        if self.scale:
            self.gamma = self._weight("gamma", size, True)
        if self.center:
            self.beta = self._weight("beta", size, True)
        self.moving_mean = self._weight("moving_mean", size, False)
        self.moving_variance = self._weight("moving_variance", size, False)

    def _weight(self, name: str, size: int, trainable: bool) -> Any:
        return self.add_weight(
            name,
            [size],
            initializer=initializer_of(self._initializers[name]),
            regularizer=self._regularizers.get(name),
            constraint=self._constraints.get(name),
            trainable=trainable,
        )

    def call(self, inputs: Any, training: Any = False, **kwargs: Any) -> Tensor:
        axis = self.axis % inputs.shape.rank
        is_fused = self.fused is not False and inputs.shape.rank == 4 and axis in (1, 3)
        normalized = self._fused if is_fused else self._plain
        outputs, mean, variance = choose(
            training, lambda: normalized(inputs, axis, True), lambda: normalized(inputs, axis, False)
        )
        outputs.set_shape(inputs.shape)
        if training is not False and training != 0 and self.trainable:
            self._move(training, mean, variance)
        return outputs  # type: ignore[no-any-return]

    def _fused(self, inputs: Any, axis: int, training: bool) -> tuple[Tensor, Tensor, Tensor]:
        size = self.fixed_axes[self.axis]
        scale = apply("Constant", value=1.0, dtype=self.dtype, shape=[size]) if self.gamma is None else self.gamma
        offset = apply("Constant", value=0.0, dtype=self.dtype, shape=[size]) if self.beta is None else self.beta
        data_format = "NHWC" if axis == 3 else "NCHW"
        given = {} if training else {"mean": self.moving_mean, "variance": self.moving_variance}
        return fused_batch_norm(
            inputs, scale, offset, epsilon=self.epsilon, data_format=data_format, is_training=training, **given
        )

    def _plain(self, inputs: Any, axis: int, training: bool) -> tuple[Tensor, Tensor, Tensor]:
        rank = inputs.shape.rank
        if training:
            mean, variance = moments(inputs, [place for place in range(rank) if place != axis])
        else:
            mean, variance = (apply("Identity", each) for each in (self.moving_mean, self.moving_variance))
        parts = [mean, variance, self.beta, self.gamma]
        if axis != rank - 1:
            sizes = TensorShape([self.fixed_axes[self.axis] if place == axis else 1 for place in range(rank)])
            parts = [None if part is None else apply("Reshape", part, shape=sizes) for part in parts]
        middle, spread, offset, scale = parts
        return nn_batch_normalization(inputs, middle, spread, offset, scale, self.epsilon), mean, variance

    def _move(self, training: Any, mean: Tensor, variance: Tensor) -> None:
        """The operations that bring the moving averages nearer to the batch's; outside of training they stay."""
        rest: Any = 1.0 - self.momentum
        if isinstance(training, Tensor | Variable):
            rest = 1.0 - choose(training, lambda: self._number(self.momentum), lambda: self._number(1.0))
        for moving, value in ((self.moving_mean, mean), (self.moving_variance, variance)):
            with name_scope("AssignMovingAvg") as scope:
                self.add_update(apply("AssignSub", moving, (moving - value) * rest, name=scope))

    def _number(self, value: Any) -> Tensor:
        return apply("Constant", value=float(value), dtype=self.dtype)


BatchNorm = BatchNormalization


def batch_normalization(
    inputs: Any,
    axis: Any = -1,
    momentum: Any = 0.99,
    epsilon: float = 1e-3,
    center: bool = True,
    scale: bool = True,
    beta_initializer: Any = "zeros",
    gamma_initializer: Any = "ones",
    moving_mean_initializer: Any = "zeros",
    moving_variance_initializer: Any = "ones",
    beta_regularizer: Any = None,
    gamma_regularizer: Any = None,
    beta_constraint: Any = None,
    gamma_constraint: Any = None,
    training: Any = False,
    trainable: bool = True,
    name: Any = None,
    reuse: Any = None,
    renorm: bool = False,
    renorm_clipping: Any = None,
    renorm_momentum: float = 0.99,
    fused: bool | None = None,
    virtual_batch_size: Any = None,
    adjustment: Any = None,
) -> Any:
    """The inputs with each channel normalized, over the batch where ``training`` (a bool or a tensor) holds.

    ``momentum`` is how much of the moving averages each batch leaves. Run the operations of the collection
    "update_ops" in each training step, or the averages stay as they began.
    """
    layer = BatchNormalization(
        axis=axis,
        momentum=momentum,
        epsilon=epsilon,
        center=center,
        scale=scale,
        beta_initializer=beta_initializer,
        gamma_initializer=gamma_initializer,
        moving_mean_initializer=moving_mean_initializer,
        moving_variance_initializer=moving_variance_initializer,
        beta_regularizer=beta_regularizer,
        gamma_regularizer=gamma_regularizer,
        beta_constraint=beta_constraint,
        gamma_constraint=gamma_constraint,
        renorm=renorm,
        renorm_clipping=renorm_clipping,
        renorm_momentum=renorm_momentum,
        fused=fused,
        trainable=trainable,
        virtual_batch_size=virtual_batch_size,
        adjustment=adjustment,
        name=name,
        _reuse=reuse,
        _scope=name,
    )
    return layer(inputs, training=training)


batch_norm = batch_normalization
