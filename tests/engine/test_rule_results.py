"""What a gradient rule has built is built alike for every operation of its kind, however often the rule is called."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

import pytest

import engine as tf
from engine.compiler.gradients import build_gradients
from engine.graph import Graph, Operation, Tensor, float32, get_declaration

Build = Callable[[Graph, Tensor, int], Tensor]


def layers(graph: Graph, build: Build, count: int) -> tuple[Tensor, Tensor]:
    """A tensor of shape (2, 3), and what comes out of ``count`` layers on it."""
    x = graph.create("Placeholder", {}, {"dtype": float32, "shape": [2, 3]}, "x").output
    y = x
    for place in range(count):
        y = build(graph, y, place)
    return x, y


def described(op: Operation) -> Any:
    """All of an operation but its number."""
    wiring = {port: [(source.op.name, source.port) for source in sources] for port, sources in op.connected_ports()}
    attributes = {name: str(value) for name, value in op.attributes.items()}
    specs = [tensor.spec for tensor in op.outputs]
    return op.type, op.name, attributes, wiring, specs, op.origin and op.origin.name, op.phase


def gradient_graph(build: Build, count: int = 6) -> list[Any]:
    graph = Graph()
    x, y = layers(graph, build, count)
    build_gradients(graph, [y], [x])
    build_gradients(graph, [x * y], [x])
    return [described(op) for op in graph.get_operations()]


def alternating(graph: Graph, x: Tensor, place: int) -> Tensor:
    return graph.apply("Tanh", x) if place % 2 else x * 0.5


def squared_or_not(graph: Graph, x: Tensor, place: int) -> Tensor:
    """Both factors are the same tensor, or two of the same spec: other sums of gradients."""
    return x * x if place % 2 else x * graph.apply("Sigmoid", x)


def broadcast_or_not(graph: Graph, x: Tensor, place: int) -> Tensor:
    shape = [[1.0, 2.0, 3.0]] if place % 3 else [[1.0, 2.0, 3.0]] * 2
    return x + graph.create("Constant", {}, {"value": shape, "dtype": float32}, f"c{place}").output


def with_attributes(graph: Graph, x: Tensor, place: int) -> Tensor:
    if place % 2:
        return graph.apply("MatMul", x, graph.apply("MatMul", x, x, transpose_a=True))
    return graph.apply("MatMul", graph.apply("MatMul", x, x, transpose_b=True), x)


def sloped(graph: Graph, x: Tensor, place: int) -> Tensor:
    return graph.apply("LeakyRelu", x, alpha=0.1 * (1 + place))


def summed(graph: Graph, x: Tensor, place: int) -> Tensor:
    return x + graph.apply("ReduceSum", x, axis=[place % 2], keepdims=True)


def attended(graph: Graph, x: Tensor, place: int) -> Tensor:
    scores = graph.apply("MatMul", x, x, transpose_b=True)
    return graph.apply("MatMul", graph.apply("Softmax", scores), x)


CASES: Sequence[Build] = (alternating, squared_or_not, broadcast_or_not, with_attributes, sloped, summed, attended)


@pytest.mark.parametrize("build", CASES, ids=lambda build: build.__name__)
def test_copies_are_what_the_rule_would_have_built(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    copied = gradient_graph(build)
    monkeypatch.setattr("engine.compiler.rule_results.RuleResults._key", lambda *given: None)
    assert copied == gradient_graph(build)


def test_a_rule_is_asked_once_for_each_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    declaration = get_declaration("Tanh")
    assert declaration is not None and declaration.gradient is not None
    rule = declaration.gradient

    def counted(op: Operation, gradient: Tensor) -> Sequence[Tensor | None]:
        asked.append(op.name)
        return rule(op, gradient)

    watched = dataclasses.replace(declaration, gradient=counted)
    graph = Graph()
    x, y = layers(graph, lambda graph, x, place: graph.create(watched, {"x": x}).output, 50)
    (gradient,) = build_gradients(graph, [y], [x])
    assert gradient is not None and gradient.shape == [2, 3]
    assert len(asked) == 1


def test_a_rule_of_a_programs_own_is_asked_every_time() -> None:
    asked: list[str] = []

    @tf.RegisterGradient("CountedTanh")
    def counted(op: Operation, gradient: Tensor) -> Tensor:
        asked.append(op.name)
        return gradient * float(len(asked))

    graph = Graph()
    with graph.gradient_override_map({"Tanh": "CountedTanh"}):
        x, y = layers(graph, lambda graph, x, place: graph.apply("Tanh", x), 5)
    build_gradients(graph, [y], [x])
    assert len(asked) == 5
