"""The backward graphs of the example programs: valid files with the engine's bits, and gradients that are right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from engine import Session
from engine.debugger.gradient_check.check import check_gradients
from engine.formats import load_graph_file, model_from_bytes, model_to_bytes
from engine.graph import GraphError, Operation, bool_
from engine.model import Model, TypedValues
from engine.training.check import check_model
from engine.training.optimizer_node import loss_of, optimizer_nodes, writes_after
from engine.training.placeholders import needed_placeholders
from engine.training.run import TrainingRun
from engine.training.step_graph import build_step_graph
from tests.end_to_end.programs import NAMES, ran
from tests.engine.variants import bits

#: They train without an optimizer.
WITHOUT = {"backpropagation_by_hand", "control_flow", "graphs_and_sessions", "k_means"}
#: Its mini-batches come from an iterator, which only the program itself can begin.
READS_BY_ITSELF = "dataset_pipeline"
ROWS = {"character_rnn": 127}
#: One of each kind; the others are for the slow tests.
QUICK = ("linear_regression", "softmax_classifier", "convolution", "lstm", "gan", "word2vec", READS_BY_ITSELF)
CASES = [pytest.param(name, marks=[] if name in QUICK else [pytest.mark.slow]) for name in NAMES if name not in WITHOUT]


def models(name: str) -> Iterator[tuple[Model, Operation]]:
    """The graph that a program has built, with data made up for its placeholders, for each of its optimizers."""
    random = np.random.default_rng(5)
    model = load_graph_file(ran(name).graph)
    for optimizer in optimizer_nodes(model.graph):
        for op in needed_placeholders([optimizer]):
            model.data[op.name] = TypedValues(str(made_up(op, ROWS.get(name, 10), random).tolist()))
        yield replace(model, run=replace(model.run, optimizer=optimizer.name, batch_size=0)), optimizer


def made_up(placeholder: Operation, rows: int, random: np.random.Generator) -> np.ndarray:
    """Rows that add up to 1, as probabilities do; whole numbers of 0 and 1; single numbers where no rank is known."""
    tensor = placeholder.output
    shape = [rows if size is None else size for size in tensor.shape.as_list()] if tensor.shape.dims is not None else []
    if tensor.dtype is bool_ or not shape:
        return np.array(random.uniform(0.2, 0.8)) if tensor.dtype.is_floating else np.array(1)
    if not tensor.dtype.is_floating:
        return random.integers(0, 2, shape)
    values = random.uniform(0.1, 0.9, shape)
    return values / values.sum(axis=-1, keepdims=True) if len(shape) > 1 else values


@pytest.mark.parametrize("name", CASES)
def test_the_step_of_a_program_is_a_graph_with_the_same_bits(name):
    steps = 0
    for model, optimizer in models(name):
        step = build_step_graph(model)
        saved = model_from_bytes(model_to_bytes(step.model), f"{name}.graph")
        assert check_model(saved) == []
        steps += 1
        if name == READS_BY_ITSELF:
            continue
        run = TrainingRun(model)
        feeds = {tensor.name: value for tensor, value in run.present_batch().items()}
        mine, other = (Session(graph=graph, seed=2) for graph in (model.graph, saved.graph))
        mine.initialize()
        for op in model.graph.get_operations():
            if op.type == "Variable" and op.name in saved.graph:
                other.set_value(saved.graph.operation(op.name), mine.value(op))
        other.initialize(
            [op for op in saved.graph.get_operations() if op.type == "Variable" and op.name not in model.graph]
        )
        loss = loss_of(optimizer)
        for _ in range(2):
            expected = mine.run([loss, optimizer, *writes_after(optimizer)], feeds)[0]
            found = other.run([f"{step.loss}:{loss.value_index}", list(step.updates)], feeds)[0]
            assert bits(found) == bits(expected)
        for op in saved.graph.get_operations():
            if op.type == "Variable" and op.name in model.graph:
                assert bits(other.value(op)) == bits(mine.value(model.graph.operation(op.name))), op.name
    assert steps


@pytest.mark.parametrize("name", CASES)
def test_the_gradients_of_a_program_are_right(name):
    for model, _ in models(name):
        run = TrainingRun(model)
        if name == READS_BY_ITSELF:
            with pytest.raises(GraphError, match="gives other data each time it runs"):
                check_gradients(run)
            continue
        found = check_gradients(run, samples=6)
        assert [node.sentence for node in found.nodes if not node.is_right] == []
        assert found.nodes
