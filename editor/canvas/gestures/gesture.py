"""What all gestures share."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter

from editor.canvas.tools import Pointer, Tools
from editor.theme import Theme


class Gesture:
    """Something done with the pointer (or the keys) from press to release.

    Only ``finish`` changes the document, by one undo step; ``cancel`` leaves everything as it was.
    """

    #: What the pointer looks like meanwhile; None leaves it.
    cursor: Qt.CursorShape | None = None
    #: Whether the view scrolls when the pointer comes near its edge.
    scrolls_at_edge = False

    def __init__(self, tools: Tools) -> None:
        self.tools = tools

    def start(self, pointer: Pointer) -> None:
        """The button is pressed."""

    def move(self, pointer: Pointer) -> None:
        """The pointer moved, or the scene under it."""

    def finish(self, pointer: Pointer) -> None:
        """The button is released."""

    def cancel(self) -> None:
        """Esc, or something else came between."""

    def paint(self, painter: QPainter, theme: Theme) -> None:
        """Paints over the scene, in scene coordinates."""
