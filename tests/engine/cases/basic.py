"""Cases of the operations of the first families."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import mutually_broadcastable_shapes

from engine.graph import TensorShape

from .kit import ALL, FLOATS, Array, Case, Draw, OpCases, axis_of, binary, broadcast_shapes, numbers, shape, unary


def nonzero_divisor(draw: Draw, dtype: str) -> Case:
    x, y = numbers(draw, dtype, *broadcast_shapes(draw, 2))
    return Case({"x": x, "y": np.where(y == 0, np.ones_like(y), y)}, {})


def where(draw: Draw, dtype: str) -> Case:
    condition, *shapes = broadcast_shapes(draw, 3)
    x, y = numbers(draw, dtype, *shapes)
    return Case({"condition": numbers(draw, "bool", condition)[0], "x": x, "y": y}, {})


def along_axis(draw: Draw, dtype: str) -> Case:
    x = numbers(draw, dtype, shape(draw, minimum=1, least=1))[0]
    return Case({"x": x}, {"axis": axis_of(draw, x.ndim)})


def reduction(draw: Draw, dtype: str) -> Case:
    x = numbers(draw, dtype, shape(draw, least=1))[0]
    axes = st.lists(st.integers(0, x.ndim - 1), unique=True) if x.ndim else st.just([])
    axis = draw(st.none() | axes)
    if axis is not None:
        axis = tuple(a - x.ndim if draw(st.booleans()) else a for a in axis)
    return Case({"x": x}, {"axis": axis, "keepdims": draw(st.booleans())})


def product(draw: Draw, dtype: str) -> Case:
    batch_x, batch_y = broadcast_shapes(draw, 2)
    rows, inner, columns = (draw(st.integers(1, 4)) for _ in range(3))
    transpose_a, transpose_b = draw(st.booleans()), draw(st.booleans())
    x_shape = (*batch_x, *((inner, rows) if transpose_a else (rows, inner)))
    y_shape = (*batch_y, *((columns, inner) if transpose_b else (inner, columns)))
    x, y = numbers(draw, dtype, x_shape, y_shape)
    return Case({"x": x, "y": y}, {"transpose_a": transpose_a, "transpose_b": transpose_b})


def matmul(x: Array, y: Array, transpose_a: bool, transpose_b: bool) -> Array:
    return np.asarray(np.einsum(f"...{'ki' if transpose_a else 'ik'},...{'jk' if transpose_b else 'kj'}->...ij", x, y))


def permuted(draw: Draw, dtype: str) -> Case:
    x = numbers(draw, dtype, shape(draw))[0]
    return Case({"x": x}, {"perm": draw(st.none() | st.permutations(range(x.ndim)))})


def reshaped(draw: Draw, dtype: str) -> Case:
    old = shape(draw)
    new: list[int | None] = list(draw(st.permutations(old)))
    if len(new) > 1 and draw(st.booleans()):
        new = [(new[0] or 0) * (new[1] or 0), *new[2:]]
    if new and 0 not in old and draw(st.booleans()):
        new[draw(st.integers(0, len(new) - 1))] = None
    return Case({"x": numbers(draw, dtype, old)[0]}, {"shape": TensorShape(new)})


def open_size(size: int | None) -> int:
    return -1 if size is None else size


def joined_shapes(draw: Draw) -> tuple[int, list[tuple[int, ...]]]:
    """An axis (as a person may write it) and shapes that differ along it only."""
    base = shape(draw, minimum=1)
    axis = axis_of(draw, len(base))
    place = axis % len(base)
    sizes = draw(st.lists(st.integers(0, 3), min_size=1, max_size=4))
    return axis, [(*base[:place], size, *base[place + 1 :]) for size in sizes]


def joined(draw: Draw, dtype: str) -> Case:
    axis, shapes = joined_shapes(draw)
    return Case({"values": numbers(draw, dtype, *shapes)}, {"axis": axis})


def part_of_joined(draw: Draw, dtype: str) -> Case:
    axis, shapes = joined_shapes(draw)
    parts = numbers(draw, dtype, *shapes)
    index = draw(st.integers(0, len(parts) - 1))
    whole = np.concatenate(parts, axis)
    return Case({"x": whole, "before": parts[:index], "like": parts[index]}, {"axis": axis})


def slice_of(x: Array, *shapes: Array, axis: int) -> Array:
    start = sum(part.shape[axis] for part in shapes[:-1])
    return np.take(x, range(start, start + shapes[-1].shape[axis]), axis)


def padded_part(draw: Draw, dtype: str) -> Case:
    case = part_of_joined(draw, dtype)
    inputs = case.inputs
    return Case({"x": inputs["like"], "before": inputs["before"], "like": inputs["x"]}, case.attributes)


def padded(x: Array, *shapes: Array, axis: int) -> Array:
    start = sum(part.shape[axis] for part in shapes[:-1])
    widths = [(0, 0)] * x.ndim
    widths[axis] = (start, shapes[-1].shape[axis] - start - x.shape[axis])
    return np.pad(x, widths)


def one_hot(draw: Draw, dtype: str) -> Case:
    indices = numbers(draw, dtype, shape(draw))[0]
    attributes = {
        "depth": draw(st.integers(0, 4)),
        "dtype": draw(st.sampled_from(ALL)),
        "on_value": draw(st.sampled_from([1.0, 3.0])),
        "off_value": draw(st.sampled_from([0.0, -1.0])),
        "axis": draw(st.integers(-1, indices.ndim)),
    }
    return Case({"x": indices}, attributes)


def one_hot_expected(x: Array, depth: int, dtype: str, on_value: float, off_value: float, axis: int) -> Array:
    rows = [[on_value if index == k else off_value for k in range(depth)] for index in x.ravel()]
    return np.moveaxis(np.array(rows).reshape(*x.shape, depth), -1, axis).astype(dtype)


def cast(draw: Draw, dtype: str) -> Case:
    return Case({"x": numbers(draw, dtype, shape(draw))[0]}, {"dtype": draw(st.sampled_from(ALL))})


def summed_back(draw: Draw, dtype: str) -> Case:
    shapes = draw(mutually_broadcastable_shapes(num_shapes=2, min_dims=0, max_dims=3, min_side=1, max_side=4))
    narrow = shapes.input_shapes[0]
    return Case(dict(zip(("x", "like"), numbers(draw, dtype, shapes.result_shape, narrow), strict=True)), {})


def sum_to(x: Array, like: Array) -> Array:
    """By definition: each element of the narrow array collects all those it was repeated to."""
    result = np.zeros(like.shape, x.dtype)
    places = np.broadcast_to(np.arange(like.size).reshape(like.shape), x.shape)
    np.add.at(result.reshape(-1), places.ravel(), x.ravel())
    return result


def repeated(draw: Draw, dtype: str) -> Case:
    case = summed_back(draw, dtype)
    return Case({"x": case.inputs["like"], "like": case.inputs["x"]}, {})


def reshaped_like(draw: Draw, dtype: str) -> Case:
    old = shape(draw)
    x, like = numbers(draw, dtype, old, tuple(draw(st.permutations(old))))
    return Case({"x": x, "like": like}, {})


def expanded(draw: Draw, dtype: str) -> Case:
    case = reduction(draw, dtype)
    like = case.inputs["x"]
    reduced = np.sum(like, **case.attributes, dtype=like.dtype)
    return Case({"x": np.asarray(reduced), "like": like}, case.attributes)


def expand(x: Array, like: Array, axis: tuple[int, ...] | None, keepdims: bool) -> Array:
    places = tuple(range(like.ndim)) if axis is None else axis
    kept = x if keepdims else np.expand_dims(x, tuple(a % like.ndim for a in places) if like.ndim else ())
    return np.zeros_like(like) + kept


def counted(draw: Draw, dtype: str) -> Case:
    case = expanded(draw, dtype)
    return Case({"x": case.inputs["like"], "reduced": case.inputs["x"]}, {})


def probabilities(draw: Draw, dtype: str) -> Case:
    """Labels that add up to 1 in each row: TensorFlow's gradient p − y is that of the loss for these only."""
    size = shape(draw, minimum=1, least=1)
    labels, logits = numbers(draw, dtype, size, size)
    labels = np.abs(labels)
    return Case({"labels": labels / labels.sum(-1, keepdims=True), "logits": logits}, {})


def labelled(draw: Draw, dtype: str) -> Case:
    size = shape(draw)
    labels, logits = numbers(draw, dtype, size, size)
    return Case({"labels": np.abs(labels) / 2, "logits": logits}, {})


def softmax(x: Array, axis: int = -1) -> Array:
    powers = np.exp(x)
    return np.asarray(powers / powers.sum(axis, keepdims=True))


def sigmoid(x: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-x)))


def truncated_mean(x: Array, axis: tuple[int, ...] | None, keepdims: bool) -> Array:
    mean = np.mean(x, axis, np.float64, keepdims=keepdims)
    return np.asarray(np.trunc(mean) if x.dtype.kind == "i" else mean).astype(x.dtype)


CHOSEN: dict[str, Callable[[Array], Array]] = {
    "none": np.array,
    "relu": lambda x: np.maximum(x, 0),
    "softplus": lambda x: np.log1p(np.exp(x)),
    "sigmoid": sigmoid,
    "tanh": np.tanh,
}


def chosen_function(draft: Draw, dtype: str) -> Case:
    return Case({"x": numbers(draft, dtype, shape(draft))[0]}, {"function": draft(st.sampled_from(tuple(CHOSEN)))})


CASES: dict[str, OpCases] = {
    "Identity": OpCases(unary(), np.array, ALL),
    "StopGradient": OpCases(unary(), np.array, ALL),
    "Add": OpCases(binary(), np.add),
    "Subtract": OpCases(binary(), np.subtract),
    "Multiply": OpCases(binary(), np.multiply),
    "Divide": OpCases(nonzero_divisor, np.true_divide),
    "Pow": OpCases(binary(low=0.3), np.power),
    "Maximum": OpCases(binary(), np.maximum),
    "Minimum": OpCases(binary(), np.minimum),
    "Negative": OpCases(unary(), np.negative),
    "Abs": OpCases(unary(), np.abs),
    "Sign": OpCases(unary(), np.sign),
    "Square": OpCases(unary(), np.square),
    "Sqrt": OpCases(unary(low=0.3), np.sqrt, FLOATS),
    "Exp": OpCases(unary(), np.exp, FLOATS),
    "Log": OpCases(unary(low=0.3), np.log, FLOATS),
    "Relu": OpCases(unary(), lambda x: np.where(x > 0, x, np.zeros_like(x))),
    "Sigmoid": OpCases(unary(), sigmoid, FLOATS),
    "Tanh": OpCases(unary(), np.tanh, FLOATS),
    "Softmax": OpCases(along_axis, softmax, FLOATS),
    "Activation": OpCases(chosen_function, lambda x, function: CHOSEN[function](x), FLOATS),
    "BlockInput": OpCases(unary(), np.array, ALL),
    "BlockOutput": OpCases(unary(), np.array, ALL),
    "MatMul": OpCases(product, matmul),
    "Transpose": OpCases(permuted, lambda x, perm: np.transpose(x, perm), ALL),
    "Reshape": OpCases(reshaped, lambda x, shape: x.reshape([open_size(size) for size in shape.dims]), ALL),
    "Concat": OpCases(joined, lambda *values, axis: np.concatenate(values, axis), ALL),
    "OneHot": OpCases(one_hot, one_hot_expected, ("int32", "int64")),
    "Cast": OpCases(cast, lambda x, dtype: x.astype(dtype), ALL),
    "ReduceSum": OpCases(reduction, lambda x, axis, keepdims: np.sum(x, axis, x.dtype, keepdims=keepdims)),
    "ReduceMean": OpCases(reduction, truncated_mean),
    "ReduceMax": OpCases(reduction, lambda x, axis, keepdims: np.max(x, axis, keepdims=keepdims)),
    "Equal": OpCases(binary(), np.equal, ALL),
    "NotEqual": OpCases(binary(), np.not_equal, ALL),
    "Greater": OpCases(binary(), np.greater),
    "GreaterEqual": OpCases(binary(), np.greater_equal),
    "Less": OpCases(binary(), np.less),
    "LessEqual": OpCases(binary(), np.less_equal),
    "LogicalAnd": OpCases(binary(), np.logical_and, ("bool",)),
    "LogicalOr": OpCases(binary(), np.logical_or, ("bool",)),
    "LogicalNot": OpCases(unary(), np.logical_not, ("bool",)),
    "Where": OpCases(where, np.where, ALL),
    "SoftmaxCrossEntropyWithLogits": OpCases(
        probabilities, lambda labels, logits: -np.sum(labels * np.log(softmax(logits)), -1), FLOATS
    ),
    "SigmoidCrossEntropyWithLogits": OpCases(
        labelled, lambda z, x: -z * np.log(sigmoid(x)) - (1 - z) * np.log(1 - sigmoid(x)), FLOATS
    ),
    "ZerosLike": OpCases(unary(), np.zeros_like, ALL),
    "OnesLike": OpCases(unary(), np.ones_like, ALL),
    "SumToShapeOf": OpCases(summed_back, sum_to),
    "BroadcastToShapeOf": OpCases(repeated, lambda x, like: x + np.zeros_like(like)),
    "ReshapeLike": OpCases(reshaped_like, lambda x, like: x.reshape(like.shape), ALL),
    "ExpandReduced": OpCases(expanded, expand),
    "ReducedCount": OpCases(counted, lambda x, reduced: x.dtype.type(x.size // reduced.size)),
    "SliceOfConcat": OpCases(part_of_joined, slice_of, ALL),
    "PadToConcat": OpCases(padded_part, padded, ALL),
}

#: Operations without inputs, with state, or without a kernel of their own.
TESTED_ELSEWHERE = {
    "SoftmaxCrossEntropyAndSoftmax",
    "SparseSoftmaxCrossEntropyAndSoftmax",
    "Placeholder",
    "Variable",
    "Constant",
    "Multinomial",
    "Qr",
    "RandomNormal",
    "RandomShuffle",
    "RandomUniform",
    "RandomUniformInt",
    "RandomUniformLike",
    "TruncatedNormal",
    "Gradients",
    "IsVariableInitialized",
    "GradientDescent",
    "Momentum",
    "Adam",
    "RMSProp",
    "Adagrad",
    "Adadelta",
    "Ftrl",
    "ProximalGradientDescent",
    "ProximalAdagrad",
    "AdagradDA",
    "Assign",
    "AssignAdd",
    "AssignSub",
    "BelowLimit",
    "Initialize",
    "Group",
}
