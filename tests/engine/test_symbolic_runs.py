"""What is written of sizes holds for the arrays that come out when graphs run, with data of several sizes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engine as tf
from engine.formats.graph_file import load_graph_file
from engine.graph import EngineError, Graph, NodeKind, PortKind, Tensor
from engine.graph.symbolic.dimensions import Dimensions
from engine.graph.symbolic.expression import Expression
from engine.graph.symbolic.solver import solve_dimensions
from tests.end_to_end.programs import ran

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = sorted((ROOT / "resources" / "examples").glob("*.graph"))


def bound(dimensions: Dimensions, feeds: Mapping[Tensor, Any]) -> dict[str, int]:
    """The numbers that feeds give the symbols; sizes that are no symbols must be what is fed."""
    numbers: dict[str, int] = {}
    for tensor, array in feeds.items():
        for size, number in zip(dimensions.sizes(tensor) or (), np.shape(array), strict=False):
            if isinstance(size, Expression) and size.is_symbol:
                assert numbers.setdefault(*size.symbols, number) == number, f"{tensor.name} contradicts another feed"
    return numbers


def agreeing(
    dimensions: Dimensions, numbers: Mapping[str, int], tensors: Sequence[Tensor], arrays: Sequence[Any]
) -> int:
    """How many sizes were compared that no shape without names tells. Fails where one is another."""
    compared = 0
    for tensor, array in zip(tensors, arrays, strict=True):
        sizes = dimensions.sizes(tensor)
        if sizes is None:
            continue
        assert len(sizes) == np.ndim(array), tensor.name
        for size, static, number in zip(sizes, tensor.shape.dims or (), np.shape(array), strict=True):
            if isinstance(size, int):
                assert size == number, tensor.name
                compared += static is None
            elif size is not None and size.symbols <= numbers.keys():
                assert size.value(numbers) == number, f"{tensor.name}: {size}"
                compared += 1
    return compared


# --- random graphs -----------------------------------------------------------------------------------------------


def _axis(draw: Any, tensor: Tensor) -> int:
    return int(draw(st.integers(0, max(len(tensor.shape) - 1, 0))))


def _other(draw: Any, tensors: Sequence[Tensor]) -> Tensor:
    return draw(st.sampled_from(tensors))


#: What a random graph is made of: each takes a way to draw, a tensor, and all the tensors there are.
STEPS = {
    "tanh": lambda draw, x, all_: tf.tanh(x),
    "add": lambda draw, x, all_: x + _other(draw, all_),
    "multiply": lambda draw, x, all_: x * _other(draw, all_),
    "number": lambda draw, x, all_: x * 2.0,
    "row": lambda draw, x, all_: x + tf.ones([x.shape.as_list()[-1] or 3]),
    "matmul": lambda draw, x, all_: tf.matmul(x, tf.ones([3, draw(st.integers(1, 4))])),
    "gram": lambda draw, x, all_: tf.matmul(x, x, transpose_b=True),
    "product": lambda draw, x, all_: tf.matmul(x, _other(draw, all_)),
    "concat": lambda draw, x, all_: tf.concat([x, _other(draw, all_)], _axis(draw, x)),
    "beside": lambda draw, x, all_: tf.concat([x, x, x], _axis(draw, x)),
    "stack": lambda draw, x, all_: tf.stack([x, _other(draw, all_)], _axis(draw, x)),
    "flat": lambda draw, x, all_: tf.reshape(x, [-1]),
    "pairs": lambda draw, x, all_: tf.reshape(x, [-1, draw(st.integers(1, 6))]),
    "rows": lambda draw, x, all_: tf.reshape(x, [tf.shape(x)[0], -1]),
    "transpose": lambda draw, x, all_: tf.transpose(x),
    "sum": lambda draw, x, all_: tf.reduce_sum(x, _axis(draw, x), keepdims=draw(st.booleans())),
    "tail": lambda draw, x, all_: x[draw(st.integers(0, 3)) :],
    "head": lambda draw, x, all_: x[: draw(st.integers(-2, 4))],
    "every": lambda draw, x, all_: x[:: draw(st.integers(1, 3))],
    "tile": lambda draw, x, all_: tf.tile(x, [draw(st.integers(1, 3))] * len(x.shape)),
    "pad": lambda draw, x, all_: tf.pad(x, [[draw(st.integers(0, 2)), 1]] * len(x.shape)),
    "expand": lambda draw, x, all_: tf.expand_dims(x, _axis(draw, x)),
    "squeeze": lambda draw, x, all_: tf.squeeze(x),
    "like": lambda draw, x, all_: tf.ones(tf.shape(x)),
    "range": lambda draw, x, all_: tf.cast(tf.range(tf.size(x) + 1), tf.float32),
    "longer": lambda draw, x, all_: tf.zeros([tf.shape(x)[0] * 2 + draw(st.integers(0, 2)), 3]),
    "smaller": lambda draw, x, all_: tf.zeros([tf.minimum(tf.shape(x)[0], 4), 3]),
    "split": lambda draw, x, all_: tf.split(x, draw(st.integers(1, 3)), _axis(draw, x))[0],
    "gather": lambda draw, x, all_: tf.gather(x, [0, 0]),
    "where": lambda draw, x, all_: tf.where(x > 0.0, x, tf.zeros_like(x)),
    "chosen": lambda draw, x, all_: tf.boolean_mask(x, tf.reduce_sum(x, 1) > 0.0),
    "pool": lambda draw, x, all_: tf.layers.max_pooling1d(
        tf.expand_dims(x, 0), draw(st.integers(1, 3)), draw(st.integers(1, 3)), draw(st.sampled_from(["same", "valid"]))
    )[0],
    "gradient": lambda draw, x, all_: tf.gradients(tf.reduce_sum(tf.square(x)), all_[0])[0],
}


@settings(max_examples=60, deadline=None)
@given(st.data(), st.lists(st.sampled_from(sorted(STEPS)), min_size=1, max_size=7))
def test_random_graphs(data: st.DataObject, steps: list[str]) -> None:
    with Graph().as_default() as graph:
        tensors = []
        for name, shape in (("x", "B, 3"), ("y", "?, 3"), ("z", "?, ?")):
            tensors.append(graph.create("Placeholder", {}, {"shape": shape}, name).output)
        fed = list(tensors)
        for step in steps:
            try:
                made = STEPS[step](data.draw, data.draw(st.sampled_from(tensors)), tensors)
            except (EngineError, ValueError, TypeError):
                continue  # it does not fit
            if made is not None:
                tensors.append(made)
        dimensions = solve_dimensions(graph)
        if dimensions.problems():
            return
        with tf.Session() as session:
            for rows in (1, 2, 3, 4, 6, 12):
                numbers: dict[str, int] = {}
                feeds = {}
                for place, tensor in enumerate(fed):
                    shape = []
                    for size in dimensions.sizes(tensor) or ():
                        for symbol in size.symbols if isinstance(size, Expression) else ():
                            numbers.setdefault(symbol, rows + 2 * place)
                        shape.append(size.value(numbers) if isinstance(size, Expression) else size)
                    if min(shape) < 1:
                        break
                    feeds[tensor] = np.sin(np.arange(np.prod(shape), dtype=np.float32)).reshape(shape)
                try:
                    arrays = session.run(tensors, feeds)
                except (EngineError, ValueError):
                    continue  # not for these sizes: what an operation demands holds only where it runs
                agreeing(dimensions, numbers, tensors, arrays)


# --- the examples ------------------------------------------------------------------------------------------------


def feeds_for(dimensions: Dimensions, placeholders: Sequence[Tensor], rows: int) -> dict[Tensor, Any]:
    """Ones for each placeholder, so many rows where its sizes are free."""
    numbers: dict[str, int] = {}
    feeds = {}
    for tensor in placeholders:
        shape = []
        for size in dimensions.sizes(tensor) or ():
            if isinstance(size, Expression):
                size = size.value({name: numbers.setdefault(name, rows + len(numbers)) for name in size.symbols})
            shape.append(1 if size is None else size)
        feeds[tensor] = np.ones(shape, tensor.dtype.numpy)
    return feeds


def assert_forward_tensors_agree(graph: Graph) -> None:
    """All that needs no more than the placeholders, run for data of several sizes."""
    dimensions = solve_dimensions(graph)
    assert dimensions.problems() == []
    operations = graph.get_operations()
    placeholders = [op.output for op in operations if op.type == "Placeholder"]
    forward = [
        tensor
        for op in operations
        if not op.declaration.stateful and op.kind is NodeKind.OPERATION
        for tensor in op.outputs
        if tensor.dtype is not None and tensor.kind is PortKind.TENSOR
    ]
    assert forward
    for rows in (1, 5, 8):
        feeds = feeds_for(dimensions, placeholders, rows)
        with graph.as_default(), tf.Session() as session:
            session.run(tf.global_variables_initializer())
            arrays = session.run(forward, feeds)
        assert agreeing(dimensions, bound(dimensions, feeds), forward, arrays) > 0


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_examples(path: Path) -> None:
    graph = load_graph_file(path).graph
    for op in graph.get_operations():
        if op.type == "Placeholder":
            graph.set_attribute(op, "shape", [None, *(op.output.shape.dims or (None,))[1:]])
    assert_forward_tensors_agree(graph)


@pytest.mark.parametrize("name", ["softmax_classifier", "convolution", "autoencoder", "xor_network"])
def test_programs(name: str) -> None:
    assert_forward_tensors_agree(load_graph_file(ran(name).graph).graph)
