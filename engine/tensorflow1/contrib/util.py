"""``tf.contrib.util``: values that are known when the graph is built."""

from ..more_arrays import get_static_value as constant_value

__all__ = ["constant_value"]
