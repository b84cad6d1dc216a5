"""Finding nodes: what a query means, what it says when it cannot be read, and the bar over the canvas."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from editor.commands import MuteNodes
from editor.document import Document
from editor.files.examples import EXAMPLES
from editor.finding.query import QueryError, find_nodes
from editor.theme import ThemeManager
from tests.editor.window_kit import show_window


@pytest.fixture(scope="module")
def xor(qapp):
    document = Document()
    document.open(EXAMPLES / "xor.graph")
    return document


def by(document: Document, holds) -> list[str]:
    return [op.name for op in document.graph.get_operations() if holds(op)]


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ("product", lambda op: "product" in op.name),
        ("matmul", lambda op: op.type == "MatMul"),
        ("op:Mat", lambda op: op.type == "MatMul"),
        ("name:W", lambda op: "w" in op.name.lower()),
        ("op:variable -name:b", lambda op: op.type == "Variable" and not op.name.startswith("b")),
        ("dtype:bool", lambda op: op.type in ("Greater", "Equal")),
        ("shape:(2, 10)", lambda op: any(t.spec.shape.dims == (2, 10) for t in op.outputs)),
        ("shape:2,*", lambda op: any(t.spec.shape.dims and t.spec.shape.dims[0] == 2 for t in op.outputs)),
        ("shape:[...,10]", lambda op: any(t.spec.shape.dims and t.spec.shape.dims[-1] == 10 for t in op.outputs)),
        ("shape:scalar", lambda op: any(t.spec.shape.dims == () for t in op.outputs)),
        ("is:variable", lambda op: op.type == "Variable"),
        ("is:optimizer", lambda op: op.type == "GradientDescent"),
        ("is:data", lambda op: op.type == "Placeholder"),
        ("-is:operation", lambda op: op.kind.value != "operation"),
        ("learning_rate:1", lambda op: op.type == "GradientDescent"),
        ('"is_"', lambda op: "is_" in op.name),
        ("nothing like that", lambda op: False),
    ],
)
def test_what_a_query_means(xor, query, holds):
    found = find_nodes(xor, query)
    assert found == by(xor, holds)
    assert bool(found) is (query != "nothing like that")


def test_nothing_typed_finds_nothing(xor):
    assert find_nodes(xor, "   ") == []


def test_problems_are_found_and_states(qapp):
    document = Document()
    document.add_node("Relu", (0, 0), "alone")
    document.add_node("Placeholder", (0, 0), "x")
    document.add_node("Abs", (0, 0), "wired")
    document.connect("x", "output", "wired", "x")
    document.add_node("GradientDescent", (0, 0), "train")
    document.check_now()
    with_problems = {problem.node for problem in document.problems if problem.node}
    assert "train" in with_problems
    assert set(find_nodes(document, "is:problem")) == with_problems
    assert find_nodes(document, "is:unwired") == ["alone", "train"]
    assert find_nodes(document, "is:unused") == ["alone", "wired", "train"]


def test_shapes_are_found_as_they_are_written(qapp):
    document = Document()
    document.add_node("Placeholder", (0, 0), "x", {"shape": "B, 3"})
    document.add_node("Relu", (0, 0), "relu")
    document.connect("x", "output", "relu", "x")
    document.check_now()
    assert find_nodes(document, "shape:B,3") == ["x", "relu"]
    assert find_nodes(document, "shape:(?, 3)") == ["x", "relu"]
    assert find_nodes(document, "shape:C,3") == []
    document.do(MuteNodes(document, ["relu"], True))
    assert find_nodes(document, "is:muted") == ["relu"]


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("is:problm", "There is no is:problm; do you mean is:problem?"),
        ("is:xyz", "There is no is:xyz; there are is:problem,"),
        ("shap:3", "There is no shap:; do you mean shape:?"),
        ("qqqqqq:3", "No node here has an attribute qqqqqq; there are name:, op:,"),
        ("shape:(2, §)", "§ is no size; write for example shape:(?, 3)"),
        ("op:", "Write what to find behind op:, for example op:MatMul."),
        ("shape:", "Write what to find behind shape:, for example shape:(?, 3)."),
    ],
)
def test_what_cannot_be_read_is_told(xor, query, sentence):
    with pytest.raises(QueryError) as caught:
        find_nodes(xor, query)
    assert str(caught.value).startswith(sentence)


@given(st.text(max_size=40))
def test_whatever_is_typed_is_read_or_refused_with_a_sentence(xor, text):
    try:
        found = find_nodes(xor, text)
    except QueryError as error:
        found = []
        said = str(error)
    else:
        said = "nothing"
    assert said
    assert set(found) <= set(xor.names())


@pytest.fixture
def window(qtbot, tmp_path):
    window = show_window(qtbot, tmp_path, 1200, 800)
    window.open_path(EXAMPLES / "xor.graph")
    yield window
    window.document.undo_stack.setClean()
    window.close()


def test_the_bar_by_keyboard(window):
    finding, canvas = window.features.finding, window.canvas
    canvas.setFocus()
    QTest.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    bar = finding.bar
    assert bar.isVisible()
    assert QApplication.focusWidget() is bar.field
    QTest.keyClicks(bar.field, "is:variable")
    assert bar.count.text() == "4 found"
    assert canvas.spotlight.is_on
    QTest.keyClick(bar.field, Qt.Key.Key_Return)
    assert canvas.selected_nodes() == ["W1"]
    assert bar.count.text() == "1 of 4"
    assert QApplication.focusWidget() is bar.field
    QTest.keyClick(bar.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert canvas.selected_nodes() == ["b2"]
    assert bar.count.text() == "4 of 4"
    window.document.rename("b2", "bias")
    assert finding.found[-1] == "bias"
    QTest.keyClicks(bar.field, "s")
    assert "There is no is:variables" in bar.refusal.text()
    assert not canvas.spotlight.is_on
    QTest.keyClick(bar.field, Qt.Key.Key_Escape)
    assert not bar.isVisible()
    assert QApplication.focusWidget() is canvas
    assert canvas.selected_nodes() == ["bias"]


def test_what_was_found_stands_out(window, qtbot):
    canvas = window.canvas
    theme = ThemeManager.instance().theme

    def names_colour(name: str) -> bool:
        """Whether the ink of the node's name has its full colour."""
        picture = canvas.grab().toImage()
        box = canvas.mapFromScene(canvas.graph_scene.nodes[name].box).boundingRect().intersected(canvas.rect())
        return any(
            picture.pixelColor(x, y) == theme.text
            for x in range(box.left(), box.right())
            for y in range(box.top(), box.bottom())
        )

    canvas.camera.show(canvas.graph_scene.nodes["logits"].box.center(), 1.0)
    # While it zooms, a preview is painted.
    qtbot.waitUntil(lambda: names_colour("logits"))
    assert names_colour("product2")
    window.features.finding.open()
    QTest.keyClicks(window.features.finding.bar.field, "logits")
    assert names_colour("logits")
    assert not names_colour("product2")
    window.features.finding.close()
    assert names_colour("product2")


def test_what_is_folded_away_is_shown(window):
    document, canvas = window.document, window.canvas
    document.rename("W2", "layer/W2")
    document.rename("b2", "layer/b2")
    document.set_folded(["layer"], True)
    window.features.finding.open()
    QTest.keyClicks(window.features.finding.bar.field, "layer/b2")
    QTest.keyClick(window.features.finding.bar.field, Qt.Key.Key_Return)
    assert document.folded == set()
    assert canvas.selected_nodes() == ["layer/b2"]
