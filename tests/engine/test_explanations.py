"""Why a number is what it is: sums that add up, derivatives against central differences, the tutorial's figures."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engine as tf
from engine.debugger.explanations import ElementReason, How, Kind, explain
from engine.debugger.observed_step import ObservedStep
from engine.graph import Graph, InvalidArgumentError, Tensor, declarations, float64
from engine.model import Model, RunSettings

from .explanation_models import apply, apply_to_list, central_difference, complete_step, lowered, step_of
from .helpers import wave
from .models import linear_regression

Array = np.ndarray[Any, np.dtype[Any]]
Build = Callable[..., Any]


def numbers(*shape: int) -> Array:
    return np.asarray(wave(*shape), float)


labels = np.abs(numbers(3, 4)) / np.abs(numbers(3, 4)).sum(1, keepdims=True)
CONV = {"strides": [1, 1, 1, 1]}
POOL = {"ksize": [1, 2, 2, 1], "strides": [1, 2, 2, 1], "padding": "VALID"}
#: Operations whose results are sums: what is built, and from what.
ADDITIVE: dict[str, tuple[Build, tuple[Array, ...]]] = {
    "Add": (apply("Add"), (numbers(2, 3), numbers(3))),
    "Subtract": (apply("Subtract"), (numbers(2, 3), numbers(2, 1))),
    "Negative": (apply("Negative"), (numbers(3),)),
    "AddN": (apply_to_list("AddN"), (numbers(2, 2), numbers(2, 2) + 1, numbers(2, 2) - 2)),
    "Maximum": (apply("Maximum"), (numbers(2, 3), numbers(3) / 2)),
    "Minimum": (apply("Minimum"), (numbers(2, 3), numbers(3) / 2)),
    "Where": (apply("Where"), (numbers(4) > 0, numbers(4), numbers(4) + 7)),
    "MatMul": (apply("MatMul"), (numbers(3, 4), numbers(4, 2))),
    "MatMul transposed": (apply("MatMul", transpose_a=True, transpose_b=True), (numbers(4, 3), numbers(2, 4))),
    "MatMul batched": (apply("MatMul"), (numbers(2, 3, 4), numbers(1, 4, 2))),
    "Einsum": (apply_to_list("Einsum", "operands", equation="ij,kj->ki"), (numbers(3, 4), numbers(2, 4))),
    "Cross": (apply("Cross"), (numbers(2, 3), numbers(2, 3) + 1)),
    "ReduceSum": (apply("ReduceSum", axis=[0]), (numbers(3, 4),)),
    "ReduceMean": (apply("ReduceMean", axis=[1], keepdims=True), (numbers(3, 4),)),
    "ReduceMax": (apply("ReduceMax", axis=[1]), (numbers(3, 4),)),
    "ReduceMin": (apply("ReduceMin"), (numbers(3, 4),)),
    "L2Loss": (apply("L2Loss"), (numbers(3, 4),)),
    "BiasAdd": (apply("BiasAdd"), (numbers(2, 3), numbers(3))),
    "Cumsum": (apply("Cumsum", axis=1, exclusive=False, reverse=True), (numbers(3, 4),)),
    "Conv1D": (apply("Conv1D", strides=[1, 2, 1]), (numbers(2, 5, 2), numbers(3, 2, 3))),
    "Conv2D": (apply("Conv2D", strides=[1, 2, 1, 1]), (numbers(2, 4, 5, 2), numbers(3, 2, 2, 3))),
    "Conv2DTranspose": (apply("Conv2DTranspose", strides=[1, 2, 2, 1]), (numbers(1, 2, 3, 2), numbers(3, 3, 2, 2))),
    "DepthwiseConv2d": (apply("DepthwiseConv2dNative", **CONV), (numbers(1, 4, 4, 2), numbers(2, 3, 2, 2))),
    "Conv3D": (apply("Conv3D"), (numbers(1, 3, 3, 2, 2), numbers(2, 2, 1, 2, 2))),
    "MaxPool": (apply("MaxPool", **POOL), (numbers(1, 4, 4, 2),)),
    "AvgPool": (apply("AvgPool", **POOL), (numbers(1, 4, 4, 2),)),
    "Reshape": (apply("Reshape", shape=[2, 6]), (numbers(3, 4),)),
    "Transpose": (apply("Transpose", perm=[1, 0]), (numbers(3, 4),)),
    "Concat": (apply_to_list("Concat", axis=1), (numbers(2, 2), numbers(2, 3))),
    "Stack": (apply_to_list("Stack", axis=1), (numbers(2, 3), numbers(2, 3) + 5)),
    "Gather": (apply("Gather"), (numbers(4, 2), np.array([3, 1, 3]))),
    "Tile": (apply("Tile", multiples=[2, 1]), (numbers(2, 3),)),
    "Pad": (apply("Pad", paddings=[[1, 0], [0, 2]], constant_values=3.0), (numbers(2, 3),)),
    "Reverse": (apply("Reverse", axis=[1]), (numbers(2, 3),)),
    "ExpandDims": (apply("ExpandDims", axis=1), (numbers(2, 3),)),
    "Identity": (apply("Identity"), (numbers(2, 3),)),
    "Sort": (apply("Sort"), (numbers(2, 4),)),
    "SegmentSum": (apply("SegmentSum"), (numbers(4, 2), np.array([0, 0, 1, 1]))),
    "SegmentMean": (apply("SegmentMean"), (numbers(4, 2), np.array([0, 0, 0, 1]))),
    "ScatterNd": (apply("ScatterNd", shape=[3, 2]), (np.array([[0], [2], [0]]), numbers(3, 2))),
    "ResizeBilinear": (apply("ResizeBilinear", size=[5, 4]), (numbers(1, 3, 3, 1),)),
    "MatrixDiag": (apply("MatrixDiag"), (numbers(3),)),
    "MatrixSolve": (apply("MatrixSolve"), (numbers(3, 3) + 3 * np.eye(3), numbers(3, 2))),
    "SoftmaxCrossEntropy": (apply("SoftmaxCrossEntropyWithLogits"), (labels, numbers(3, 4) * 2)),
    "SparseSoftmaxCrossEntropy": (
        apply("SparseSoftmaxCrossEntropyWithLogits"),
        (np.array([1, 0, 3]), numbers(3, 4) * 2),
    ),
}

positive, unit, spread = np.abs(numbers(2, 3)) + 0.3, numbers(2, 3) * 0.8, numbers(2, 3) * 2 + 0.1
#: Differentiable functions, away from their kinks.
FUNCTIONS: dict[str, tuple[Build, tuple[Array, ...]]] = {
    **{name: (apply(name), (positive, spread)) for name in ("Multiply", "Pow")},
    **{name: (apply(name), (spread, positive[0])) for name in ("Divide", "DivNoNan", "Xdivy", "Atan2", "FloorMod")},
    **{name: (apply(name), (spread, positive[0])) for name in ("SquaredDifference", "Xlogy", "MultiplyNoNan")},
    **{
        name: (apply(name), (positive,))
        for name in ("Sqrt", "Log", "Rsqrt", "Reciprocal", "Lgamma", "Digamma", "Log1p")
    },
    **{name: (apply(name), (unit,)) for name in ("Asin", "Acos", "Atanh", "Tan")},
    **{name: (apply(name), (positive + 1,)) for name in ("Acosh", "Log1p")},
    **{
        name: (apply(name), (spread,))
        for name in (
            *("Abs", "Square", "Exp", "Relu", "Sigmoid", "Tanh", "Relu6", "LeakyRelu", "Elu", "Selu", "Softplus"),
            *("Softsign", "Expm1", "Erf", "Erfc", "Sin", "Cos", "Atan", "Sinh", "Cosh", "Asinh"),
            *("Softmax", "LogSoftmax", "ReduceEuclideanNorm", "ReduceLogSumExp", "ReduceProd", "Cumprod"),
        )
    },
    "SigmoidCrossEntropyWithLogits": (apply("SigmoidCrossEntropyWithLogits"), (positive, spread)),
    "MatrixInverse": (apply("MatrixInverse"), (numbers(3, 3) + 3 * np.eye(3),)),
    "MatrixDeterminant": (apply("MatrixDeterminant"), (numbers(3, 3) + 3 * np.eye(3),)),
}


@pytest.fixture(scope="module")
def steps() -> dict[str, ObservedStep]:
    """The steps that were made, by what is built."""
    return {}


def made(steps: dict[str, ObservedStep], name: str, cases: dict[str, tuple[Build, tuple[Array, ...]]]) -> ObservedStep:
    if name not in steps:
        build, inputs = cases[name]
        steps[name] = step_of(build, *inputs)
    return steps[name]


def assert_adds_up(reason: ElementReason) -> None:
    """The listed contributions and the rest are the value, to 1e-12 of the sum's size."""
    size = sum(abs(term.contribution or 0.0) for term in reason.terms) + abs(reason.element.value)
    assert reason.total == pytest.approx(reason.element.value, rel=1e-12, abs=1e-12 * size)


@pytest.mark.parametrize("name", ADDITIVE)
def test_every_element_of_a_sum_adds_up(name: str, steps: dict[str, ObservedStep]) -> None:
    step = made(steps, name, ADDITIVE)
    op = lowered(step, "asked")
    value = step.value(op.outputs[0])
    assert value is not None
    for index in np.ndindex(value.shape):
        reason = explain(step, op.outputs[0], index)
        if reason.how is How.GIVEN:  # what a Pad puts there
            assert name in ("Pad", "ScatterNd", "MatrixDiag", "Conv2DTranspose")
            continue
        assert reason.how is How.SUM
        assert_adds_up(reason)
        for term in reason.terms:
            for element in term.elements:
                tensor = step.graph.get_tensor_by_name(element.tensor)
                assert element.value == step.read_value(op, op.inputs.index(tensor))[element.index]  # type: ignore[index]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_local_derivatives_are_central_differences(name: str, steps: dict[str, ObservedStep]) -> None:
    step = made(steps, name, FUNCTIONS)
    op = lowered(step, "asked")
    value = step.value(op.outputs[0])
    assert value is not None
    values = [np.asarray(step.read_value(op, place)) for place in range(len(op.inputs))]
    for index in [tuple(size - 1 for size in value.shape), tuple(0 for _ in value.shape)]:
        reason = explain(step, op.outputs[0], index)
        assert reason.how is How.FUNCTION
        shown = {(term.elements[0].tensor, term.elements[0].index): term.factor for term in reason.terms}
        for place, tensor in enumerate(op.inputs):
            for at in np.ndindex(values[place].shape):
                expected = central_difference(op, values, place, at)[index]
                assert shown.get((tensor.name, at), 0.0) == pytest.approx(expected, rel=2e-5, abs=1e-7)


GRADIENTS = {**ADDITIVE, **FUNCTIONS}


@pytest.mark.parametrize("name", GRADIENTS)
def test_gradients_are_upstream_times_local_derivative(name: str, steps: dict[str, ObservedStep]) -> None:
    step = made(steps, name, GRADIENTS)
    op = lowered(step, "asked")
    values = [np.asarray(step.read_value(op, place)) for place in range(len(op.inputs))]
    for place, tensor in enumerate(op.inputs):
        if step.gradient(tensor) is None:
            assert values[place].dtype.kind != "f"
            continue
        index = tuple(size // 2 for size in values[place].shape)
        reason = explain(step, tensor, index, Kind.GRADIENT)
        assert_adds_up(reason)
        upstream = step.value(step.gradient(op.outputs[0]))  # type: ignore[arg-type]
        slope = central_difference(op, values, place, index)
        told = {term.elements[0].index: term for term in reason.terms}
        for at in np.ndindex(slope.shape):
            if at not in told:
                assert slope[at] == pytest.approx(0, abs=1e-7)
                continue
            assert told[at].factor == pytest.approx(slope[at], rel=2e-5, abs=1e-7)
            assert told[at].elements[0].value == upstream[at]  # type: ignore[index]
            assert told[at].path == "asked"


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_matrix_products_of_any_shape_add_up(data: st.DataObject) -> None:
    rows, inner, columns = (data.draw(st.integers(1, 40)) for _ in range(3))
    transpose_a, transpose_b = data.draw(st.booleans()), data.draw(st.booleans())
    x = numbers(inner, rows) if transpose_a else numbers(rows, inner)
    y = numbers(columns, inner) if transpose_b else numbers(inner, columns)
    step = step_of(apply("MatMul", transpose_a=transpose_a, transpose_b=transpose_b), x, y)
    index = data.draw(st.integers(0, rows - 1)), data.draw(st.integers(0, columns - 1))
    reason = explain(step, lowered(step, "asked").outputs[0], index)
    assert_adds_up(reason)
    assert len(reason.terms) + reason.unlisted == inner


def test_the_tutorials_gradients_are_sums_over_its_four_rows() -> None:
    step = complete_step(linear_regression())
    variables = {op.name: op.output for op in step.graph.get_operations() if op.type == "Variable"}
    of_weight = explain(step, variables["W"], (0,), Kind.GRADIENT)
    assert (of_weight.element.value, of_weight.total) == (-35, -35)
    # Two times the error over four, times x, for each row.
    assert [term.contribution for term in of_weight.terms] == [-1.5, -5, -10.5, -18]
    assert [term.factor for term in of_weight.terms] == [1, 2, 3, 4]
    assert [term.elements[0].value for term in of_weight.terms] == [-1.5, -2.5, -3.5, -4.5]
    of_bias = explain(step, variables["b"], (0,), Kind.GRADIENT)
    assert [term.contribution for term in of_bias.terms] == [-1.5, -2.5, -3.5, -4.5]
    assert of_bias.element.value == -12
    cost = explain(step, step.loss, ())
    assert [term.contribution for term in cost.terms] == [2.25, 6.25, 12.25, 20.25]
    assert cost.numbers == r"\mathrm{cost} = \frac{1}{4} \cdot \left(9 + 25 + 49 + 81\right) = 41"


def test_the_tutorials_update_shows_the_rate_times_the_gradient() -> None:
    step = complete_step(linear_regression())
    variable = next(op.output for op in step.graph.get_operations() if op.name == "W")
    update = explain(step, variable, (0,))
    assert update.numbers == r"W_{0} = 1 - 0.1 \cdot \left(-35\right) = 4.5"
    assert update.total == 4.5
    assert [term.elements[0].value for term in update.terms] == [1.0, -3.5]
    before = update.terms[0].elements[0]
    assert (before.label, before.kind) == ("W[0] before", Kind.BEFORE)
    kept = explain(step, variable, (0,), Kind.BEFORE)
    assert (kept.how, kept.element.value) == (How.GIVEN, 1.0)


def test_an_optimizers_arithmetic_is_written_as_one_formula() -> None:
    with Graph().as_default() as graph:
        w = tf.get_variable("w", [2], initializer=tf.constant_initializer([1.0, -2.0]))
        tf.train.AdamOptimizer(0.01).minimize(tf.reduce_sum(w * w, name="loss"))
    step = complete_step(Model(graph, data={}, run=RunSettings()))
    update = explain(step, step.graph.get_tensor_by_name("w:0"), (1,))
    assert update.formula == (
        r"w_{1} \leftarrow w_{1} - \frac{\mathrm{Adam}'_{1} \cdot \frac{\mathrm{learning\_rate} \cdot "
        r"\sqrt{1 - \mathrm{beta2\_power}}}{1 - \mathrm{beta1\_power}}}"
        r"{\sqrt{\mathrm{Adam\_1}'_{1}} + \mathrm{epsilon}}"
    )
    # The moments after a gradient of −4: a tenth of it, and a thousandth of its square.
    assert update.numbers == (
        r"w_{1} = -2 - \frac{\left(-0.4\right) \cdot \frac{0.01 \cdot \sqrt{1 - 0.999}}{1 - 0.9}}"
        r"{\sqrt{0.0159998} + 1 \cdot 10^{-8}} = -1.99"
    )


def test_paths_that_join_are_added() -> None:
    step = step_of(
        lambda g, v: g.apply("Add", g.apply("Square", v[0], name="a"), g.apply("Sin", v[0], name="b")), numbers(3)
    )
    tensor = next(op.output for op in step.graph.get_operations() if op.name == "v0")
    reason = explain(step, tensor, (1,), Kind.GRADIENT)
    assert {term.path for term in reason.terms} == {"a", "b"}
    x, weight = numbers(3)[1], wave(3)[1] + 1.5
    assert reason.total == pytest.approx(weight * (2 * x + np.cos(x)), rel=1e-12)
    assert "2 paths join" in reason.note


def test_shares_that_are_no_multiples_are_written_as_they_are() -> None:
    step = step_of(apply("L2Loss"), np.array([3.0, -1.0]))
    reason = explain(step, lowered(step, "asked").outputs[0], ())
    assert reason.numbers == r"\mathrm{asked} = 4.5 + 0.5 = 5"


def test_what_no_gradient_leads_through_names_what_it_depends_on() -> None:
    step = step_of(apply("ArgMax", axis=1), numbers(2, 4)[:, :1] * np.ones((2, 2)))
    reason = explain(step, lowered(step, "asked").outputs[0], (1,))
    assert reason.how is How.DEPENDS
    assert {term.elements[0].index for term in reason.terms} == {(1, 0), (1, 1)}


def test_a_sum_of_many_lists_the_largest_and_tells_the_rest() -> None:
    step = step_of(apply("ReduceSum"), numbers(300))
    reason = explain(step, lowered(step, "asked").outputs[0], ())
    assert len(reason.terms) + reason.unlisted == 300
    smallest = min(abs(term.contribution or 0) for term in reason.terms)
    assert smallest >= np.sort(np.abs(numbers(300)))[-len(reason.terms)]
    assert_adds_up(reason)


def test_a_number_that_is_none_is_found_among_the_terms() -> None:
    values = numbers(300)
    values[7] = np.nan
    step = step_of(apply("ReduceSum"), values)
    first = explain(step, lowered(step, "asked").outputs[0], ()).terms[0]
    assert first.elements[0].index == (7,) and np.isnan(first.contribution or 0.0)


def test_reasons_can_be_sent_to_another_process() -> None:
    step = complete_step(linear_regression())
    reason = explain(step, step.loss, ())
    assert pickle.loads(pickle.dumps(reason)) == reason


def test_what_cannot_be_explained_is_a_sentence() -> None:
    step = complete_step(linear_regression())
    with pytest.raises(InvalidArgumentError, match=r"no element \[3\]"):
        explain(step, step.loss, (3,))
    x = next(op.output for op in step.graph.get_operations() if op.name == "x")
    with pytest.raises(InvalidArgumentError, match="No gradient of cost flows back to x"):
        explain(step, x, (0,), Kind.GRADIENT)
    step.go_to(0)
    with pytest.raises(InvalidArgumentError, match="cost is not computed yet"):
        explain(step, step.loss, ())


OPTIMIZERS = [d.type for d in declarations() if d.updating is not None and d.type != "AdagradDA"]


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_number_behind_an_update_can_be_asked_for(optimizer: str) -> None:
    graph = Graph()
    given = {"initial_value": [[0.5, -1.25], [2.0, 0.75]], "dtype": float64, "shape": [2, 2]}
    W = graph.create("Variable", attributes=given, name="W").output
    product = graph.apply("MatMul", graph.apply("Constant", value=numbers(3, 2), dtype=float64, name="x"), W)
    loss = graph.apply("ReduceMean", graph.apply("Square", graph.apply("Tanh", product)), name="loss")
    graph.create(optimizer, {"loss": loss}, name="train")
    step = complete_step(Model(graph, data={}, run=RunSettings()))
    waiting: list[tuple[str, tuple[int, ...], Kind]] = [("W:0", (1, 0), Kind.VALUE)]
    seen = set(waiting)
    while waiting:
        name, index, kind = waiting.pop()
        reason = explain(step, step.graph.get_tensor_by_name(name), index, kind)
        if reason.how is How.SUM:
            assert_adds_up(reason)
        for element in (*(e for term in reason.terms for e in term.elements), *reason.see_also):
            key = (element.tensor, element.index, element.kind)
            if key not in seen:
                seen.add(key)
                waiting.append(key)
    asked = {step.graph.get_tensor_by_name(name).op.phase for name, _, _ in seen}
    assert asked == {"forward", "backward", "update"}


def test_a_gradient_that_no_tensor_of_the_step_holds_is_told_by_its_parts() -> None:
    def build(graph: Graph, v: list[Tensor]) -> Tensor:
        return graph.apply("Square", graph.apply("Gather", v[0], v[1], name="rows"))

    step = step_of(build, numbers(5, 2), np.array([3, 1, 3]))
    table = next(op.output for op in step.graph.get_operations() if op.name == "v0")
    reason = explain(step, table, (3, 1), Kind.GRADIENT)
    weights = wave(3, 2) + 1.5
    assert reason.total == pytest.approx(2 * numbers(5, 2)[3, 1] * (weights[0, 1] + weights[2, 1]), rel=1e-12)
    assert [term.elements[0].label for term in reason.terms] == ["∂loss/∂rows[0, 1]", "∂loss/∂rows[2, 1]"]
    assert explain(step, table, (0, 0), Kind.GRADIENT).element.value == 0


def test_what_runs_bodies_is_told_as_a_whole() -> None:
    with Graph().as_default() as graph:
        w = tf.get_variable("w", [2], initializer=tf.constant_initializer(1.5))
        _, power = tf.while_loop(lambda i, p: i < 3, lambda i, p: (i + 1, p * w), [0, tf.ones([2])])
        tf.train.GradientDescentOptimizer(0.1).minimize(tf.reduce_sum(power))
    step = complete_step(Model(graph, data={}, run=RunSettings()))
    variable = next(op.output for op in step.graph.get_operations() if op.name == "w")
    gradient = explain(step, variable, (0,), Kind.GRADIENT)
    assert gradient.total == gradient.element.value == 3 * 1.5**2
    loop = next(op for op in step.operations if op.type == "While" and op.phase == "forward")
    assert explain(step, loop.outputs[1], (0,)).how is How.DEPENDS
