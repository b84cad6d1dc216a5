"""The whole story: an empty canvas becomes the tutorial's graph by mouse, is trained, asked, saved and reopened."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from editor.app import build_window
from editor.run.controller import RunState
from editor.settings import Settings
from engine.graph import get_declaration
from tests.editor.panels_kit import retype
from tests.end_to_end.hand import Hand, Keys

ROOT = Path(__file__).resolve().parents[2]

NODES = (
    ("Placeholder", -500, 100, "x"),
    ("Placeholder", -60, 100, "y"),
    ("Variable", -500, -60, "W"),
    ("Variable", -280, 100, "b"),
    ("Multiply", -280, -60, "product"),
    ("Add", -60, -60, "hypothesis"),
    ("Subtract", 160, -60, "error"),
    ("Square", 160, 60, "squared_error"),
    ("ReduceMean", 160, 140, "cost"),
    ("GradientDescent", -500, -200, "train"),
)
WIRES = (
    ("W", "product", "x"),
    ("x", "product", "y"),
    ("product", "hypothesis", "x"),
    ("b", "hypothesis", "y"),
    ("hypothesis", "error", "x"),
    ("y", "error", "y"),
    ("error", "squared_error", "x"),
    ("squared_error", "cost", "x"),
    ("cost", "train", "loss"),
)


@pytest.fixture
def window(qtbot, tmp_path):
    settings = Settings(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))
    window = build_window(QApplication.instance(), None, settings)
    window.resize(1500, 950)
    with qtbot.waitExposed(window):
        window.show()
    QApplication.processEvents()
    yield window
    window.document.undo_stack.setClean()
    window.close()
    window.deleteLater()


def finished(qtbot, window, epochs):
    qtbot.waitUntil(lambda: window.controller.state is RunState.FINISHED, timeout=30_000)
    qtbot.waitUntil(lambda: len(window.controller.history.epochs) == epochs, timeout=5_000)


def table_row(window, epoch):
    model = window.values.model
    columns = range(model.columnCount())
    names = [str(model.headerData(c, Qt.Orientation.Horizontal)) for c in columns]
    for row in range(model.rowCount()):
        cells = [str(model.index(row, c).data()) for c in columns]
        if cells[0] == str(epoch):
            return dict(zip(names, cells, strict=True))
    raise AssertionError(f"no row for epoch {epoch}")


def build(hand):
    for op_type, x, y, name in NODES:
        assert get_declaration(op_type) is not None
        hand.drop_node(op_type, x, y, name)
    for source, target, port in WIRES:
        hand.wire(source, target, port)
    hand.set_attribute("W", "initial_value", "[1]")
    hand.set_attribute("b", "initial_value", "[1]")
    hand.set_attribute("train", "learning_rate", "0.1")
    hand.type_data("x", "1, 2, 3, 4")
    hand.type_data("y", "5, 8, 11, 14")


def ask(qtbot, window, node, placeholder, text):
    """Asks in the panel and returns the answer as it is shown."""
    window.docks.bring("ask")
    panel = window.ask
    if node not in panel.chosen:
        retype(panel.combo.lineEdit(), node)
    with qtbot.waitSignal(window.controller.answered, timeout=10_000):
        retype(panel.feeds[placeholder].edit, text)
    return panel.answers[node].text.toPlainText()


def test_from_an_empty_canvas_to_a_trained_saved_model(qtbot, window, tmp_path, monkeypatch):
    hand = Hand(window)
    document = window.document
    build(hand)
    assert {(w.source, w.target, w.target_port) for w in document.wires()} == set(WIRES)
    document.check_now()
    assert document.problems == []

    # A wire that would close a circle is refused with the reason, and nothing changes.
    count = document.undo_stack.count()
    hand.wire("cost", "product", "x")
    assert document.undo_stack.count() == count
    assert "circle" in window.status.refusal

    # 100 epochs, by the buttons of the toolbar.
    retype(window.transport.epochs.lineEdit(), "100")
    hand.press(window.transport.run)
    finished(qtbot, window, 100)
    assert str(np.float32(window.controller.history.losses[0])) == "41.0"
    window.docks.bring("values")
    assert table_row(window, 0) == {"Epoch": "0", "Loss": "41.0", "W": "[4.5]", "b": "[2.2]"}
    assert table_row(window, 1) == {"Epoch": "1", "Loss": "18.415", "W": "[2.1499999]", "b": "[1.4100001]"}
    last = {"Epoch": "99", "Loss": "3.3379514e-05", "W": "[3.0046647]", "b": "[1.9862854]"}
    assert table_row(window, 99) == last
    assert str(window.controller.variable_values()["W"]) == "[3.0046647]"
    assert ask(qtbot, window, "hypothesis", "x", "5") == "[17.00961]"
    assert ask(qtbot, window, "hypothesis", "x", "6") == "[20.014275]"

    # Saved with its trained values, closed, and opened again.
    path = tmp_path / "tutorial.graph"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *args, **kwargs: (str(path), ""))
    window.files.save_values.setChecked(True)
    hand.press(window.files.save)
    assert document.is_clean
    assert document.path == path
    window.files.make_new()
    assert document.names() == []
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *args, **kwargs: ([str(path)], ""))
    hand.press(window.files.open)
    assert document.names() == [name for _, _, _, name in NODES]
    assert {(w.source, w.target, w.target_port) for w in document.wires()} == set(WIRES)
    assert ask(qtbot, window, "hypothesis", "x", "5") == "[17.00961]", "the trained values came back"

    # Trained anew it gives the same numbers, and so does the command without a window.
    hand.press(window.transport.reset)
    hand.press(window.transport.run)
    finished(qtbot, window, 100)
    window.docks.bring("values")
    assert table_row(window, 99) == last
    command = [sys.executable, str(ROOT / "main.py"), "train", str(path), "--epochs", "100", "--feed", "x=5"]
    done = subprocess.run([*command, "--fetch", "hypothesis"], capture_output=True, text=True, check=True)
    lines = done.stdout.splitlines()
    assert lines[0] == "Epoch: 0 loss: 41.0 W: [4.5] b: [2.2]"
    assert lines[99] == "Epoch: 99 loss: 3.3379514e-05 W: [3.0046647] b: [1.9862854]"
    assert lines[-1] == "hypothesis: [17.00961]"


def test_the_same_with_the_keyboard_alone(qtbot, window, tmp_path, monkeypatch):
    keys = Keys(window)
    control = Qt.KeyboardModifier.ControlModifier
    window.activateWindow()
    window.canvas.setFocus()
    # Backwards from the optimizer, so that each node can be wired to one that is there already.
    keys.add_node("GradientDescent", "train")
    for op_type, name, target, port in (
        ("ReduceMean", "cost", "train", "loss"),
        ("Square", "squared_error", "cost", "x"),
        ("Subtract", "error", "squared_error", "x"),
        ("Placeholder", "y", "error", "y"),
        ("Add", "hypothesis", "error", "x"),
        ("Variable", "b", "hypothesis", "y"),
        ("Multiply", "product", "hypothesis", "x"),
        ("Placeholder", "x", "product", "y"),
        ("Variable", "W", "product", "x"),
    ):
        keys.add_node(op_type, name)
        keys.wire_to(target, port)
        node = window.inspector.node
        if op_type == "Variable":
            keys.press(Qt.Key.Key_F2)
            keys.tab_to(node.attributes.editors["initial_value"].field.edit)
            keys.replace("[1]")
        if op_type == "Placeholder":
            keys.press(Qt.Key.Key_F2)
            keys.tab_to(node.data.kind)
            while node.data.kind.currentText() != "Typed values":
                keys.press(Qt.Key.Key_Down)
            keys.tab_to(node.data.typed.text)
            keys.replace("1, 2, 3, 4" if name == "x" else "5, 8, 11, 14")
        keys.back_to_canvas()
    assert {(w.source, w.target, w.target_port) for w in window.document.wires()} == set(WIRES)
    window.document.check_now()
    assert window.document.problems == []

    keys.press(Qt.Key.Key_F5)
    finished(qtbot, window, 100)
    assert str(window.controller.variable_values()["W"]) == "[3.0046647]"

    window.canvas.select([])
    keys.press(Qt.Key.Key_E, control)
    keys.replace("hypothesis")
    keys.tab_to(window.ask.feeds["x"].edit)
    with qtbot.waitSignal(window.controller.answered, timeout=10_000):
        keys.replace("5")
    assert window.ask.answers["hypothesis"].text.toPlainText() == "[17.00961]"

    path = tmp_path / "by_keys.graph"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *args, **kwargs: (str(path), ""))
    keys.press(Qt.Key.Key_S, control)
    assert window.document.is_clean
    assert path.exists()


def test_pause_step_and_reset_of_a_long_run(qtbot, window):
    window.open_path(ROOT / "resources" / "examples" / "linear_regression.graph")
    hand = Hand(window)
    retype(window.transport.epochs.lineEdit(), "1000000")
    hand.press(window.transport.run)
    qtbot.waitUntil(lambda: window.controller.epoch > 2000, timeout=30_000)
    assert window.controller.state is RunState.RUNNING
    hand.press(window.transport.run)
    qtbot.waitUntil(lambda: window.controller.state is RunState.PAUSED, timeout=10_000)
    paused = window.controller.epoch
    assert 2000 < paused < 1_000_000
    hand.press(window.features.stepping.steps.epoch)
    qtbot.waitUntil(lambda: window.controller.epoch == paused + 1, timeout=10_000)
    assert str(window.controller.variable_values()["W"]) == "[3.000001]"
    hand.press(window.transport.reset)
    qtbot.waitUntil(lambda: str(window.controller.variable_values().get("W")) == "[1.]", timeout=10_000)
    assert window.controller.state is RunState.IDLE
    assert window.controller.epoch == 0
    hand.press(window.features.stepping.steps.epoch)
    qtbot.waitUntil(lambda: str(window.controller.variable_values().get("W")) == "[4.5]", timeout=10_000)


@pytest.mark.parametrize(("name", "at_least"), [("xor", 1.0), ("digits", 0.95)])
def test_the_other_examples_train_in_the_window(qtbot, window, name, at_least):
    window.open_path(ROOT / "resources" / "examples" / f"{name}.graph")
    epochs = window.document.model.run.epochs
    Hand(window).press(window.transport.run)
    qtbot.waitUntil(lambda: window.controller.state is RunState.FINISHED, timeout=120_000)
    qtbot.waitUntil(lambda: window.controller.history.epochs[-1] == epochs - 1, timeout=5_000)
    assert window.controller.history.metrics["accuracy"][-1] >= at_least


def test_a_failing_run_says_why_and_goes_to_the_node(qtbot, window):
    window.open_path(ROOT / "resources" / "examples" / "linear_regression.graph")
    hand = Hand(window)
    hand.set_attribute("train", "learning_rate", "10")
    hand.press(window.transport.run)
    qtbot.waitUntil(lambda: window.controller.state is RunState.FAILED, timeout=30_000)
    assert "Try a smaller learning rate" in window.status.refusal
    assert window.canvas.selected_nodes() == ["cost"]
    assert [problem.node for problem in window.document.problems] == ["cost"], "the reason stays in the list"
    hand.set_attribute("train", "learning_rate", "0.1")
    qtbot.waitUntil(lambda: window.document.problems == [], timeout=5_000)
    hand.press(window.transport.run)
    qtbot.waitUntil(lambda: window.controller.state is RunState.FINISHED, timeout=30_000)


def test_undo_takes_every_step_back(qtbot, window):
    hand = Hand(window)
    build(hand)
    QTest.keyClick(hand.canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    while window.edit.undo.isEnabled():
        window.edit.undo.trigger()
    assert window.document.names() == []
    while window.edit.redo.isEnabled():
        window.edit.redo.trigger()
    window.document.check_now()
    assert window.document.problems == []
    assert {(w.source, w.target, w.target_port) for w in window.document.wires()} == set(WIRES)
