"""Building and changing a graph: names, wires, refusals, what programs ask of it."""

from __future__ import annotations

import threading

import numpy as np
import pytest

import engine as tf
from engine.graph import (
    AttributeValueError,
    DTypeError,
    Graph,
    GraphError,
    NodeKind,
    ShapeError,
    Tensor,
    Variable,
    check_connect,
    declarations,
    declare,
    unknown_declaration,
)


@pytest.fixture
def graph():
    """Every test builds in a graph of its own."""
    with tf.Graph().as_default() as graph:
        yield graph


def test_names_are_made_unique(graph):
    a, b, c = (tf.constant(1.0, name="a") for _ in range(3))
    assert [t.op.name for t in (a, b, c)] == ["a", "a_1", "a_2"]
    assert (a + b).op.name == "add"
    assert (a + b).op.name == "add_1"
    assert tf.constant(1.0, name="a_1").op.name == "a_1_1"
    assert b.name == "a_1:0"
    assert repr(b) == "<tf.Tensor 'a_1:0' shape=() dtype=float32>"


def test_name_scopes(graph):
    with graph.name_scope("layer") as scope:
        assert scope == "layer/"
        inner = tf.constant(1.0, name="c")
        with graph.name_scope("deep"):
            deepest = tf.constant(1.0, name="c")
    with graph.name_scope("layer") as again:
        other = tf.constant(1.0, name="c")
    with graph.name_scope(scope):
        back = tf.constant(1.0, name="c")
    assert [t.op.name for t in (inner, deepest, other, back)] == ["layer/c", "layer/deep/c", "layer_1/c", "layer/c_1"]
    assert again == "layer_1/"


@pytest.mark.parametrize("name", ["", "a b", "/a", "a:0", "é!", "x" * 501, "-a", "a\n"])
def test_bad_names_are_refused(graph, name):
    with pytest.raises(GraphError, match="is not a valid scope name"):
        graph.add("Constant", name)
    op = graph.add("Constant", "good")
    with pytest.raises(GraphError, match="is not a valid scope name"):
        graph.rename(op, name)
    assert (op.name, len(graph)) == ("good", 1)


@pytest.mark.parametrize("name", ["x", "W_1", "layer/W", "1st", ".hidden", "a-b", "가중치", "α"])
def test_good_names_are_taken(graph, name):
    assert graph.add("Constant", name).name == name
    assert graph.operation(name).name == name


def test_renaming(graph):
    x = graph.add("Placeholder", "x", {"shape": [2, 3]})
    y = graph.add("Placeholder", "y", {"shape": [2, 4]})
    total = graph.add("Add", "total")
    graph.connect(x.output, total, "x")
    graph.connect(y.output, total, "y")
    assert "x is (2, 3)" in total.problem.message
    graph.rename(x, "height")
    assert "height is (2, 3)" in total.problem.message, "the sentence goes with the name"
    with pytest.raises(GraphError, match="already a node called 'y'"):
        graph.rename(x, "y")
    graph.rename(x, "height")
    assert [op.name for op in graph.get_operations()] == ["height", "y", "total"], "the order stays"
    assert "x" not in graph
    assert graph.unique_name("x") == "x"


def test_connecting_replaces_the_wire_of_a_single_port(graph):
    a, b, negative = graph.add("Placeholder"), graph.add("Variable"), graph.add("Negative")
    graph.connect(a.output, negative, "x")
    graph.connect(b.output, negative, "x")
    assert negative.inputs == [b.output]
    assert a.output.consumers() == []
    assert graph.disconnect(negative, "x") == {negative}
    assert negative.inputs == []
    with pytest.raises(GraphError, match="Nothing is wired to 'x'"):
        graph.disconnect(negative, "x")


def test_cycles_are_refused_in_a_sentence(graph):
    first, second, third = (graph.add("Negative", name) for name in ("first", "second", "third"))
    graph.connect(first.output, second, "x")
    graph.connect(second.output, third, "x")
    words = "third already depends on first; a wire from it to first would close a circle"
    assert check_connect(graph, third.output, first, "x").reason.startswith(words)
    with pytest.raises(GraphError, match=words):
        graph.connect(third.output, first, "x")
    with pytest.raises(GraphError, match="cannot be its own input"):
        graph.connect(first.output, first, "x")
    with pytest.raises(GraphError, match="close a circle"):
        graph.connect(third.done, first, "after")
    assert first.inputs == []


def test_refusals_name_what_does_not_fit(graph):
    x = graph.create("Placeholder", attributes={"shape": [None, 3]}, name="x").output
    w = graph.create("Variable", attributes={"shape": [4, 2]}, name="W").output
    product = graph.add("MatMul", "product")
    graph.connect(x, product, "x")
    verdict = check_connect(graph, w, product, "y")
    assert not verdict
    assert "MatMul needs the inner sizes to agree: x is (?, 3) and W is (4, 2); " in verdict.reason
    assert product.problem is None
    assert check_connect(graph, x, product, "z").reason == "product has no input called 'z'; there is x, y."
    assert "already wired" in check_connect(graph, x, product, "x").reason
    graph.connect(w, product, "y")
    assert product.problem.node == "product"


def test_refusals_look_further_than_the_next_node(graph):
    """A wire that fits where it ends may not fit what follows from it."""
    x = graph.create("Placeholder", attributes={"shape": [5]}, name="x").output
    passed = graph.add("Identity", "passed")
    three = tf.constant([1.0, 2.0, 3.0])
    total = graph.add("Add", "total")
    graph.connect(three, total, "x")
    graph.connect(passed.output, total, "y")
    verdict = check_connect(graph, x, passed, "x")
    assert not verdict
    assert "(at total, which follows from this wire)" in verdict.reason


def test_a_bad_wire_stays_visible_and_mends_itself(graph):
    x = graph.add("Placeholder", "x", {"shape": [2, 3]})
    y = graph.add("Placeholder", "y", {"shape": [2, 4]})
    total, after = graph.add("Add", "total"), graph.add("Negative", "after")
    graph.connect(x.output, total, "x")
    graph.connect(total.output, after, "x")
    assert graph.connect(y.output, total, "y") == {total, after}
    assert [problem.node for problem in graph.problems()] == ["total"]
    assert graph.set_attribute(y, "shape", "[2, 3]") == {y, total, after}
    assert graph.problems() == []
    assert after.output.shape == [2, 3]


def test_problems_name_missing_wires(graph):
    graph.add("Add", "total")
    assert [(p.node, p.port) for p in graph.problems()] == [("total", "x"), ("total", "y")]
    assert str(graph.problems()[0]) == "total: Nothing is wired to 'x'; connect it."


def test_removing_takes_the_wires_along(graph):
    x, negative, after = graph.add("Placeholder"), graph.add("Negative"), graph.add("Negative")
    graph.connect(x.output, negative, "x")
    graph.connect(negative.output, after, "x")
    assert graph.remove(negative) == {after}
    assert (x.output.consumers(), after.inputs) == ([], [])
    assert negative.name not in graph


def test_what_cannot_be_built_leaves_nothing_behind(graph):
    x = tf.placeholder(tf.float32, [2, 3])
    before = graph.get_operations()
    for build, error in [
        (lambda: graph.create("MatMul", {"x": x, "y": x}), ShapeError),
        (lambda: graph.create("Add", {"x": x}), GraphError),
        (lambda: graph.create("Add", {"x": x, "y": x}, {"speed": 1}), GraphError),
        (lambda: graph.create("Add", {"x": x, "z": x}), GraphError),
        (lambda: graph.create("Reshape", {"x": x}, {"shape": "x"}), AttributeValueError),
        (lambda: graph.create("Nonsense"), GraphError),
        (lambda: graph.create("Add", {"x": x, "y": x}, name="a b"), GraphError),
        (lambda: graph.apply("Negative", x, x), GraphError),
        (lambda: graph.add("Reshape", "r", {"shape": "x"}), AttributeValueError),
        (lambda: graph.create("Add", {"x": x, "y": "text"}), DTypeError),
    ]:
        with pytest.raises(error):
            build()
        assert graph.get_operations() == before, "something stayed behind"
        assert x.consumers() == []


def test_values_become_constants_of_the_other_operands_dtype(graph):
    x = tf.placeholder(tf.float64, [2])
    for total in (x + 1, 1 + x, x * np.array([1, 2]), np.array([1, 2]) * x, x - [0.5, 1]):
        assert total.dtype == "float64"
        assert total.shape == [2]
    whole = tf.placeholder(tf.int32)
    assert (whole + 2.0).dtype == "int32"
    with pytest.raises(DTypeError, match=r"Expected int32, got 0\.5"):
        whole + 0.5


def test_python_operators(graph):
    x, y = tf.placeholder(tf.float64), tf.placeholder(tf.float64)
    v = tf.Variable(3.0, dtype="float64")
    expressions = {
        x + y: 6.0, x - y: 2.0, x * y: 8.0, x / y: 2.0, x**y: 16.0, -x: -4.0, abs(-x): 4.0, x > y: True, x < y: False,
        1 + x: 5.0, 1 - x: -3.0, 2 * x: 8.0, 8 / x: 2.0, 2**x: 16.0,
        v + x: 7.0, v - x: -1.0, v * x: 12.0, v / x: 0.75, v**y: 9.0, -v: -3.0, abs(v): 3.0, v > y: True, v < y: False,
        1 + v: 4.0, 1 - v: -2.0, 2 * v: 6.0, 6 / v: 2.0, 2**v: 8.0, x + v: 7.0,
    }  # fmt: skip
    session = tf.Session()
    session.initialize()
    for tensor, expected in expressions.items():
        assert session.run(tensor, {x: 4, y: 2}) == expected
    matrix = tf.Variable([[1.0, 2.0]])
    session.initialize([matrix.op])
    assert session.run(matrix @ np.array([[1], [1]])).tolist() == [[3]]
    assert session.run([[2.0]] @ matrix).tolist() == [[2, 4]]


def test_tensors_are_no_python_values(graph):
    x = tf.placeholder(tf.float32, name="x")
    with pytest.raises(TypeError, match=r"using a `tf\.Tensor` as a Python `bool` is not allowed"):
        bool(x)
    with pytest.raises(TypeError, match="only iterable when eager"):
        list(x)
    with pytest.raises(TypeError):
        bool(tf.Variable(1.0))
    assert x == x
    assert (x == 1) is False
    assert x in [x]


def test_finding_things(graph):
    x = tf.placeholder(tf.float32, name="x")
    assert graph.get_tensor_by_name("x:0") is x
    assert graph.get_operation_by_name("x") is x.op
    assert graph.operation("x") is x.op
    with pytest.raises(ValueError, match="refers to an Operation, not a Tensor"):
        graph.get_tensor_by_name("x")
    for missing in ("x:1", "y:0"):
        with pytest.raises(KeyError, match="does not exist"):
            graph.get_tensor_by_name(missing)
    with pytest.raises(KeyError, match="not in the graph"):
        graph.get_operation_by_name("y")
    with pytest.raises(GraphError, match="no node called 'y'"):
        graph.operation("y")
    with pytest.raises(ValueError, match="no attr named"):
        x.op.get_attr("nothing")
    assert x.op.get_attr("dtype") == "float32"


def test_tensors_of_another_graph_are_refused(graph):
    with Graph().as_default():
        stranger = tf.placeholder(tf.float32, name="stranger")
    with pytest.raises(ValueError, match="stranger:0 must be from the same graph"):
        tf.placeholder(tf.float32) + stranger


def test_set_shape_adds_knowledge(graph):
    x = tf.placeholder(tf.float32, [None, 3])
    x.set_shape([5, None])
    assert x.get_shape().as_list() == [5, 3]
    with pytest.raises(ShapeError):
        x.set_shape([6, 3])


def test_ancestors_and_steps(graph):
    a, b = tf.constant(1.0, name="a"), tf.constant(2.0, name="b")
    total = a + b
    aside = graph.create("Group", {"after": [total.op.done]})
    assert graph.ancestors([total.op]) == {a.op, b.op, total.op}
    assert graph.ancestors([aside]) == {a.op, b.op, total.op, aside}
    assert aside.control_inputs == [total.op]
    assert aside.inputs == []


def test_variables_have_handles(graph):
    v = tf.Variable([1.0, 2.0], name="W")
    assert (v.name, v.dtype.base_dtype, v.shape, v.trainable) == ("W:0", "float32", [2], True)
    assert v.initializer is v.initializer
    assert v.initializer.name == "W/Assign"
    assert repr(v) == "<tf.Variable 'W:0' shape=(2,) dtype=float32_ref>"
    assert Variable.of(v.op).output is v.output
    with pytest.raises(ValueError, match="is a Constant, not a Variable"):
        Variable.of(tf.constant(1.0).op)
    with pytest.raises(ValueError, match="initial_value must be specified"):
        tf.Variable()
    assert tf.Variable(lambda: 3.0).dtype.base_dtype == "float32"
    assert isinstance(v.value(), Tensor)
    with pytest.raises(TypeError, match="not iterable"):
        iter(v)


def test_default_graphs_stack_and_reset():
    outside = tf.get_default_graph()
    with Graph().as_default() as inner:
        assert tf.get_default_graph() is inner
        with pytest.raises(AssertionError, match="Do not use"):
            tf.reset_default_graph()
    assert tf.get_default_graph() is outside
    tf.reset_default_graph()
    assert tf.get_default_graph() is not outside


def test_each_thread_has_its_own_default_graph(graph):
    seen = []
    thread = threading.Thread(target=lambda: seen.append(tf.get_default_graph()))
    thread.start()
    thread.join()
    assert seen[0] is not graph


def test_unknown_operations_are_kept_with_their_wires(graph):
    x = tf.placeholder(tf.float32)
    op = graph.add(unknown_declaration("Mystery", ["value", "after"], ["first", "second", "done"]), "odd")
    graph.connect(x, op, "value")
    negative = graph.add("Negative")
    graph.connect(op.outputs[1], negative, "x")
    assert op.kind is NodeKind.UNKNOWN
    assert [tensor.port for tensor in op.outputs] == ["first", "second"]
    assert [problem.node for problem in graph.problems()] == ["odd"]
    assert "no operation called Mystery" in graph.problems()[0].message


def test_an_operation_is_declared_once():
    with pytest.raises(GraphError, match="declared twice"):
        declare(declarations()[0])


def test_the_version_grows_with_changes_only(graph):
    x = tf.placeholder(tf.float32)
    version = graph.version
    negative = tf.negative(x)
    assert graph.version == version, "adding leaves older plans right"
    graph.set_attribute(x.op, "shape", [2])
    assert graph.version > version
    version = graph.version
    graph.disconnect(negative.op, "x")
    assert graph.version > version
