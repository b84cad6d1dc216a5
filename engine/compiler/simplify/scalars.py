"""Products with single numbers: gathered into one, and with ones left out.

The gradient of a mean of squares is (1 / n repeated) · (2 · x): two products of all elements, of which one will do.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from ...graph import Operation, Output, Tensor
from ..draft import Draft

#: These repeat a single number.
_REPEATING = frozenset({"ExpandReduced", "BroadcastToShapeOf", "ReshapeLike"})


def gather_scalars(draft: Draft, order: Sequence[Operation]) -> None:
    """Rewrites products in which a factor is a single number, repeated or not."""
    #: How many operations that are needed take each tensor; others are there still, but will not run.
    uses: Counter[Output] = Counter(tensor for op in order for tensor in op.inputs)
    uses.update(draft.fetches)
    for op in order:
        if op.type != "Multiply" or op.control_inputs or not _is_floating(op.output):
            continue
        factor, other = _factors(op)
        if factor is None or other is None:
            continue
        if _is_one(factor) and other.op.type != "Variable":  # which would be read after it is changed
            draft.replace_value(op.output, other)
        else:
            _gather(draft, op, factor, other, uses[other] == 1)


def _gather(draft: Draft, op: Operation, factor: Tensor, other: Tensor, is_own: bool) -> None:
    """factor · (inner · x) as (factor · inner) · x, and a repeated factor as the number itself.

    The former only if the inner product is its ``is_own``, so that nothing else takes it, and one of the numbers is a
    power of two: then the result is the same to the last digit.
    """
    graph = draft.graph
    if factor.shape.rank != 0:
        return
    if other.op.type == "Multiply" and is_own:
        inner, x = _factors(other.op)
        is_exact = inner is not None and (_is_power_of_two(factor) or _is_power_of_two(inner))
        if inner is not None and is_exact and x is not None and not other.op.control_inputs:
            with graph.origin(op, op.phase):
                factor = graph.apply("Multiply", factor, inner)
            other = x
    if op.input("x") is not factor or op.input("y") is not other:
        graph.set_inputs(op, "x", [factor])
        graph.set_inputs(op, "y", [other])


def _factors(product: Operation) -> tuple[Tensor | None, Tensor | None]:
    """A factor that is a single number, as a scalar, and the other one, of the shape of the product."""
    x, y = product.inputs
    for first, second in ((x, y), (y, x)):
        if first.op.type == "OnesLike" and second.shape.is_known and second.shape == product.output.shape:
            return first, second
        if second.shape.is_known and second.shape.dims and second.shape == product.output.shape:
            scalar = _scalar_behind(first)
            if scalar is not None and scalar.dtype is product.output.dtype:
                return scalar, second
    return None, None


def _scalar_behind(tensor: Tensor) -> Tensor | None:
    """The single number of which a tensor consists, however often it is repeated; None where there is none."""
    while tensor.shape.rank != 0:
        if tensor.op.type not in _REPEATING or tensor.op.control_inputs:
            return None
        tensor = tensor.op.inputs[0]
    return tensor


def _is_one(scalar: Tensor) -> bool:
    op = scalar.op
    if op.type == "OnesLike":
        return True
    value = op.attributes.get("value") if op.type == "Constant" else None
    return value is not None and getattr(value, "size", 0) == 1 and bool(value == 1)


def _is_power_of_two(scalar: Tensor) -> bool:
    """Whether a product with it is exact (as long as nothing overflows)."""
    value = scalar.op.attributes.get("value") if scalar.op.type == "Constant" else None
    return value is not None and getattr(value, "size", 0) == 1 and abs(math.frexp(float(value))[0]) == 0.5


def _is_floating(tensor: Tensor) -> bool:
    return tensor.dtype is not None and tensor.dtype.is_floating
