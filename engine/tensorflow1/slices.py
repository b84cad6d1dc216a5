"""Sparse gradients: where rows were looked up, TensorFlow keeps the gradient to each look-up until it is applied.

So a row that was looked up twice counts twice in a norm, and is clipped before its parts are added.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..compiler.rows import look_ups_behind
from ..graph import Tensor
from .build import apply


class Slices:
    """The parts of a gradient: those to the rows that were looked up, or the one part that it is."""

    def __init__(self, gradient: Tensor) -> None:
        self._gradient = gradient
        look_ups = look_ups_behind(gradient)
        self._indices = [look_up.inputs[1] for look_up in look_ups]
        self.parts = [self._gradient_to(look_up.output) for look_up in look_ups] or [gradient]

    def _gradient_to(self, x: Tensor) -> Tensor:
        inputs: dict[str, Any] = {port: list(sources) for port, sources in self._gradient.op.connected_ports()}
        return x.graph.create("Gradients", inputs | {"x": x}).output

    def map(self, change: Callable[[Tensor], Tensor]) -> Tensor:
        """The gradient with each of its parts changed."""
        changed = [change(part) for part in self.parts]
        if not self._indices:
            return changed[0]
        like = self._gradient.op.input("x")
        total, *others = [
            apply("ScatterAddLike", like, indices, part, axis=0)
            for indices, part in zip(self._indices, changed, strict=True)
        ]
        for other in others:
            total = total + other
        return total
