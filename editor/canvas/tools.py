"""What gestures work with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt

from editor.canvas.camera import Camera
from editor.canvas.hints import Hint
from editor.canvas.scene import GraphScene
from editor.canvas.snapping import Snapping
from editor.commands import ProposedWire
from editor.document import Document


@dataclass(frozen=True)
class Pointer:
    """Where the pointer is, and which modifier keys are down."""

    #: In the viewport.
    point: QPointF
    #: In the scene.
    scene: QPointF
    screen: QPoint
    modifiers: Qt.KeyboardModifier


@dataclass(frozen=True)
class Tools:
    """The parts of the canvas that gestures read and change."""

    document: Document
    scene: GraphScene
    camera: Camera
    #: Why a wire cannot end here, at the pointer.
    reason: Hint
    #: What the keyboard is about to do, at the lower edge.
    status: Hint
    #: Tells a refusal that came when a gesture was finished.
    refuse: Callable[[str, QPoint], None]
    #: The same of a wire, for which repairs are offered where there are some.
    refuse_wire: Callable[[str, QPoint, ProposedWire], None]
    #: Asks for the palette: place on the screen, place for the new node in the scene, and where a wire
    #: was begun: the node, its port, and whether that is an input.
    ask_palette: Callable[[QPoint, QPointF, tuple[str, str, bool] | None], None]
    #: Paints a rectangle of the scene again; for what a gesture paints over it.
    repaint: Callable[[QRectF], None]
    snapping: Snapping
