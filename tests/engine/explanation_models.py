"""Steps of one operation between variables and a loss, to be explained."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from engine.debugger.debugger import Debugger
from engine.debugger.observed_step import ObservedStep
from engine.graph import Graph, Operation, Tensor, as_dtype, float64
from engine.model import Model, RunSettings
from engine.training.run import TrainingRun

from .helpers import wave

Array = np.ndarray[Any, np.dtype[Any]]


def complete_step(model: Model) -> ObservedStep:
    """The first step of training the model, carried out."""
    step = Debugger(TrainingRun(model), 1 << 24).step
    step.go_to(len(step.operations))
    return step


def step_of(build: Callable[[Graph, list[Tensor]], Tensor], *inputs: Array) -> ObservedStep:
    """A step that trains float64 variables with these values; the loss weighs all elements of what is built of them.

    Whole numbers and truth values are constants.
    """
    graph = Graph()
    tensors = []
    for place, value in enumerate(inputs):
        if value.dtype.kind == "f":
            given = {"initial_value": value.tolist(), "dtype": float64, "shape": list(value.shape)}
            tensors.append(graph.create("Variable", attributes=given, name=f"v{place}").output)
        else:
            tensors.append(graph.apply("Constant", value=value, dtype=as_dtype(value.dtype), name=f"c{place}"))
    result = build(graph, tensors)
    if result.dtype is not float64:
        result = graph.apply("Multiply", graph.apply("Cast", result, dtype=float64), tensors[0])
    weights: Any = 0.7  # of a shape that is known only when it is computed
    if result.shape.is_known:
        weights = graph.apply("Constant", value=wave(*result.shape.known()) + 1.5, dtype=float64, name="weights")
    loss = graph.apply("ReduceSum", graph.apply("Multiply", result, weights, name="weighed"), name="loss")
    graph.create("GradientDescent", {"loss": loss}, {"learning_rate": 0.01}, name="train")
    return complete_step(Model(graph, data={}, run=RunSettings()))


def apply(op_type: str, **attributes: Any) -> Callable[[Graph, Sequence[Tensor]], Tensor]:
    """Builds one operation on all inputs, called ``asked``."""

    def build(graph: Graph, tensors: Sequence[Tensor]) -> Tensor:
        return graph.apply(op_type, *tensors, name="asked", **attributes)

    return build


def apply_to_list(op_type: str, port: str = "values", **attributes: Any) -> Callable[[Graph, Sequence[Tensor]], Tensor]:
    """Builds one operation with all inputs at one port."""

    def build(graph: Graph, tensors: Sequence[Tensor]) -> Tensor:
        return graph.create(op_type, {port: list(tensors)}, attributes, name="asked").output

    return build


def lowered(step: ObservedStep, node: str) -> Operation:
    """The forward operation that stands for a node."""
    return next(op for op in step.operations if op.node_name == node and op.phase == "forward")


def evaluated(op: Operation, values: Mapping[int, Array] | Sequence[Array]) -> Array:
    """The first result of an operation on other values, in a graph of its own."""
    import engine as tf

    graph = Graph()
    ports: dict[str, Any] = {}
    for place, (port, source) in enumerate((p, s) for p, sources in op.connected_ports() for s in sources):
        declared = op.declaration.input_port(port)
        constant = graph.apply("Constant", value=values[place], dtype=source.dtype)
        if declared is not None and declared.variadic:
            ports.setdefault(port, []).append(constant)
        else:
            ports[port] = constant
    output = graph.create(op.declaration, ports, op.attributes).outputs[0]
    return np.asarray(tf.Session(graph=graph).run(output))


def central_difference(op: Operation, values: Sequence[Array], place: int, index: Any, h: float = 1e-6) -> Array:
    """∂ result / ∂ input[index], in the result's shape."""

    def moved(by: float) -> Array:
        others = [value.copy() for value in values]
        others[place][index] += by
        return evaluated(op, others)

    return (moved(h) - moved(-h)) / (2 * h)
