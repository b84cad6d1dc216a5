"""How the time of an edit grows with the document: at 1,000 and at 10,000 nodes.

    python -m benchmarks.editing [--rounds 30]

A chain of small operations is edited in its middle, as a person does: every edit goes through the document, with its
undo step and its signals, but without a window. An edit that changes no shape should take as long in a large document
as in a small one; the last column is how much longer it takes with ten times the nodes. A wire to a node is checked
while it is dragged, so that check has to fit into a frame of 16 ms.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from statistics import median

from PySide6.QtCore import QCoreApplication

from editor.document import Document
from engine.formats.graph_file import save_graph_file
from engine.graph import Graph
from engine.model import Model

SIZES = (1_000, 10_000)

#: Makes an edit; the document is afterwards as it was before.
Edit = Callable[[Document], None]


def chain(nodes: int) -> Model:
    """``b``, another vector ``spare``, and a chain of sums and hyperbolic tangents from ``op_0`` on, all placed."""
    graph = Graph()
    for name in ("b", "spare"):
        graph.create("Constant", {}, {"value": [1.0, 2.0]}, name)
    last = b = graph.operation("b").output
    while len(graph) < nodes:
        name = f"op_{len(graph) - 2}"
        inputs = {"x": last, "y": b} if len(graph) % 2 else {"x": last}
        last = graph.create("Add" if len(graph) % 2 else "Tanh", inputs, {}, name).output
    places = enumerate(graph.get_operations())
    return Model(graph, positions={op.name: (place % 100 * 200.0, place // 100 * 120.0) for place, op in places})


def opened(nodes: int) -> Document:
    """A document with such a chain."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "chain.graph"
        save_graph_file(chain(nodes), path)
        document = Document()
        document.open(path)
        return document


def timed_edits(document: Document) -> Iterator[tuple[str, float]]:
    """Each kind of edit once, in the middle of the chain, with the seconds that it took."""
    names = [name for name in document.names() if name.startswith("op_")]
    middle = next(name for name in names[len(names) // 2 :] if document.operation(name).type == "Add")
    steps: Mapping[str, Callable[[], object]] = {
        "check of a wire": lambda: document.check_connect("spare", "output", middle, "y"),
        "check of a wire that would close a circle": lambda: document.check_connect(names[-1], "output", middle, "y"),
        "connect": lambda: document.connect("spare", "output", middle, "y"),
        "undo of it": document.undo_stack.undo,
        "another attribute": lambda: document.set_attribute("spare", "value", "3, 4"),
        "undo of that": document.undo_stack.undo,
        "rename": lambda: document.rename(middle, "renamed"),
        "undo of the rename": document.undo_stack.undo,
        "add a node": lambda: document.add_node("Constant", (0.0, 0.0), "new"),
        "delete it": lambda: document.delete(["new"]),
    }
    for name, step in steps.items():
        began = time.perf_counter()
        step()
        yield name, time.perf_counter() - began
    document.undo_stack.undo()
    document.undo_stack.undo()


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.editing", description="How the time of an edit grows with the document."
    )
    parser.add_argument("--rounds", type=int, default=30, help="how often each edit is made (default 30)")
    rounds = parser.parse_args().rounds

    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QCoreApplication([])
    documents = [opened(nodes) for nodes in SIZES]
    times: dict[str, tuple[list[float], ...]] = {}
    for _ in range(rounds):
        for place, document in enumerate(documents):
            for name, seconds in timed_edits(document):
                times.setdefault(name, tuple([] for _ in SIZES))[place].append(seconds)
    application.quit()

    print(f"| edit | {' | '.join(f'{nodes:,} nodes, ms' for nodes in SIZES)} | growth |")
    print("| --- | --- | --- | --- |")
    for name, of_sizes in times.items():
        small, large = (1000 * median(seconds) for seconds in of_sizes)
        print(f"| {name} | {small:.3f} | {large:.3f} | × {large / small:.1f} |")


if __name__ == "__main__":
    main()
