"""Random programs as models: whatever operations are drawn, the run can be looked at and gone back in."""

from __future__ import annotations

import numpy as np
import pytest

from engine.graph import Graph, NodeKind, NonFiniteError
from engine.model import Model, NumpyArray, RunSettings
from engine.training.run import TrainingRun
from tests.engine.debugger.looked_through import look_through
from tests.engine.trained_programs import TrainingStep

#: Among them a product of which one element meets several that are summed.
SEEDS = (*range(9, 30), 33, 56, 107, 113)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_random_model_is_looked_through(seed, tmp_path):
    with Graph().as_default() as graph:
        step = TrainingStep(seed)
    optimizers = [op for op in graph.get_operations() if op.kind is NodeKind.OPTIMIZER]
    if not optimizers:
        pytest.skip("no gradient leads to what was drawn")
    data = {}
    for tensor, value in step.feeds.items():
        path = tmp_path / f"{len(data)}.npy"
        np.save(path, value)
        data[tensor.op.name] = NumpyArray(str(path))
    model = Model(graph, data=data, run=RunSettings(seed=seed))
    run = TrainingRun(model)
    try:
        for _ in range(4):
            run.train_epoch()
    except NonFiniteError:
        pytest.skip("its loss is not finite")
    look_through(lambda: TrainingRun(model), epochs=4, seeks=6, per_tensor=2)
