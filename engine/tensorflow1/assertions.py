"""Checks inside a graph, and of what is known when it is built, under TensorFlow's names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..graph import InvalidArgumentError, Operation, Tensor, as_dtype, get_default_graph
from .build import apply, create, tensor_of

__all__ = [
    "Assert",
    "add_check_numerics_ops",
    "assert_equal",
    "assert_greater",
    "assert_greater_equal",
    "assert_integer",
    "assert_less",
    "assert_less_equal",
    "assert_near",
    "assert_negative",
    "assert_non_negative",
    "assert_non_positive",
    "assert_none_equal",
    "assert_positive",
    "assert_rank",
    "assert_rank_at_least",
    "assert_rank_in",
    "assert_scalar",
    "assert_type",
    "check_numerics",
    "verify_tensor_all_finite",
]


def Assert(condition: Any, data: Sequence[Any], summarize: int | None = None, name: str | None = None) -> Operation:
    """An operation that stops the run with an InvalidArgumentError, showing ``data``, when the condition fails."""
    attributes = {"summarize": 3 if summarize is None else summarize}
    return create("Assert", {"condition": condition, "data": list(data)}, attributes, name)


def check_numerics(tensor: Any, message: str, name: str | None = None) -> Tensor:
    """The tensor; the run stops with an InvalidArgumentError when it holds NaN or infinity."""
    return apply("CheckNumerics", tensor, name=name, message=message)


def verify_tensor_all_finite(
    t: Any = None, msg: str | None = None, name: str | None = None, x: Any = None, message: str | None = None
) -> Tensor:
    """As :func:`check_numerics`."""
    return check_numerics(t if t is not None else x, msg or message or "", name)


def add_check_numerics_ops() -> Operation:
    """An operation that checks every floating tensor of the default graph."""
    graph = get_default_graph()
    floats = [t for op in graph.get_operations() for t in op.outputs if t.dtype is not None and t.dtype.is_floating]
    checks = [check_numerics(tensor, tensor.name).op.done for tensor in floats]
    return graph.create("Group", {"after": checks})


def _constant_value(tensor: Tensor) -> Any:
    """The value of a constant; None for anything else."""
    if tensor.op.type == "Constant" and tensor.dtype is not None:
        return np.broadcast_to(np.asarray(tensor.op.attributes["value"], tensor.dtype.numpy), tensor.shape.known())
    return None


def _check(
    holds: Callable[..., Any],
    op_type: str,
    sign: str,
    tensors: Sequence[Any],
    data: Any,
    summarize: int | None,
    message: str | None,
    name: str,
) -> Operation:
    """An Assert that a comparison holds for every element; what is known already is checked now."""
    given = [tensor_of(tensors[0]), tensor_of(tensors[1], tensor_of(tensors[0]).dtype)]
    known = [_constant_value(tensor) for tensor in given]
    if known[0] is not None and known[1] is not None and not np.all(holds(*known)):
        raise InvalidArgumentError(
            f"{message or ''} Condition x {sign} y did not hold: {known[0].tolist()} and {known[1].tolist()}."
        )
    verdict = apply("ReduceAll", apply(op_type, *given))
    shown = list(data) if data is not None else [message or "", f"Condition x {sign} y did not hold:", *given]
    return Assert(verdict, shown, summarize, name)


def _comparison(name: str, op_type: str, sign: str, holds: Callable[..., Any]) -> Callable[..., Operation]:
    def check(
        x: Any, y: Any, data: Any = None, summarize: int | None = None, message: str | None = None, name: str = name
    ) -> Operation:
        return _check(holds, op_type, sign, (x, y), data, summarize, message, name)

    check.__name__ = name
    check.__doc__ = f"An operation that stops the run unless x {sign} y holds for every element."
    return check


assert_equal = _comparison("assert_equal", "Equal", "==", np.equal)
assert_none_equal = _comparison("assert_none_equal", "NotEqual", "!=", np.not_equal)
assert_less = _comparison("assert_less", "Less", "<", np.less)
assert_less_equal = _comparison("assert_less_equal", "LessEqual", "<=", np.less_equal)
assert_greater = _comparison("assert_greater", "Greater", ">", np.greater)
assert_greater_equal = _comparison("assert_greater_equal", "GreaterEqual", ">=", np.greater_equal)


def _sign_check(name: str, op_type: str, sign: str, holds: Callable[..., Any]) -> Callable[..., Operation]:
    def check(
        x: Any, data: Any = None, summarize: int | None = None, message: str | None = None, name: str = name
    ) -> Operation:
        return _check(holds, op_type, sign, (x, 0), data, summarize, message, name)

    check.__name__ = name
    check.__doc__ = f"An operation that stops the run unless x {sign} 0 holds for every element."
    return check


assert_positive = _sign_check("assert_positive", "Greater", ">", np.greater)
assert_non_negative = _sign_check("assert_non_negative", "GreaterEqual", ">=", np.greater_equal)
assert_negative = _sign_check("assert_negative", "Less", "<", np.less)
assert_non_positive = _sign_check("assert_non_positive", "LessEqual", "<=", np.less_equal)


def assert_near(
    x: Any,
    y: Any,
    rtol: Any = None,
    atol: Any = None,
    data: Any = None,
    summarize: int | None = None,
    message: str | None = None,
    name: str = "assert_near",
) -> Operation:
    """An operation that stops the run unless |x − y| ≤ atol + rtol · |y| for every element."""
    first, second = tensor_of(x), tensor_of(y)
    assert first.dtype is not None
    small = 10 * float(np.finfo(first.dtype.numpy).eps)
    distance = apply("Abs", first - second)
    limit = (small if atol is None else atol) + (small if rtol is None else rtol) * apply("Abs", second)
    return _check(np.less_equal, "LessEqual", "~", (distance, limit), data, summarize, message, name)


def _rank_check(
    x: Any,
    words: str,
    wanted: Any,
    holds: Callable[[Any], Any],
    verdict: Callable[[Tensor], Tensor],
    told: tuple[Any, int | None, str | None, str],
) -> Operation:
    """Raises ValueError where a known rank is another; an Assert where it is known in the run only."""
    tensor, (data, summarize, message, name) = tensor_of(x), told
    begin = f"{message}.  " if message else ""
    if tensor.shape.rank is not None:
        if not holds(tensor.shape.rank):
            raise ValueError(
                f"{begin}Tensor {tensor.name} must have {words} {wanted}.  Received rank {tensor.shape.rank}, shape "
                f"{tensor.shape}. Reshape it, or give the tensor that is meant."
            )
        return create("Group", {}, {}, None)
    ranks = wanted if isinstance(wanted, tuple) else (wanted,)
    shown = [begin, f"Tensor {tensor.name} must have {words}", *ranks, "Received shape: ", apply("Shape", tensor)]
    return Assert(verdict(apply("Rank", tensor)), shown if data is None else data, summarize, name or None)


def assert_rank(
    x: Any,
    rank: int,
    data: Any = None,
    summarize: int | None = None,
    message: str | None = None,
    name: str = "assert_rank",
) -> Operation:
    """Raises ValueError unless a tensor has ``rank`` axes; stops the run where that is not known before."""
    told = data, summarize, message, name
    return _rank_check(x, "rank", rank, lambda found: found == rank, lambda found: apply("Equal", found, rank), told)


def assert_rank_at_least(
    x: Any,
    rank: int,
    data: Any = None,
    summarize: int | None = None,
    message: str | None = None,
    name: str = "assert_rank_at_least",
) -> Operation:
    """Raises ValueError unless a tensor has at least ``rank`` axes; stops the run where that is not known before."""
    told = data, summarize, message, name
    return _rank_check(
        x, "rank at least", rank, lambda found: found >= rank, lambda found: apply("GreaterEqual", found, rank), told
    )


def assert_rank_in(
    x: Any,
    ranks: Sequence[int],
    data: Any = None,
    summarize: int | None = None,
    message: str | None = None,
    name: str = "assert_rank_in",
) -> Operation:
    """Raises ValueError unless the number of a tensor's axes is one of ``ranks``; stops the run as the others."""
    wanted = tuple(ranks)

    def verdict(found: Tensor) -> Tensor:
        return apply("ReduceAny", apply("Equal", found, list(wanted)))

    return _rank_check(x, "rank in", wanted, lambda found: found in wanted, verdict, (data, summarize, message, name))


def assert_scalar(tensor: Any, name: str | None = None, message: str | None = None) -> Tensor:
    """The tensor. Raises ValueError unless it is a scalar."""
    assert_rank(tensor, 0, message=message)
    return tensor_of(tensor)


def assert_type(tensor: Any, tf_type: Any, message: str | None = None, name: str | None = None) -> Operation:
    """Raises TypeError unless a tensor has a dtype."""
    found = tensor_of(tensor)
    if found.dtype is not as_dtype(tf_type):
        raise TypeError(f"{message or ''} {found.name} must be of type {as_dtype(tf_type)!r}; it is {found.dtype!r}.")
    return create("Group", {}, {}, None)


def assert_integer(x: Any, message: str | None = None, name: str | None = None) -> Operation:
    """Raises TypeError unless a tensor is made of whole numbers."""
    found = tensor_of(x)
    if found.dtype is None or not found.dtype.is_integer:
        raise TypeError(f"{message or ''} Expected x to be of integer type, but it is {found.dtype!r}.")
    return create("Group", {}, {}, None)
