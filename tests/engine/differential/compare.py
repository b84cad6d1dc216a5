"""Whether a program gives the same on two libraries."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np

import engine

from .programs import Built, Program

#: Relative to the largest number of a result; what passed through float32 on its way has the precision of that.
TOLERANCE, FLOAT32_TOLERANCE = 1e-7, 2e-3


def run(tf: ModuleType | Any, program: Program) -> tuple[Built, list[Any], list[Any]]:
    """The program built on a library, with its results and gradients (None where there is none) as arrays."""
    built = Built(tf, program)
    results, gradients = built.results()
    present = [gradient for gradient in gradients if gradient is not None]
    with tf.Session() as session:
        values = session.run([results, present], dict(zip(built.placeholders, program.feeds(), strict=True)))
    found = iter(values[1])
    return built, list(values[0]), [None if gradient is None else next(found) for gradient in gradients]


def tolerance_of(built: Built) -> float:
    """How exactly two libraries agree on a program."""
    names = {tensor.dtype.name for tensor in built.tensors}
    return FLOAT32_TOLERANCE if "float32" in names else TOLERANCE


def is_steady(program: Program) -> bool:
    """Whether the numbers change little when what is fed does: chaos is nobody's mistake."""
    shaken = []
    for bend in (0.0, 1e-6):
        built = Built(engine, program)
        _, gradients = built.results()
        feeds = [
            value + np.asarray(bend * np.abs(value), value.dtype) if value.dtype.kind == "f" else value
            for value in program.feeds()
        ]
        present = [gradient for gradient in gradients if gradient is not None]
        with engine.Session() as session:
            # NaN anywhere: which is the largest of several numbers is then nobody's to say.
            shaken.append(session.run([built.tensors, present], dict(zip(built.placeholders, feeds, strict=True))))
        engine.reset_default_graph()
    flat = [[np.asarray(item, np.float64) for part in each for item in part] for each in shaken]
    return all(
        a.shape == b.shape
        and np.isfinite(a).all()
        and np.max(np.abs(a - b), initial=0) <= 1e-3 * max(1, np.max(np.abs(a), initial=0))
        for a, b in zip(*flat, strict=True)
    )


def differences(theirs: Any, ours: Any, tolerance: float = TOLERANCE) -> str:
    """What differs between two values in words; "" when nothing does."""
    if (theirs is None) != (ours is None):
        return f"one is None: {theirs!r} and {ours!r}"
    if theirs is None:
        return ""
    a, b = np.asarray(theirs), np.asarray(ours)
    if a.dtype != b.dtype:
        return f"dtypes {a.dtype} and {b.dtype}"
    if a.shape != b.shape:
        return f"shapes {a.shape} and {b.shape}"
    if a.dtype.kind != "f":
        return "" if np.array_equal(a, b) else f"{a.tolist()} and {b.tolist()}"
    finite = np.abs(a)[np.isfinite(a)]
    scale = max(1.0, float(np.max(finite, initial=0.0)))
    if np.allclose(b, a, rtol=tolerance, atol=tolerance * scale, equal_nan=True):
        return ""
    return f"{a.tolist()} and {b.tolist()}"
