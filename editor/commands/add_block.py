"""Adding an instance of a reusable block."""

from __future__ import annotations

from collections.abc import Mapping

from editor.canvas.geometry import FRAME_PADDING, FRAME_TITLE
from engine.blocks.definition import Definition
from engine.formats.blocks import instance_model

from .command import Host
from .edits import Position
from .paste import PasteNodes
from .scope_names import scope_label
from .words import translate


class AddBlock(PasteNodes):
    """Adds an instance of the definition called ``name``, folded, with its upper left corner at ``position``.

    ``definitions`` holds it and those that it needs; the document takes over what it does not have.
    """

    def __init__(self, host: Host, name: str, definitions: Mapping[str, Definition], position: Position) -> None:
        fragment = instance_model(name, definitions, scope_label(name))
        corner = min((place[0] for place in fragment.positions.values()), default=0.0)
        top = min((place[1] for place in fragment.positions.values()), default=0.0)
        text = translate("Commands", "Add {type}").format(type=name)
        offset = position[0] - corner + FRAME_PADDING, position[1] - top + FRAME_PADDING + FRAME_TITLE
        super().__init__(host, fragment, None, None, lambda _: text, offset=offset)
        #: The scope of the new instance.
        self.scope = self.scopes[scope_label(name)]
