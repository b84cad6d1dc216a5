"""Names for new nodes."""

from __future__ import annotations

import re
from collections.abc import Container

_NUMBERED = re.compile(r"(.+)_\d+")


class FreeNames:
    """Gives names that are free, each once.

    Unlike a program's graph, which never gives a name twice, an editor's fills the gaps that undo leaves.
    """

    def __init__(self, taken: Container[str]) -> None:
        self._taken = taken
        self._given: set[str] = set()
        #: The number behind each base from which on names may be free.
        self._next: dict[str, int] = {}

    def for_new(self, base: str) -> str:
        """``base``, or the first of base_1, base_2 … that is free."""
        name = base
        while not self._is_free(name):
            number = self._next.get(base, 1)
            self._next[base] = number + 1
            name = f"{base}_{number}"
        self._given.add(name)
        return name

    def for_copy(self, name: str) -> str:
        """``name`` if it is free; else the next number: the copy of W_1 is W_2, not W_1_1."""
        numbered = _NUMBERED.fullmatch(name)
        return self.for_new(name if self._is_free(name) or numbered is None else numbered[1])

    def _is_free(self, name: str) -> bool:
        return name not in self._given and name not in self._taken
