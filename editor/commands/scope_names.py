"""Names for new scopes."""

from __future__ import annotations

import re
from collections.abc import Iterable

from engine.blocks.contents import prefixes
from engine.graph import Graph

from .names import FreeNames

_UNUSABLE = re.compile(r"[^\w.\-]+")


def free_scope_names(graph: Graph, further: Iterable[str] = ()) -> FreeNames:
    """Gives names that no node has and no node's name begins with."""
    taken = {*further}
    for op in graph.get_operations():
        taken.add(op.name)
        taken.update(prefixes(op.name))
    return FreeNames(taken)


def scope_label(name: str) -> str:
    """What an instance of a definition is called: ``Softmax classifier`` as ``softmax_classifier``."""
    label = _UNUSABLE.sub("_", name.strip()).strip("_.-/").lower()
    return label or "block"
