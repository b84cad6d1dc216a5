"""No alarm on the example programs: the training step of each, watched on what the program feeds it first."""

from __future__ import annotations

import runpy
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine import install_as
from engine.graph import NodeKind, Operation, Tensor, Variable
from engine.graph.default import reset_default_graph
from engine.model import Model, NumpyArray, RunSettings
from engine.runtime import Session
from tests.engine.debugger.watching import causes

PROGRAMS = Path(__file__).resolve().parents[3] / "resources" / "examples" / "programs"
STEPS = 40
#: No optimizer of theirs trains a loss, or the data comes out of a pipeline that a run of a document has not.
NOT_TRAINED = {"backpropagation_by_hand", "control_flow", "graphs_and_sessions", "k_means", "dataset_pipeline"}
#: Takes eight seconds by itself.
SLOW = {"character_rnn"}
NAMES = sorted({path.stem for path in PROGRAMS.glob("*.py")} - NOT_TRAINED - SLOW)


class FirstStep(BaseException):
    """The program is about to train: what it was going to run."""

    def __init__(self, optimizer: Operation, feeds: dict[Any, Any]) -> None:
        self.optimizer = optimizer
        self.feeds = feeds


@pytest.fixture(autouse=True)
def programs_import_this(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    before = set(sys.modules)
    reset_default_graph()
    install_as("tensorflow")
    yield
    for name in set(sys.modules) - before:
        if name.split(".")[0] == "tensorflow":
            del sys.modules[name]
    reset_default_graph()


def optimizer_in(fetches: Any) -> Operation | None:
    """The optimizer that a run carries out, be it behind a group or a counter."""
    if isinstance(fetches, dict):
        fetches = list(fetches.values())
    if isinstance(fetches, (list, tuple)):
        return next((found for each in fetches if (found := optimizer_in(each)) is not None), None)
    op = fetches.op if isinstance(fetches, (Tensor, Variable)) else fetches
    if not isinstance(op, Operation):
        return None
    needed = op.graph.ancestors([op]) | {op}
    return next((each for each in needed if each.kind is NodeKind.OPTIMIZER), None)


def first_step(name: str, monkeypatch: pytest.MonkeyPatch) -> FirstStep:
    """Runs a program up to its first training step."""
    original = Session.run

    def run(self: Session, fetches: Any, feed_dict: Any = None, *rest: Any, **options: Any) -> Any:
        optimizer = optimizer_in(fetches)
        if optimizer is not None:
            raise FirstStep(optimizer, dict(feed_dict or {}))
        return original(self, fetches, feed_dict, *rest, **options)

    monkeypatch.setattr(Session, "run", run)
    try:
        runpy.run_path(str(PROGRAMS / f"{name}.py"), run_name="__main__")
    except FirstStep as step:
        return step
    raise AssertionError(f"{name} trains nothing")


def model_of(name: str, monkeypatch: pytest.MonkeyPatch, folder: Path) -> Model:
    """What a program trains, with what it feeds first as its data, in files in ``folder``."""
    step = first_step(name, monkeypatch)
    monkeypatch.undo()
    data = {}
    for number, (tensor, value) in enumerate(step.feeds.items()):
        np.save(folder / f"{number}.npy", np.asarray(value))
        data[tensor.op.name] = NumpyArray(str(folder / f"{number}.npy"))
    return Model(step.optimizer.graph, data=data, run=RunSettings(optimizer=step.optimizer.name, seed=1))


@pytest.mark.parametrize("name", NAMES)
def test_a_program_raises_no_alarm(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = model_of(name, monkeypatch, tmp_path)
    assert [cause.sentence for cause in causes(model, STEPS)] == []
