"""Adding nodes: from the palette popup, at a place or at the end of a dragged wire, and from the docked palette."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QPoint, QPointF

from editor.canvas.view import GraphView
from editor.document import Document
from editor.panels.palette_popup import PalettePopup
from engine.graph import OpDeclaration, PortKind


class NodeAdder(QObject):
    """Brings together the palette, which knows operations, and the canvas, which knows places."""

    def __init__(self, document: Document, canvas: GraphView, popup: PalettePopup) -> None:
        super().__init__(canvas)
        self._document = document
        self._canvas = canvas
        self._popup = popup
        #: Where the chosen node will stand, and the output that it will be wired to.
        self._target: tuple[QPointF, tuple[str, str] | None] | None = None
        popup.chosen.connect(self._add_chosen)

    def open(self) -> None:
        """Opens the popup at the pointer, or in the middle of the canvas while it is elsewhere."""
        viewport = self._canvas.viewport()
        position = self._canvas.scene_position_at_pointer()
        point = viewport.rect().center() if position is None else self._canvas.mapFromScene(position)
        self.open_at(viewport.mapToGlobal(point), self._canvas.mapToScene(point), None)

    def open_at(self, place: QPoint, position: QPointF, source: tuple[str, str] | None) -> None:
        """Opens the popup at a place of the screen; with a ``source`` (node, output), only with what it fits."""
        self._target = (position, source)
        self._popup.choose(place, None if source is None else self._takes(source))

    def add_in_view(self, op_type: str) -> None:
        """Adds a node where there is room in what is seen."""
        self.add(op_type, self._canvas.free_place_in_view())

    def add(self, op_type: str, position: QPointF) -> str:
        """Adds a node with its top left corner at a point of the scene, and selects it. Returns its name."""
        name = self._document.add_node(op_type, (position.x(), position.y()))
        self._canvas.select([name])
        self._canvas.setFocus()
        return name

    def _takes(self, source: tuple[str, str]) -> Callable[[OpDeclaration], bool]:
        """Which operations have a port that could take what ``source`` gives."""
        output = self._document.operation(source[0]).output_named(source[1])
        kinds = {PortKind.STEP} if output is None or output.kind is PortKind.STEP else {PortKind.TENSOR, output.kind}

        def fits(declaration: OpDeclaration) -> bool:
            ports = [port.kind for port in declaration.inputs if not port.optional]
            return any(kind in kinds for kind in ports) or (PortKind.STEP in kinds and declaration.takes_steps)

        return fits

    def _add_chosen(self, op_type: str) -> None:
        if self._target is None:
            return
        position, source = self._target
        self._target = None
        position = self._canvas.free_place_at(position)
        if source is None:
            self.add(op_type, position)
            return
        text = self.tr("Add {operation} to {source}").format(operation=op_type, source=source[0])
        with self._document.one_step(text):
            name = self.add(op_type, position)
            port = self._document.free_port_for(source[0], source[1], name)
            if port is not None:
                self._document.connect(source[0], source[1], name, port)
