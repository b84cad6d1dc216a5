"""Small models that several tests train."""

from engine.graph import Graph
from engine.model import Model, RunSettings, TypedValues


def linear_regression(**settings) -> Model:
    """The tutorial's graph with its data."""
    graph = Graph()
    x = graph.create("Placeholder", name="x").output
    y = graph.create("Placeholder", name="y").output
    W = graph.create("Variable", attributes={"initial_value": [1.0]}, name="W").output
    b = graph.create("Variable", attributes={"initial_value": [1.0]}, name="b").output
    product = graph.apply("Multiply", W, x, name="product")
    hypothesis = graph.apply("Add", product, b, name="hypothesis")
    error = graph.apply("Subtract", hypothesis, y, name="error")
    squared = graph.apply("Square", error, name="squared_error")
    cost = graph.apply("ReduceMean", squared, name="cost")
    graph.create("GradientDescent", {"loss": cost}, {"learning_rate": 0.1}, name="train")
    data = {"x": TypedValues("1, 2, 3, 4"), "y": TypedValues("5, 8, 11, 14")}
    return Model(graph, data=data, run=RunSettings(**settings))


def classifier(rows: int = 50, **settings) -> Model:
    """Rows of two numbers, labelled by whether their sum is positive; random initial weights."""
    import numpy as np

    generator = np.random.default_rng(7)
    points = np.round(generator.normal(size=(rows, 2)), 3)
    labels = (points.sum(axis=1, keepdims=True) > 0).astype(float)
    graph = Graph()
    x = graph.create("Placeholder", attributes={"shape": [None, 2]}, name="x").output
    y = graph.create("Placeholder", attributes={"shape": [None, 1]}, name="y").output
    start = graph.apply("RandomNormal", shape=[2, 1], stddev=0.5, name="start")
    W = graph.create("Variable", {"initial_value": start}, name="W").output
    b = graph.create("Variable", attributes={"initial_value": [0.0]}, name="b").output
    logits = graph.apply("Add", graph.apply("MatMul", x, W, name="product"), b, name="logits")
    loss = graph.apply(
        "ReduceMean", graph.apply("SigmoidCrossEntropyWithLogits", y, logits, name="cross_entropy"), name="loss"
    )
    right = graph.apply("Equal", graph.apply("Greater", logits, 0.0), graph.apply("Greater", y, 0.5))
    graph.apply("ReduceMean", graph.apply("Cast", right, dtype="float32"), name="accuracy")
    graph.create("GradientDescent", {"loss": loss}, {"learning_rate": 1.0}, name="train")
    data = {"x": TypedValues(str(points.tolist())), "y": TypedValues(str(labels.tolist()))}
    return Model(graph, data=data, run=RunSettings(**settings))
