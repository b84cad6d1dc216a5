"""``tf.bitwise``: whole numbers as rows of bits."""

from __future__ import annotations

from typing import Any

from ..graph import Tensor
from .build import apply

__all__ = ["bitwise_and", "bitwise_or", "bitwise_xor", "invert", "left_shift", "right_shift"]


def bitwise_and(x: Any, y: Any, name: str | None = None) -> Tensor:
    """The bits that are set in both, elementwise with broadcasting."""
    return apply("BitwiseAnd", x, y, name=name)


def bitwise_or(x: Any, y: Any, name: str | None = None) -> Tensor:
    """The bits that are set in one of them or both, elementwise with broadcasting."""
    return apply("BitwiseOr", x, y, name=name)


def bitwise_xor(x: Any, y: Any, name: str | None = None) -> Tensor:
    """The bits that are set in just one of them, elementwise with broadcasting."""
    return apply("BitwiseXor", x, y, name=name)


def invert(x: Any, name: str | None = None) -> Tensor:
    """The bits that are not set, elementwise."""
    return apply("Invert", x, name=name)


def left_shift(x: Any, y: Any, name: str | None = None) -> Tensor:
    """The bits of x moved y places up, elementwise with broadcasting."""
    return apply("LeftShift", x, y, name=name)


def right_shift(x: Any, y: Any, name: str | None = None) -> Tensor:
    """The bits of x moved y places down, elementwise with broadcasting."""
    return apply("RightShift", x, y, name=name)
