"""Collections: lists of things that a graph keeps under a name, as TensorFlow 1 programs do."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable
from typing import Any


class GraphCollections:
    """The part of a graph that keeps its collections."""

    def __init__(self) -> None:
        self._collections: dict[Hashable, list[Any]] = {}

    def add_to_collection(self, name: Hashable, value: Any) -> None:
        """Adds a value to a collection, again if it is in it already."""
        self._collections.setdefault(name, []).append(value)

    def add_to_collections(self, names: Hashable | Iterable[Hashable], value: Any) -> None:
        """Adds a value to each of several collections."""
        several = names if isinstance(names, Iterable) and not isinstance(names, str) else [names]
        for name in dict.fromkeys(several):
            self.add_to_collection(name, value)

    def get_collection(self, name: Hashable, scope: str | None = None) -> list[Any]:
        """A list of what is in a collection; with ``scope`` only what has a name that this expression begins."""
        values = self._collections.get(name, [])
        if scope is None:
            return list(values)
        begins = re.compile(scope)
        return [value for value in values if hasattr(value, "name") and begins.match(value.name)]

    def get_collection_ref(self, name: Hashable) -> list[Any]:
        """The collection itself: what is done to the list is done to the collection."""
        return self._collections.setdefault(name, [])

    def get_all_collection_keys(self) -> list[Any]:
        """The names of the collections that hold something, where the names are texts."""
        return [name for name, values in self._collections.items() if values and isinstance(name, str)]

    def clear_collection(self, name: Hashable) -> None:
        """Empties a collection."""
        self._collections.pop(name, None)
