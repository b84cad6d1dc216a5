"""Names of one module of TensorFlow that stand in several here, each imported when a program asks for a name of it."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Sequence
from types import ModuleType


def front_with(fronts: Sequence[str], name: str) -> ModuleType | None:
    """The first of these modules that has a name in its ``__all__``."""
    return next((front for front in _imported(fronts) if name in front.__all__), None)


def names_of(fronts: Sequence[str]) -> list[str]:
    """All that these modules have in their ``__all__``."""
    return [name for front in _imported(fronts) for name in front.__all__]


def _imported(fronts: Sequence[str]) -> Iterator[ModuleType]:
    return (importlib.import_module(f"{__package__}.{front}") for front in fronts)
