"""``tf.metrics``: numbers that are gathered over many runs.

Each function gives the value so far, and an operation that adds what is fed in a run and gives the new value. What is
gathered lies in local variables: run ``tf.local_variables_initializer()`` before.
"""

from . import counts as _counts
from . import means as _means
from . import thresholds as _thresholds
from .counts import *  # noqa: F403
from .means import *  # noqa: F403
from .thresholds import *  # noqa: F403

__all__: list[str] = []
__all__ += _counts.__all__
__all__ += _means.__all__
__all__ += _thresholds.__all__
