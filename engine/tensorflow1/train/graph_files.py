"""Graphs and examples as TensorFlow's messages."""

from __future__ import annotations

import os
from pathlib import Path

from ...encoding.example import (
    BytesList,
    Example,
    Feature,
    FeatureList,
    FeatureLists,
    Features,
    FloatList,
    Int64List,
    SequenceExample,
)
from ...encoding.graph_def import GraphDef
from ...formats.storage import replace_file
from ...graph import Graph

__all__ = [
    "BytesList",
    "Example",
    "Feature",
    "FeatureList",
    "FeatureLists",
    "Features",
    "FloatList",
    "Int64List",
    "SequenceExample",
    "write_graph",
]


def write_graph(
    graph_or_graph_def: Graph | GraphDef, logdir: str | os.PathLike[str], name: str, as_text: bool = True
) -> str:
    """Writes a graph as TensorFlow's GraphDef, in text or in bytes; returns where."""
    given = graph_or_graph_def
    graph_def = given.as_graph_def() if isinstance(given, Graph) else given
    path = Path(logdir, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path, str(graph_def).encode() if as_text else graph_def.SerializeToString())
    return str(path)
