"""Gradients that programs write themselves, under TensorFlow's names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..graph.registered_gradients import register_gradient

__all__ = ["NoGradient", "NotDifferentiable", "RegisterGradient", "no_gradient"]


class RegisterGradient:
    """Decorates the function that gives an operation's gradients, for ``Graph.gradient_override_map`` to name it.

    It is called with the operation and the gradient to each of its outputs, builds nodes, and gives the gradient to
    each input, or None.
    """

    def __init__(self, op_type: str) -> None:
        if not isinstance(op_type, str):
            raise TypeError("op_type must be a string")
        self._op_type = op_type

    def __call__(self, f: Callable[..., Any]) -> Callable[..., Any]:
        register_gradient(self._op_type, f)
        return f


def NotDifferentiable(op_type: str) -> None:
    """Registers, under this name, that no gradient goes through."""
    if not isinstance(op_type, str):
        raise TypeError("op_type must be a string")
    register_gradient(op_type, None)


NoGradient = no_gradient = NotDifferentiable
