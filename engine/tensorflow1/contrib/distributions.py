"""``tf.contrib.distributions``: as ``tf.distributions``, with the old name of the divergence."""

from ..distributions import *  # noqa: F403
from ..distributions import __all__ as _all
from ..distributions import kl_divergence as kl

__all__ = [*_all, "kl"]
