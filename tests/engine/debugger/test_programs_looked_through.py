"""Every example program that trains, looked through and gone back in."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.training.run import TrainingRun
from tests.engine.debugger.looked_through import look_through
from tests.engine.debugger.test_healthy_programs import NAMES, model_of, programs_import_this

__all__ = ["programs_import_this"]


#: Those that take less than a second.
QUICK = ("gan", "policy_gradient", "regularization", "word2vec", "xor_network")
CASES = [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in NAMES]


@pytest.mark.parametrize("name", CASES)
def test_a_program_is_looked_through(name, monkeypatch, tmp_path: Path, capsys):
    model = model_of(name, monkeypatch, tmp_path)
    look_through(lambda: TrainingRun(model), epochs=2, seeks=5)
