"""Boxes to be laid out, as plain data that can be sent to another process. Knows no graph and no Qt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from editor.layouts.layering import Link, Size
from editor.layouts.layout import Place, layered_layout


@dataclass(frozen=True)
class LayoutTask:
    """``is_down``: values flow from top to bottom; links then say where they are from the boxes' left edges."""

    sizes: Sequence[Size]
    links: Sequence[Link]
    is_down: bool = False

    def places(self, report: Callable[[float], None] | None = None) -> list[Place]:
        """The top left corners of the boxes; ``report`` is told what share of the work is done."""
        if not self.is_down:
            return layered_layout(self.sizes, self.links, report)
        turned = [Size(height, width) for width, height in self.sizes]
        return [(x, y) for y, x in layered_layout(turned, self.links, report)]
