"""The placeholders that a computation needs."""

from __future__ import annotations

from collections.abc import Iterable

from ..compiler.dependencies import needed_operations
from ..graph import Operation


def needed_placeholders(ops: Iterable[Operation]) -> list[Operation]:
    """The placeholders that must be fed to compute ``ops``, in the order in which they were made."""
    found = [op for op in needed_operations(ops) if op.type == "Placeholder"]
    return sorted(found, key=lambda op: op.number)


def initial_value_problem(variable: Operation) -> str:
    """Why a variable's initial value cannot be computed without data; "" when it can."""
    placeholders = needed_placeholders(source.op for source in variable.inputs_of("initial_value"))
    if not placeholders:
        return ""
    return (
        f"The initial value of {variable.name} depends on {placeholders[0].name}, which has no value before training; "
        "wire a Constant or a random tensor instead."
    )
