"""``main.py step``: the tutorial's step as text, forwards and back, and what is refused."""

from __future__ import annotations

import re

import numpy as np
import pytest

from engine.command_line import STOPPED, main
from tests.data.build_examples import EXAMPLES

LINEAR = EXAMPLES / "linear_regression.graph"
DIGITS = EXAMPLES / "digits.graph"


@pytest.fixture
def step(capsys):
    """Runs the command; returns the exit status, the lines on stdout and what is on stderr."""

    def run(*arguments):
        status = main(["step", *(str(argument) for argument in arguments)])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return status, out.splitlines(), err

    return run


def values(lines, node, phase):
    """The numbers that are printed for a node in a phase, a list for each of its operations."""
    rows = [re.match(rf"\S+ +{phase} +{node}: \w+ (.*)", line) for line in lines]
    return [[float(part) for part in re.findall(r"-?[\d.]+(?:e[+-]?\d+)?", row[1])] for row in rows if row]


def test_a_step_of_the_tutorial_has_its_numbers_in_order(step):
    status, lines, _ = step(LINEAR)
    assert status == 0
    x, y = np.array([1.0, 2, 3, 4]), np.array([5.0, 8, 11, 14])
    W = b = 1.0
    error = W * x + b - y
    assert values(lines, "hypothesis", "forward") == [(W * x + b).tolist()]
    assert values(lines, "cost", "forward") == [[np.mean(error**2)]]
    assert values(lines, "product", "backward")[-1] == [np.mean(2 * error * x)] == [-35.0]
    assert values(lines, "hypothesis", "backward")[-1] == [np.mean(2 * error)] == [-12.0]
    assert values(lines, "train", "update") == [[-3.5], [-1.2], [2.2], [4.5]]
    assert lines[-1] == "W: [4.5]  b: [2.2]"
    phases = [line.split()[1] for line in lines[:-1]]
    assert phases == sorted(phases, key=("forward", "backward", "update").index)
    assert [line.split()[0] for line in lines[:-1]] == [f"0.0.{place}" for place in range(1, len(lines))]


def test_what_is_taken_back_leaves_the_values_as_they_were(step):
    _, lines, _ = step(LINEAR, "--to", "1", "--back", "18")
    count = sum("taken back" not in line for line in lines) - 1
    assert count == 18
    taken = [line.split()[0] for line in lines if line.endswith("taken back")]
    assert taken == [f"1.0.{place}" for place in range(17, -1, -1)]
    assert lines[-1] == "W: [4.5]  b: [2.2]"


def test_a_moment_within_a_step_and_a_number_of_operations(step):
    _, lines, _ = step(LINEAR, "--to", "1.0.3", "--operations", "2")
    assert [line.split()[0] for line in lines[:-1]] == ["1.0.4", "1.0.5"]
    assert values(lines, "cost", "forward") == [[18.415]]
    _, lines, _ = step(LINEAR, "--to", "0.0.17", "--operations", "3")
    assert [line.split()[0] for line in lines[:-1]] == ["0.0.18", "1.0.1", "1.0.2"]


def test_the_next_operation_of_a_node_is_gone_to(step):
    _, lines, _ = step(LINEAR, "--node", "hypothesis", "--operations", "0")
    assert lines == ["0.0.2      forward   hypothesis: Add [2. 3. 4. 5.]", "W: [1.]  b: [1.]"]
    _, lines, _ = step(LINEAR, "--to", "0.0.2", "--node", "hypothesis", "--operations", "0")
    assert len(lines) == 2 and "[-12.]" in lines[0]
    status, _, err = step(LINEAR, "--node", "x")
    assert status == 1
    assert "x is not computed in a training step" in err


def test_only_the_phases_that_are_asked_for_are_printed(step):
    _, lines, _ = step(DIGITS, "--to", "0.3", "--phase", "update", "--phase", "forward")
    phases = [line.split()[1] for line in lines[:-1]]
    assert set(phases) == {"forward", "update"}
    assert all(line.startswith("0.3.") for line in lines[:-1])


def test_the_step_ends_as_training_does(step, capsys):
    main(["train", str(LINEAR), "--epochs", "7"])
    trained = capsys.readouterr().out.splitlines()[-1]
    _, lines, _ = step(LINEAR, "--to", "6")
    assert lines[-1].replace("  ", " ") == trained[trained.index("W:") :]


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (["--to", "1.7"], 1, "An epoch has 1 mini-batch, counted from 0; there is no 7."),
        (["--to", "0.0.19"], 1, "A step has 18 operations; 19 cannot be carried out."),
        (["--to", "half"], 2, "'half' is no moment; write EPOCH, EPOCH.BATCH or EPOCH.BATCH.OPERATION"),
        (["--to", "-1"], 2, "'-1' is no moment"),
        (["--phase", "sideways"], 2, "invalid choice: 'sideways'"),
        (["--operations", "0", "--back", "1"], 1, "This is where the run begins; there is nothing before it."),
    ],
)
def test_what_cannot_be_done_is_a_sentence(step, arguments, status, sentence):
    found, _, err = step(LINEAR, *arguments)
    assert found == status
    assert sentence in err


def test_a_file_that_is_not_there_is_a_sentence(step, tmp_path):
    status, lines, err = step(tmp_path / "none.graph")
    assert (status, lines) == (1, [])
    assert "none.graph" in err


def test_a_moment_far_beyond_is_trained_towards_until_it_is_interrupted(step, monkeypatch):
    def interrupted(run):
        raise KeyboardInterrupt

    monkeypatch.setattr("engine.training.run.TrainingRun.train_step", interrupted)
    assert step(LINEAR, "--to", "99999999999999999999") == (STOPPED, [], "Stopped.\n")
