"""Graphs, examples and events as TensorFlow's messages."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from ...encoding.event_file import read_events
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
from ...encoding.records import DamagedRecordError
from ...encoding.summary import Event
from ...formats.storage import replace_file
from ...graph import DataLossError, Graph, NotFoundError

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
    "summary_iterator",
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


def summary_iterator(path: str | os.PathLike[str]) -> Iterator[Event]:
    """The events of an event file. Raises NotFoundError when there is none, DataLossError for a damaged one."""
    try:
        yield from read_events(path)
    except OSError as error:
        raise NotFoundError(f"{os.fspath(path)}; {error.strerror}") from None
    except (DamagedRecordError, ValueError) as error:
        raise DataLossError(f"{error} in {os.fspath(path)}") from None
