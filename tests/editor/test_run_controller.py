"""The window's end of a run, with the real training process."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from editor.document import Document
from editor.run.controller import RunController, RunState
from engine.formats.graph_file import save_graph_file
from engine.model import CsvColumns, TypedValues
from engine.training.run import TrainingRun
from tests.engine.models import classifier, linear_regression

ROOT = Path(__file__).resolve().parents[2]
#: How long to wait for what must happen, in milliseconds; nothing here is measured.
PATIENCE = 60_000


class Desk:
    """A document, its controller, and everything that the controller has sent since the last opening."""

    def __init__(self, ring_capacity=1 << 16):
        self.document = Document()
        self.controller = RunController(self.document, ring_capacity=ring_capacity)
        self.states, self.progress, self.values, self.failures, self.answers, self.stale = [], [], [], [], [], []
        self.controller.state_changed.connect(self.states.append)
        self.controller.progress.connect(self.progress.append)
        self.controller.values_changed.connect(self.values.append)
        self.controller.failed.connect(self.failures.append)
        self.controller.answered.connect(self.answers.append)
        self.controller.went_stale.connect(lambda: self.stale.append(True))

    def open(self, model, path):
        save_graph_file(model, path)
        self.document.open(path)
        for sent in (self.states, self.progress, self.values, self.failures, self.answers, self.stale):
            sent.clear()


@pytest.fixture(scope="module")
def shared_desk(qapp):
    desk = Desk()
    yield desk
    desk.controller.stop()


@pytest.fixture
def desk(shared_desk, tmp_path, qtbot):
    shared_desk.open(linear_regression(epochs=100), tmp_path / "model.graph")
    return shared_desk


@pytest.fixture
def until(qtbot):
    """Waits until the controller's state is one of those given, or a condition is true."""

    def wait(controller, *wanted):
        def reached():
            return any(controller.state is want if isinstance(want, RunState) else want() for want in wanted)

        qtbot.waitUntil(reached, timeout=PATIENCE)

    return wait


def trained(model, epochs):
    """The losses of a model that is trained here, and its run."""
    run = TrainingRun(model)
    return np.array([run.train_epoch() for _ in range(epochs)]), run


def is_running(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    try:
        return not status.parent.parent.exists() or status.read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


# --- running ---------------------------------------------------------------------------------------------------------


def test_every_loss_comes_back_exactly_and_in_order(desk, until):
    controller = desk.controller
    controller.run(1000)
    until(controller, RunState.FINISHED)
    losses, run = trained(linear_regression(), 1000)
    history = controller.history
    assert np.array_equal(history.losses, losses)
    assert np.array_equal(history.epochs, np.arange(1000))
    assert history.loss_name == "cost"
    assert desk.states == [RunState.STARTING, RunState.RUNNING, RunState.FINISHED]
    assert [row.epoch for row in history.value_rows] == list(range(1000))
    assert np.array_equal(controller.variable_values()["W"], run.values()["W"])
    assert np.array_equal(history.value_rows[-1].values["b"], run.values()["b"])
    assert history.value_rows[-1].loss == losses[-1]
    last = desk.progress[-1]
    assert (last.epoch, last.loss, last.target_epochs) == (1000, losses[-1], 1000)
    assert last.epochs_per_second > 0
    assert desk.values[0]["W"].tolist() == [1.0], "initial values come first"
    assert desk.values[-1]["cost"] == losses[-1]
    assert not desk.failures


def test_the_settings_say_for_how_many_epochs(desk, until):
    desk.controller.run()
    until(desk.controller, RunState.FINISHED)
    assert desk.controller.epoch == 100


def test_a_finished_run_goes_on_for_as_many_epochs_again(desk, until):
    controller = desk.controller
    controller.run(30)
    until(controller, RunState.FINISHED)
    controller.run(50)
    until(controller, RunState.FINISHED)
    assert np.array_equal(controller.history.losses, trained(linear_regression(), 80)[0])
    assert desk.progress[-1].target_epochs == 80


def test_a_paused_run_goes_on_to_its_target_as_if_it_had_not_paused(desk, until):
    controller = desk.controller
    controller.run(1_000_000)
    until(controller, lambda: controller.epoch > 3000)
    controller.pause()
    until(controller, RunState.PAUSED)
    paused_at = controller.epoch
    assert 3000 < paused_at < 1_000_000
    assert controller.history.epochs[-1] == paused_at - 1
    assert controller.history.value_rows[-1].epoch == paused_at - 1
    controller.run(paused_at + 500)
    until(controller, RunState.FINISHED)
    assert np.array_equal(controller.history.losses, trained(linear_regression(), paused_at + 500)[0])


def test_a_pause_comes_between_two_mini_batches_of_a_long_epoch(desk, until, tmp_path):
    model = classifier(rows=5000, batch_size=1, seed=3)
    desk.open(model, tmp_path / "long.graph")
    controller = desk.controller
    controller.run(2)
    controller.pause()
    until(controller, RunState.PAUSED)
    assert controller.epoch == 0
    assert not controller.history.value_rows, "an epoch that is not done has no row"
    controller.step_epoch()
    until(controller, lambda: controller.state is RunState.PAUSED and controller.epoch == 1)
    controller.run(2)
    until(controller, RunState.FINISHED)
    losses, run = trained(model, 2)
    assert np.array_equal(controller.history.losses, losses)
    assert np.array_equal(controller.variable_values()["W"], run.values()["W"])


def test_metrics_come_with_their_epochs(desk, until, tmp_path):
    model = classifier(epochs=40, batch_size=16, held_back=10, metrics=("accuracy",), seed=5)
    desk.open(model, tmp_path / "metrics.graph")
    desk.controller.run()
    until(desk.controller, RunState.FINISHED)
    run = TrainingRun(model)
    expected = [(run.train_epoch(), run.metrics()["accuracy"]) for _ in range(40)]
    history = desk.controller.history
    assert history.losses.tolist() == [loss for loss, _ in expected]
    assert history.metrics["accuracy"].tolist() == [accuracy for _, accuracy in expected]


def test_stepping_does_one_epoch_at_a_time(desk, until):
    controller = desk.controller
    for epoch in (1, 2, 3):
        controller.step_epoch()
        until(controller, lambda epoch=epoch: controller.epoch == epoch and controller.state is RunState.PAUSED)
    assert desk.progress[-1].target_epochs == 100
    controller.run()
    until(controller, RunState.FINISHED)
    assert np.array_equal(controller.history.losses, trained(linear_regression(), 100)[0])
    controller.step_epoch()
    until(controller, RunState.PAUSED)
    assert controller.epoch == 101


def test_reset_begins_again_with_the_same_numbers(desk, until):
    controller = desk.controller
    controller.run(50)
    until(controller, RunState.FINISHED)
    first = controller.history.losses
    controller.reset()
    assert controller.state is RunState.IDLE
    assert (len(controller.history), controller.epoch) == (0, 0)
    until(controller, lambda: controller.variable_values()["W"].tolist() == [1.0])
    assert desk.values[-1]["W"].tolist() == [1.0]
    controller.run(50)
    until(controller, RunState.FINISHED)
    assert np.array_equal(controller.history.losses, first)


def test_reset_stops_what_runs_and_nothing_of_it_comes_later(desk, until):
    controller = desk.controller
    controller.run(1_000_000)
    until(controller, lambda: controller.epoch > 100)
    controller.reset()
    controller.run(20)
    until(controller, RunState.FINISHED)
    assert np.array_equal(controller.history.losses, trained(linear_regression(), 20)[0])
    assert [row.epoch for row in controller.history.value_rows] == list(range(20))


def test_reset_while_starting(desk, until):
    desk.controller.run(1_000_000)
    assert desk.controller.state is RunState.STARTING
    desk.controller.reset()
    assert desk.controller.state is RunState.IDLE
    desk.controller.run(5)
    until(desk.controller, RunState.FINISHED)
    assert len(desk.controller.history) == 5


def test_a_reset_reads_data_files_that_have_changed(desk, until, tmp_path):
    table = tmp_path / "points.csv"
    table.write_text("x,y\n1,5\n2,8\n")
    model = linear_regression(epochs=1)
    model.data = {"x": CsvColumns("points.csv", ("x",)), "y": CsvColumns("points.csv", ("y",))}
    desk.open(model, tmp_path / "csv.graph")
    controller = desk.controller
    controller.run()
    until(controller, RunState.FINISHED)
    assert controller.history.losses.tolist() == [(9 + 25) / 2]
    table.write_text("x,y\n1,2\n2,3\n10,11\n")
    controller.reset()
    controller.run()
    until(controller, RunState.FINISHED)
    assert controller.history.losses.tolist() == [0.0]


def test_a_window_that_does_not_look_loses_no_epoch(qtbot, until, tmp_path):
    desk = Desk(ring_capacity=1000)
    desk.open(linear_regression(), tmp_path / "model.graph")
    try:
        desk.controller.run(5000)
        until(desk.controller, RunState.RUNNING)
        desk.controller._intake.stop()
        until(desk.controller, lambda: any(row.epoch == 4999 for row in desk.controller.history.value_rows))
        assert desk.controller.epoch < 5000
        assert desk.controller.state is RunState.RUNNING, "not before all its epochs have come back"
        desk.controller._intake.start()
        until(desk.controller, RunState.FINISHED)
        assert np.array_equal(desk.controller.history.losses, trained(linear_regression(), 5000)[0])
    finally:
        desk.controller.stop()


# --- asking ----------------------------------------------------------------------------------------------------------


def test_asking_needs_no_training_and_does_not_change_the_state(desk, until):
    desk.controller.ask(["hypothesis", "W"], {"x": "5, 6"})
    until(desk.controller, lambda: desk.answers)
    assert desk.answers[0]["hypothesis"].tolist() == [6.0, 7.0]
    assert desk.answers[0]["W"].tolist() == [1.0]
    assert (desk.controller.state, desk.states) == (RunState.IDLE, [])


def test_asking_takes_the_present_variables_also_while_it_runs(desk, until):
    controller = desk.controller
    controller.run(1_000_000)
    until(controller, lambda: controller.epoch > 2000)
    controller.ask(["hypothesis"], {"x": np.array([5.0])})
    until(controller, lambda: desk.answers)
    assert controller.state is RunState.RUNNING
    assert desk.answers[0]["hypothesis"] == pytest.approx([17.0], abs=0.1)
    controller.pause()
    until(controller, RunState.PAUSED)


def test_a_placeholder_that_is_not_fed_is_named(desk, until):
    desk.controller.ask(["hypothesis"], {})
    until(desk.controller, lambda: desk.failures)
    assert desk.failures[0].node == "x"
    assert desk.controller.state is RunState.IDLE


@pytest.mark.parametrize("text", ["1, two", "__import__('os')", ""])
def test_text_that_is_no_number_is_refused_with_the_placeholders_name(desk, until, text):
    desk.controller.ask(["hypothesis"], {"x": text})
    until(desk.controller, lambda: desk.failures)
    assert desk.failures[0].node == "x"
    assert "Traceback" not in desk.failures[0].message


def test_a_graph_without_data_or_optimizer_can_be_asked(desk, until, tmp_path):
    model = linear_regression()
    model.graph.remove(model.graph.operation("train"))
    model.data.clear()
    desk.open(model, tmp_path / "plain.graph")
    desk.controller.ask(["hypothesis"], {"x": "2"})
    until(desk.controller, lambda: desk.answers)
    assert desk.answers[0]["hypothesis"].tolist() == [3.0]


def test_a_node_added_after_training_is_asked_with_the_trained_values(desk, until):
    controller, document = desk.controller, desk.document
    controller.run(2000)
    until(controller, RunState.FINISHED)
    document.add_node("Negative", (0, 0), "opposite")
    assert document.connect("hypothesis", "output", "opposite", "x")
    controller.ask(["opposite"], {"x": "5"})
    until(controller, lambda: desk.answers)
    assert desk.answers[0]["opposite"] == pytest.approx([-17.0], abs=1e-3)
    assert controller.state is RunState.FINISHED


# --- failing ---------------------------------------------------------------------------------------------------------


def test_a_loss_that_is_not_finite_stops_the_run_with_a_sentence(desk, until):
    desk.document.set_attribute("train", "learning_rate", 1e6)
    controller = desk.controller
    controller.run(1000)
    until(controller, RunState.FAILED)
    problem = desk.failures[0]
    assert problem.node == "cost"
    assert "smaller learning rate" in problem.message
    assert 0 < controller.epoch < 1000
    assert len(controller.history) == controller.epoch
    desk.document.set_attribute("train", "learning_rate", 0.1)
    controller.run(100)
    until(controller, RunState.FINISHED)
    assert np.array_equal(controller.history.losses, trained(linear_regression(), 100)[0])


def test_a_graph_that_cannot_be_trained_is_told_with_its_node(desk, until):
    desk.document.set_data("x", None)
    desk.controller.run()
    until(desk.controller, RunState.FAILED)
    assert desk.failures[0].node == "x"
    assert desk.states == [RunState.STARTING, RunState.FAILED]
    desk.document.set_data("x", TypedValues("1, 2, 3, 4"))
    desk.controller.run()
    until(desk.controller, RunState.FINISHED)


def test_a_file_put_where_it_was_missing_is_found_by_the_next_run(desk, until, tmp_path):
    model = linear_regression(epochs=3)
    model.data["x"] = CsvColumns("x.csv", ("x",))
    desk.open(model, tmp_path / "missing.graph")
    desk.controller.ask(["W"], {})
    until(desk.controller, lambda: desk.answers)
    assert not desk.failures
    (tmp_path / "x.csv").write_text("x\n1\n2\n3\n4\n")
    desk.controller.run()
    until(desk.controller, RunState.FINISHED)


@pytest.mark.skipif(sys.platform == "win32", reason="there are no signals to kill with")
def test_a_killed_process_is_told_and_replaced(desk, until):
    controller = desk.controller
    controller.run(100_000_000)
    until(controller, lambda: controller.epoch > 100)
    os.kill(controller.process_id, signal.SIGKILL)
    until(controller, RunState.FAILED)
    assert "signal 9" in desk.failures[0].message
    assert len(controller.history) > 100, "what had come back stays"
    controller.run(100)
    until(controller, RunState.FINISHED)
    assert np.array_equal(controller.history.losses, trained(linear_regression(), 100)[0])


@pytest.mark.skipif(sys.platform == "win32", reason="there are no signals to kill with")
def test_a_process_killed_while_idle_is_replaced_silently(desk, until):
    controller = desk.controller
    controller.warm_up()
    until(controller, lambda: controller.process_id is not None)
    old = controller.process_id
    os.kill(old, signal.SIGKILL)
    until(controller, lambda: controller.process_id is None)
    controller.run(5)
    until(controller, RunState.FINISHED)
    assert not desk.failures
    assert controller.process_id != old


# --- editing ---------------------------------------------------------------------------------------------------------


def test_moving_nodes_saving_and_more_epochs_leave_a_run_as_it_is(desk, until, tmp_path):
    controller, document = desk.controller, desk.document
    document.set_data("x", TypedValues("1, 2, 3, 4, 5"))
    document.set_data("x", TypedValues("1, 2, 3, 4"))
    controller.run(10)
    until(controller, RunState.FINISHED)
    document.move_nodes({"W": (500.0, 500.0)})
    document.set_run_settings(replace(document.model.run, epochs=77))
    (tmp_path / "elsewhere").mkdir()
    document.save(tmp_path / "elsewhere" / "copy.graph", controller.variable_values())
    assert not desk.stale
    controller.run(10)
    until(controller, RunState.FINISHED)
    assert np.array_equal(controller.history.losses, trained(linear_regression(), 20)[0])


def test_saving_elsewhere_leaves_a_run_on_a_file_as_it_is(desk, until, tmp_path):
    (tmp_path / "x.csv").write_text("x\n1\n2\n3\n4\n")
    (tmp_path / "elsewhere").mkdir()
    model = linear_regression(epochs=3)
    model.data["x"] = CsvColumns("x.csv", ("x",))
    desk.open(model, tmp_path / "model.graph")
    desk.controller.run()
    until(desk.controller, RunState.FINISHED)
    desk.document.save(tmp_path / "elsewhere" / "copy.graph")
    assert desk.document.model.data["x"] == CsvColumns("../x.csv", ("x",))
    assert not desk.stale


EDITS = {
    "attribute": lambda document: document.set_attribute("train", "learning_rate", 0.05),
    "data": lambda document: document.set_data("y", TypedValues("1, 2, 3, 4")),
    "seed": lambda document: document.set_run_settings(replace(document.model.run, seed=9)),
    "deleted wire": lambda document: document.delete(["train"]),
    "new node": lambda document: document.add_node("Constant", (0, 0)),
    "name": lambda document: document.rename("W", "weight"),
}


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_makes_a_run_stale_once_and_lets_it_go_on(desk, until, edit):
    controller = desk.controller
    controller.run(100_000_000)
    until(controller, lambda: controller.epoch > 100)
    EDITS[edit](desk.document)
    assert desk.stale == [True]
    assert controller.is_stale
    desk.document.add_node("Constant", (0, 0))
    assert desk.stale == [True]
    epoch = controller.epoch
    until(controller, lambda: controller.epoch > epoch)
    assert controller.state is RunState.RUNNING
    controller.pause()
    until(controller, RunState.PAUSED)


def test_the_run_after_an_edit_begins_anew_with_what_was_edited(desk, until):
    controller = desk.controller
    controller.run(100)
    until(controller, RunState.FINISHED)
    desk.document.set_attribute("train", "learning_rate", 0.05)
    controller.run(10)
    until(controller, RunState.FINISHED)
    model = linear_regression()
    model.graph.set_attribute(model.graph.operation("train"), "learning_rate", 0.05)
    assert np.array_equal(controller.history.losses, trained(model, 10)[0])
    assert not controller.is_stale


def test_another_document_takes_over_from_a_run(desk, until, tmp_path):
    controller = desk.controller
    controller.run(100_000_000)
    until(controller, lambda: controller.epoch > 100)
    desk.open(linear_regression(epochs=7, seed=4), tmp_path / "other.graph")
    assert (controller.state, len(controller.history), controller.variable_values()) == (RunState.IDLE, 0, {})
    controller.run()
    until(controller, RunState.FINISHED)
    assert len(controller.history) == 7


def test_saved_values_are_shown_asked_and_trained_on_until_a_reset(desk, until, tmp_path):
    model = linear_regression(epochs=1)
    model.values = {"W": np.array([3.0], np.float32), "b": np.array([2.0], np.float32)}
    desk.open(model, tmp_path / "trained.graph")
    controller = desk.controller
    until(controller, lambda: desk.values)
    assert desk.values[0]["W"].tolist() == [3.0]
    assert controller.variable_values()["b"].tolist() == [2.0]
    controller.ask(["hypothesis"], {"x": "5"})
    until(controller, lambda: desk.answers)
    assert desk.answers[0]["hypothesis"].tolist() == [17.0]
    controller.run()
    until(controller, RunState.FINISHED)
    assert controller.history.losses.tolist() == [0.0]
    controller.reset()
    controller.run()
    until(controller, RunState.FINISHED)
    assert np.array_equal(controller.history.losses, trained(linear_regression(), 1)[0])


# --- the process -----------------------------------------------------------------------------------------------------


def test_stop_ends_the_process_and_a_later_run_starts_another(qtbot, until, tmp_path):
    desk = Desk()
    desk.open(linear_regression(), tmp_path / "model.graph")
    desk.controller.run(100_000_000)
    until(desk.controller, lambda: desk.controller.epoch > 100)
    pid = desk.controller.process_id
    desk.controller.stop()
    assert desk.controller.state is RunState.IDLE
    assert not is_running(pid)
    desk.controller.run(3)
    until(desk.controller, RunState.FINISHED)
    assert len(desk.controller.history) == 3
    desk.controller.stop()


def test_stopping_at_once_after_starting(qtbot):
    desk = Desk()
    desk.controller.warm_up()
    desk.controller.stop()
    desk.controller.stop()
    assert desk.controller.state is RunState.IDLE


def test_a_large_variable_comes_back_whole(desk, until, tmp_path):
    model = linear_regression(epochs=2)
    value = np.arange(300_000, dtype=np.float32).reshape(300, 1000)
    model.graph.create("Variable", attributes={"initial_value": value}, name="large")
    desk.open(model, tmp_path / "large.graph")
    desk.controller.run()
    until(desk.controller, RunState.FINISHED)
    assert np.array_equal(desk.controller.variable_values()["large"], value)
    assert desk.controller.history.value_rows[-1].values["large"].shape == (300, 1000)
    assert not isinstance(desk.controller.history.value_rows[-1].values["large"], np.ndarray)


def test_the_training_process_loads_no_qt():
    code = "import sys, editor.run.worker; print([name for name in sys.modules if 'PySide' in name or 'Qt' in name])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


PROGRAM = """
import sys
print("main module runs as", __name__, flush=True)

def main():
    from PySide6.QtCore import QCoreApplication, QTimer
    from editor.document import Document
    from editor.run.controller import RunController
    app = QCoreApplication([])
    document = Document()
    controller = RunController(document)
    document.open(sys.argv[1])
    controller.run(100_000_000)
    begun = []
    def tell(progress):
        if not begun:
            begun.append(True)
            print("process", controller.process_id, controller._process.ring.name, flush=True)
            if sys.argv[2] == "quit":
                QTimer.singleShot(0, app.quit)
            if sys.argv[2] == "leave":
                QTimer.singleShot(0, lambda: sys.exit(0))
    controller.progress.connect(tell)
    app.exec()

if __name__ == "__main__":
    main()
"""


@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="shared memory has no folder here")
@pytest.mark.parametrize("ending", ["quit", "leave", "kill"])
def test_no_process_and_no_memory_is_left_however_the_window_ends(ending, tmp_path, qtbot):
    script, graph = tmp_path / "program.py", tmp_path / "model.graph"
    script.write_text(PROGRAM)
    save_graph_file(linear_regression(), graph)
    program = subprocess.Popen(
        [sys.executable, script, graph, ending],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    lines = [program.stdout.readline() for _ in range(3)]
    _, pid, memory = lines[-1].split()
    pid = int(pid)
    if ending == "kill":
        program.kill()
    output, errors = program.communicate(timeout=PATIENCE / 1000)
    qtbot.waitUntil(lambda: not is_running(pid), timeout=PATIENCE)
    assert memory not in os.listdir("/dev/shm")
    assert errors == ""
    assert lines[:2] == ["main module runs as __main__\n", "main module runs as __mp_main__\n"]
    assert output == "", "the process beside the window runs nothing of the main module"
