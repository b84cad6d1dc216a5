"""Where the cells of a strip stand: a row of equal cells that can be zoomed and scrolled."""

from __future__ import annotations

from math import ceil, floor

#: Cells are never wider than this, in pixels: a name has room in them.
WIDEST_CELL = 128.0


class StripScale:
    """Maps cells, numbered from 0, to pixels from the left edge of the strip's room. Fits all cells at first."""

    def __init__(self) -> None:
        self.count = 0
        self.room = 1.0
        #: Width of a cell as the person has zoomed it; None: all cells fit.
        self._zoomed: float | None = None
        #: What is scrolled out at the left, in pixels.
        self.offset = 0.0

    def set_size(self, count: int, room: float) -> None:
        """So many cells have so much room, in pixels."""
        if count != self.count:
            self._zoomed = None
        self.count, self.room = count, max(room, 1.0)
        self._keep_inside()

    @property
    def cell(self) -> float:
        """The width of a cell in pixels."""
        return self._fitting if self._zoomed is None else self._zoomed

    @property
    def _fitting(self) -> float:
        return min(self.room / max(self.count, 1), WIDEST_CELL)

    @property
    def is_zoomed(self) -> bool:
        return self._zoomed is not None

    def left_of(self, cell: float) -> float:
        """Where a cell begins."""
        return cell * self.cell - self.offset

    def cell_at(self, x: float) -> int:
        """The cell at a place; less than 0, or the count and more, beside the cells."""
        return floor((x + self.offset) / self.cell)

    @property
    def visible(self) -> range:
        """The cells that can be seen."""
        first = max(floor(self.offset / self.cell), 0)
        return range(first, min(ceil((self.offset + self.room) / self.cell), self.count))

    def zoom(self, factor: float, x: float) -> None:
        """Makes cells wider or narrower; what is at ``x`` stays there. All cells fit at the least."""
        under = (x + self.offset) / self.cell
        width = min(self.cell * factor, WIDEST_CELL)
        self._zoomed = width if width > self._fitting else None
        self.offset = under * self.cell - x
        self._keep_inside()

    def scroll(self, pixels: float) -> None:
        """Moves what is seen to the right by so many pixels."""
        self.offset += pixels
        self._keep_inside()

    def show(self, cell: float) -> None:
        """Scrolls until a cell's beginning is seen, and a little around it."""
        margin = min(2 * self.cell, self.room / 4)
        place = cell * self.cell
        if place - margin < self.offset:
            self.offset = place - margin
        elif place + margin > self.offset + self.room:
            self.offset = place + margin - self.room
        self._keep_inside()

    def fit(self) -> None:
        """Shows all cells."""
        self._zoomed = None
        self._keep_inside()

    def _keep_inside(self) -> None:
        self.offset = min(max(self.offset, 0.0), max(self.count * self.cell - self.room, 0.0))
