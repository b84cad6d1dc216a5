"""Which inputs are said to be broadcast, checked with numpy's own rules."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.graph import Graph, Operation, TensorShape
from engine.graph.broadcasting import broadcasts_of
from engine.graph.inference import infer_downstream


def operation(op_type: str, *shapes: tuple[int | None, ...], **attributes: object) -> Operation:
    graph = Graph()
    op = graph.add(op_type, "op", attributes)
    for port, shape in zip(op.declaration.input_names, shapes, strict=False):
        source = graph.add("Placeholder", port, {"shape": TensorShape(shape)})
        infer_downstream([source])
        graph.connect(source.output, op, port)
    return op


def said(op: Operation) -> dict[str, str]:
    return {each.port: str(each) for each in broadcasts_of(op)}


@pytest.mark.parametrize("op_type", ["Add", "Multiply", "Greater", "Maximum", "SquaredDifference", "Pow"])
def test_a_row_is_broadcast_to_a_matrix(op_type: str) -> None:
    assert said(operation(op_type, (4, 2), (2,))) == {"y": "(2,) is broadcast to (4, 2)"}


def test_both_inputs_can_be_broadcast_and_an_unknown_batch_is_no_obstacle() -> None:
    assert said(operation("Add", (4, 1), (1, 2))) == {
        "x": "(4, 1) is broadcast to (4, 2)",
        "y": "(1, 2) is broadcast to (4, 2)",
    }
    assert said(operation("Add", (None, 3), (3,))) == {"y": "(3,) is broadcast to (?, 3)"}
    assert said(operation("BiasAdd", (None, 3), (3,))) == {"bias": "(3,) is broadcast to (?, 3)"}


def test_nothing_is_said_where_nothing_is_repeated_or_nothing_fits() -> None:
    assert said(operation("Add", (4, 2), (4, 2))) == {}
    assert said(operation("Add", (None,), (4,))) == {}
    assert said(operation("Add", (4, 2))) == {}
    assert said(operation("Add", (4,), (3,))) == {}
    assert said(operation("MatMul", (4, 2), (2, 3))) == {}


SHAPES = st.lists(st.integers(1, 3), max_size=3).map(tuple)


@given(SHAPES, SHAPES)
def test_what_is_said_is_what_numpy_does(first: tuple[int, ...], second: tuple[int, ...]) -> None:
    try:
        result = np.broadcast_shapes(first, second)
    except ValueError:
        result = None
    wanted = {port for port, shape in (("x", first), ("y", second)) if result is not None and shape != result}
    assert {each.port for each in broadcasts_of(operation("Multiply", first, second))} == wanted
