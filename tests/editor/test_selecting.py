"""Selecting by how nodes hang together, and rubber bands that add and toggle."""

from __future__ import annotations

from pathlib import Path

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from editor import selection
from editor.document import Document
from tests.editor import gui
from tests.editor.canvas_kit import Canvas
from tests.editor.window_kit import show_window

SHIFT = Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.mark.usefixtures("qapp")
@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=12), st.sets(st.integers(0, 7), max_size=3))
def test_what_is_selected_is_what_networkx_finds(pairs: list[tuple[int, int]], chosen: set[int]) -> None:
    document = Document()
    types = ["Placeholder", "AddN"]
    for number in range(8):
        document.add_node(types[number > 1], (0, 0), f"n{number}")
    digraph = nx.DiGraph()
    digraph.add_nodes_from(document.names())
    for first, second in pairs:
        if document.connect(f"n{min(first, second)}", "output", f"n{max(first, second)}", "inputs"):
            digraph.add_edge(f"n{min(first, second)}", f"n{max(first, second)}")
    names = [f"n{number}" for number in chosen]
    graph = document.graph

    def reached(ways: nx.DiGraph) -> list[str]:
        found = set(names).union(*(nx.descendants(ways, name) for name in names))
        return [name for name in document.names() if name in found]

    assert selection.downstream(graph, names) == reached(digraph)
    assert selection.upstream(graph, names) == reached(digraph.reverse())
    assert selection.connected(graph, names) == reached(digraph.to_undirected().to_directed())
    assert selection.all_others(graph, names) == [name for name in document.names() if name not in names]


def test_keys_select_upstream_downstream_connected_alike_and_the_others(qtbot: QtBot, tmp_path: Path) -> None:
    window = show_window(qtbot, tmp_path, 1200, 800)
    document, canvas = window.document, window.canvas
    for op_type, name in (("Placeholder", "x"), ("Square", "s"), ("Exp", "e"), ("Square", "lone")):
        document.add_node(op_type, (0, 0), name)
    assert document.connect("x", "output", "s", "x") and document.connect("s", "output", "e", "x")
    canvas.setFocus()

    def after(start: str, key: Qt.Key, keys: Qt.KeyboardModifier = gui.NO_MODIFIER) -> list[str]:
        canvas.select([start] if start else [])
        qtbot.keyClick(canvas, key, keys)
        return canvas.selected_nodes()

    assert after("s", Qt.Key.Key_BracketLeft, CTRL) == ["x", "s"]
    assert after("s", Qt.Key.Key_BracketRight, CTRL) == ["s", "e"]
    assert after("e", Qt.Key.Key_L) == ["x", "s", "e"]
    assert after("lone", Qt.Key.Key_L, SHIFT) == ["s", "lone"]
    assert after("s", Qt.Key.Key_I, CTRL) == ["x", "e", "lone"]
    assert after("", Qt.Key.Key_I, CTRL) == ["x", "s", "e", "lone"]
    assert not window.features.selecting.upstream.isEnabled() or canvas.selected_nodes()
    canvas.select([])
    assert not window.features.selecting.upstream.isEnabled()
    assert document.undo_stack.count() == 6


def test_a_rubber_band_with_shift_adds_and_with_ctrl_toggles(canvas: Canvas) -> None:
    # x and W stand one under the other; the band begins left of both.
    start = canvas.at(QPointF(-30, -20))
    end = canvas.at(QPointF(60, 150))
    canvas.view.select(["W", "b"])
    canvas.drag(start, end, SHIFT)
    assert canvas.view.selected_nodes() == ["x", "W", "b"]
    canvas.view.select(["W", "b"])
    canvas.drag(start, end, CTRL)
    assert canvas.view.selected_nodes() == ["x", "b"]
    canvas.drag(start, end)
    assert canvas.view.selected_nodes() == ["x", "W"]


def test_a_rubber_band_that_is_cancelled_gives_the_selection_back(canvas: Canvas) -> None:
    canvas.view.select(["b", "sum"])

    def cancel() -> None:
        assert canvas.view.selected_nodes() != ["b", "sum"]
        gui.press_key(canvas.view, Qt.Key.Key_Escape)

    canvas.drag(canvas.at(QPointF(-30, -20)), canvas.at(QPointF(60, 150)), CTRL, before_release=cancel)
    QApplication.processEvents()
    assert canvas.view.selected_nodes() == ["b", "sum"]
