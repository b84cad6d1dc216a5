"""``tf.train``: optimizers."""

from . import optimizers as _optimizers
from .optimizers import *  # noqa: F403

__all__: list[str] = []
__all__ += _optimizers.__all__
