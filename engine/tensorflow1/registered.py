"""Gradients that programs write themselves, under TensorFlow's names."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from ..graph import TensorSpec
from ..graph.body import BodyGraph
from ..graph.default import current_graph
from ..graph.registered_gradients import register_gradient
from . import nest
from .build import tensor_of

__all__ = ["NoGradient", "NotDifferentiable", "RegisterGradient", "custom_gradient", "no_gradient"]


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


def custom_gradient(f: Callable[..., Any]) -> Callable[..., Any]:
    """A function whose gradient is what it says: ``f`` of tensors gives its result and a function.

    That function takes the gradient to each result and gives that to each argument (None lets none through). It may
    use whatever ``f`` has computed. Raises ValueError where it gives another number of gradients.
    """

    @functools.wraps(f)
    def decorated(*args: Any, **kwargs: Any) -> Any:
        tensors = [tensor_of(argument) for argument in args]
        result, gradient = f(*tensors, **kwargs)
        results = [tensor_of(each) for each in nest.flatten(result)]
        outer = current_graph(*results, *tensors)
        body = BodyGraph(outer)
        with body.as_default():
            grads = [body.input(TensorSpec(each.dtype, each.shape), "grad") for each in results]
            given = gradient(*grads)
            found = list(given) if isinstance(given, list | tuple) else [given]
            if len(found) != len(tensors):
                raise ValueError(
                    f"custom_gradient function expected to return {len(tensors)} gradients, but returned {len(found)} "
                    "instead."
                )
            reached = [place for place, each in enumerate(found) if each is not None]
            finished = body.body(grads, [found[place] for place in reached])
        node = outer.create(
            "WithGradient",
            {"results": results, "inputs": tensors, "gradient_inputs": list(body.captured)},
            {"gradient": finished, "count": len(results), "reached": tuple(reached)},
        )
        return nest.pack_sequence_as(result, list(node.outputs))

    return decorated
