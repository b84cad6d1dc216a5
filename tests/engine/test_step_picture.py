"""Pictures of tensors compared to numpy, pictures of steps to the tutorial's figures and to derivatives by hand."""

from __future__ import annotations

import math
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from engine.debugger.debugger import Debugger
from engine.debugger.moment import Moment
from engine.debugger.tensors.step_picture import StepPainter, StepPicture
from engine.debugger.tensors.tensor_picture import CELLS, NOT_COMPUTED, TensorPicture, TensorState, picture_of
from engine.formats.graph_file import load_graph_file
from engine.graph import Graph
from engine.model import Model
from engine.training.run import TrainingRun

Array = np.ndarray[Any, np.dtype[Any]]

EXAMPLES = Path(__file__).resolve().parents[2] / "resources" / "examples"
MEMORY = 1 << 24

floats = hnp.arrays(
    st.sampled_from([np.float16, np.float32, np.float64]), hnp.array_shapes(min_dims=0, max_dims=2, max_side=60)
)
whole_numbers = hnp.arrays(
    st.sampled_from([np.int8, np.uint8, np.int64, np.bool_]), hnp.array_shapes(max_dims=2, max_side=60)
)


# --- tensors -------------------------------------------------------------------------------------------------------


@given(st.one_of(floats, whole_numbers))
def test_a_picture_holds_the_largest_of_each_part(array: Array) -> None:
    picture = picture_of(array)
    assert (picture.shape, picture.dtype, picture.state) == (array.shape, array.dtype.name, TensorState.COMPUTED)
    assert picture.is_whole == (array.size <= CELLS)
    wide = array.astype(np.float64) if array.dtype.kind == "f" else array.astype(object)
    is_float = array.dtype.kind == "f"
    assert picture.has_nan == (is_float and bool(np.isnan(array).any()))
    assert picture.has_inf == (is_float and bool(np.isinf(array).any()))
    if picture.is_whole:
        whole = picture.array()
        assert whole is not None
        np.testing.assert_array_equal(whole, array)
        assert whole.dtype == array.dtype
        return
    for part, element in zip(np.array_split(wide.ravel(), CELLS), picture.elements, strict=True):
        if is_float and np.isnan(part).any():
            assert isinstance(element, float)
            assert math.isnan(element)
        else:
            assert not isinstance(element, str)
            assert abs(element) == max(abs(item) for item in part)
            assert element in part.tolist()


def test_of_a_large_tensor_nothing_that_is_not_finite_is_passed_over() -> None:
    array = np.random.default_rng(0).normal(size=(700, 300)).astype(np.float32)
    picture = picture_of(array)
    assert not picture.has_nan
    assert not picture.is_whole
    assert picture.array() is None
    assert set(picture.elements) <= set(array.ravel().tolist())
    array[333, 217] = np.nan
    array[1, 1] = -np.inf
    picture = picture_of(array)
    assert (picture.has_nan, picture.has_inf) == (True, True)
    assert picture.elements[0] == -math.inf
    assert sum(math.isnan(element) for element in picture.elements) == 1  # type: ignore[arg-type]


def test_large_numbers_whose_sum_overflows_are_finite() -> None:
    picture = picture_of(np.full(100, 3e38, np.float32))
    assert not picture.has_inf
    assert picture.elements == (float(np.float32(3e38)),) * CELLS
    assert picture_of(np.full((2,), 1.7e308)).elements == (1.7e308, 1.7e308)
    assert not picture_of(np.full((2,), 1.7e308)).has_inf


def test_texts_and_complex_numbers_have_pictures() -> None:
    texts = np.array([b"one", "zwölf".encode()], object)
    picture = picture_of(texts)
    assert picture.elements == ("one", "zwölf")
    whole = picture.array()
    assert whole is not None
    assert whole.tolist() == texts.tolist()
    assert picture_of(np.full(100, b"x", object)).elements == ()
    assert picture_of(np.array([3 + 4j])).elements == (3 + 4j,)
    assert picture_of(np.full(100, 3 + 4j)).elements == (5.0,) * CELLS


def test_a_tensor_without_elements_has_a_picture() -> None:
    assert picture_of(np.zeros((0, 3))).elements == ()
    assert picture_of(np.zeros((0, 3))).is_whole
    assert NOT_COMPUTED.array() is None


# --- steps ---------------------------------------------------------------------------------------------------------


def example(name: str) -> tuple[Debugger, StepPainter]:
    path = EXAMPLES / f"{name}.graph"
    run = TrainingRun(load_graph_file(path), path.parent)
    return Debugger(run, MEMORY), StepPainter(run.graph)


def paint(debugger: Debugger, painter: StepPainter) -> StepPicture:
    return painter.paint(debugger.step, debugger.moment)


def elements(picture: TensorPicture | None) -> tuple[Any, ...]:
    assert picture is not None
    return picture.elements


def test_the_tutorials_first_step() -> None:
    debugger, painter = example("linear_regression")
    before = paint(debugger, painter)
    assert elements(before.tensors["x", "output"]) == (1, 2, 3, 4)
    assert elements(before.tensors["W", "output"]) == (1,)
    assert before.tensors["product", "output"] == NOT_COMPUTED
    assert set(before.gradients.values()) == {NOT_COMPUTED}

    debugger.step_phase()
    forward = paint(debugger, painter)
    assert elements(forward.tensors["hypothesis", "output"]) == (2, 3, 4, 5)
    assert elements(forward.tensors["cost", "output"]) == (41,)
    assert set(forward.gradients.values()) == {NOT_COMPUTED}

    debugger.step_phase()
    backward = paint(debugger, painter)
    assert elements(backward.gradients["W", "output", "product", "x", 0]) == (-35,)
    assert elements(backward.gradients["b", "output", "hypothesis", "y", 0]) == (-12,)
    assert elements(backward.gradients["cost", "output", "train", "loss", 0]) == (1,)
    assert elements(backward.gradients["error", "output", "squared_error", "x", 0]) == (-1.5, -2.5, -3.5, -4.5)
    assert ("x", "output", "product", "y", 0) not in backward.gradients, "the data needs no gradient"
    assert not backward.reads

    debugger.step_phase()
    update = paint(debugger, painter)
    assert elements(update.tensors["W", "output"]) == (4.5,)
    assert elements(update.tensors["b", "output"]) == pytest.approx((2.2,))
    assert elements(update.carried(("W", "output"))) == (1,), "what flowed along the wire was the value before"
    assert elements(update.carried(("x", "output"))) == (1, 2, 3, 4)
    assert update.carried(("train", "output")) is None


def test_what_an_earlier_step_computed_is_stale_and_what_a_later_one_did_is_not_shown() -> None:
    debugger, painter = example("linear_regression")
    debugger.step_batch()
    first = paint(debugger, painter)
    debugger.step_operation()
    second = paint(debugger, painter)
    assert second.moment == Moment(1, 0, 1)
    assert second.tensors["product", "output"].state is TensorState.COMPUTED
    assert second.tensors["cost", "output"] == first.tensors["cost", "output"]._replace(state=TensorState.STALE)
    gradient = "W", "output", "product", "x", 0
    assert second.gradients[gradient].state is TensorState.STALE
    assert elements(second.gradients[gradient]) == (-35,)

    debugger.step_batch()
    done = paint(debugger, painter)
    assert done.gradients[gradient].state is TensorState.COMPUTED
    debugger.seek(Moment(1, 0, 1))
    assert paint(debugger, painter) == second, "the step's own later values do not show before they are computed"
    debugger.seek(Moment(0, 0, 1))
    assert paint(debugger, painter).tensors["cost", "output"] == NOT_COMPUTED
    assert pickle.loads(pickle.dumps(second)) == second


@pytest.mark.parametrize("name", ["linear_regression", "xor", "digits"])
def test_a_variables_one_wire_carries_its_whole_gradient(name: str) -> None:
    debugger, painter = example(name)
    debugger.step_batch()
    picture = paint(debugger, painter)
    run = debugger.run
    for op in run.graph.get_operations():
        if op.type != "Variable":
            continue
        lowered = debugger.step.lowered(op.output)
        assert lowered is not None
        total = debugger.step.gradient(lowered)
        assert total is not None
        value = debugger.step.value(total)
        assert value is not None
        (wire,) = (key for key in picture.gradients if key[0] == op.name)
        assert picture.gradients[wire] == picture_of(value)


def square_sum_model() -> Model:
    """The loss is the sum of (w + w) * w and of w, so that w is read along four wires, twice by one operation."""
    graph = Graph()
    w = graph.create("Variable", attributes={"initial_value": [1.0, 2.0]}, name="w").output
    double = graph.apply("Add", w, w, name="double")
    product = graph.apply("Multiply", double, w, name="product")
    added = graph.apply("Add", product, w, name="added")
    loss = graph.apply("ReduceSum", added, name="loss")
    graph.create("GradientDescent", {"loss": loss}, {"learning_rate": 0.5}, name="train")
    return Model(graph)


def test_where_a_tensor_is_read_along_several_wires_each_has_its_part() -> None:
    run = TrainingRun(square_sum_model())
    debugger, painter = Debugger(run, MEMORY), StepPainter(run.graph)
    debugger.step_batch()
    gradients = paint(debugger, painter).gradients
    w = np.array([1.0, 2.0])
    parts = {
        ("w", "output", "double", "x", 0): w,
        ("w", "output", "double", "y", 0): w,
        ("w", "output", "product", "y", 0): 2 * w,
        ("w", "output", "added", "y", 0): np.ones(2),
    }
    for wire, part in parts.items():
        assert elements(gradients[wire]) == tuple(part)
    np.testing.assert_array_equal(np.sum(list(parts.values()), axis=0), 4 * w + 1)


def test_what_takes_no_part_in_the_step_is_not_in_its_picture() -> None:
    model = square_sum_model()
    graph = model.graph
    graph.apply("Square", graph.operation("w").output, name="aside")
    debugger = Debugger(TrainingRun(model), MEMORY)
    picture = StepPainter(graph).paint(debugger.step, debugger.moment)
    assert ("aside", "output") not in picture.tensors
    assert not any(wire[2] == "aside" for wire in picture.gradients)
