"""A variable as plain data, and what savers of parts of variables know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass
class VariableDef:
    """The names by which a graph knows a variable and what belongs to it."""

    variable_name: str = ""
    initializer_name: str = ""
    initial_value_name: str = ""
    snapshot_name: str = ""
    trainable: bool = True
    is_resource: bool = False


class SaveSliceInfo:
    """Which part of a larger variable one is, for a saver that joins them."""

    def __init__(
        self,
        full_name: str | None = None,
        full_shape: Sequence[int] | None = None,
        var_offset: Sequence[int] | None = None,
        var_shape: Sequence[int] | None = None,
    ) -> None:
        self.full_name = full_name
        self.full_shape = full_shape
        self.var_offset = var_offset
        self.var_shape = var_shape

    @property
    def spec(self) -> str:
        """The part as checkpoints write it: sizes, then where it begins and how long it is along each axis."""
        sizes = " ".join(str(size) for size in self.full_shape or ())
        parts = ":".join(f"{o},{s}" for o, s in zip(self.var_offset or (), self.var_shape or (), strict=True))
        return f"{sizes} {parts}"
