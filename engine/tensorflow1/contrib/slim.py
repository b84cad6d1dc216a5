"""``tf.contrib.slim``: the layers of ``tf.contrib.layers`` with default arguments by block."""

from . import framework as _framework
from . import layers as _layers
from . import losses
from .framework import *  # noqa: F403
from .layers import *  # noqa: F403

__all__ = ["losses"]
__all__ += _framework.__all__
__all__ += _layers.__all__
