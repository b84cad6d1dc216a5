"""What the palette lists: operations, and whatever else a part of the editor lets one add to a graph."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from editor.adding.open_wire import OpenWire
from editor.document import Document, Position
from editor.marks import MarkKind


@dataclass(frozen=True, kw_only=True, eq=False)
class PaletteEntry(ABC):
    """One row of the palette. Subclasses say what a wire may be made to, and what choosing the entry does."""

    #: Tells entries apart, also from one start to the next. That of an operation is its type; all others begin with
    #: what they are and a colon, as in "block:Dense".
    key: str
    title: str
    #: One sentence (or less) that says what it does.
    description: str
    #: The heading that it stands under; entries of one family stand together.
    family: str
    mark: MarkKind
    symbol: str = ""
    #: What else it is found by, as well as by its title.
    names: tuple[str, ...] = ()
    #: A line of Python that uses it; "" for none.
    example: str = ""

    @abstractmethod
    def fits(self, wire: OpenWire) -> bool:
        """Whether it has a port at which the wire could end."""

    def is_likely(self, wire: OpenWire) -> bool:
        """Whether it comes before others that fit, as what a person will mostly want there."""
        return True

    @abstractmethod
    def add(self, document: Document, position: Position, wire: OpenWire | None) -> list[str]:
        """Adds it with its top left corner at ``position`` and returns the names of its nodes.

        The caller wires and selects them, all as one undo step: a wire goes to the first of the nodes that takes it.
        An entry may suit what it adds to ``wire``. Raises EngineError, with nothing added.
        """


class PaletteEntries(QObject):
    """All entries of a window's palette, from every part of the editor that has some."""

    changed = Signal()
    """A source has other entries than before."""
    help_wanted = Signal(str)
    """The key of an entry that the person wants to read about."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._sources: list[Callable[[], Sequence[PaletteEntry]]] = []
        self._entries: dict[str, PaletteEntry] | None = None
        self._readers: list[Callable[[str], Sequence[PaletteEntry]]] = []

    def add_source(self, source: Callable[[], Sequence[PaletteEntry]]) -> None:
        """Lists the entries of ``source``, behind those of the sources before; it calls :meth:`refresh` for others."""
        self._sources.append(source)
        self.refresh()

    def add_reader(self, read: Callable[[str], Sequence[PaletteEntry]]) -> None:
        """Lists what ``read`` makes of the text that is typed into the search, before what the search finds."""
        self._readers.append(read)

    def spelled_out(self, text: str) -> list[PaletteEntry]:
        """The entries that a text spells out, as "0.5" does a constant."""
        return [entry for read in self._readers for entry in read(text)]

    def refresh(self) -> None:
        """Asks every source again."""
        self._entries = None
        self.changed.emit()

    def all(self) -> list[PaletteEntry]:
        return list(self._by_key().values())

    def get(self, key: str) -> PaletteEntry | None:
        """The entry with this key; None when there is none (any more)."""
        return self._by_key().get(key)

    def _by_key(self) -> dict[str, PaletteEntry]:
        if self._entries is None:
            self._entries = {entry.key: entry for source in self._sources for entry in source()}
        return self._entries
