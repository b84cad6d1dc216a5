"""``tf.math``: mathematics, most of it under the same names in ``tf`` too."""

from __future__ import annotations

from .activations import log_softmax, sigmoid, softmax, softplus, softsign, tanh
from .arithmetic import *  # noqa: F403
from .elementwise import *  # noqa: F403
from .elementwise import approximate_equal, multiply_no_nan, polyval, reciprocal_no_nan, xdivy, xlog1py, xlogy
from .elementwise import div_no_nan as divide_no_nan
from .ranking import *  # noqa: F403
from .reductions import *  # noqa: F403
from .reductions import reduce_euclidean_norm, reduce_std, reduce_variance
from .segments import *  # noqa: F403
from .sorting import bincount, confusion_matrix
from .special import *  # noqa: F403
from .statistics import l2_normalize, zero_fraction

__all__ = [
    "approximate_equal",
    "l2_normalize",
    "log_softmax",
    "multiply_no_nan",
    "reduce_euclidean_norm",
    "sigmoid",
    "divide_no_nan",
    "polyval",
    "reciprocal_no_nan",
    "xlog1py",
    "reduce_variance",
    "reduce_std",
    "confusion_matrix",
    "bincount",
    "softmax",
    "softplus",
    "softsign",
    "tanh",
    "xdivy",
    "xlogy",
    "zero_fraction",
]
