"""The items of a scene by what they show, each made when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Item = TypeVar("Item")


class ItemStore(Mapping[Key, Item], Generic[Key, Item]):
    """Looks like a dict with an item for every key; of a large graph most are never made.

    :attr:`made` holds those that there are. Whoever gives all items something asks only these, and has the rest
    given it as they are made.
    """

    def __init__(self, make: Callable[[Key], Item]) -> None:
        self._make = make
        self._keys: dict[Key, None] = {}
        self.made: dict[Key, Item] = {}

    def __getitem__(self, key: Key) -> Item:
        item = self.made.get(key)
        if item is None:
            if key not in self._keys:
                raise KeyError(key)
            item = self.made[key] = self._make(key)
        return item

    def __contains__(self, key: object) -> bool:
        return key in self._keys

    def __iter__(self) -> Iterator[Key]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)

    def add(self, keys: Iterable[Key]) -> None:
        self._keys.update(dict.fromkeys(keys))

    def remove(self, key: Key) -> Item | None:
        """Forgets a key. Returns its item, if that was made."""
        del self._keys[key]
        return self.made.pop(key, None)

    def put_in_order(self, keys: Iterable[Key]) -> None:
        """Lists the keys in this order."""
        self._keys = dict.fromkeys(key for key in keys if key in self._keys)

    def rename(self, old: Key, new: Key) -> None:
        """Another key for the same item, in the same place."""
        self._keys = {new if key == old else key: None for key in self._keys}
        if old in self.made:
            self.made[new] = self.made.pop(old)

    def exchange(self, old: Key, new: Key) -> None:
        """As :meth:`rename`, where the place does not matter: the key is listed last."""
        del self._keys[old]
        self._keys[new] = None
        if old in self.made:
            self.made[new] = self.made.pop(old)

    def clear(self) -> None:
        self._keys.clear()
        self.made.clear()
