"""What a person likes to add: favourites, and what was added often and of late."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from editor.adding.entry import PaletteEntry
from editor.adding.search import Preference
from editor.settings import Settings

#: A use counts half once so many others came after it.
_HALF_LIFE = 20
_DECAY = 0.5 ** (1 / _HALF_LIFE)
#: How many entries that were used are remembered, and how many of them are listed as used recently.
_REMEMBERED = 60
_RECENT = 6


class Preferences(QObject):
    """Kept between starts. Entries are named by their keys, whether they are there now or not."""

    changed = Signal()

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings

    @property
    def favourites(self) -> list[str]:
        """In the order in which they became favourites."""
        return self._settings.palette_favourites

    def toggle_favourite(self, key: str) -> None:
        favourites = self.favourites
        if key in favourites:
            favourites.remove(key)
        else:
            favourites.append(key)
        self._settings.palette_favourites = favourites
        self.changed.emit()

    @property
    def recent(self) -> list[str]:
        """What was used last, the latest first."""
        return list(reversed(self._settings.palette_use))[:_RECENT]

    def note_use(self, key: str) -> None:
        """Counts a use."""
        use = {other: score * _DECAY for other, score in self._settings.palette_use.items()}
        use[key] = use.pop(key, 0.0) + 1
        if len(use) > _REMEMBERED:
            del use[min(use, key=lambda other: use[other])]
        self._settings.palette_use = use
        self.changed.emit()

    def is_group_open(self, title: str, at_first: bool) -> bool:
        """Whether a heading is unfolded; ``at_first`` as long as the person has not folded or unfolded it."""
        return self._settings.palette_groups.get(title, at_first)

    def set_group_open(self, title: str, is_open: bool) -> None:
        """Remembers that a heading was folded or unfolded."""
        self._settings.palette_groups = {**self._settings.palette_groups, title: is_open}

    def rank(self, is_fitting: Callable[[PaletteEntry], bool]) -> Preference:
        """What decides between entries that match a search equally well: what fits, then what is used more."""
        use = self._settings.palette_use

        def preference(entry: PaletteEntry) -> tuple[bool, float]:
            return not is_fitting(entry), -use.get(entry.key, 0.0)

        return preference

    def browsing_rank(self, is_fitting: Callable[[PaletteEntry], bool]) -> Preference:
        """The order of all entries: favourites, what was used recently, then what fits."""
        first = {key: place for place, key in enumerate(dict.fromkeys((*self.favourites, *self.recent)))}

        def preference(entry: PaletteEntry) -> tuple[int, bool]:
            return first.get(entry.key, len(first)), not is_fitting(entry)

        return preference
