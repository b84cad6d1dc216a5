"""Scrolling a widget on which others lie: what is painted is moved, as far as it lies free."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QRect
from PySide6.QtGui import QRegion
from PySide6.QtWidgets import QWidget

_MOST_RECTANGLES = 12


def covers_of(widget: QWidget) -> QRegion:
    """The parts of a widget that its visible siblings lie on, in its own coordinates."""
    parent = widget.parentWidget()
    covers = QRegion()
    for sibling in () if parent is None else parent.children():
        if isinstance(sibling, QWidget) and sibling is not widget and sibling.isVisible() and not sibling.isWindow():
            covers += QRegion(sibling.geometry().translated(-widget.pos()))
    return covers & QRegion(widget.rect())


def scroll_around(widget: QWidget, covers: QRegion, x: int, y: int) -> None:
    """Scrolls each rectangle of what lies free by so many pixels.

    Qt itself paints the whole widget again as soon as anything lies on any part of it. What lies under a cover is
    painted again, as that may let it shine through; an opaque one hides it.
    """
    widget.update(covers)
    for area in rectangles_of(QRegion(widget.rect()) - covers):
        if area.width() > 2 * abs(x) and area.height() > 2 * abs(y):
            widget.scroll(x, y, area)
        else:
            widget.update(area)


def rectangles_of(region: QRegion) -> list[QRect]:
    """The rectangles that a region is made of; the one around it where they are many."""
    if region.rectCount() > _MOST_RECTANGLES:
        return [region.boundingRect()]
    # PySide's hints do not tell that a region can be gone through.
    parts: Iterable[QRect] = region  # type: ignore[assignment]
    return [QRect(part) for part in parts]
