"""What is offered where a wire is refused for its shape or dtype, and that every offer makes it legal."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.graph import Graph, Operation, Output, TensorShape, check_connect
from engine.graph.inference import infer_downstream
from engine.repairs import ChangeAttributes, InsertNode, Repair, repairs_of_node, repairs_of_wire


def added(graph: Graph, op_type: str, name: str, **attributes: object) -> Operation:
    op = graph.add(op_type, name, attributes)
    infer_downstream([op])
    return op


def placeholder(graph: Graph, name: str, *shape: int | None, dtype: str = "float32") -> Operation:
    return added(graph, "Placeholder", name, shape=TensorShape(shape), dtype=dtype)


def variable(graph: Graph, name: str, *shape: int) -> Operation:
    return added(graph, "Variable", name, shape=TensorShape(shape))


def carry_out(graph: Graph, repair: Repair, wire: tuple[Output, Operation, str] | None) -> None:
    """Does what a repair says with the graph's own functions, and makes the wire that it is for."""
    if isinstance(repair, ChangeAttributes):
        for change in repair.changes:
            graph.set_attribute(graph.operation(change.node), change.attribute, change.value)
        if wire is not None:
            graph.connect(*wire)
        return
    between = graph.add(repair.op_type, "between", dict(repair.attributes))
    source = graph.operation(repair.source[0]).output_named(repair.source[1])
    assert source is not None
    graph.connect(source, between, repair.port)
    if wire is not None and (wire[1].name, wire[2]) != repair.target[:2]:
        graph.connect(*wire)
    graph.connect(between.output, graph.operation(repair.target.node), repair.target.port)


def product_of(graph: Graph, x: Operation) -> Operation:
    product = added(graph, "MatMul", "product")
    graph.connect(x.output, product, "x")
    return product


def sentences(repairs: list[Repair]) -> list[str]:
    return [repair.sentence for repair in repairs]


def test_a_variable_of_the_wrong_size_can_be_resized() -> None:
    graph = Graph()
    product = product_of(graph, placeholder(graph, "x", None, 3))
    W = variable(graph, "W", 4, 2)
    repairs = repairs_of_wire(graph, W.output, product, "y")
    assert sentences(repairs)[0] == "Change the shape of W from (4, 2) to (3, 2)"
    carry_out(graph, repairs[0], (W.output, product, "y"))
    assert product.problem is None
    assert product.output.shape == [None, 2]


def test_a_matrix_that_lies_on_its_side_is_transposed() -> None:
    graph = Graph()
    product = product_of(graph, placeholder(graph, "x", None, 3))
    U = variable(graph, "U", 2, 3)
    first = repairs_of_wire(graph, U.output, product, "y")[0]
    assert isinstance(first, InsertNode)
    assert (first.op_type, first.attributes, first.sentence) == ("Transpose", {"perm": (1, 0)}, "Transpose U to (3, 2)")
    assert (first.source, first.target) == (("U", "output"), ("product", "y", 0))


def test_pictures_are_reshaped_to_rows_for_a_dense_layer_and_examples_stay_apart() -> None:
    graph = Graph()
    product = added(graph, "MatMul", "product")
    graph.connect(variable(graph, "V", 784, 10).output, product, "y")
    images = placeholder(graph, "images", None, 28, 28)
    repairs = repairs_of_wire(graph, images.output, product, "x")
    assert sentences(repairs)[0] == "Reshape images to (?, 784)"
    assert not any(sentence.startswith("Reshape images to (784") for sentence in sentences(repairs))


def test_a_dtype_is_cast_to_that_of_the_other_input() -> None:
    graph = Graph()
    total = added(graph, "Add", "total")
    graph.connect(placeholder(graph, "x", 2, dtype="float64").output, total, "x")
    flag = added(graph, "Constant", "flag", value=np.array([1, 2]), dtype="int32")
    assert sentences(repairs_of_wire(graph, flag.output, total, "y")) == ["Cast flag to float64"]


def test_vectors_of_different_lengths_are_averaged_summed_or_resized() -> None:
    graph = Graph()
    total = added(graph, "Add", "total")
    a, b = placeholder(graph, "a", 3), variable(graph, "b", 4)
    graph.connect(a.output, total, "x")
    found = sentences(repairs_of_wire(graph, b.output, total, "y"))
    assert "Change the shape of b from (4,) to (3,)" in found
    assert "Average b over axis 0 to ()" in found
    assert "Sum b over axis 0 to ()" in found


def test_a_resized_variable_keeps_the_values_that_fit() -> None:
    graph = Graph()
    product = product_of(graph, placeholder(graph, "x", None, 3))
    W = added(graph, "Variable", "W", initial_value=np.arange(8.0).reshape(4, 2))
    repair = repairs_of_wire(graph, W.output, product, "y")[0]
    assert isinstance(repair, ChangeAttributes)
    carry_out(graph, repair, (W.output, product, "y"))
    np.testing.assert_array_equal(W.attributes["initial_value"], np.arange(6.0).reshape(3, 2))


def test_a_variable_with_random_values_has_them_made_in_the_new_shape() -> None:
    graph = Graph()
    product = product_of(graph, placeholder(graph, "x", None, 3))
    normal = added(graph, "RandomNormal", "normal", shape=TensorShape([4, 2]))
    W = added(graph, "Variable", "W")
    graph.connect(normal.output, W, "initial_value")
    repair = repairs_of_wire(graph, W.output, product, "y")[0]
    assert isinstance(repair, ChangeAttributes)
    assert [(change.node, change.attribute) for change in repair.changes] == [("normal", "shape")]
    carry_out(graph, repair, (W.output, product, "y"))
    assert W.output.shape == [3, 2]
    assert product.problem is None


def test_a_placeholder_that_is_resized_keeps_the_names_of_its_sizes() -> None:
    graph = Graph()
    x = added(graph, "Placeholder", "x", shape="[B, 4]")
    product = added(graph, "MatMul", "product")
    graph.connect(added(graph, "Variable", "W", initial_value=np.ones((3, 2))).output, product, "y")
    repairs = repairs_of_wire(graph, x.output, product, "x")
    repair = next(r for r in repairs if isinstance(r, ChangeAttributes) and r.changes[0].node == "x")
    carry_out(graph, repair, (x.output, product, "x"))
    assert product.problem is None
    assert list(x.attributes["shape"].names) == ["B", None]
    assert x.output.shape == [None, 3]


def test_nothing_is_offered_that_breaks_what_follows_or_for_a_wire_that_can_never_be() -> None:
    graph = Graph()
    x = placeholder(graph, "x", None, 3)
    product = product_of(graph, x)
    W = variable(graph, "W", 4, 2)
    other = added(graph, "MatMul", "other")
    graph.connect(placeholder(graph, "z", None, 4).output, other, "x")
    graph.connect(W.output, other, "y")
    found = sentences(repairs_of_wire(graph, W.output, product, "y"))
    assert not any("Change the shape of W" in sentence for sentence in found)
    assert repairs_of_wire(graph, product.output, product, "y") == []
    assert repairs_of_wire(graph, variable(graph, "V", 3, 2).output, product, "y") == []


def test_a_node_that_has_the_problem_already_is_mended_the_same_way() -> None:
    graph = Graph()
    product = product_of(graph, placeholder(graph, "x", None, 3))
    U = variable(graph, "U", 3, 2)
    graph.connect(U.output, product, "y")
    assert repairs_of_node(product) == []
    graph.set_attribute(U, "shape", TensorShape([2, 3]))
    assert product.problem is not None
    repairs = repairs_of_node(product)
    assert "Transpose U to (3, 2)" in sentences(repairs)
    carry_out(graph, next(r for r in repairs if r.sentence == "Transpose U to (3, 2)"), None)
    assert product.problem is None


SHAPES = st.lists(st.sampled_from([None, 1, 2, 3, 4, 6]), max_size=3)
DTYPES = st.sampled_from(["float32", "float64", "int32"])
TARGETS = st.sampled_from(["MatMul", "Add", "SquaredDifference", "SoftmaxCrossEntropyWithLogits", "BiasAdd", "Greater"])


@settings(max_examples=150, deadline=None)
@given(SHAPES, SHAPES, DTYPES, DTYPES, TARGETS)
def test_every_repair_that_is_offered_makes_the_wire_legal(
    first: list[int | None], second: list[int | None], one: str, two: str, op_type: str
) -> None:
    def build() -> tuple[Graph, tuple[Output, Operation, str]]:
        graph = Graph()
        target = added(graph, op_type, "target")
        ports = target.declaration.input_names
        a, b = placeholder(graph, "a", *first, dtype=one), placeholder(graph, "b", *second, dtype=two)
        if check_connect(graph, a.output, target, ports[0]):
            graph.connect(a.output, target, ports[0])
        return graph, (b.output, target, ports[1])

    graph, wire = build()
    refused = not check_connect(graph, *wire)
    found = repairs_of_wire(graph, *wire)
    assert refused or not found
    assert len(set(sentences(found))) == len(found)
    for number in range(len(found)):
        graph, wire = build()
        repair = repairs_of_wire(graph, *wire)[number]
        carry_out(graph, repair, wire)
        assert [problem.message for problem in graph.problems() if "Nothing is wired" not in problem.message] == []


@pytest.mark.parametrize("count", [1, 2])
def test_looking_for_repairs_changes_nothing(count: int) -> None:
    graph = Graph()
    product = product_of(graph, placeholder(graph, "x", None, 3))
    W = variable(graph, "W", 4, 2)
    version, specs = graph.version, [op.output.spec for op in graph.get_operations()]
    for _ in range(count):
        repairs_of_wire(graph, W.output, product, "y")
    assert (graph.version, [op.output.spec for op in graph.get_operations()]) == (version, specs)
    assert len(graph.get_operations()) == 3
