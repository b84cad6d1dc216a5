"""The document as the text of its file, piece by piece, kept up to date by the document's signals."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject

from editor.document import Document
from editor.wire_id import WireId
from engine.formats.pieces import NodePiece, node_piece


class DocumentText(QObject):
    """Only what an edit touched is turned into text, and only when it is asked for."""

    def __init__(self, document: Document, parent: QObject) -> None:
        super().__init__(parent)
        self._document = document
        #: Nodes whose pieces are not as the nodes are (any more).
        self._dirty: set[str] = set()
        #: Nodes that were gathered since :meth:`take_changes`.
        self._changed: set[str] = set()
        self._pieces: dict[str, NodePiece] = {}
        #: The points on wires as they were noted last.
        self._routes = document.model.routes
        #: Whether what is no node and no wire may be another than when this was set to False.
        self.is_rest_dirty = True
        document.nodes_added.connect(self._touch)
        document.nodes_removed.connect(self._touch)
        document.nodes_moved.connect(self._touch)
        document.nodes_changed.connect(self._touch)
        document.node_renamed.connect(self._rename)
        document.wires_added.connect(self._touch_wires)
        document.wires_removed.connect(self._touch_wires)
        for signal in (
            document.data_changed,
            document.run_settings_changed,
            document.field_changed,
            document.folding_changed,
            document.nodes_removed,
            document.nodes_added,
            document.node_renamed,
        ):
            signal.connect(self._touch_rest)
        document.field_changed.connect(self._touch_routes)
        document.replaced.connect(self._begin_again)
        self._begin_again()

    def gather(self, seconds: float) -> bool:
        """Turns what changed into text, for about so long; returns whether that was all."""
        until = time.perf_counter() + seconds
        while self._dirty:
            self._gather_piece(self._dirty.pop())
            if self._dirty and time.perf_counter() > until:
                return False
        return True

    def whole(self) -> dict[str, NodePiece]:
        """All pieces by the names of their nodes, as they were gathered."""
        self._changed.clear()
        return self._pieces

    def take_changes(self) -> tuple[dict[str, NodePiece], list[str]]:
        """The pieces that were gathered since this or :meth:`whole` was asked last, and the nodes that are gone."""
        nodes = {name: self._pieces[name] for name in self._changed if name in self._pieces}
        gone = [name for name in self._changed if name not in self._pieces]
        self._changed.clear()
        return nodes, gone

    def _gather_piece(self, name: str) -> None:
        document = self._document
        if name in document.graph:
            self._pieces[name] = node_piece(document.model, document.operation(name))
        else:
            self._pieces.pop(name, None)
        self._changed.add(name)

    def _begin_again(self) -> None:
        self._pieces = {}
        self._changed.clear()
        self._dirty = set(self._document.names())
        self._routes = self._document.model.routes
        self.is_rest_dirty = True

    def _touch(self, names: list[str]) -> None:
        self._dirty.update(names)

    def _rename(self, old: str, new: str) -> None:
        # The wires out of it carry its name.
        wires = self._document.wires_of(new) if new in self._document.graph else []
        self._dirty.update((old, new), (wire.target for wire in wires))

    def _touch_wires(self, wires: list[WireId]) -> None:
        self._dirty.update(wire.target for wire in wires)

    def _touch_routes(self, field: str) -> None:
        """Points stand with the wires that they are on."""
        if field == "routes":
            before, after = self._routes, self._document.model.routes
            self._dirty.update(wire[2] for wire in before.keys() | after.keys() if before.get(wire) != after.get(wire))
            self._routes = after

    def _touch_rest(self) -> None:
        self.is_rest_dirty = True
