"""Adding nodes: from the palette popup, at a place or at the end of a dragged wire, and from the docked palette."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint, QPointF

from editor.adding.entry import PaletteEntries, PaletteEntry
from editor.adding.open_wire import OpenWire
from editor.adding.preferences import Preferences
from editor.canvas.view import GraphView
from editor.document import Document
from editor.panels.palette_popup import PalettePopup, PaletteRequest
from engine.graph import EngineError


class NodeAdder(QObject):
    """Brings together the palette, which knows entries, and the canvas, which knows places."""

    def __init__(
        self,
        document: Document,
        canvas: GraphView,
        popup: PalettePopup,
        entries: PaletteEntries,
        preferences: Preferences,
    ) -> None:
        super().__init__(canvas)
        self._document = document
        self._canvas = canvas
        self._popup = popup
        self._entries = entries
        self._preferences = preferences
        #: Where what is chosen will stand, and the wire that it will take.
        self._target: tuple[QPointF, OpenWire | None] | None = None
        popup.chosen.connect(self._add_chosen)
        canvas.entry_dropped.connect(self.add)
        canvas.typed.connect(self.open)

    def open(self, text: str = "") -> None:
        """Opens the popup at the pointer, or in the middle of the canvas while it is elsewhere; ``text`` is typed."""
        viewport = self._canvas.viewport()
        position = self._canvas.scene_position_at_pointer()
        point = viewport.rect().center() if position is None else self._canvas.mapFromScene(position)
        self.open_at(viewport.mapToGlobal(point), self._canvas.mapToScene(point), None, text)

    def open_at(self, place: QPoint, position: QPointF, begun: tuple[str, str, bool] | None, text: str = "") -> None:
        """Opens the popup at a place of the screen.

        ``begun`` is the node, its port and whether that is an input, where a wire was begun: only what it fits is
        offered then. Without one, what the selected node's output fits comes first.
        """
        wire = None if begun is None else OpenWire(self._document, *begun)
        self._target = (position, wire)
        if wire is not None:
            self._popup.choose(place, PaletteRequest(accepts=lambda entry: entry.fits(wire), text=text))
            return
        tensor = self._canvas.selected_tensor()
        if tensor is None:
            self._popup.choose(place, PaletteRequest(text=text))
        else:
            output = self._document.operation(tensor[0]).outputs[tensor[1]]
            selected = OpenWire(self._document, tensor[0], output.port, False)
            self._popup.choose(place, PaletteRequest(suits=lambda entry: entry.fits(selected), text=text))

    def add_in_view(self, entry: PaletteEntry) -> None:
        """Adds an entry where there is room in what is seen."""
        self.add_entry(entry, self._canvas.free_place_in_view())

    def add(self, key: str, position: QPointF) -> list[str]:
        """As :meth:`add_entry`, by the entry's key; one that is not there (any more) is passed over."""
        entry = self._entries.get(key)
        return [] if entry is None else self.add_entry(entry, position)

    def add_entry(self, entry: PaletteEntry, position: QPointF, wire: OpenWire | None = None) -> list[str]:
        """Adds an entry with its top left corner at a point of the scene, wires and selects it, as one undo step.

        Returns the names of its nodes; none when it was refused.
        """
        text = self.tr("Add {entry}") if wire is None else self.tr("Add {entry} to {node}")
        with self._document.one_step(text.format(entry=entry.title, node="" if wire is None else wire.node)):
            try:
                names = entry.add(self._document, (position.x(), position.y()), wire)
            except EngineError as error:
                self._canvas.refused.emit(str(error), self._screen(position))
                return []
            if wire is not None:
                self._connect(wire, names, position)
        self._preferences.note_use(entry.key)
        self._canvas.select(names)
        self._canvas.setFocus()
        return names

    def _connect(self, wire: OpenWire, names: list[str], position: QPointF) -> None:
        """Makes the wire to the first of the nodes that takes it; says why where none does."""
        verdict = wire.connect(names)
        if not verdict:
            self._canvas.refused.emit(verdict.reason, self._screen(position))

    def _add_chosen(self, entry: PaletteEntry) -> None:
        if self._target is None:
            return
        (position, wire), self._target = self._target, None
        self.add_entry(entry, self._canvas.free_place_at(position), wire)

    def _screen(self, position: QPointF) -> QPoint:
        return self._canvas.viewport().mapToGlobal(self._canvas.mapFromScene(position))
