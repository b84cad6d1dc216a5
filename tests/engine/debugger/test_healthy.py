"""No alarm where nothing is wrong: the examples, and small models that train well."""

from dataclasses import replace
from pathlib import Path

import pytest

from engine.formats import load_graph_file
from tests.engine.debugger.watching import causes
from tests.engine.models import classifier, linear_regression

EXAMPLES = Path(__file__).resolve().parents[3] / "resources" / "examples"


@pytest.mark.parametrize(("name", "steps"), [("linear_regression", 300), ("xor", 400), ("digits", 120)])
@pytest.mark.parametrize("seed", [None, 1, 2])
def test_examples_raise_no_alarm(name, steps, seed):
    path = EXAMPLES / f"{name}.graph"
    model = load_graph_file(path)
    if seed is not None:
        model.run = replace(model.run, seed=seed)
    assert [cause.sentence for cause in causes(model, steps, folder=path.parent)] == []


@pytest.mark.parametrize("model", [linear_regression(), classifier(), classifier(batch_size=8)])
def test_small_models_raise_no_alarm(model):
    assert [cause.sentence for cause in causes(model, 200)] == []
