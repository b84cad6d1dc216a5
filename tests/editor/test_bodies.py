"""Entering the bodies of loops and branches."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QToolButton

import engine as tf
from editor.body_stack import BodyStack
from editor.document import Document
from engine.formats import save_graph
from tests.editor import gui
from tests.editor.canvas_kit import Canvas


@pytest.fixture
def path(tmp_path):
    graph = tf.Graph()
    with graph.as_default():
        x = tf.placeholder(tf.float32, [], name="x")
        _, total = tf.while_loop(
            lambda i, total: tf.less(i, 3),
            lambda i, total: (tf.add(i, 1, name="next"), tf.multiply(total, x, name="grow")),
            [tf.constant(0, name="start"), tf.constant(1.0, name="one")],
            name="loop",
        )
        tf.cond(tf.less(x, 1.0), lambda: tf.negative(total, name="minus"), lambda: total, name="choice")
    save_graph(graph, tmp_path / "model.graph")
    return tmp_path / "model.graph"


@pytest.fixture
def canvas(qapp, path):
    document = Document()
    document.open(path)
    canvas = Canvas(document)
    canvas.stack = BodyStack(canvas.view, document)
    canvas.stack.resize(1000, 700)
    canvas.stack.set_motion_reduced(True)
    canvas.stack.show()
    canvas.view.fit()
    yield canvas
    canvas.stack.close()


def loop_name(canvas):
    return next(name for name in canvas.document.names() if canvas.document.operation(name).type == "While")


def crumbs_of(canvas):
    QApplication.processEvents()
    found = [crumb for crumb in canvas.stack.crumbs.findChildren(QToolButton) if crumb.isVisible()]
    return {crumb.text(): crumb for crumb in found}


def test_a_double_click_enters_a_loop_and_esc_leads_back(canvas):
    name = loop_name(canvas)
    canvas.view.reveal(name)
    assert not canvas.stack.crumbs.isVisible()
    gui.double_click(canvas.viewport, canvas.on_node(name))
    body = canvas.stack.current
    assert body is not canvas.view
    types = {body.document.operation(inner).type for inner in body.document.names()}
    assert {"Add", "Multiply"} <= types
    assert canvas.stack.crumbs.isVisible()
    texts = list(crumbs_of(canvas))
    assert texts[:2] == ["model", name]
    gui.press_key(body, Qt.Key.Key_Escape)
    assert canvas.stack.current is canvas.view
    assert canvas.view.selected_nodes() == [name]


def test_a_body_can_be_looked_at_and_moved_but_not_changed(canvas):
    canvas.stack.enter(loop_name(canvas))
    body = canvas.stack.current
    refusals = []
    canvas.stack.refused.connect(refusals.append)
    names = body.document.names()
    body.select(names[:1])
    gui.press_key(body, Qt.Key.Key_Delete)
    assert body.document.names() == names
    assert len(refusals) == 1
    assert not body.document.rename(names[0], "other")
    assert not body.document.check_connect(names[0], "output", names[1], "x")
    body.document.move_nodes({names[0]: (5.0, 5.0)})
    assert body.document.position(names[0]) == (5.0, 5.0)
    gui.press_key(body, Qt.Key.Key_Backspace)
    assert canvas.stack.current is canvas.view


def test_the_other_body_and_the_way_back_are_a_click_away(canvas):
    canvas.stack.enter(loop_name(canvas))
    first = canvas.stack.current.document.graph
    crumbs = crumbs_of(canvas)
    other = next(crumb for crumb in crumbs.values() if crumb.isCheckable() and not crumb.isChecked())
    other.click()
    second = canvas.stack.current.document.graph
    assert second is not first
    assert "Less" in {op.type for op in [*first.get_operations(), *second.get_operations()]}
    crumbs_of(canvas)["model"].click()
    assert canvas.stack.current is canvas.view


def test_an_edit_of_the_document_leads_back_to_it(canvas):
    canvas.stack.enter(loop_name(canvas))
    canvas.document.move_nodes({"x": (1.0, 2.0)})
    assert canvas.stack.current is canvas.view


def test_a_node_without_a_body_says_so(canvas):
    refusals = []
    canvas.stack.refused.connect(refusals.append)
    canvas.stack.enter("x")
    assert refusals == ["x has no body to enter."]
    assert canvas.stack.current is canvas.view
