"""``tf.distributions`` and ``tf.contrib.distributions``: drawing from distributions, and what is known of them."""

from . import base as _base
from . import classes as _classes
from . import continuous as _continuous
from . import divergence as _divergence
from .base import *  # noqa: F403
from .classes import *  # noqa: F403
from .continuous import *  # noqa: F403
from .divergence import *  # noqa: F403

__all__: list[str] = []
__all__ += _base.__all__
__all__ += _classes.__all__
__all__ += _continuous.__all__
__all__ += _divergence.__all__
