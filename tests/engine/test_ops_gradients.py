"""Every gradient, and the gradient of every gradient, against central differences in float64."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engine as tf
from engine.compiler.gradients import build_gradients
from engine.graph import declarations
from tests.engine.cases import CASES, cases
from tests.engine.reference import Kernel, evaluate, numeric_gradient

DECLARATIONS = {declaration.type: declaration for declaration in declarations()}
DIFFERENTIABLE = [name for name in CASES if DECLARATIONS[name].gradient is not None]
#: The dtype that operations want which take whole numbers only.
WHOLE = dict.fromkeys(("OneHot", "BitwiseAnd", "BitwiseOr", "BitwiseXor", "LeftShift", "RightShift", "Invert"), "int32")
WITHOUT = [name for name in CASES if DECLARATIONS[name].gradient is None]


def quick(examples):
    return settings(max_examples=examples, deadline=None, derandomize=True)


class Differentiated:
    """An operation with placeholders before it, a weight for each of its outputs' elements, and its gradients.

    The gradients are those of Σ weight · output to each input of float64 and to the weight's placeholder.
    """

    def __init__(self, op_type, case, shapes=None):
        self.op, placeholders = case.build(op_type, shapes)
        self.graph = self.op.graph
        self.arrays = case.arrays()
        generator = np.random.default_rng(len(self.arrays))
        self.output_shape = Kernel(self.op, self.arrays).outputs[0].shape.known()
        self.weights = generator.uniform(0.5, 1.5, self.output_shape)
        shape = None if shapes is not None else self.output_shape
        self.weight = self.graph.create(
            "Placeholder", attributes={"dtype": self.op.output.dtype, "shape": tf.TensorShape(shape)}
        ).output
        self.feeds = dict(zip(placeholders, self.arrays, strict=True))
        self.inputs = [p for p, array in self.feeds.items() if array.dtype == np.float64]
        self.gradients = build_gradients(self.graph, [self.op.output], self.inputs, [self.weight])

    def analytic(self):
        """The gradients' values, zeros where there is none."""
        present = [gradient for gradient in self.gradients if gradient is not None]
        values = dict(zip(present, evaluate(present, self.feeds | {self.weight: self.weights}), strict=True))
        return [
            np.zeros_like(self.feeds[x]) if gradient is None else values[gradient]
            for x, gradient in zip(self.inputs, self.gradients, strict=True)
        ]


def differentiable_case(data, op_type):
    """A case in float64; a Cast that stays there, since no difference can be taken of a rounded result."""
    case = data.draw(cases(op_type, "float64"))
    if op_type == "Cast":
        case.attributes["dtype"] = "float64"
    return case


@pytest.mark.parametrize("op_type", DIFFERENTIABLE)
@quick(10)
@given(data=st.data())
def test_gradients_are_what_differences_say(op_type, data):
    one = Differentiated(op_type, differentiable_case(data, op_type))
    kernel = Kernel(one.op, one.arrays)

    def weighted(*arrays):
        return np.sum(one.weights * kernel(*arrays))

    names = list(one.feeds)
    for x, value in zip(one.inputs, one.analytic(), strict=True):
        numeric = numeric_gradient(weighted, one.arrays, names.index(x))
        assert value.shape == numeric.shape
        np.testing.assert_allclose(value, numeric, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("op_type", DIFFERENTIABLE)
@quick(5)
@given(data=st.data())
def test_gradients_need_no_static_shapes(op_type, data):
    case = differentiable_case(data, op_type)
    known = Differentiated(op_type, case)
    unknown = Differentiated(op_type, case, [None] * len(known.arrays))
    for x, gradient in zip(known.inputs, known.gradients, strict=True):
        assert gradient is None or (gradient.shape == x.shape and gradient.dtype == x.dtype)
    for first, second in zip(known.analytic(), unknown.analytic(), strict=True):
        np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize("op_type", DIFFERENTIABLE)
@quick(5)
@given(data=st.data())
def test_a_session_computes_the_same_gradients(op_type, data):
    one = Differentiated(op_type, differentiable_case(data, op_type))
    fetches, expected = [one.op.output], evaluate([one.op.output], one.feeds)
    for x, gradient, value in zip(one.inputs, one.gradients, one.analytic(), strict=True):
        if gradient is not None:
            node = {"ys": [one.op.output], "x": x, "grad_ys": [one.weight]}
            fetches.append(one.graph.create("Gradients", node).output)
            expected.append(value)
    session = tf.Session(graph=one.graph)
    for result, value in zip(session.run(fetches, one.feeds | {one.weight: one.weights}), expected, strict=True):
        # A session may add up in another order, or gather factors.
        np.testing.assert_allclose(result, value, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("op_type", DIFFERENTIABLE)
@quick(4)
@given(data=st.data())
def test_second_gradients_are_what_differences_of_the_first_say(op_type, data):
    one = Differentiated(op_type, differentiable_case(data, op_type))
    first = [gradient for gradient in one.gradients if gradient is not None]
    generator = np.random.default_rng(1)
    feeds = one.feeds | {one.weight: one.weights}
    weights = [generator.uniform(0.5, 1.5, np.shape(value)) for value in evaluate(first, feeds)]
    seeds = [
        one.graph.create("Placeholder", attributes={"dtype": "float64", "shape": value.shape}).output
        for value in weights
    ]
    tensors = list(feeds)
    wanted = [*one.inputs, one.weight]
    second = build_gradients(one.graph, first, wanted, seeds)
    arrays = list(feeds.values())

    def weighted(*changed):
        values = evaluate(first, dict(zip(tensors, changed, strict=True)))
        return sum(np.sum(weight * value) for weight, value in zip(weights, values, strict=True))

    for x, gradient in zip(wanted, second, strict=True):
        numeric = numeric_gradient(weighted, arrays, tensors.index(x))
        value = np.zeros_like(numeric)
        if gradient is not None:
            (value,) = evaluate([gradient], feeds | dict(zip(seeds, weights, strict=True)))
        np.testing.assert_allclose(value, numeric, rtol=1e-5, atol=1e-6)


def test_operations_without_gradient_give_none():
    for op_type in WITHOUT:
        declaration = DECLARATIONS[op_type]
        if any(port.variadic for port in declaration.inputs) or op_type in ("InTopK", "InvertPermutation"):
            continue  # they take no two tensors of one dtype and shape
        graph = tf.Graph()
        dtype = WHOLE.get(
            op_type, "bool" if op_type.startswith("Logical") or op_type in ("ReduceAll", "ReduceAny") else "float32"
        )
        x = graph.create("Placeholder", attributes={"dtype": dtype, "shape": [2, 2]}).output
        y = graph.create(op_type, {port.name: x for port in declaration.inputs}).output
        assert build_gradients(graph, [y], [x]) == [None]
    assert set(WITHOUT) == {
        "StopGradient", "OneHot", "ArgMax", "Equal", "NotEqual", "Greater", "GreaterEqual", "Less", "LessEqual",
        "LogicalAnd", "LogicalOr", "LogicalNot", "LogicalXor", "IsNan", "IsInf", "IsFinite", "ApproximateEqual",
        "Floor", "Ceil", "Round", "Rint", "FloorDiv", "TruncateDiv", "TruncateMod", "BitwiseAnd", "BitwiseOr",
        "BitwiseXor", "LeftShift", "RightShift", "Invert", "Rank", "Shape", "Size",
        "ZerosLike", "OnesLike", "ReducedCount",
        "ArgMin", "ReduceAll", "ReduceAny", "InTopK", "InvertPermutation",
    }  # fmt: skip


def test_the_same_tensor_at_both_inputs():
    x = np.array([1.5, -2.0])
    slopes = {"Add": [2.0, 2.0], "Subtract": [0.0, 0.0], "Multiply": 2 * x, "Divide": [0.0, 0.0], "Maximum": [1.0, 1.0]}
    for op_type, expected in slopes.items():
        graph = tf.Graph()
        p = graph.create("Placeholder", attributes={"dtype": "float64"}).output
        gradient = graph.create("Gradients", {"ys": [graph.apply(op_type, p, p)], "x": p}).output
        np.testing.assert_allclose(tf.Session(graph=graph).run(gradient, {p: x}), np.asarray(expected), atol=1e-15)
