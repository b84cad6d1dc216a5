"""The ways in which one program can be carried out, which must all give the same bits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any
from unittest.mock import patch

import numpy as np

from engine.compiler import lower, optimizers, simplify
from engine.runtime import body_function, session
from engine.runtime.backends import blocks, memory, numpy_plan
from engine.runtime.parallel import set_thread_count

NEVER = 1 << 60


@contextmanager
def patched(*changes: tuple[Any, str, Any]) -> Iterator[None]:
    """Modules with other values for some of their names."""
    with ExitStack() as stack:
        for module, name, value in changes:
            stack.enter_context(patch.object(module, name, value))
        yield


@contextmanager
def threads(count: int | None) -> Iterator[None]:
    set_thread_count(count)
    try:
        yield
    finally:
        set_thread_count(None)


@contextmanager
def observed() -> Iterator[None]:
    """Every value is kept: no shared memory, no chains in blocks."""
    keeping = partial(numpy_plan.NumpyPlan, observed=True)
    with patched((session, "NumpyPlan", keeping), (body_function, "NumpyPlan", keeping)):
        yield


@contextmanager
def looping(count: int = 1) -> Iterator[None]:
    with patched((numpy_plan, "RUNS_BEFORE_CODE", NEVER)), threads(count):
        yield


@contextmanager
def straight_line(count: int = 2) -> Iterator[None]:
    """From the second run on a step is code without a loop."""
    with patched((numpy_plan, "RUNS_BEFORE_CODE", 1)), threads(count):
        yield


@contextmanager
def as_written() -> Iterator[None]:
    """Nothing is simplified and no scan unrolled, and every value is kept."""

    def nothing(draft: Any) -> None:
        pass

    changes = [(simplify, "_PASSES", {}), (lower, "unroll_scans", nothing), (optimizers, "SCALED_ELEMENTS", NEVER)]
    with patched(*changes), observed():
        yield


@contextmanager
def small_is_large() -> Iterator[None]:
    """Chains of few elements run in blocks, and few bytes share memory."""
    with patched((blocks, "LARGE", 2), (blocks, "LARGE_ALONE", 2), (blocks, "BLOCK", 4), (memory, "WORTH_PLANNING", 0)):
        yield


#: By name; the first is the one that the others are compared with.
VARIANTS: dict[str, Callable[[], Any]] = {
    "observed": observed,
    "looping, one thread": looping,
    "straight line, two threads": straight_line,
}


def bits(values: Any) -> Any:
    """What is equal only for values with the same bits, dtypes and shapes; the sign of a NaN says nothing."""
    if isinstance(values, dict):
        return {key: bits(value) for key, value in values.items()}
    if isinstance(values, list | tuple):
        return [bits(value) for value in values]
    if values is None:
        return None
    array = np.asarray(values)
    if array.dtype.kind == "f":
        array = np.where(np.isnan(array), np.array(np.nan, array.dtype), array)
    return array.dtype.str, array.shape, array.tolist() if array.dtype.hasobject else array.tobytes()
