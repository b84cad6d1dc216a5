"""Comparing the document with a file, in the window: what is marked, what the list says, and where it takes one."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox

from editor.files.examples import EXAMPLES
from editor.theme import ThemeManager
from engine.formats.graph_file import load_graph_file, save_graph_file
from tests.editor.window_kit import show_window

REGRESSION = EXAMPLES / "linear_regression.graph"


@pytest.fixture
def window(qtbot, tmp_path):
    window = show_window(qtbot, tmp_path, 1400, 880)
    path = tmp_path / "regression.graph"
    save_graph_file(load_graph_file(REGRESSION), path)
    window.open_path(path)
    yield window
    window.document.undo_stack.setClean()
    window.close()


def listed(window) -> list[str]:
    pane = window.features.comparing.pane
    return [pane.list.item(row).text().strip() for row in range(pane.list.count())]


def test_edits_are_compared_with_the_saved_version(window, qtbot):
    comparing, document = window.features.comparing, window.document
    comparing.compare_saved.trigger()
    assert comparing.pane.isVisible()
    assert comparing.pane.empty.isVisible()
    assert comparing.pane.empty.label.text() == "Both compute the same."
    square = next(name for name in document.names() if document.operation(name).type == "Square")
    (wire,) = [wire for wire in document.wires() if wire.target == square]
    (onward,) = [wire for wire in document.wires() if wire.source == square]
    document.delete([square])
    document.add_node("Abs", (40.0, 400.0), "distance")
    document.connect(wire.source, wire.source_port, "distance", "x")
    document.connect("distance", "output", onward.target, onward.target_port)
    optimizer = next(name for name in document.names() if document.operation(name).type == "GradientDescent")
    document.set_attribute(optimizer, "learning_rate", 0.05)
    document.rename("W", "slope")
    qtbot.waitUntil(lambda: len(listed(window)) == 8)
    assert listed(window) == [
        f"{square}: Square",
        f"{wire.source}:output → {square}:{wire.target_port}",
        "distance: Abs",
        f"{wire.source}:output → distance:x",
        "W is called slope",
        f"{optimizer}: learning rate 0.1 → 0.05",
        f"{square}:output → {onward.target}:{onward.target_port}",
        f"distance:output → {onward.target}:{onward.target_port}",
    ]
    shown = comparing.pane.document
    assert {square, "distance", "slope"} <= set(shown.names())
    # Both are seen, and neither lies upon another.
    boxes = [shown_item.box for shown_item in comparing.pane.canvas.graph_scene.shown()]
    assert comparing.pane.canvas.graph_scene.nodes[square].box in boxes
    # It is only looked at.
    shown.delete([square])
    assert square in shown.names()
    # The list takes one to the node, by the keyboard.
    comparing.pane.list.setFocus()
    comparing.pane.list.setCurrentRow(0)
    QTest.keyClick(comparing.pane.list, Qt.Key.Key_Down)
    QTest.keyClick(comparing.pane.list, Qt.Key.Key_Down)
    assert comparing.pane.canvas.selected_nodes() == ["distance"]
    comparing.close.trigger()
    assert not comparing.pane.isVisible()
    assert not comparing.close.isVisible()


def test_marks_are_seen(window, qtbot):
    """What came is green, what went red, at the nodes' edges; what is the same stands back."""
    comparing, document = window.features.comparing, window.document
    document.add_node("Abs", (600.0, 500.0), "distance")
    document.delete(["cost"])
    comparing.compare_saved.trigger()
    canvas = comparing.pane.canvas
    picture = canvas.grab().toImage()
    theme = ThemeManager.instance().theme

    def colors_around(name: str) -> set[str]:
        box = canvas.mapFromScene(canvas.graph_scene.nodes[name].box).boundingRect().adjusted(-6, -6, 6, 6)
        box &= canvas.viewport().rect()
        return {
            picture.pixelColor(x, y).name()
            for x in range(box.left(), box.right())
            for y in range(box.top(), box.bottom())
        }

    assert theme.update.name() in colors_around("distance")
    assert theme.error.name() in colors_around("cost")
    assert theme.error.name() not in colors_around("W")
    assert theme.text.name() not in colors_around("W")


def test_a_file_that_cannot_be_read_is_told(window, monkeypatch, tmp_path):
    told = []
    monkeypatch.setattr(QMessageBox, "exec", lambda box: told.append(f"{box.text()} {box.informativeText()}"))
    path = tmp_path / "broken.graph"
    path.write_text("{")
    window.features.comparing.compare_with(path)
    assert len(told) == 1
    assert "broken.graph" in told[0]
    assert not window.features.comparing.pane.isVisible()


def test_another_document_ends_the_comparison(window):
    comparing = window.features.comparing
    comparing.compare_with(REGRESSION)
    assert comparing.pane.isVisible()
    window.document.new()
    assert not comparing.pane.isVisible()
    assert not comparing.compare_saved.isEnabled()


def test_two_versions_of_a_file(window, tmp_path):
    xor = Path(EXAMPLES) / "xor.graph"
    window.features.comparing.compare_with(xor)
    assert window.features.comparing.pane.title.text() == "xor.graph → regression"
    assert any(line.endswith("GradientDescent") or "learning rate" in line for line in listed(window))
