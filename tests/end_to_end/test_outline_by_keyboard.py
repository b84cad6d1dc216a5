"""The tutorial's graph is built, trained and saved in the outline alone, with keys and without the canvas."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSettings, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from editor.app import build_window
from editor.outline.connect_dialog import ConnectDialog
from editor.run.controller import RunState
from editor.settings import Settings
from engine.formats.graph_file import load_graph_file
from tests.end_to_end.hand import Keys
from tests.end_to_end.test_tutorial_by_hand import WIRES

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def window(qtbot, tmp_path):
    settings = Settings(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))
    window = build_window(QApplication.instance(), None, settings)
    window.resize(1500, 950)
    with qtbot.waitExposed(window):
        window.show()
    yield window
    window.document.undo_stack.setClean()
    window.close()


class OutlineKeys(Keys):
    """Everything begins and ends in the outline."""

    def __init__(self, window, qtbot) -> None:
        super().__init__(window)
        self.qtbot = qtbot
        self.outline = window.features.outlining.view

    def back(self) -> None:
        """Without a window manager a window stays inactive when a popup or dialog over it is closed."""
        self.window.activateWindow()
        assert QTest.qWaitForWindowActive(self.window)
        self.outline.setFocus()

    def add(self, op_type: str, name: str) -> None:
        self.press(Qt.Key.Key_A, SHIFT)
        assert self.window.popup.isVisible()
        self.type(op_type)
        self.press(Qt.Key.Key_Return)
        self.back()
        self.press(Qt.Key.Key_F2)
        self.replace(name)
        self.back()
        assert self.chosen() == [name]

    def chosen(self) -> list[str]:
        return [key.name for key in self.outline.selected_keys()]

    def go_to(self, name: str) -> None:
        """Home, and down to the node."""
        self.back()
        self.press(Qt.Key.Key_Home)
        for _ in range(60):
            if self.chosen() == [name]:
                return
            self.press(Qt.Key.Key_Down)
        raise AssertionError(f"{name} is not in the outline")

    def connect(self, source: str, target: str, port: str) -> None:
        """Ctrl+Enter on the source, the port's words, Enter."""
        self.go_to(source)

        def answer() -> None:
            dialog = QApplication.activeModalWidget()
            if not isinstance(dialog, ConnectDialog):
                return
            timer.stop()
            QTest.keyClicks(dialog.search, f"{target} {port}")
            texts = [dialog.list.item(row).text() for row in range(dialog.list.count())]
            self.qtbot.waitUntil(lambda: dialog.list.count() > 0)
            texts = [dialog.list.item(row).text() for row in range(dialog.list.count())]
            wanted = next(row for row, text in enumerate(texts) if text.startswith(f"{target}   {port}"))
            for _ in range(wanted):
                QTest.keyClick(dialog.search, Qt.Key.Key_Down)
            QTest.keyClick(dialog.search, Qt.Key.Key_Return)

        timer = QTimer(self.window, interval=5)
        timer.timeout.connect(answer)
        timer.start()
        self.press(Qt.Key.Key_Return, CONTROL)
        self.back()


def test_the_tutorial_in_the_outline(qtbot, window, tmp_path, monkeypatch):
    keys = OutlineKeys(window, qtbot)
    window.docks.bring("outline")
    document = window.document
    keys.back()
    for op_type, name in (
        ("Placeholder", "x"),
        ("Placeholder", "y"),
        ("Variable", "W"),
        ("Variable", "b"),
        ("Multiply", "product"),
        ("Add", "hypothesis"),
        ("Subtract", "error"),
        ("Square", "squared_error"),
        ("ReduceMean", "cost"),
        ("GradientDescent", "train"),
    ):
        keys.add(op_type, name)
    for source, target, port in WIRES:
        keys.connect(source, target, port)
    assert {(w.source, w.target, w.target_port) for w in document.wires()} == set(WIRES)
    for name in ("W", "b"):
        keys.go_to(name)
        keys.press(Qt.Key.Key_Return)
        keys.tab_to(window.inspector.node.attributes.editors["initial_value"].field.edit)
        keys.replace("[1]")
    for name, numbers in (("x", "1, 2, 3, 4"), ("y", "5, 8, 11, 14")):
        keys.go_to(name)
        keys.press(Qt.Key.Key_Return)
        node = window.inspector.node
        keys.tab_to(node.data.kind)
        while node.data.kind.currentText() != "Typed values":
            keys.press(Qt.Key.Key_Down)
        keys.tab_to(node.data.typed.text)
        keys.replace(numbers)
    document.check_now()
    assert document.problems == []

    keys.back()
    keys.press(Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: window.controller.state is RunState.FINISHED, timeout=30_000)
    assert str(window.controller.variable_values()["W"]) == "[3.0046647]"
    spoken = window.features.outlining.model.index_of_node("W").data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "W, Variable, [1] float32, 3.005"

    # A wire that was wrong is taken away there, too, and put back.
    keys.go_to("cost")
    keys.press(Qt.Key.Key_Right)
    keys.press(Qt.Key.Key_Down)
    keys.press(Qt.Key.Key_Delete)
    assert len(document.wires()) == len(WIRES) - 1
    keys.press(Qt.Key.Key_Z, CONTROL)
    assert len(document.wires()) == len(WIRES)

    path = tmp_path / "by_outline.graph"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *args, **kwargs: (str(path), ""))
    keys.back()
    keys.press(Qt.Key.Key_S, CONTROL)
    assert document.is_clean
    assert {op.name for op in load_graph_file(path).graph.get_operations()} == set(document.names())
