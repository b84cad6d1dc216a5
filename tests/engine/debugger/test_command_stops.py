"""``train --stop-if`` and ``--stop-at-first-cause``."""

import pytest

from engine.command_line import main
from engine.formats import save_graph_file
from tests.engine.debugger.broken_graphs import BROKEN
from tests.engine.models import linear_regression


@pytest.fixture
def regression(tmp_path):
    path = tmp_path / "regression.graph"
    save_graph_file(linear_regression(epochs=50), path)
    return str(path)


def test_training_stops_at_a_condition(regression, capsys):
    assert main(["train", regression, "--stop-if", "loss < 0.05"]) == 3
    out, err = capsys.readouterr()
    losses = [float(line.split("loss: ")[1].split()[0]) for line in out.splitlines()]
    assert losses[-1] < 0.05 <= min(losses[:-1])
    assert err == f"Stopped in epoch {len(losses)}: loss < 0.05 holds at epoch {len(losses) - 1}, mini-batch 0.\n"


def test_the_numbers_are_those_of_a_run_that_is_not_watched(regression, capsys):
    assert main(["train", regression]) == 0
    straight = capsys.readouterr().out
    assert main(["train", regression, "--stop-if", "norm(grad W) > 1e9", "--stop-at-first-cause"]) == 0
    assert capsys.readouterr().out == straight


def test_a_condition_that_cannot_be_read_is_refused(regression, capsys):
    assert main(["train", regression, "--stop-if", "los < 1"]) == 1
    assert "--stop-if 'los < 1': Column 1: there is no node 'los'; did you mean loss" in capsys.readouterr().err


def test_training_stops_at_the_first_cause(tmp_path, capsys):
    path = tmp_path / "broken.graph"
    save_graph_file(BROKEN["log_of_what_reaches_zero"].build(), path)
    assert main(["train", str(path), "--stop-at-first-cause"]) == 3
    err = capsys.readouterr().err
    assert "log (Log) gives -inf at epoch 4, mini-batch 0, from 0." in err
    assert "Elements: -inf" in err
    assert "Path: log -> " in err
