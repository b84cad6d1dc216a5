"""How smooth the window is while a run goes at full speed and every wire shows what it carries.

    python -m benchmarks.live [--rounds 3] [--seconds 4] [--nodes 1000] [--graph FILE]

The tutorial's graph and a chain of many nodes train at 100 % zoom and at 72 %, where everything is still written out,
and the chain fitted into the window. For each: from one frame to the next (a frame is wanted every 16 ms), the
processor time that the window's thread takes for a frame, how often the values change, and the training speed beside
that of training headless: by the clock, and by the processor time that training got.
Set QT_QPA_PLATFORM=offscreen for a window without a screen.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.machine import machine
from benchmarks.window import EXAMPLE, headless_speed
from engine.formats.graph_file import save_graph_file
from engine.graph import Graph
from engine.model import Model, TypedValues

if TYPE_CHECKING:
    from benchmarks.window_probe import Round


def chain(nodes: int) -> Model:
    """Layers ``h + tanh(W · h)`` of four numbers, each W a variable, close beside each other in rows of 40 nodes."""
    graph = Graph()
    x = graph.create("Placeholder", name="x").output
    y = graph.create("Placeholder", name="y").output
    h = x
    while len(graph) < nodes - 4:
        layer = len(graph)
        w = graph.create("Variable", attributes={"initial_value": [1 / layer]}, name=f"W_{layer}").output
        product = graph.apply("Multiply", w, h, name=f"product_{layer}")
        h = graph.apply("Add", h, graph.apply("Tanh", product, name=f"tanh_{layer}"), name=f"sum_{layer}")
    error = graph.apply("Square", graph.apply("Subtract", h, y, name="error"), name="squared_error")
    cost = graph.apply("ReduceMean", error, name="cost")
    graph.create("GradientDescent", {"loss": cost}, {"learning_rate": 1e-6}, name="train")
    places = enumerate(graph.get_operations())
    positions = {op.name: (place % 40 * 280.0, place // 40 * 140.0) for place, op in places}
    return Model(graph, positions=positions, data={"x": TypedValues("1, 2, 3, 4"), "y": TypedValues("5, 8, 11, 14")})


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.live", description="Frames while a run goes at full speed with values on wires."
    )
    parser.add_argument("--rounds", type=int, default=3, help="rounds of headless and window in turn (default 3)")
    parser.add_argument("--seconds", type=float, default=4.0, help="seconds measured of each (default 4)")
    parser.add_argument("--nodes", type=int, default=1000, help="nodes of the chain (default 1000)")
    parser.add_argument("--graph", type=Path, help="a .graph file in the place of both")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        large = Path(folder) / f"chain of {arguments.nodes} nodes.graph"
        save_graph_file(chain(arguments.nodes), large)
        cases: list[tuple[Path, float | None]] = [(EXAMPLE, 1.0), (large, 1.0), (large, 0.72), (large, None)]
        if arguments.graph is not None:
            cases = [(arguments.graph, zoom) for zoom in (1.0, 0.72, None)]
        print(f"{machine()}; {arguments.rounds} rounds of {arguments.seconds:g} s\n")
        print("| graph | frame p50 / p95 / p99 | work p50 / p95 / p99 | work under 16 ms | pictures/s", end="")
        print(" | of headless | of headless, per CPU second |")
        print("| --- | --- | --- | --- | --- | --- | --- |")
        for graph, zoom in cases:
            _measure(graph, zoom, arguments.rounds, arguments.seconds)


def _measure(graph: Path, zoom: float | None, rounds: int, seconds: float) -> None:
    """Measures a graph at a zoom, or (None) fitted into the window, and prints a line of the table."""
    # Not above: the training process imports the module that is run, and needs no Qt.
    from benchmarks.window_probe import WindowBench

    bench = WindowBench(graph)
    camera = bench.window.canvas.camera
    camera.is_motion_reduced = True
    bench.window.canvas.fit()
    if zoom is not None:
        camera.show(camera.center, zoom)
    measured: list[Round] = []
    shares: list[float] = []
    cpu_shares: list[float] = []
    for _ in range(rounds):
        headless = headless_speed(graph, seconds)
        measured.append(bench.measure(seconds))
        shares.append(100 * measured[-1].speed.per_second / headless.per_second)
        cpu_shares.append(100 * measured[-1].speed.per_cpu_second / headless.per_cpu_second)
    shown_at = 100 * camera.zoom
    bench.close()
    frames = sorted(frame for one in measured for frame in one.frame_ms)
    work = sorted(part for one in measured for part in one.work_ms)
    in_time = 100 * sum(part < 16 for part in work) / len(work)
    pictures = median(one.pictures for one in measured)
    print(
        f"| {graph.stem} at {shown_at:.0f} % | {_percentiles(frames)} ms | {_percentiles(work)} ms "
        f"| {in_time:.1f} % | {pictures:.1f} | {median(shares):.0f} % | {median(cpu_shares):.0f} % |",
        flush=True,
    )


def _percentiles(ordered: list[float]) -> str:
    return " / ".join(f"{ordered[int(share * (len(ordered) - 1))]:.1f}" for share in (0.5, 0.95, 0.99))


if __name__ == "__main__":
    main()
