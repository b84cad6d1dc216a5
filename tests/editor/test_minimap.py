"""The minimap: it shows the whole graph, says what of it is seen, and goes where it is pressed."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF
from PySide6.QtGui import QColor

from editor.canvas.minimap import Minimap
from editor.canvas.view import GraphView
from editor.document import Document
from editor.theme import ThemeManager
from tests.editor import gui
from tests.editor.window_kit import show_window


@pytest.fixture
def canvas(qtbot):
    document = Document()
    for column in range(6):
        document.add_node("Placeholder", (column * 400.0, 0.0), f"x{column}")
    view = GraphView(document, ThemeManager.instance())
    view.set_motion_reduced(True)
    view.minimap = Minimap(view)
    qtbot.addWidget(view)
    view.resize(900, 600)
    with qtbot.waitExposed(view):
        view.show()
    return view


def colors(minimap: Minimap) -> set[str]:
    picture = minimap.grab().toImage()
    return {picture.pixelColor(x, y).name() for x in range(picture.width()) for y in range(picture.height())}


def test_the_frame_is_what_is_seen(canvas):
    canvas.camera.show(QPointF(1000, 0), 1.0)
    whole = canvas.minimap.frame
    canvas.camera.zoom_at(QPointF(canvas.viewport().rect().center()), 2.0)
    assert canvas.minimap.frame.width() == pytest.approx(whole.width() / 2, rel=0.02)
    left = canvas.minimap.frame.left()
    canvas.camera.pan_by(-100, 0)
    assert canvas.minimap.frame.left() > left


def test_a_press_goes_there_and_a_drag_goes_on(canvas):
    minimap = canvas.minimap
    canvas.camera.show(QPointF(0, 0), 1.0)
    # The last node is at the right end of the map, and the first at the left.
    gui.press(minimap, QPoint(minimap.width() - 12, minimap.height() // 2))
    last = canvas.graph_scene.nodes["x5"].box
    assert canvas.camera.visible_rect.contains(last)
    gui.move(minimap, QPoint(12, minimap.height() // 2))
    assert canvas.camera.visible_rect.contains(canvas.graph_scene.nodes["x0"].box)
    assert canvas.zoom == 1.0
    gui.release(minimap, QPoint(12, minimap.height() // 2))
    assert canvas.selected_nodes() == []
    assert canvas.document.undo_stack.count() == 6


def test_it_follows_the_graph(canvas, qtbot):
    minimap = canvas.minimap
    forward = QColor(ThemeManager.instance().theme.forward)
    canvas.document.delete([f"x{column}" for column in range(6)])
    qtbot.waitUntil(lambda: not minimap.isVisible())
    canvas.document.undo_stack.undo()
    qtbot.waitUntil(minimap.isVisible)
    assert forward.name() in colors(minimap)
    canvas.document.add_node("Placeholder", (10_000.0, 0.0))
    frame = minimap.frame
    qtbot.waitUntil(lambda: minimap.frame.width() < frame.width() / 2)


def test_it_gives_way_in_a_small_canvas(canvas):
    assert canvas.minimap.isVisible()
    canvas.resize(300, 600)
    assert not canvas.minimap.isVisible()
    canvas.resize(900, 600)
    assert canvas.minimap.isVisible()


def test_the_choice_is_kept(qtbot, tmp_path):
    window = show_window(qtbot, tmp_path, 1400, 1200)
    window.document.add_node("Placeholder", (0.0, 0.0))
    mapping = window.features.mapping
    qtbot.waitUntil(mapping.map.isVisible)
    mapping.toggle.trigger()
    assert not mapping.map.isVisible()
    window.document.add_node("Placeholder", (0.0, 200.0))
    window.document.undo_stack.setClean()
    window.close()
    again = show_window(qtbot, tmp_path, 1400, 1200)
    again.document.add_node("Placeholder", (0.0, 0.0))
    assert not again.features.mapping.toggle.isChecked()
    qtbot.wait(200)
    assert not again.features.mapping.map.isVisible()
    again.document.undo_stack.setClean()
    again.close()
