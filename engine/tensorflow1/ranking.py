"""The largest elements, under TensorFlow's names in ``tf.nn`` and ``tf.math``."""

from __future__ import annotations

from typing import Any, NamedTuple

from ..graph import Tensor
from .build import apply, create, static_int, tensor_of

__all__ = ["in_top_k", "top_k"]


class TopKV2(NamedTuple):
    """The largest elements of each row, and where they stand."""

    values: Tensor
    indices: Tensor


def top_k(input: Any, k: Any = 1, sorted: bool = True, name: str | None = None) -> TopKV2:
    """The k largest elements of each row (the last axis), the largest first, and their indices (int32)."""
    op = create("TopK", {"x": tensor_of(input)}, {"k": static_int(k, "k")}, name)
    return TopKV2(op.outputs[0], op.outputs[1])


def in_top_k(predictions: Any, targets: Any, k: Any, name: str | None = None) -> Tensor:
    """Whether the target is among the k largest predictions of its row: (n, classes) and (n,) to (n,)."""
    scores = tensor_of(predictions)
    with scores.graph.name_scope(name or "in_top_k"):
        return apply("InTopK", scores, targets, k=static_int(k, "k"), base_name="InTopKV2")
