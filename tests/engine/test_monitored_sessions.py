"""Monitored sessions and their hooks."""

from __future__ import annotations

import os

import numpy as np
import pytest

import engine as tf
from engine.encoding.event_file import read_events


@pytest.fixture(autouse=True)
def _own_graph_and_folder(tmp_path, monkeypatch):
    tf.reset_default_graph()
    tf.summary.FileWriterCache.clear()
    monkeypatch.chdir(tmp_path)
    yield
    tf.summary.FileWriterCache.clear()


def model():
    """w goes half of the way to 3 in every step."""
    step = tf.train.get_or_create_global_step()
    w = tf.Variable(0.0, name="w")
    loss = tf.square(w - 3.0, name="loss")
    tf.summary.scalar("loss", loss)
    return tf.train.GradientDescentOptimizer(0.25).minimize(loss, global_step=step), loss, w, step


class Recorder(tf.train.SessionRunHook):
    def __init__(self):
        self.calls = []

    def begin(self):
        self.calls.append("begin")

    def after_create_session(self, session, coord):
        self.calls.append(("created", float(session.run("w:0"))))

    def before_run(self, run_context):
        return tf.train.SessionRunArgs({"loss": "loss:0"})

    def after_run(self, run_context, run_values):
        self.calls.append(run_values.results["loss"])
        if len(self.calls) == 5:
            run_context.request_stop()

    def end(self, session):
        self.calls.append("end")


def test_hooks_are_called_in_turn():
    train, _, _, _ = model()
    hook = Recorder()
    with tf.train.MonitoredSession(hooks=[hook]) as session:
        while not session.should_stop():
            assert session.run(train) is None
    assert hook.calls == ["begin", ("created", 0.0), 9.0, 2.25, 0.5625, "end"]
    with pytest.raises(RuntimeError, match="Run called even after should_stop requested"):
        session.run(train)


def test_training_stops_saves_and_goes_on():
    train, _, w, step = model()
    for last, expected in ((3, 2.625), (4, 2.8125)):
        hooks = [tf.train.StopAtStepHook(last_step=last)]
        with tf.train.MonitoredTrainingSession(checkpoint_dir="logs", hooks=hooks, save_summaries_steps=1) as session:
            while not session.should_stop():
                _, value, count = session.run([train, w, step])
        assert (value, count) == (expected, last)
        assert tf.train.latest_checkpoint("logs") == f"logs/model.ckpt-{last}"
    names = {name for name in os.listdir("logs") if name.endswith(".index")}
    assert names == {"model.ckpt-0.index", "model.ckpt-3.index", "model.ckpt-4.index"}
    events = [
        event
        for name in sorted(os.listdir("logs"))
        if "tfevents" in name
        for event in read_events(os.path.join("logs", name))
    ]
    losses = [
        (event.step, value.simple_value) for event in events for value in event.summary.value if value.tag == "loss_1"
    ]
    assert losses == [(1, 9.0), (2, 2.25), (3, 0.5625), (4, 0.140625)]


def test_the_end_of_the_data_ends_the_session_quietly():
    train, _, _, _ = model()
    hook = tf.train.FinalOpsHook("w:0")
    with tf.train.SingularMonitoredSession(hooks=[hook]) as session:
        session.run(train)
        raise tf.errors.OutOfRangeError(None, None, "End of sequence")
    assert hook.final_ops_values == 1.5
    ended = Recorder()
    with pytest.raises(KeyError), tf.train.MonitoredSession(hooks=[ended]):
        raise KeyError
    assert "end" not in ended.calls


def test_steps_are_counted_from_the_beginning():
    train, _, _, step = model()
    with tf.train.MonitoredTrainingSession(hooks=[tf.train.StopAtStepHook(num_steps=2)]) as session:
        while not session.should_stop():
            count = session.run([train, step])[1]
    assert count == 2
    with pytest.raises(ValueError, match="One of num_steps or last_step must be specified"):
        tf.train.StopAtStepHook()


def test_a_loss_that_is_nan_ends_training():
    x = tf.placeholder(tf.float32, [])
    loss = tf.log(x)
    with (
        pytest.raises(tf.train.NanLossDuringTrainingError, match="NaN loss during training"),
        tf.train.MonitoredSession(hooks=[tf.train.NanTensorHook(loss)]) as session,
    ):
        assert session.run(loss, {x: 1.0}) == 0
        session.run(loss, {x: -1.0})
    with tf.train.MonitoredSession(hooks=[tf.train.NanTensorHook(loss, fail_on_nan_loss=False)]) as session:
        assert np.isnan(session.run(loss, {x: -1.0}))
        assert session.should_stop()


def test_values_are_said_every_so_many_runs(caplog):
    train, loss, _, _ = model()
    hook = tf.train.LoggingTensorHook({"loss": loss}, every_n_iter=2)
    with caplog.at_level("INFO", "tensorflow"), tf.train.MonitoredSession(hooks=[hook]) as session:
        for _ in range(4):
            session.run(train)
    said = [record.getMessage().split(" (")[0] for record in caplog.records]
    assert said == ["loss = 9.0", "loss = 0.5625"]


def test_what_a_scaffold_says_is_done():
    _, _, w, _ = model()
    scaffold = tf.train.Scaffold(init_fn=lambda scaffold, session: session.run(w.assign(7.0)))
    with tf.train.MonitoredTrainingSession(scaffold=scaffold) as session:
        assert session.run(w) == 7
        assert session.run_step_fn(lambda context: context.session.run(w)) == 7


def test_a_supervisor_saves_and_goes_on():
    train, _, w, step = model()
    supervisor = tf.train.Supervisor(logdir="logs", save_model_secs=1000)
    assert supervisor.global_step.op is step.op
    with supervisor.managed_session() as session:
        for _ in range(3):
            assert not supervisor.should_stop()
            session.run(train)
        supervisor.saver.save(session, supervisor.save_path, global_step=supervisor.global_step)
        supervisor.request_stop()
        assert supervisor.should_stop()
    assert {name for name in os.listdir("logs") if name.endswith(".index")} == {
        "model.ckpt-0.index",
        "model.ckpt-3.index",
    }
    again = tf.train.Supervisor(logdir="logs", save_model_secs=0, save_summaries_secs=0)
    with again.managed_session() as session:
        assert session.run([w, step]) == [2.625, 3]
        again.summary_computed(session, session.run(again.summary_op))
        raise tf.errors.OutOfRangeError(None, None, "End of sequence")
    (first, second) = sorted(name for name in os.listdir("logs") if "tfevents" in name)
    written = [event for event in read_events(f"logs/{second}") if event.HasField("summary")]
    assert [(event.step, event.summary.value[0].simple_value) for event in written] == [(3, 0.140625)]
    assert [event.step for event in read_events(f"logs/{first}") if event.HasField("summary")] == [0]


def test_a_supervisor_without_a_folder_saves_nothing():
    train, _, w, _ = model()
    supervisor = tf.train.Supervisor(init_fn=lambda session: session.run(w.assign(1.0)))
    with supervisor.managed_session() as session:
        assert not supervisor.should_stop()
        session.run(train)
        assert session.run(w) == 2
        with pytest.raises(RuntimeError, match="requires a summary writer"):
            supervisor.summary_computed(session, b"")
    assert os.listdir(".") == []


def test_a_supervisor_raises_why_it_was_stopped():
    supervisor = tf.train.Supervisor()
    with pytest.raises(ZeroDivisionError, match="halves of nothing"), supervisor.managed_session():
        supervisor.request_stop(ZeroDivisionError("halves of nothing"))
        assert supervisor.should_stop()
    with supervisor.managed_session():
        supervisor.request_stop(tf.errors.OutOfRangeError(None, None, "End of sequence"))


def test_listeners_hear_of_checkpoints():
    class Listener(tf.train.CheckpointSaverListener):
        def __init__(self):
            self.heard = []

        def begin(self):
            self.heard.append("begin")

        def before_save(self, session, global_step_value):
            self.heard.append(("before", global_step_value))

        def after_save(self, session, global_step_value):
            self.heard.append(("after", global_step_value))
            return global_step_value == 2

        def end(self, session, global_step_value):
            self.heard.append(("end", global_step_value))

    train, _, _, _ = model()
    listener = Listener()
    hook = tf.train.CheckpointSaverHook("logs", save_steps=2, listeners=[listener])
    with tf.train.MonitoredSession(hooks=[hook]) as session:
        while not session.should_stop():
            session.run(train)
    assert listener.heard == ["begin", ("before", 0), ("after", 0), ("before", 2), ("after", 2), ("end", 2)]


def test_hooks_take_the_summary_and_the_saver_that_the_scaffold_has_in_the_end(tmp_path):
    tf.train.get_or_create_global_step()
    tf.summary.scalar("loss", tf.constant(3.0))
    scaffold = tf.train.Scaffold()
    saves = tf.train.CheckpointSaverHook(str(tmp_path), save_steps=1, scaffold=scaffold)
    writes = tf.train.SummarySaverHook(save_steps=1, output_dir=str(tmp_path), scaffold=scaffold)
    creator = tf.train.ChiefSessionCreator(scaffold)
    with tf.train.MonitoredSession(creator, [saves, writes]) as session:
        session.run(tf.no_op())
    assert saves._saver is scaffold.saver
    (events,) = tmp_path.glob("events*")
    tags = [value.tag for event in tf.train.summary_iterator(str(events)) for value in event.summary.value]
    assert tags == ["loss"]


def test_a_hook_can_still_make_a_variable(tmp_path):
    class MakesOne(tf.train.SessionRunHook):
        def begin(self):
            self.made = tf.Variable(7.0)

    hook = MakesOne()
    tf.train.get_or_create_global_step()
    with tf.train.MonitoredTrainingSession(checkpoint_dir=str(tmp_path), hooks=[hook]) as session:
        assert session.run(hook.made) == 7


def test_a_scaffold_takes_over_what_another_one_has():
    first = tf.train.Scaffold(init_op=tf.no_op(), init_fn=lambda scaffold, session: None)
    other = tf.train.Scaffold(copy_from_scaffold=first, local_init_op=tf.no_op())
    assert (other.init_op, other.init_fn) == (first.init_op, first.init_fn)
    assert other.local_init_op is not None
    with pytest.raises(TypeError, match="is not a Scaffold"):
        tf.train.Scaffold(copy_from_scaffold=3)
