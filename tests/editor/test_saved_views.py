"""Saved views: kept in the document under names, in the menu with keys, and one comes back to them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QInputDialog, QLineEdit

from engine.formats.graph_file import load_graph_file
from engine.model import SavedView
from tests.editor.window_kit import show_window


@pytest.fixture
def window(qtbot, tmp_path):
    window = show_window(qtbot, tmp_path, 1200, 800)
    window.document.add_node("Placeholder", (0.0, 0.0), "x")
    yield window
    window.document.undo_stack.setClean()
    window.close()


def activate(window) -> None:
    """Without a window manager a window stays inactive when a dialog over it is closed."""
    window.activateWindow()
    assert QTest.qWaitForWindowActive(window)


def save_view(window, name: str) -> None:
    """Types a name into the dialog that the key opens."""

    def answer() -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, QInputDialog):
            return
        timer.stop()
        field = dialog.findChild(QLineEdit)
        field.selectAll()
        QTest.keyClicks(field, name)
        QTest.keyClick(field, Qt.Key.Key_Return)

    activate(window)
    timer = QTimer(window, interval=5)
    timer.timeout.connect(answer)
    timer.start()
    window.canvas.setFocus()
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(window, Qt.Key.Key_K, both)


def titles(window) -> list[str]:
    return [action.text() for action in window.features.viewing.menu.actions() if action.text()]


def test_views_are_saved_gone_to_and_removed_by_keyboard(window, tmp_path):
    canvas, document = window.canvas, window.document
    canvas.camera.show(QPointF(500, 300), 1.5)
    save_view(window, "Loss & data")
    canvas.camera.show(QPointF(-2000, 40), 0.5)
    save_view(window, "Far")
    assert titles(window) == ["Loss && data", "Far", "&Remove view"]
    assert [view.name for view in document.model.views] == ["Loss & data", "Far"]
    canvas.camera.show(QPointF(0, 0), 1.0)
    activate(window)
    QTest.keyClick(window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert canvas.zoom == 1.5
    assert (canvas.camera.center - QPointF(500, 300)).manhattanLength() < 3
    QTest.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert canvas.zoom == 0.5
    path = tmp_path / "views.graph"
    document.save(path)
    assert load_graph_file(path).views == document.model.views
    window.features.viewing.removal.actions()[0].trigger()
    assert titles(window) == ["Far", "&Remove view"]
    document.undo_stack.undo()
    assert [view.name for view in document.model.views] == ["Loss & data", "Far"]
    document.undo_stack.undo()
    assert titles(window) == ["Loss && data", "&Remove view"]


def test_a_name_that_is_there_is_taken_over(window):
    window.features.viewing.save_as("Here")
    window.canvas.camera.show(QPointF(700, 0), 0.75)
    window.features.viewing.save_as("Here")
    (view,) = window.document.model.views
    assert isinstance(view, SavedView)
    assert view.zoom == 0.75
    # The same again is no change.
    steps = window.document.undo_stack.count()
    window.features.viewing.save_as("Here")
    assert window.document.undo_stack.count() == steps


def test_without_views_the_menu_says_so(window):
    assert titles(window) == ["No saved views"]
    assert not any(action.isEnabled() for action in window.features.viewing.go)
