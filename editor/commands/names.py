"""Names for new nodes."""

from __future__ import annotations

import re
from collections.abc import Container

_NUMBERED = re.compile(r"(.+)_\d+")


def free_name(base: str, taken: Container[str]) -> str:
    """``base``, or the first of base_1, base_2 … that is free.

    Unlike a program's graph, which never gives a name twice, an editor's fills the gaps that undo leaves.
    """
    if base not in taken:
        return base
    number = 1
    while f"{base}_{number}" in taken:
        number += 1
    return f"{base}_{number}"


def copy_name(name: str, taken: Container[str]) -> str:
    """A free name for a copy of a node: the copy of W_1 is W_2, not W_1_1."""
    if name not in taken:
        return name
    numbered = _NUMBERED.fullmatch(name)
    return free_name(numbered[1] if numbered else name, taken)
