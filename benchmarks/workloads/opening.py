"""K: a ``.graph`` file of 10,000 nodes, opened, checked and compiled; beside it networkx and json alone."""

from __future__ import annotations

import gc
import json
import tempfile
from pathlib import Path
from typing import Any

from ..step import Step
from .chain import SCALE, SHIFT, UNSCALE, data

NODES = 10_000
#: Five operations and the three constants that they take.
NODES_PER_LINK = 8


def write_file(path: Path, nodes: int) -> None:
    """A chain of about so many nodes under a mean, written by the engine."""
    import engine as tf
    from engine.formats.graph_file import save_graph_file
    from engine.formats.program import model_of

    graph = tf.Graph()
    with graph.as_default():
        h: Any = tf.Variable(data())
        for _ in range(nodes // NODES_PER_LINK):
            h = tf.sqrt(tf.square(h * SCALE) + SHIFT) * UNSCALE
        tf.reduce_mean(h, name="loss")
    save_graph_file(model_of(graph), path)


def opened(nodes: int) -> Step:
    """The engine: the file read, its problems looked for, and the plan for its loss made. Gives the loss's number."""
    from engine.formats.graph_file import load_graph_file
    from engine.runtime import Session

    path = _file(nodes)

    def step() -> int:
        graph = load_graph_file(path).graph
        problems = graph.problems()
        assert not problems, problems[0]
        Session(graph=graph).plan([graph.get_operation_by_name("loss").output], {})
        return len(graph)

    return step


def bare(nodes: int) -> Step:
    """The file's JSON read, and a bare MultiDiGraph made of its nodes and wires."""
    import networkx as nx

    path = _file(nodes)

    def step() -> int:
        content = json.loads(path.read_bytes())
        graph: Any = nx.MultiDiGraph()
        for node in content["nodes"]:
            graph.add_node(node["name"])
        for wire in content["wires"]:
            graph.add_edge(wire["from"].partition(":")[0], wire["to"].partition(":")[0])
        return len(graph)

    return step


def _file(nodes: int) -> Path:
    """Lies in the temporary folder until the contender's process ends."""
    folder = tempfile.TemporaryDirectory(prefix="chainrule-benchmarks-")
    _folders.append(folder)
    path = Path(folder.name) / "chain.graph"
    write_file(path, nodes)
    gc.collect()
    return path


_folders: list[tempfile.TemporaryDirectory[str]] = []
