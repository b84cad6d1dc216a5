"""``tf.contrib.util``: values that are known when the graph is built."""

from ..known_values import get_static_value as constant_value

__all__ = ["constant_value"]
