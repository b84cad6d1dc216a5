"""Gradients that programs write in Python and put in the place of those that operations declare."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from .declaration import GradientRule, declarations
from .errors import MissingGradientError
from .tensorflow_types import tensorflow_type

if TYPE_CHECKING:
    from .operation import Operation, Tensor

#: Called with an operation and the gradient to each of its outputs; gives one, or None, for each of its inputs.
Function = Callable[..., Any]
_FUNCTIONS: dict[str, Function | None] = {}


def register_gradient(name: str, function: Function | None) -> None:
    """Keeps a gradient under a name; None for one that lets nothing through. Raises KeyError for a name in use."""
    if name in _FUNCTIONS:
        raise KeyError(f"Registering two gradient with name {name!r}! Choose another name for one of them.")
    _FUNCTIONS[name] = function


def registered_gradient(name: str) -> GradientRule | None:
    """The gradient of a name: one that was registered, or that of the type of operation that TensorFlow calls so.

    Raises MissingGradientError where there is neither.
    """
    if name in _FUNCTIONS:
        function = _FUNCTIONS[name]
        return None if function is None else _as_rule(function)
    for declaration in declarations():
        if tensorflow_type(declaration.type) == name:
            return declaration.gradient
    raise MissingGradientError(
        f"gradient registry has no entry for: {name}. Register one with tf.RegisterGradient({name!r})."
    )


def _as_rule(function: Function) -> GradientRule:
    def rule(op: Operation, *grads: Tensor | None) -> Sequence[Tensor | None]:
        from .convert import as_output

        graph = op.graph
        with graph.as_default():
            filled = [
                graph.apply("ZerosLike", output) if grad is None else grad
                for output, grad in zip(op.outputs, grads, strict=True)
            ]
            found = function(op, *filled)
            results = list(found) if isinstance(found, list | tuple) else [found]
            if len(results) != len(op.inputs):
                raise ValueError(
                    f"Num gradients {len(results)} generated for op {op.node_name} do not match num inputs "
                    f"{len(op.inputs)}. Give one for each, or None."
                )
            return [
                None if result is None else as_output(graph, result, source.dtype)  # type: ignore[misc]
                for result, source in zip(results, op.inputs, strict=True)
            ]

    return rule
