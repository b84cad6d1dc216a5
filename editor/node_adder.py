"""Adding nodes: from the palette popup, at a place or at the end of a dragged wire, and from the docked palette."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QPoint, QPointF

from editor.adding.entry import PaletteEntries, PaletteEntry
from editor.adding.open_wire import OpenWire
from editor.adding.preferences import Preferences
from editor.canvas import op_drop
from editor.canvas.view import GraphView
from editor.commands import InsertIntoWire
from editor.commands.splicing import find_splice
from editor.document import Document
from editor.panels.palette_popup import PalettePopup, PaletteRequest
from editor.wire_id import WireId
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
        self._target: tuple[QPointF, OpenWire | WireId | None] | None = None
        popup.chosen.connect(self._add_chosen)
        canvas.entry_dropped.connect(self.add)
        canvas.entry_dropped_on_wire.connect(self.add)
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
        offered then. Without one, what the selected node's output fits comes first; what is chosen while a wire is
        selected goes into that.
        """
        wire = None if begun is None else OpenWire(self._document, *begun)
        self._target = (position, wire)
        if wire is not None:
            request = PaletteRequest(lambda entry: entry.fits(wire), lambda entry: entry.is_likely(wire), text)
            self._popup.choose(place, request)
            return
        selected_wire = self._canvas.lone_wire()
        if selected_wire is not None:
            self._target = (op_drop.place_under(self._canvas.middle_of(selected_wire)), selected_wire)
        selected = self._selected_output()
        if selected is None:
            self._popup.choose(place, PaletteRequest(text=text))
        else:
            suits = partial(_is_wanted, wire=selected)
            self._popup.choose(place, PaletteRequest(suits=suits, text=text))

    def _selected_output(self) -> OpenWire | None:
        tensor = self._canvas.selected_tensor()
        if tensor is None:
            return None
        output = self._document.operation(tensor[0]).outputs[tensor[1]]
        return OpenWire(self._document, tensor[0], output.port, False)

    def add_in_view(self, entry: PaletteEntry) -> None:
        """Adds an entry where there is room in what is seen."""
        self.add_entry(entry, self._canvas.free_place_in_view())

    def add(self, key: str, position: QPointF, wire: WireId | None = None) -> list[str]:
        """As :meth:`add_entry`, by the entry's key; one that is not there (any more) is passed over."""
        entry = self._entries.get(key)
        return [] if entry is None else self.add_entry(entry, position, wire)

    def add_entry(self, entry: PaletteEntry, position: QPointF, wire: OpenWire | WireId | None = None) -> list[str]:
        """Adds an entry with its top left corner at a point of the scene, wires and selects it, as one undo step.

        ``wire`` is one that has been begun, or one that is there and that the entry goes into. Returns the names of
        its nodes; none when it was refused.
        """
        begun = wire if isinstance(wire, OpenWire) else None
        with self._document.one_step(self._step_text(entry, wire)):
            try:
                names = entry.add(self._document, (position.x(), position.y()), begun)
            except EngineError as error:
                self._canvas.refused.emit(str(error), self._screen(position))
                return []
            if begun is not None:
                self._connect(begun, names, position)
            elif isinstance(wire, WireId):
                self._insert(wire, names, position)
        self._preferences.note_use(entry.key)
        self._canvas.select(names)
        self._canvas.setFocus()
        return names

    def _step_text(self, entry: PaletteEntry, wire: OpenWire | WireId | None) -> str:
        if isinstance(wire, WireId):
            text = self.tr("Insert {entry} between {source} and {target}")
            return text.format(entry=entry.title, source=wire.source, target=wire.target)
        if wire is None:
            return self.tr("Add {entry}").format(entry=entry.title)
        return self.tr("Add {entry} to {node}").format(entry=entry.title, node=wire.node)

    def _insert(self, wire: WireId, names: list[str], position: QPointF) -> None:
        """Puts the first of the nodes that fits into the wire; says so where none does."""
        splices = (find_splice(self._document, name, wire) for name in names)
        splice = next((splice for splice in splices if splice is not None), None)
        if splice is not None:
            self._document.do(InsertIntoWire(self._document, splice, {}))
        elif names:
            text = self.tr("{name} does not fit into the wire from {source} to {target}, so it stands beside it.")
            reason = text.format(name=names[0], source=wire.source, target=wire.target)
            self._canvas.refused.emit(reason, self._screen(position))

    def _connect(self, wire: OpenWire, names: list[str], position: QPointF) -> None:
        """Makes the wire to the first of the nodes that takes it; says why where none does."""
        verdict = wire.connect(names)
        if not verdict:
            self._canvas.refused.emit(verdict.reason, self._screen(position))

    def _add_chosen(self, entry: PaletteEntry) -> None:
        if self._target is None:
            return
        (position, wire), self._target = self._target, None
        place = position if isinstance(wire, WireId) else self._canvas.free_place_at(position)
        self.add_entry(entry, place, wire)

    def _screen(self, position: QPointF) -> QPoint:
        return self._canvas.viewport().mapToGlobal(self._canvas.mapFromScene(position))


def _is_wanted(entry: PaletteEntry, wire: OpenWire) -> bool:
    return entry.fits(wire) and entry.is_likely(wire)
