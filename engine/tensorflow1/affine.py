"""Products with weights, plus a bias, under TensorFlow's old names in ``tf.nn``."""

from __future__ import annotations

from typing import Any

from ..graph import Tensor
from ..graph.default import current_graph
from .build import apply

__all__ = ["relu_layer", "xw_plus_b"]


def xw_plus_b(x: Any, weights: Any, biases: Any, name: str | None = None) -> Tensor:
    """``x`` (rows, inputs) times ``weights`` (inputs, outputs), plus ``biases`` (outputs): (rows, outputs)."""
    with current_graph(x, weights, biases).name_scope(name or "xw_plus_b") as scope:
        return apply("BiasAdd", apply("MatMul", x, weights), biases, name=scope)


def relu_layer(x: Any, weights: Any, biases: Any, name: str | None = None) -> Tensor:
    """The relu of :func:`xw_plus_b`."""
    with current_graph(x, weights, biases).name_scope(name or "relu_layer") as scope:
        return apply("Relu", apply("BiasAdd", apply("MatMul", x, weights), biases), name=scope)
