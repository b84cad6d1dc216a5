"""What a command did to a document, gathered so that it is told once and completely."""

from __future__ import annotations

from dataclasses import dataclass, field

from editor.wire_id import WireId


@dataclass
class Changes:
    """The difference between a document before a command and after it.

    To bring a picture of the document up to date, take away ``wires_removed``, then ``nodes_removed``; apply
    ``renamed``; add ``nodes_added``, then ``wires_added``; the rest is about nodes that are there.
    """

    wires_removed: list[WireId] = field(default_factory=list)
    nodes_removed: list[str] = field(default_factory=list)
    renamed: list[tuple[str, str]] = field(default_factory=list)
    nodes_added: list[str] = field(default_factory=list)
    wires_added: list[WireId] = field(default_factory=list)
    nodes_moved: list[str] = field(default_factory=list)
    #: Nodes that were there before and whose attributes, specs, ports or problem are other ones now.
    nodes_changed: list[str] = field(default_factory=list)
    #: Placeholders whose data is another one now.
    data: list[str] = field(default_factory=list)
    #: Fields of the model that have another value as a whole ("run", "folded", …).
    fields: list[str] = field(default_factory=list)
