"""Builds the example graphs in resources/examples, and the schema of their format.

``python -m tests.data.build_examples`` writes them; tests compare what is shipped with what is built here. Nodes
stand in columns 200 apart; what computes the loss is the row at 0, the variables stand under it, the targets above it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from engine.formats import save_graph_file
from engine.formats.structure import schema
from engine.graph import float32, int64
from engine.model import Model, NumpyArray, RunSettings, TypedValues

RESOURCES = Path(__file__).parents[2] / "resources"
EXAMPLES = RESOURCES / "examples"
SCHEMA = RESOURCES / "graph.schema.json"
COLUMN = 200


class Sketch:
    """A model that is drawn node by node."""

    def __init__(self) -> None:
        self.model = Model()

    def node(self, op_type: str, name: str, column: int, y: int, /, attributes: Any = None, **wires: str) -> None:
        """Adds a node at a column and a height, with wires from the nodes named by port."""
        graph = self.model.graph
        op = graph.add(op_type, name, attributes)
        for port, source in wires.items():
            graph.connect(graph.operation(source).output, op, port)
        self.model.positions[name] = (float(column * COLUMN), float(y))


def linear_regression() -> Model:
    """The tutorial's graph: a line through four points."""
    sketch = Sketch()
    sketch.node("Placeholder", "x", 0, 140)
    sketch.node("Placeholder", "y", 2, 140)
    sketch.node("Variable", "W", 0, 0, {"initial_value": [1.0]})
    sketch.node("Variable", "b", 1, 140, {"initial_value": [1.0]})
    sketch.node("Multiply", "product", 1, 0, x="W", y="x")
    sketch.node("Add", "hypothesis", 2, 0, x="product", y="b")
    sketch.node("Subtract", "error", 3, 0, x="hypothesis", y="y")
    sketch.node("Square", "squared_error", 4, 0, x="error")
    sketch.node("ReduceMean", "cost", 5, 0, x="squared_error")
    sketch.node("GradientDescent", "train", 6, 0, {"learning_rate": 0.1}, loss="cost")
    model = sketch.model
    model.data = {"x": TypedValues("1, 2, 3, 4"), "y": TypedValues("5, 8, 11, 14")}
    model.run = RunSettings(epochs=100)
    return model


def xor() -> Model:
    """A network of one hidden layer that learns exclusive or."""
    sketch = Sketch()
    sketch.node("Placeholder", "x", 1, 0, {"shape": "[?, 2]"})
    sketch.node("Placeholder", "y", 6, -140, {"shape": "[?, 1]"})
    _layer(sketch, 1, "x", inputs=2, outputs=10, stddev=1.0, column=2, result="sum1")
    sketch.node("Sigmoid", "hidden", 4, 0, x="sum1")
    _layer(sketch, 2, "hidden", inputs=10, outputs=1, stddev=1.0, column=5, result="logits")
    sketch.node("SigmoidCrossEntropyWithLogits", "losses", 7, 0, labels="y", logits="logits")
    sketch.node("ReduceMean", "cost", 8, 0, x="losses")
    sketch.node("GradientDescent", "train", 9, 0, {"learning_rate": 1.0}, loss="cost")
    sketch.node("Sigmoid", "prediction", 7, 180, x="logits")
    sketch.node("Constant", "half", 7, 300, {"value": 0.5})
    sketch.node("Greater", "is_one", 8, 180, x="prediction", y="half")
    sketch.node("Cast", "guess", 9, 180, {"dtype": float32}, x="is_one")
    sketch.node("Equal", "is_right", 10, -100, x="y", y="guess")
    sketch.node("Cast", "hits", 11, -100, {"dtype": float32}, x="is_right")
    sketch.node("ReduceMean", "accuracy", 12, -100, x="hits")
    model = sketch.model
    model.data = {"x": TypedValues("0 0; 0 1; 1 0; 1 1"), "y": TypedValues("0; 1; 1; 0")}
    model.run = RunSettings(epochs=1000, seed=1, metrics=("accuracy",))
    return model


def digits() -> Model:
    """A network of one hidden layer that tells hand-written digits apart."""
    sketch = Sketch()
    sketch.node("Placeholder", "images", 1, 0, {"shape": "[?, 64]"})
    sketch.node("Placeholder", "labels", 5, -260, {"shape": "[?]", "dtype": int64})
    _layer(sketch, 1, "images", inputs=64, outputs=64, stddev=0.03, column=2, result="sum1")
    sketch.node("Relu", "hidden", 4, 0, x="sum1")
    _layer(sketch, 2, "hidden", inputs=64, outputs=10, stddev=0.1, column=5, result="logits")
    sketch.node("OneHot", "one_hot", 6, -140, {"depth": 10}, x="labels")
    sketch.node("SoftmaxCrossEntropyWithLogits", "losses", 8, 0, labels="one_hot", logits="logits")
    sketch.node("ReduceMean", "loss", 9, 0, x="losses")
    sketch.node("GradientDescent", "train", 10, 0, {"learning_rate": 0.02}, loss="loss")
    sketch.node("ArgMax", "guess", 8, -140, {"axis": 1}, x="logits")
    sketch.node("Equal", "is_right", 9, -260, x="labels", y="guess")
    sketch.node("Cast", "hits", 10, -260, {"dtype": float32}, x="is_right")
    sketch.node("ReduceMean", "accuracy", 11, -260, x="hits")
    model = sketch.model
    path = "../datasets/digits.npz"
    model.data = {"images": NumpyArray(path, "images"), "labels": NumpyArray(path, "labels")}
    model.run = RunSettings(epochs=30, batch_size=32, seed=1, held_back=360, metrics=("accuracy",))
    return model


def _layer(
    sketch: Sketch, number: int, source: str, *, inputs: int, outputs: int, stddev: float, column: int, result: str
) -> None:
    """``result`` = source · W + b, with W drawn at random and b from 0; MatMul stands at ``column``."""
    weights, bias, product = f"W{number}", f"b{number}", f"product{number}"
    start = {"shape": [inputs, outputs], "stddev": stddev}
    sketch.node("RandomNormal", f"{weights}_start", column - 2, 140, start)
    sketch.node("Variable", weights, column - 1, 140, initial_value=f"{weights}_start")
    sketch.node("MatMul", product, column, 0, x=source, y=weights)
    sketch.node("Variable", bias, column, 140, {"initial_value": [0.0], "shape": [outputs]})
    sketch.node("Add", result, column + 1, 0, x=product, y=bias)


def schema_text() -> str:
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


EXAMPLE_BUILDERS = {"linear_regression": linear_regression, "xor": xor, "digits": digits}


if __name__ == "__main__":
    for example, build in EXAMPLE_BUILDERS.items():
        save_graph_file(build(), EXAMPLES / f"{example}.graph")
    SCHEMA.write_text(schema_text(), encoding="utf-8")
