"""Expressions such as ``y = relu(x @ W + b)`` as a way to write a graph down. They are read, never run."""

from .fragment import Fragment, OutsideWire, fragment_from_expression
from .syntax import LONGEST_EXPRESSION, ExpressionError

__all__ = ["LONGEST_EXPRESSION", "ExpressionError", "Fragment", "OutsideWire", "fragment_from_expression"]
