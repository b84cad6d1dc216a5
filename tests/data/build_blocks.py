"""Builds the starter library in resources/blocks.

``python -m tests.data.build_blocks`` writes it; a test compares what is shipped with what is built here. Nodes stand in
columns 200 apart: ports at the edges, what is computed in a row at 0, variables and what they begin with below.
"""

from __future__ import annotations

from pathlib import Path

from engine.blocks.definition import Definition, Parameter, Rule
from engine.formats.blocks import definition_of
from engine.formats.storage import replace_file
from engine.formats.writing import definition_library_text
from engine.graph import AttributeKind
from engine.ops.stand_ins import FUNCTIONS
from tests.data.build_examples import RESOURCES, Sketch

BLOCKS = RESOURCES / "blocks"
LOWER, LOWEST = 140, 280


def _units(default: int) -> Parameter:
    return Parameter("units", AttributeKind.INT, default, "How many numbers it gives for each row.", minimum=1)


def _activation(default: str) -> Parameter:
    return Parameter(
        "activation",
        AttributeKind.CHOICE,
        default,
        "The function that is applied to the result; none leaves it as it is.",
        tuple(FUNCTIONS),
    )


def _padding() -> Parameter:
    sentence = "SAME adds zeros around, so that with stride 1 the size stays; VALID adds none."
    return Parameter("padding", AttributeKind.CHOICE, "SAME", sentence, ("SAME", "VALID"))


def _port(
    sketch: Sketch, kind: str, name: str, column: int, y: int, description: str, order: int = 0, **wires: str
) -> None:
    sketch.node(kind, name, column, y, {"description": description, "order": order}, **wires)


def _made(
    sketch: Sketch, description: str, parameters: list[Parameter], rules: list[tuple[str, str, str]]
) -> Definition:
    return definition_of(sketch.model, Definition(description, tuple(parameters), tuple(Rule(*rule) for rule in rules)))


def dense() -> Definition:
    sketch = Sketch()
    _port(sketch, "BlockInput", "input", 1, 0, "Rows of numbers, for example (?, 64).")
    sketch.node("RandomUniform", "W_initial", 0, LOWER, {"shape": [1, 10], "minval": -0.7, "maxval": 0.7})
    sketch.node("Variable", "W", 1, LOWER, initial_value="W_initial")
    sketch.node("MatMul", "MatMul", 2, 0, x="input", y="W")
    sketch.node("Variable", "b", 2, LOWER, {"initial_value": [0.0], "shape": [10]})
    sketch.node("Add", "Add", 3, 0, x="MatMul", y="b")
    sketch.node("Activation", "Activation", 4, 0, {"function": "relu"}, x="Add")
    _port(sketch, "BlockOutput", "output", 5, 0, "A row of units numbers for each row.", x="Activation")
    limit = 'sqrt(6 / (size("input", -1) + units))'
    return _made(
        sketch,
        "A fully connected layer: activation(input · W + b). W begins with numbers drawn evenly from "
        "±sqrt(6 / (inputs + units)) (Glorot), decided by the run's seed; b begins with 0. W takes its size from what "
        "is wired to the input.",
        [_units(10), _activation("relu")],
        [
            ("W_initial", "shape", '[size("input", -1), units]'),
            ("W_initial", "minval", f"-{limit}"),
            ("W_initial", "maxval", limit),
            ("b", "shape", "[units]"),
            ("Activation", "function", "activation"),
        ],
    )


def conv2d() -> Definition:
    sketch = Sketch()
    _port(sketch, "BlockInput", "images", 1, 0, "Images as (number, height, width, channels).")
    start = {"shape": [3, 3, 1, 16], "stddev": 0.4714}
    sketch.node("TruncatedNormal", "filters_initial", 0, LOWER, start)
    sketch.node("Variable", "filters", 1, LOWER, initial_value="filters_initial")
    sketch.node("Conv2D", "Conv2D", 2, 0, input="images", filter="filters")
    sketch.node("Variable", "b", 2, LOWER, {"initial_value": [0.0], "shape": [16]})
    sketch.node("Add", "Add", 3, 0, x="Conv2D", y="b")
    sketch.node("Activation", "Activation", 4, 0, {"function": "relu"}, x="Add")
    _port(sketch, "BlockOutput", "output", 5, 0, "Images with a channel for each filter.", x="Activation")
    kernel = Parameter("kernel_size", AttributeKind.INT, 3, "Height and width of a filter.", minimum=1)
    stride = Parameter("stride", AttributeKind.INT, 1, "How far apart the windows are, down and across.", minimum=1)
    count = Parameter("filters", AttributeKind.INT, 16, "How many filters there are, and so channels.", minimum=1)
    return _made(
        sketch,
        "A convolution over images: activation(images ∗ filters + b). The filters begin with normally distributed "
        "numbers of the deviation sqrt(2 / (kernel_size² · channels)) (He), decided by the run's seed; b begins "
        "with 0.",
        [count, kernel, stride, _padding(), _activation("relu")],
        [
            ("filters_initial", "shape", '[kernel_size, kernel_size, size("images", -1), filters]'),
            ("filters_initial", "stddev", 'sqrt(2 / (kernel_size ** 2 * size("images", -1)))'),
            ("Conv2D", "strides", "[1, stride, stride, 1]"),
            ("Conv2D", "padding", "padding"),
            ("b", "shape", "[filters]"),
            ("Activation", "function", "activation"),
        ],
    )


def max_pool() -> Definition:
    sketch = Sketch()
    _port(sketch, "BlockInput", "images", 0, 0, "Images as (number, height, width, channels).")
    sketch.node("MaxPool", "MaxPool", 1, 0, value="images")
    _port(sketch, "BlockOutput", "output", 2, 0, "Smaller images, with as many channels.", x="MaxPool")
    size = Parameter("pool_size", AttributeKind.INT, 2, "Height and width of a window.", minimum=1)
    stride = Parameter("stride", AttributeKind.INT, 2, "How far apart the windows are, down and across.", minimum=1)
    return _made(
        sketch,
        "The largest number of each window of an image, channel by channel.",
        [size, stride, _padding()],
        [
            ("MaxPool", "ksize", "[1, pool_size, pool_size, 1]"),
            ("MaxPool", "strides", "[1, stride, stride, 1]"),
            ("MaxPool", "padding", "padding"),
        ],
    )


def dropout() -> Definition:
    sketch = Sketch()
    _port(sketch, "BlockInput", "input", 0, 0, "Any numbers.")
    sketch.node("RandomUniformLike", "chance", 1, LOWER, like="input")
    sketch.node("Constant", "rate", 1, LOWEST, {"value": 0.5})
    sketch.node("GreaterEqual", "is_kept", 2, LOWER, x="chance", y="rate")
    sketch.node("Cast", "mask", 3, LOWER, x="is_kept")
    sketch.node("Constant", "one", 2, LOWEST, {"value": 1.0})
    sketch.node("Subtract", "kept_part", 3, LOWEST, x="one", y="rate")
    sketch.node("Divide", "scaled", 2, 0, x="input", y="kept_part")
    sketch.node("Multiply", "dropped", 3, 0, x="scaled", y="mask")
    _port(sketch, "BlockOutput", "output", 4, 0, "The numbers, some of them 0.", x="dropped")
    rate = Parameter(
        "rate", AttributeKind.FLOAT, 0.5, "The part that becomes 0, from 0 up to 0.99.", minimum=0, maximum=0.99
    )
    return _made(
        sketch,
        "Puts a random part of the numbers to 0, and divides the others by the part that is kept, so that the mean "
        "stays. It does so whenever it is computed, when the graph is asked as well as when it is trained: set the "
        "rate to 0 to ask a trained network.",
        [rate],
        [("rate", "value", "rate")],
    )


def batch_norm() -> Definition:
    sketch = Sketch()
    _port(sketch, "BlockInput", "input", 0, 0, "A batch; the last axis has the features or channels.")
    sketch.node("ReduceMean", "mean", 1, LOWER, {"axis": [0], "keepdims": True}, x="input")
    sketch.node("Subtract", "centred", 2, 0, x="input", y="mean")
    sketch.node("Square", "squares", 2, LOWER, x="centred")
    sketch.node("ReduceMean", "variance", 3, LOWER, {"axis": [0], "keepdims": True}, x="squares")
    sketch.node("Constant", "epsilon", 3, LOWEST, {"value": 0.001})
    sketch.node("Add", "safe_variance", 4, LOWER, x="variance", y="epsilon")
    sketch.node("Sqrt", "deviation", 5, LOWER, x="safe_variance")
    sketch.node("Divide", "normalized", 5, 0, x="centred", y="deviation")
    sketch.node("Variable", "gamma", 5, LOWER, {"initial_value": [1.0], "shape": [1]})
    sketch.node("Multiply", "scaled", 6, 0, x="normalized", y="gamma")
    sketch.node("Variable", "beta", 6, LOWER, {"initial_value": [0.0], "shape": [1]})
    sketch.node("Add", "shifted", 7, 0, x="scaled", y="beta")
    _port(sketch, "BlockOutput", "output", 8, 0, "The batch with mean beta and deviation gamma.", x="shifted")
    epsilon = Parameter("epsilon", AttributeKind.FLOAT, 0.001, "Keeps the division finite.", minimum=1e-12)
    axes = 'range(rank("input") - 1)'
    return _made(
        sketch,
        "Gives every feature of a batch the mean 0 and the variance 1, times gamma, plus beta; both are trained. It "
        "uses the mean and variance of the batch that it is given, when the graph is asked as well as when it is "
        "trained (it keeps no moving averages): ask it about many rows at once, never about a single one.",
        [epsilon],
        [
            ("mean", "axis", axes),
            ("variance", "axis", axes),
            ("epsilon", "value", "epsilon"),
            ("gamma", "shape", '[size("input", -1)]'),
            ("beta", "shape", '[size("input", -1)]'),
        ],
    )


def softmax_classifier() -> Definition:
    sketch = Sketch()
    _port(sketch, "BlockInput", "features", 1, 0, "Rows of numbers, for example (?, 64).")
    _port(sketch, "BlockInput", "labels", 3, -LOWER, "The right class of each row, as a row with one 1.", 1)
    sketch.node("RandomUniform", "W_initial", 0, LOWER, {"shape": [1, 10], "minval": -0.7, "maxval": 0.7})
    sketch.node("Variable", "W", 1, LOWER, initial_value="W_initial")
    sketch.node("MatMul", "MatMul", 2, 0, x="features", y="W")
    sketch.node("Variable", "b", 2, LOWER, {"initial_value": [0.0], "shape": [10]})
    sketch.node("Add", "logits", 3, 0, x="MatMul", y="b")
    sketch.node("Softmax", "Softmax", 4, LOWER, x="logits")
    sketch.node("SoftmaxCrossEntropyWithLogits", "cross_entropy", 4, 0, labels="labels", logits="logits")
    sketch.node("ReduceMean", "mean", 5, 0, x="cross_entropy")
    _port(sketch, "BlockOutput", "loss", 6, 0, "The mean cross-entropy, to be made small.", 0, x="mean")
    _port(sketch, "BlockOutput", "probabilities", 6, LOWER, "How likely each class is, row by row.", 1, x="Softmax")
    classes = Parameter("classes", AttributeKind.INT, 10, "How many classes there are.", minimum=2)
    limit = 'sqrt(6 / (size("features", -1) + classes))'
    return _made(
        sketch,
        "The end of a network that tells classes apart: features · W + b, the probability of each class (softmax), and "
        "the cross-entropy to the labels as the loss. W begins as in Dense, b with 0.",
        [classes],
        [
            ("W_initial", "shape", '[size("features", -1), classes]'),
            ("W_initial", "minval", f"-{limit}"),
            ("W_initial", "maxval", limit),
            ("b", "shape", "[classes]"),
        ],
    )


def mean_squared_error() -> Definition:
    sketch = Sketch()
    _port(sketch, "BlockInput", "prediction", 0, 0, "What the network says.")
    _port(sketch, "BlockInput", "target", 0, LOWER, "What it should say, in the same shape.", 1)
    sketch.node("Subtract", "error", 1, 0, x="prediction", y="target")
    sketch.node("Square", "squares", 2, 0, x="error")
    sketch.node("ReduceMean", "mean", 3, 0, x="squares")
    _port(sketch, "BlockOutput", "loss", 4, 0, "The mean of the squared differences, to be made small.", x="mean")
    return _made(sketch, "The mean of the squared differences between what is predicted and what is right.", [], [])


BUILDERS = {
    "Dense": dense,
    "Conv2D": conv2d,
    "MaxPool": max_pool,
    "Dropout": dropout,
    "BatchNorm": batch_norm,
    "Softmax classifier": softmax_classifier,
    "Mean squared error": mean_squared_error,
}


def library_text(name: str) -> str:
    """The file of one block."""
    return definition_library_text({name: BUILDERS[name]()})


def file_of(name: str) -> Path:
    return BLOCKS / f"{name}.graph"


if __name__ == "__main__":
    for block in BUILDERS:
        replace_file(file_of(block), library_text(block).encode())
