"""One node editor at one size, in a process of its own: prints every time as soon as it is measured.

    python -m benchmarks.canvas.contender {chainrule,NodeGraphQt} NODES

Each line is a JSON list: the key of the operation, and the processor seconds of each of its frames.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

from .sample import Sample, sample

#: The view of the canvas, in pixels.
SIZE = (1600, 900)
FRAMES = 24
MODULES = {"chainrule": "chainrule", "NodeGraphQt": "nodegraphqt"}


class Editor(Protocol):
    """What is measured of a node editor. Points are of the viewport; the editor is shown."""

    def open(self, path: Path) -> None: ...
    def save(self, path: Path) -> None: ...
    def view(self) -> Any: ...
    def show_all(self) -> None: ...
    def show_at(self, zoom: float) -> None: ...
    def point_of(self, node: int) -> Any: ...
    def output_of(self, node: int) -> Any: ...
    def nodes_in_view(self) -> list[int]: ...
    def select(self, nodes: list[int]) -> None: ...
    def delete(self, nodes: list[int]) -> None: ...
    def undo(self) -> None: ...
    def close(self) -> None: ...


def measured(make: Callable[[], Editor], write: Callable[[Sample, Path], None], nodes: int) -> Iterator[Any]:
    """Every operation with its times."""
    from PySide6.QtCore import QPointF

    from .hands import LEFT, MIDDLE, Hands, settle, taken

    editor = make()
    view = editor.view()
    settle()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sample"
        write(sample(nodes), path)
        yield "open", [taken(lambda: editor.open(path))]
        yield "save", [taken(lambda: editor.save(Path(folder) / "saved"))]
    hands = Hands(view)
    left_top, middle = QPointF(60, 60), QPointF(SIZE[0] / 2, SIZE[1] / 2)
    right_bottom = QPointF(SIZE[0] - 60, SIZE[1] - 60)

    editor.show_all()
    settle()
    yield "repaint", [taken(view.viewport().repaint) for _ in range(5)]
    yield "pan-all", list(hands.drag(middle, middle + QPointF(240, 120), MIDDLE, FRAMES))
    editor.show_at(1.0)
    settle()
    notches = 16
    yield "zoom", [hands.wheel(middle, way) for way in (-1, 1) for _ in range(notches)]
    for zoom, key in ((1.0, "pan-100"), (0.4, "pan-40")):
        editor.show_at(zoom)
        settle()
        # From a gap between nodes; to and fro, so that what comes into view is partly new.
        yield key, list(hands.drag(middle, middle + QPointF(-480, -240), MIDDLE, FRAMES))
    for key, zoom, count in (("drag-1", 1.0, 1), ("drag-100", 0.4, 100)):
        editor.show_at(zoom)
        settle()
        chosen = editor.nodes_in_view()[:count]
        editor.select(chosen)
        settle()
        start = editor.point_of(chosen[0])
        yield key, list(hands.drag(start, start + QPointF(160, 80), LEFT, FRAMES))
        editor.undo()
        editor.select([])
        settle()
    editor.show_at(0.4)
    settle()
    yield "hover", [hands.move(left_top + (right_bottom - left_top) * (frame / FRAMES)) for frame in range(FRAMES)]
    yield "band", list(hands.drag(QPointF(4, 4), right_bottom, LEFT, FRAMES))
    editor.select([])
    editor.show_at(0.4)
    settle()
    start = editor.output_of(editor.nodes_in_view()[0])
    yield "wire", list(hands.drag(start, QPointF(SIZE[0] - 40, 40), LEFT, FRAMES))
    _close_popups()
    editor.show_at(1.0)
    settle()
    ten = list(range(nodes // 2, min(nodes // 2 + 10, nodes)))
    yield "delete-10", [taken(lambda: editor.delete(ten))]
    yield "undo-10", [taken(editor.undo)]
    yield "delete-all", [taken(lambda: editor.delete(list(range(1, nodes))))]
    yield "undo-all", [taken(editor.undo)]
    editor.close()


def _close_popups() -> None:
    """A wire that is let go over nothing asks what to make there."""
    from PySide6.QtWidgets import QApplication

    while (popup := QApplication.activePopupWidget()) is not None:
        popup.close()


def main() -> None:
    name, nodes = sys.argv[1], int(sys.argv[2])
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    module = importlib.import_module(f".{MODULES[name]}", __package__)
    for key, seconds in measured(module.make, module.write, nodes):
        print(json.dumps([key, seconds]), flush=True)
    # What is left over is the system's to clear away: of a large graph that takes longer than it is worth.
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
