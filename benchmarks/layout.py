"""Automatic layout: time, overlaps, wires that lead back and crossings, beside networkx's multipartite layout.

``python -m benchmarks.layout`` prints a table. Both lay out the same graphs in one run; times are CPU seconds of one
layout, crossings those of the straight lines between the corners of the boxes.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence

import networkx as nx
import numpy as np

from editor.layouts.layering import Link, Size
from editor.layouts.layout import Place, layered_layout

COUNTS = (100, 1_000, 10_000)
#: Crossings of more wires than this take too long to count.
_MOST_WIRES = 5_000
_PIECE = 256


def local_graph(count: int, seed: int = 0) -> tuple[list[Size], list[Link]]:
    """A graph as models are: each node reads one or two of the thirty made before it; every fifth is a parameter."""
    draw = random.Random(seed)
    sizes = [Size(160.0, draw.choice([68.0, 112.0, 132.0])) for _ in range(count)]
    links: list[Link] = []
    for target in range(1, count):
        if target % 5:
            sources = {max(0, target - 1 - draw.randrange(30)) for _ in range(2)}
            links += [Link(source, target, 22.0, 22.0) for source in sorted(sources)]
    return sizes, links


def multipartite_layout(sizes: Sequence[Size], links: Sequence[Link]) -> list[Place]:
    """networkx's layout, with the longest paths as columns."""
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(len(sizes)))
    graph.add_edges_from((link.source, link.target) for link in links)
    for layer, nodes in enumerate(nx.topological_generations(graph)):
        for node in nodes:
            graph.nodes[node]["layer"] = layer
    places = nx.multipartite_layout(graph, subset_key="layer", scale=1000.0)
    return [(float(places[node][0]), float(places[node][1])) for node in range(len(sizes))]


def overlaps(places: Sequence[Place], sizes: Sequence[Size]) -> int:
    """How many pairs of boxes lie upon each other."""
    boxes = np.array([(x, y, x + size.width, y + size.height) for (x, y), size in zip(places, sizes, strict=True)])
    total = 0
    for start in range(0, len(boxes), _PIECE):
        left, top, right, bottom = boxes[start : start + _PIECE, :, np.newaxis].transpose(1, 0, 2)
        meets = (left < boxes[:, 2]) & (boxes[:, 0] < right) & (top < boxes[:, 3]) & (boxes[:, 1] < bottom)
        total += int(meets.sum())
    return (total - len(boxes)) // 2


def backward(places: Sequence[Place], links: Sequence[Link]) -> int:
    """How many wires do not lead to the right."""
    return sum(places[link.target][0] <= places[link.source][0] for link in links)


def crossings(places: Sequence[Place], links: Sequence[Link]) -> int:
    """How many pairs of wires cross, as straight lines; those that share an end do not."""
    ends = np.array([(link.source, link.target) for link in links])
    points = np.array(places)
    start, end = points[ends[:, 0]], points[ends[:, 1]]
    total = 0
    for first in range(0, len(ends), _PIECE):
        piece = slice(first, first + _PIECE)
        p, q = start[piece, np.newaxis], end[piece, np.newaxis]
        is_apart = _side(p, q, start) * _side(p, q, end) < 0
        is_apart &= _side(start, end, p) * _side(start, end, q) < 0
        is_apart &= ~(ends[piece, np.newaxis, :, np.newaxis] == ends[np.newaxis, :, np.newaxis, :]).any(axis=(2, 3))
        total += int(is_apart.sum())
    return total // 2


def _side(p: np.ndarray, q: np.ndarray, point: np.ndarray) -> np.ndarray:
    """On which side of the line from p to q a point is: the sign."""
    dx, dy = (q - p)[..., 0], (q - p)[..., 1]
    return np.asarray(np.sign(dx * (point - p)[..., 1] - dy * (point - p)[..., 0]))


def main() -> None:
    print("| nodes | wires | layout | CPU s | overlaps | backward wires | crossings |")
    print("|---|---|---|---|---|---|---|")
    for count in COUNTS:
        sizes, links = local_graph(count)
        layouts: dict[str, Callable[[], list[Place]]] = {
            "Chainrule": lambda sizes=sizes, links=links: layered_layout(sizes, links),  # type: ignore[misc]
            "networkx multipartite": lambda sizes=sizes, links=links: multipartite_layout(sizes, links),  # type: ignore[misc]
        }
        for name, lay_out in layouts.items():
            begin = time.process_time()
            places = lay_out()
            seconds = time.process_time() - begin
            is_own = name == "Chainrule"
            crossed = f"{crossings(places, links):,}" if len(links) <= _MOST_WIRES else "not counted"
            print(
                f"| {count:,} | {len(links):,} | {name} | {seconds:.2f} | "
                f"{overlaps(places, sizes) if is_own else 'no sizes'} | {backward(places, links)} | {crossed} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
