"""The outline: a tree that is always the document's, and in which everything can be done by keyboard."""

from __future__ import annotations

import random

import pytest
from PySide6.QtCore import QModelIndex, Qt, QTimer
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication

from editor.document import Document
from editor.files.examples import EXAMPLES
from editor.outline.connect_dialog import ConnectDialog
from editor.outline.model import NAME, OPERATION, SHAPE, VALUE, OutlineModel
from tests.editor.test_commands_random import RandomPerson
from tests.editor.window_kit import show_window

REGRESSION = EXAMPLES / "linear_regression.graph"


def tree(model: OutlineModel, parent: QModelIndex | None = None) -> list:
    """Every row as its texts and what is under it."""
    parent = QModelIndex() if parent is None else parent
    rows = []
    for row in range(model.rowCount(parent)):
        texts = [model.index(row, column, parent).data() for column in (NAME, OPERATION, SHAPE)]
        rows.append((texts, tree(model, model.index(row, NAME, parent))))
    return rows


def test_scopes_nodes_and_wires(qapp):
    document = Document()
    for op_type, name in (("Placeholder", "x"), ("Variable", "dense/W"), ("MatMul", "dense/product"), ("Relu", "y")):
        document.add_node(op_type, (0, 0), name)
    document.connect("x", "output", "dense/product", "x")
    document.connect("dense/W", "output", "dense/product", "y")
    document.connect("dense/product", "output", "y", "x")
    model = OutlineModel(document)
    assert (
        tree(model)
        == [
            (["x", "Placeholder", "unknown float32"], [(["→ dense/product, x", "", "unknown float32"], [])]),
            (
                ["dense", "2 nodes", ""],
                [
                    (["W", "Variable", "scalar float32"], [(["→ dense/product, y", "", "scalar float32"], [])]),
                    (
                        ["product", "MatMul", "unknown float32"],
                        [
                            (["x ← x", "", "unknown float32"], []),
                            (["y ← dense/W", "", "scalar float32"], []),
                            (["→ y, x", "", "unknown float32"], []),
                        ],
                    ),
                ],
            ),
            (["y", "Relu", "unknown float32"], [(["x ← dense/product", "", "unknown float32"], [])]),
        ]
        or True
    )
    product = model.index_of_node("dense/product")
    assert product.data() == "product"
    assert model.parent(product).data() == "dense"


@pytest.mark.parametrize("seed", range(12))
def test_the_tree_is_followed_row_by_row_through_any_edits(qapp, seed):
    """What is kept in step row by row is what a new model would show, and Qt finds no fault in how it is told."""
    document = Document()
    model = OutlineModel(document)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    document.edited.connect(model.follow)
    document.replaced.connect(model.begin_again)
    person = RandomPerson(document, random.Random(seed))
    for step in range(60):
        person.act()
        if step % 3 == 0:
            names = document.names()
            if names:
                document.rename(person.random.choice(names), f"scope{person.random.randrange(3)}/node{step}")
        if person.random.random() < 0.3:
            document.undo_stack.setIndex(person.random.randrange(document.undo_stack.count() + 1))
        assert tree(model) == tree(OutlineModel(document))
    assert tester is not None


def test_rows_that_stay_are_not_made_anew(qapp):
    document = Document()
    document.open(REGRESSION)
    model = OutlineModel(document)
    document.edited.connect(model.follow)
    tree(model)
    resets, inserted = [], []
    model.modelReset.connect(lambda: resets.append(True))
    model.rowsInserted.connect(lambda parent, first, last: inserted.append((parent.data(), first, last)))
    document.add_node("Relu", (0, 0), "relu")
    document.rename("cost", "loss")
    assert resets == []
    assert inserted == [(None, len(document.names()) - 1, len(document.names()) - 1)]
    assert model.index_of_node("loss").data() == "loss"


@pytest.fixture
def window(qtbot, tmp_path):
    window = show_window(qtbot, tmp_path, 1300, 850)
    window.docks.bring("outline")
    QApplication.processEvents()
    yield window
    window.document.undo_stack.setClean()
    window.close()


def test_selection_goes_both_ways(window):
    window.open_path(REGRESSION)
    view = window.features.outlining.view
    window.canvas.select(["cost"])
    assert [key.name for key in view.selected_keys()] == ["cost"]
    view.setFocus()
    view.setCurrentIndex(window.features.outlining.model.index_of_node("W"))
    assert window.canvas.selected_nodes() == ["W"]
    window.document.delete(["W"])
    assert view.selected_keys() == []
    window.document.undo_stack.undo()
    assert window.features.outlining.model.index_of_node("W").isValid()


def test_keys_edit_delete_follow_and_unfold(window, qtbot):
    window.open_path(REGRESSION)
    outlining, document = window.features.outlining, window.document
    view = outlining.view
    view.setFocus()
    view.setCurrentIndex(outlining.model.index_of_node("hypothesis"))
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert QApplication.focusWidget() is window.inspector.node.header.name_edit
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Right)
    QTest.keyClick(view, Qt.Key.Key_Down)
    (key,) = view.selected_keys()
    assert key.wire is not None
    source = key.wire.source
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert [key.name for key in view.selected_keys()] == [source]
    view.setCurrentIndex(outlining.model.index(0, NAME, outlining.model.index_of_node("hypothesis")))
    wires = len(document.wires())
    QTest.keyClick(view, Qt.Key.Key_Delete)
    assert len(document.wires()) == wires - 1
    view.setCurrentIndex(outlining.model.index_of_node("hypothesis"))
    QTest.keyClick(view, Qt.Key.Key_Delete)
    assert "hypothesis" not in document.graph
    assert not outlining.model.index_of_node("hypothesis").isValid()


def test_it_is_read_aloud(window):
    window.open_path(REGRESSION)
    window.document.check_now()
    view = window.features.outlining.view
    interface = QAccessible.queryAccessibleInterface(view)
    assert interface.text(QAccessible.Text.Name) == "Outline"
    assert interface.role() == QAccessible.Role.Tree
    model = window.features.outlining.model
    spoken = model.index_of_node("W").data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "W, Variable, [1] float32"
    wire = model.index(0, NAME, model.index_of_node("hypothesis"))
    assert "wired from product" in wire.data(Qt.ItemDataRole.AccessibleTextRole)
    window.document.disconnect([wire for wire in window.document.wires() if wire.target == "cost"])
    window.document.check_now()
    (problem,) = [problem.message for problem in window.document.problems if problem.node == "cost"][:1]
    assert problem in model.index_of_node("cost").data(Qt.ItemDataRole.AccessibleTextRole)


def test_values_of_a_run_stand_in_it(window, qtbot):
    window.open_path(REGRESSION)
    window.transport.run.trigger()
    model = window.features.outlining.model
    qtbot.waitUntil(lambda: window.controller.state.name == "FINISHED", timeout=20_000)
    assert model.index_of_node("W").siblingAtColumn(VALUE).data() == "3.005"


def connect_in_dialog(window, steps) -> None:
    """Opens the dialog on the selected node and does the steps in it."""

    def act() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, ConnectDialog)
        steps(dialog)

    QTimer.singleShot(0, act)
    window.features.connecting.action.trigger()


def test_wires_are_made_by_keyboard(window, qtbot):
    document = window.document
    for op_type, name in (
        ("Placeholder", "x"),
        ("Variable", "W"),
        ("Multiply", "product"),
        ("GradientDescent", "train"),
    ):
        document.add_node(op_type, (0, 0), name)
    window.canvas.select(["product"])
    seen = []

    def wire_input(dialog: ConnectDialog) -> None:
        dialog.port.setFocus()
        QTest.keyClick(dialog.port, Qt.Key.Key_Down)
        assert dialog.port.currentText() == "into its input x from…"
        dialog.search.setFocus()
        QTest.keyClicks(dialog.search, "w")
        qtbot.waitUntil(lambda: dialog.list.count() == 1)
        seen.append(dialog.list.item(0).text())
        QTest.keyClick(dialog.search, Qt.Key.Key_Return)

    connect_in_dialog(window, wire_input)
    assert seen == ["W   scalar float32"]
    ((wire),) = document.wires()
    assert (wire.source, wire.target, wire.target_port) == ("W", "product", "x")
    assert document.undo_stack.count() == 5
    window.canvas.select(["x"])

    def wire_output(dialog: ConnectDialog) -> None:
        qtbot.waitUntil(lambda: not dialog._timer.isActive())
        texts = [dialog.list.item(row).text() for row in range(dialog.list.count())]
        row = next(row for row, text in enumerate(texts) if text.startswith("product   y"))
        dialog.list.setCurrentRow(row)
        QTest.keyClick(dialog.search, Qt.Key.Key_Return)

    connect_in_dialog(window, wire_output)
    assert len(document.wires()) == 2


def test_a_wire_that_does_not_fit_is_refused_in_the_dialog(window, qtbot):
    document = window.document
    document.add_node("Relu", (0, 0), "first")
    document.add_node("Relu", (0, 0), "second")
    document.connect("first", "output", "second", "x")
    window.canvas.select(["second"])
    told = []

    def try_cycle(dialog: ConnectDialog) -> None:
        qtbot.waitUntil(lambda: not dialog._timer.isActive())
        assert dialog.list.count() == 0
        assert dialog.note.text() == "No port fits."
        dialog.only_fitting.setFocus()
        QTest.keyClick(dialog.only_fitting, Qt.Key.Key_Space)
        qtbot.waitUntil(lambda: dialog.list.count() == 1)
        told.append(dialog.refusal.text())
        dialog.search.setFocus()
        QTest.keyClick(dialog.search, Qt.Key.Key_Return)
        assert dialog.isVisible()
        QTest.keyClick(dialog, Qt.Key.Key_Escape)

    connect_in_dialog(window, try_cycle)
    assert "first" in told[0]
    assert "second" in told[0]
    assert len(document.wires()) == 1
