"""The regularizers of ``tf.contrib.layers``: functions that make a penalty of weights."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...graph import Tensor, float32
from ..build import apply, tensor_of
from ..scopes import GraphKeys, add_to_collection, get_collection, name_scope

__all__ = ["apply_regularization", "l1_l2_regularizer", "l1_regularizer", "l2_regularizer", "sum_regularizer"]


def _regularizer(name: str, scale: Any, scope: str | None, of: Callable[[Any], Any]) -> Callable[[Any], Any]:
    if isinstance(scale, int) and not isinstance(scale, bool):
        raise ValueError(f"scale cannot be an integer: {scale}. Write {scale}.0.")
    if scale < 0.0:
        raise ValueError(f"Setting a scale less than 0 on a regularizer: {scale}. Use 0.0 or more.")
    if scale == 0.0:
        return lambda _: None

    def regularizer(weights: Any) -> Any:
        with name_scope(scope, name):
            return of(tensor_of(weights)) * scale

    return regularizer


def l1_regularizer(scale: float, scope: str | None = None) -> Callable[[Any], Any]:
    """scale · Σ |w|."""
    return _regularizer("l1_regularizer", scale, scope, lambda w: apply("ReduceSum", apply("Abs", w)))


def l2_regularizer(scale: float, scope: str | None = None) -> Callable[[Any], Any]:
    """scale · Σ w² / 2."""
    return _regularizer("l2_regularizer", scale, scope, lambda w: apply("ReduceSum", apply("Square", w)) * 0.5)


def l1_l2_regularizer(scale_l1: float = 1.0, scale_l2: float = 1.0, scope: str | None = None) -> Callable[[Any], Any]:
    """The sum of both."""
    return sum_regularizer([l1_regularizer(scale_l1), l2_regularizer(scale_l2)], scope or "l1_l2_regularizer")


def sum_regularizer(regularizer_list: Any, scope: str | None = None) -> Callable[[Any], Any]:
    """The sum of several regularizers."""

    def regularizer(weights: Any) -> Any:
        with name_scope(scope, "sum_regularizer"):
            losses = [loss for each in regularizer_list if each is not None and (loss := each(weights)) is not None]
            return sum(losses[1:], losses[0]) if losses else None

    return regularizer


def apply_regularization(regularizer: Callable[[Any], Any], weights_list: Any = None) -> Tensor:
    """The sum of what a regularizer makes of the weights (those of the collection "weights")."""
    weights = get_collection(GraphKeys.WEIGHTS) if weights_list is None else weights_list
    with name_scope("get_regularization_penalty"):
        losses = [loss for each in weights if (loss := regularizer(each)) is not None]
        for loss in losses:
            add_to_collection(GraphKeys.REGULARIZATION_LOSSES, loss)
        total = sum(losses[1:], losses[0]) if losses else apply("Constant", value=0.0, dtype=float32)
        return tensor_of(total)
