"""Matrices as products of simpler ones, under TensorFlow's names."""

from __future__ import annotations

from typing import Any, NamedTuple

from ..graph import Tensor
from .build import create

__all__ = ["qr"]


class Qr(NamedTuple):
    """A matrix with orthogonal columns and one with zeros below its diagonal."""

    q: Tensor
    r: Tensor


def qr(input: Any, full_matrices: bool = False, name: str | None = None) -> Qr:
    """The factors q, r of matrices (…, m, n): (…, m, k) and (…, k, n), with k the smaller of m and n.

    With ``full_matrices`` k is m. No gradient flows through them.
    """
    q, r = create("Qr", {"input": input}, {"full_matrices": full_matrices}, name).outputs
    return Qr(q, r)
