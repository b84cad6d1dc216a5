"""What a small picture of a ``.graph`` file shows: where its nodes stand and how they are wired.

Read without building the graph: thousands of nodes in some milliseconds, and also where the graph could not be built.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec

from ..graph import FileFormatError, NodeKind, declarations
from .picture import graph_in_picture, is_picture
from .storage import read_file


@dataclass(frozen=True)
class Sketch:
    """Boxes and lines."""

    #: Left and top edge of each node in pixels at 100 %, and its kind; None for an unknown operation.
    nodes: tuple[tuple[float, float, NodeKind | None], ...]
    #: Numbers of the nodes at the two ends of each wire.
    wires: tuple[tuple[int, int], ...]
    #: How many nodes the file holds, with those that stand nowhere.
    count: int


class _Node(msgspec.Struct):
    name: str
    type: str
    position: tuple[float, float] | None = None


class _Wire(msgspec.Struct, rename={"source": "from", "target": "to"}):
    source: str
    target: str


class _File(msgspec.Struct):
    nodes: list[_Node] = []
    wires: list[_Wire] = []


def read_sketch(path: Path) -> Sketch:
    """The sketch of a file, or of the graph in a picture. Raises FileFormatError for anything else."""
    data = read_file(path)
    return sketch_of(graph_in_picture(data, path.name) if is_picture(data) else data, path.name)


def sketch_of(data: bytes, place: str) -> Sketch:
    """The sketch of the bytes of a file; ``place`` is what errors call it. Raises FileFormatError."""
    try:
        file = msgspec.json.decode(data, type=_File)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise FileFormatError(f"{place} is no graph: {error}. Choose a .graph file.") from None
    kinds = _kinds()
    numbers: dict[str, int] = {}
    nodes: list[tuple[float, float, NodeKind | None]] = []
    for node in file.nodes:
        if node.position is not None:
            numbers[node.name] = len(nodes)
            nodes.append((*node.position, kinds.get(node.type)))
    wires = []
    for wire in file.wires:
        source = numbers.get(wire.source.rpartition(":")[0])
        target = numbers.get(wire.target.rpartition(":")[0])
        if source is not None and target is not None:
            wires.append((source, target))
    return Sketch(tuple(nodes), tuple(wires), len(file.nodes))


@cache
def _kinds() -> dict[str, NodeKind]:
    return {declaration.type: declaration.kind for declaration in declarations()}
