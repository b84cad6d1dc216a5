"""``main.py train``, ``check`` and ``backward``: what they print, and the exit status."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.command_line import main
from engine.formats import load_graph_file, save_graph_file
from engine.model import CsvColumns, RunSettings, TypedValues
from tests.data.build_examples import EXAMPLES, linear_regression

ROOT = Path(__file__).parents[2]
LINEAR = str(EXAMPLES / "linear_regression.graph")
FIRST = "Epoch: 0 loss: 41.0 W: [4.5] b: [2.2]"
LAST = "Epoch: 99 loss: 3.3379514e-05 W: [3.0046647] b: [1.9862854]"


@pytest.fixture
def command(capsys):
    """Runs a command; returns the exit status, the lines on stdout and those on stderr."""

    def run(*arguments):
        status = main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return status, out.splitlines(), err.splitlines()

    return run


@pytest.fixture
def saved(tmp_path):
    """Saves the tutorial's model after a change to it."""

    def save(change, name="a.graph"):
        model = linear_regression()
        change(model)
        save_graph_file(model, tmp_path / name)
        return tmp_path / name

    return save


# --- train -------------------------------------------------------------------------------------------------------


def test_the_tutorials_run(command):
    status, out, err = command("train", LINEAR)
    assert status == 0
    assert err == []
    assert len(out) == 100
    assert out[0] == FIRST
    assert out[1] == "Epoch: 1 loss: 18.415 W: [2.1499999] b: [1.4100001]"
    assert out[10] == "Epoch: 10 loss: 0.021112926 W: [3.0954175] b: [1.8035736]"
    assert out[99] == LAST


def test_the_tutorials_question(command):
    status, out, _ = command("train", LINEAR, "--every", 1000, "--feed", "x=5", "--fetch", "hypothesis")
    assert status == 0
    assert out == [FIRST, LAST, "hypothesis: [17.00961]"]


def test_a_thousand_epochs(command):
    _, out, _ = command("train", LINEAR, "--epochs", 1000, "--feed", "x=6", "--fetch", "hypothesis")
    assert len(out) == 1001
    assert out[999] == "Epoch: 999 loss: 7.9580786e-13 W: [3.000001] b: [1.9999975]"
    assert out[1000] == "hypothesis: [20.000004]"


def epochs_of(lines):
    return [int(line.split()[1]) for line in lines]


def test_long_runs_print_about_a_thousand_lines(command):
    _, out, _ = command("train", LINEAR, "--epochs", 2500)
    assert epochs_of(out) == [*range(0, 2500, 3)]


def test_every_kth_epoch_and_the_first_and_the_last(command):
    _, out, _ = command("train", LINEAR, "--every", 30)
    assert epochs_of(out) == [0, 30, 60, 90, 99]


def test_several_fetches_and_feeds(command, tmp_path):
    np.save(tmp_path / "x.npy", np.array([1.0, 2.0]))
    status, out, _ = command(
        "train", LINEAR, "--every", 100, "--feed", f"x=@{tmp_path / 'x.npy'}", "--feed", "y=[5, 8]",
        "--fetch", "hypothesis", "--fetch", "cost", "--fetch", "W",
    )  # fmt: skip
    assert status == 0
    assert out[2].startswith("hypothesis: [4.99095")
    assert float(out[3].removeprefix("cost: ")) < 1e-4
    assert out[4] == "W: [3.0046647]"


def test_a_matrix_is_fetched_as_numpy_prints_it(command, saved):
    path = saved(lambda model: model.data.update(x=TypedValues("1 2; 3 4"), y=TypedValues("5 8; 11 14")))
    _, out, _ = command("train", path, "--epochs", 0, "--feed", "x=1 2; 3 4", "--fetch", "hypothesis")
    assert out == ["hypothesis: ", "[[2. 3.]", " [4. 5.]]"]


def test_large_variables_are_summarised_and_metrics_come_last(command):
    _, out, _ = command("train", EXAMPLES / "xor.graph", "--epochs", 1)
    assert out[0].startswith("Epoch: 0 loss: 0.8608")
    assert " W1: [2, 10] with norm 4.41106 b1: [10] with norm " in out[0]
    assert out[0].endswith(" accuracy: 0.5")


def test_a_seed_decides_the_numbers(command):
    runs = [command("train", EXAMPLES / "xor.graph", "--epochs", 3, "--seed", seed)[1] for seed in (5, 5, 6)]
    assert runs[0] == runs[1]
    assert runs[0] != runs[2]


def test_data_beside_the_file_is_found_from_anywhere(command, saved, tmp_path):
    (tmp_path / "points.csv").write_text("x,y\n1,5\n2,8\n3,11\n4,14\n")

    def use_file(model):
        model.data = {name: CsvColumns("points.csv", (name,)) for name in "xy"}

    assert command("train", saved(use_file))[1][99] == LAST


# --- saving and going on -----------------------------------------------------------------------------------------


def test_trained_values_are_saved_and_asked(command, tmp_path):
    out_path = tmp_path / "trained.graph"
    assert command("train", LINEAR, "--epochs", 11, "--seed", 3, "--save", out_path)[0] == 0
    model = load_graph_file(out_path)
    assert model.run == RunSettings(epochs=11, seed=3)
    np.testing.assert_array_equal(model.values["W"], np.float32([3.0954175]), strict=True)
    _, asked, _ = command("train", out_path, "--resume", "--epochs", 0, "--fetch", "W", "--fetch", "b")
    assert asked == ["W: [3.0954175]", "b: [1.8035736]"]


def test_going_on_continues_where_the_saved_run_ended(command, tmp_path):
    out_path = tmp_path / "trained.graph"
    command("train", LINEAR, "--epochs", 60, "--save", out_path)
    _, out, _ = command("train", out_path, "--resume", "--epochs", 40)
    assert out[-1] == LAST.replace("Epoch: 99", "Epoch: 39")


def test_a_graph_saved_elsewhere_still_finds_its_data(command, saved, tmp_path):
    (tmp_path / "points.csv").write_text("1,5\n2,8\n3,11\n4,14\n")
    (tmp_path / "results").mkdir()

    def use_file(model):
        model.data = {"x": CsvColumns("points.csv", ("1",)), "y": CsvColumns("points.csv", ("2",))}

    trained = tmp_path / "results" / "trained.graph"
    assert command("train", saved(use_file), "--save", trained)[0] == 0
    assert load_graph_file(trained).data["x"] == CsvColumns("../points.csv", ("1",))
    assert command("train", trained)[1][99] == LAST


# --- what goes wrong ---------------------------------------------------------------------------------------------


def test_problems_are_said_one_a_line_with_their_nodes(command, saved):
    def spoil(model):
        model.data = {"x": TypedValues("one")}
        model.graph.disconnect(model.graph.operation("error"), "y")

    path = saved(spoil)
    status, out, err = command("train", path)
    assert status == 1
    assert out == []
    assert err == [
        f"{path}: error: Nothing is wired to 'y'; connect it.",
        f"{path}: x: 'one' is not a number; write for example 0.1 or 1e-3.",
    ]


def test_what_training_does_not_need_does_not_stop_it(command, saved):
    path = saved(lambda model: model.graph.add("Add", "unfinished"))
    assert command("train", path)[1][99] == LAST


def test_no_optimizer(command, saved):
    path = saved(lambda model: model.graph.remove(model.graph.operation("train")))
    status, _, err = command("train", path)
    assert status == 1
    assert len(err) == 1
    assert "There is no optimizer" in err[0]


def test_a_loss_that_is_not_finite_ends_the_run_with_its_node(command, saved):
    def speed_up(model):
        model.graph.set_attribute(model.graph.operation("train"), "learning_rate", 100.0)

    path = saved(speed_up)
    status, out, err = command("train", path)
    assert status == 1
    assert out[0].startswith("Epoch: 0 loss: 41.0 ")
    assert len(err) == 1
    assert err[0].startswith(f"{path}: cost: The loss cost became ")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--fetch", "hypothesys"], "There is no node called 'hypothesys'; there is hypothesis."),
        (["--fetch", "train"], "train: A GradientDescent gives no value"),
        (["--feed", "z=1"], "There is no node called 'z'; look at its spelling."),
        (["--feed", "x=five"], "x: 'five' is not a number; write for example 0.1 or 1e-3."),
        (["--feed", "x=@none.npy"], "x: There is no file none.npy"),
        (["--fetch", "hypothesis"], "x"),
    ],
)
def test_feeds_and_fetches_that_do_not_work(command, arguments, sentence):
    status, _, err = command("train", LINEAR, "--epochs", "0", *arguments)
    assert status == 1
    assert len(err) == 1
    assert err[0].startswith(f"{LINEAR}: {sentence}")


def test_feeds_are_looked_at_before_training(command):
    assert command("train", LINEAR, "--fetch", "nothing")[1] == []


def test_a_file_that_is_not_there(command, tmp_path):
    status, out, err = command("train", tmp_path / "gone.graph")
    assert (status, out) == (1, [])
    assert err == [f"There is no file {tmp_path / 'gone.graph'}; look whether it was moved or renamed."]


def test_a_place_where_nothing_can_be_saved(command, tmp_path):
    status, _, err = command("train", LINEAR, "--save", tmp_path / "no" / "a.graph")
    assert status == 1
    assert "could not be saved" in err[0]


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["dance"],
        ["train"],
        ["train", LINEAR, "--epochs", "-1"],
        ["train", LINEAR, "--epochs", "many"],
        ["train", LINEAR, "--every", "0"],
        ["train", LINEAR, "--feed", "x"],
        ["train", LINEAR, "--feed", "=5"],
        ["train", LINEAR, "--fast"],
        ["check"],
    ],
)
def test_a_wrong_usage(command, arguments):
    status, out, err = command(*arguments)
    assert (status, out) == (2, [])
    assert err[0].startswith("usage: main.py")


def test_help_tells_the_defaults(command):
    status, out, _ = command("train", "--help")
    assert status == 0
    assert "every epoch up to 1000" in " ".join(" ".join(out).split())


# --- check -------------------------------------------------------------------------------------------------------


def test_check_of_what_is_right(command):
    status, out, _ = command("check", *EXAMPLES.glob("*.graph"))
    assert status == 0
    assert sorted(out) == sorted(f"{path}: no problems" for path in EXAMPLES.glob("*.graph"))


def test_check_says_every_problem_of_every_file(command, saved, tmp_path):
    bad = saved(lambda model: model.data.pop("y"), "bad.graph")
    odd = saved(lambda model: model.data.update(x=TypedValues("1, 2, 3, nan")), "odd.graph")
    (tmp_path / "none.graph").write_text("[]")
    status, out, _ = command("check", bad, odd, tmp_path / "none.graph", LINEAR)
    assert status == 1
    assert out == [
        f"{bad}: y: It has no data; type values or choose a file for it.",
        f"{odd}: warning: x: 1 of its numbers is nan or infinite, and the loss will be so too; clean the data.",
        f"{tmp_path / 'none.graph'}: none.graph is JSON, but no graph; choose a .graph file.",
        f"{LINEAR}: no problems",
    ]


def test_warnings_alone_are_no_failure(command, saved):
    odd = saved(lambda model: model.data.update(x=TypedValues("1, 2, 3, nan")))
    assert command("check", odd)[0] == 0


# --- as a program ------------------------------------------------------------------------------------------------


@pytest.fixture
def endless(saved):
    """A graph whose training takes long."""

    def prolong(model):
        model.run = replace(model.run, epochs=10**8)

    return saved(prolong)


def start(*arguments, **options):
    return subprocess.Popen([sys.executable, "main.py", *map(str, arguments)], cwd=ROOT, text=True, **options)


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_ctrl_c_ends_calmly_and_saves_what_was_reached(endless, tmp_path):
    out_path = tmp_path / "reached.graph"
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with start("train", endless, "--every", 1, "--save", out_path, **pipes) as process:
        lines = [process.stdout.readline()]
        process.send_signal(signal.SIGINT)
        lines += process.stdout.readlines()
        err = process.stderr.read()
    assert process.returncode == 130
    assert lines[0].strip() == FIRST
    last = lines[-1].split()
    assert err == f"Stopped after {int(last[1]) + 1} of 100000000 epochs.\n"
    assert str(load_graph_file(out_path).values["W"]) == last[5]


@pytest.mark.skipif(os.name != "posix", reason="pipes")
def test_a_reader_that_goes_away_ends_it_without_a_word(endless):
    with start("train", endless, "--every", 1, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.readline()
        process.stdout.close()
        err = process.stderr.read()
        process.wait(timeout=60)
    assert err == ""
    assert process.returncode == 141


@pytest.mark.skipif(os.name != "posix", reason="terminals")
def test_on_a_terminal_there_is_a_bar_and_few_lines():
    import fcntl
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
    with start("train", LINEAR, "--epochs", 2000, stdout=theirs, stderr=theirs, stdin=theirs) as process:
        os.close(theirs)
        shown = b""
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:  # Linux says so when the other side is closed.
                break
            if not part:
                break
            shown += part
        process.wait(timeout=60)
    os.close(ours)
    text = shown.decode()
    assert process.returncode == 0
    assert "/2000" in text
    assert text.count("Epoch: ") == 21
    assert FIRST in text


def test_names_that_the_terminal_has_no_letters_for(saved):
    def rename(model):
        model.graph.rename(model.graph.operation("W"), "가중치")

    done = subprocess.run(
        [sys.executable, "main.py", "train", saved(rename), "--epochs", "1"],
        cwd=ROOT,
        env=os.environ | {"PYTHONIOENCODING": "ascii"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "Epoch: 0 loss: 41.0 \\uac00\\uc911\\uce58: [4.5] b: [2.2]\n"


# --- backward ----------------------------------------------------------------------------------------------------


def test_the_backward_graph_is_written_and_is_a_graph_without_problems(command, tmp_path):
    target = tmp_path / "step.graph"
    status, out, err = command("backward", EXAMPLES / "digits.graph", "-o", target)
    assert (status, err) == (0, [])
    assert out == [f"{target}: 16 forward, 17 backward, 10 update operations"]
    assert command("check", target)[:2] == (0, [f"{target}: no problems"])
    assert "gradients/product1_grad/MatMul_1" in load_graph_file(target).graph


def test_a_graph_without_an_optimizer_has_no_backward_graph(command, saved, tmp_path):
    path = saved(lambda model: model.graph.remove(model.graph.operation("train")))
    status, out, err = command("backward", path, "-o", tmp_path / "step.graph")
    assert (status, out) == (1, [])
    assert "There is no optimizer" in err[0]
    assert not (tmp_path / "step.graph").exists()


def test_the_graph_itself_is_not_written_over(command, saved):
    path = saved(lambda model: None)
    before = path.read_bytes()
    status, _, err = command("backward", path, "-o", path)
    assert status == 1
    assert "write its backward graph to another file" in err[0]
    assert path.read_bytes() == before


# --- check --gradients -------------------------------------------------------------------------------------------


def test_gradients_are_checked_node_by_node(command):
    status, out, err = command("check", EXAMPLES / "xor.graph", "--gradients", "--samples", 3)
    assert (status, err) == (0, [])
    assert out[0].endswith("no problems")
    assert any("W1: the gradient is right (3 of 20 elements, largest relative error" in line for line in out)


def test_a_graph_that_cannot_be_trained_has_no_gradients_to_check(command, saved):
    path = saved(lambda model: model.graph.disconnect(model.graph.operation("train"), "loss"))
    status, out, _ = command("check", path, "--gradients")
    assert status == 1
    assert all("gradient is right" not in line for line in out)


def test_commands_that_are_carried_out_elsewhere_are_listed_too(capsys):
    assert main(["nonsense"], {"export": "draw a graph as a picture"}) == 2
    assert "export" in capsys.readouterr().err
    assert main(["--help"], {"export": "draw a graph as a picture"}) == 0
    assert "draw a graph as a picture" in capsys.readouterr().out
