"""``tf.math``: mathematics, most of it under the same names in ``tf`` too."""

from __future__ import annotations

from .arithmetic import *  # noqa: F403
from .elementwise import *  # noqa: F403
from .elementwise import approximate_equal, multiply_no_nan, xdivy, xlogy

__all__ = ["approximate_equal", "multiply_no_nan", "xdivy", "xlogy"]
