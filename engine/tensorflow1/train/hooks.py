"""Hooks: what happens at the beginning and end of a monitored session, and around each of its runs."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from ...encoding.summary import SessionLog, Summary
from ...graph import Tensor, Variable, get_default_graph
from .. import logging
from ..summary.operations import SUMMARIES, merge_all
from ..summary.writer import FileWriterCache
from .saver import Saver
from .steps import get_global_step

__all__ = [
    "CheckpointSaverHook",
    "CheckpointSaverListener",
    "FinalOpsHook",
    "LoggingTensorHook",
    "NanLossDuringTrainingError",
    "NanTensorHook",
    "SecondOrStepTimer",
    "SessionRunArgs",
    "SessionRunContext",
    "SessionRunHook",
    "SessionRunValues",
    "StepCounterHook",
    "StopAtStepHook",
    "SummarySaverHook",
]


class SessionRunArgs(NamedTuple):
    """What a hook wants to be computed in the next run besides, and what it feeds."""

    fetches: Any
    feed_dict: Mapping[Any, Any] | None = None
    options: Any = None


class SessionRunValues(NamedTuple):
    """What was computed for a hook."""

    results: Any
    options: Any = None
    run_metadata: Any = None


class SessionRunContext:
    """A run of a monitored session: what it computes, and whether it shall be the last one."""

    def __init__(self, original_args: SessionRunArgs, session: Any) -> None:
        self.original_args = original_args
        self.session = session
        self.stop_requested = False

    def request_stop(self) -> None:
        """Makes ``should_stop()`` of the session true."""
        self.stop_requested = True


class SessionRunHook:
    """Base of the hooks: every method may be left as it is."""

    def begin(self) -> None:
        """Before the session is made; the graph may still be changed."""

    def after_create_session(self, session: Any, coord: Any) -> None:
        """The variables have their values."""

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs | None:
        """What shall be computed besides."""
        return None

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        """After a run."""

    def end(self, session: Any) -> None:
        """All went well and the session is about to be closed."""


class SecondOrStepTimer:
    """Says when it is time again, by seconds or by steps."""

    def __init__(self, every_secs: float | None = None, every_steps: int | None = None) -> None:
        if (every_secs is None) == (every_steps is None):
            raise ValueError(
                "exactly one of every_secs and every_steps should be provided. Give one and leave the other out."
            )
        self._every_secs = every_secs
        self._every_steps = every_steps
        self._last_time: float | None = None
        self._last_step: int | None = None

    def should_trigger_for_step(self, step: int) -> bool:
        """Whether it is time; the first time always is."""
        if self._last_step is None or self._last_time is None:
            return True
        if step == self._last_step:
            return False
        if self._every_secs is not None:
            return time.time() >= self._last_time + self._every_secs
        assert self._every_steps is not None
        return step >= self._last_step + self._every_steps

    def update_last_triggered_step(self, step: int) -> tuple[float | None, int | None]:
        """Notes that it was done; gives the seconds and steps since the time before."""
        now = time.time()
        seconds = None if self._last_time is None else now - self._last_time
        steps = None if self._last_step is None else step - self._last_step
        self._last_time, self._last_step = now, step
        return seconds, steps

    def last_triggered_step(self) -> int | None:
        return self._last_step


def _step_variable(hook: str) -> Variable:
    step = get_global_step()
    if step is None:
        raise RuntimeError(f"Global step should be created to use {hook}. Call tf.train.get_or_create_global_step().")
    return step


class StopAtStepHook(SessionRunHook):
    """Ends training after ``num_steps`` steps of this session, or when the global step is ``last_step``."""

    def __init__(self, num_steps: int | None = None, last_step: int | None = None) -> None:
        if num_steps is None and last_step is None:
            raise ValueError("One of num_steps or last_step must be specified. Give one.")
        if num_steps is not None and last_step is not None:
            raise ValueError("Only one of num_steps or last_step can be specified. Leave one out.")
        self._num_steps = num_steps
        self._last_step = last_step

    def begin(self) -> None:
        self._step = _step_variable("StopAtStepHook")

    def after_create_session(self, session: Any, coord: Any) -> None:
        if self._last_step is None:
            assert self._num_steps is not None
            self._last_step = int(session.run(self._step)) + self._num_steps

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        assert self._last_step is not None
        if int(run_context.session.run(self._step)) >= self._last_step:
            run_context.request_stop()


class LoggingTensorHook(SessionRunHook):
    """Says the values of tensors every so many runs or seconds, or at the end, through ``tf.logging.info``."""

    def __init__(
        self,
        tensors: Mapping[str, Any] | Sequence[Any],
        every_n_iter: int | None = None,
        every_n_secs: float | None = None,
        at_end: bool = False,
        formatter: Callable[[dict[str, Any]], str] | None = None,
    ) -> None:
        if every_n_iter is None and every_n_secs is None and not at_end:
            raise ValueError("either at_end and/or exactly one of every_n_iter and every_n_secs must be provided.")
        self._tensors = dict(tensors) if isinstance(tensors, Mapping) else {_name(each): each for each in tensors}
        self._at_end = at_end
        self._formatter = formatter
        only_at_end = every_n_iter is None and every_n_secs is None
        self._timer = None if only_at_end else SecondOrStepTimer(every_n_secs, every_n_iter)
        self._iteration = 0

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs | None:
        due = self._timer is not None and self._timer.should_trigger_for_step(self._iteration)
        return SessionRunArgs(self._tensors) if due else None

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        if run_values.results is not None and self._timer is not None:
            seconds, _ = self._timer.update_last_triggered_step(self._iteration)
            self._say(run_values.results, seconds)
        self._iteration += 1

    def end(self, session: Any) -> None:
        if self._at_end:
            self._say(session.run(self._tensors), None)

    def _say(self, values: dict[str, Any], seconds: float | None) -> None:
        if self._formatter:
            logging.info("%s", self._formatter(values))
            return
        text = ", ".join(f"{name} = {value}" for name, value in values.items())
        logging.info("%s%s", text, "" if seconds is None else f" ({seconds:.3f} sec)")


def _name(tensor: Any) -> str:
    return tensor if isinstance(tensor, str) else str(tensor.name)


class NanLossDuringTrainingError(RuntimeError):
    """The loss has become NaN."""

    def __str__(self) -> str:
        return "NaN loss during training."


class NanTensorHook(SessionRunHook):
    """Ends training when the loss becomes NaN, with an error or (``fail_on_nan_loss`` False) without."""

    def __init__(self, loss_tensor: Tensor, fail_on_nan_loss: bool = True) -> None:
        self._loss = loss_tensor
        self._fail = fail_on_nan_loss

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs:
        return SessionRunArgs(self._loss)

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        if np.isnan(run_values.results).any():
            logging.error("Model diverged with loss = NaN.")
            if self._fail:
                raise NanLossDuringTrainingError
            run_context.request_stop()


class CheckpointSaverListener:
    """Base of what is told when a CheckpointSaverHook saves: every method may be left as it is."""

    def begin(self) -> None:
        """Before the session is made."""

    def before_save(self, session: Any, global_step_value: int) -> None:
        """Before a checkpoint is written."""

    def after_save(self, session: Any, global_step_value: int) -> bool | None:
        """After a checkpoint was written; True ends the training."""
        return None

    def end(self, session: Any, global_step_value: int) -> None:
        """At the end, after the last checkpoint."""


class CheckpointSaverHook(SessionRunHook):
    """Saves a checkpoint at the beginning, every so many seconds or steps, and at the end."""

    def __init__(
        self,
        checkpoint_dir: str,
        save_secs: float | None = None,
        save_steps: int | None = None,
        saver: Saver | None = None,
        checkpoint_basename: str = "model.ckpt",
        scaffold: Any = None,
        listeners: Sequence[CheckpointSaverListener] | None = None,
    ) -> None:
        self._folder = checkpoint_dir
        self._listeners = list(listeners or [])
        self._prefix = os.path.join(checkpoint_dir, checkpoint_basename)
        self._saver = saver
        self._scaffold = scaffold
        self._timer = SecondOrStepTimer(save_secs, save_steps)

    def begin(self) -> None:
        self._step = _step_variable("CheckpointSaverHook")
        for listener in self._listeners:
            listener.begin()

    def after_create_session(self, session: Any, coord: Any) -> None:
        # A scaffold has its saver once the session is made.
        self._saver = self._saver or getattr(self._scaffold, "saver", None) or Saver()
        os.makedirs(self._folder, exist_ok=True)
        FileWriterCache.get(self._folder).add_graph(session.graph)
        self._save(session, int(session.run(self._step)))

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        step = int(run_context.session.run(self._step))
        if self._timer.should_trigger_for_step(step) and self._save(run_context.session, step):
            run_context.request_stop()

    def end(self, session: Any) -> None:
        step = int(session.run(self._step))
        if step != self._timer.last_triggered_step():
            self._save(session, step)
        for listener in self._listeners:
            listener.end(session, step)

    def _save(self, session: Any, step: int) -> bool:
        """Saves; whether a listener asks for the end."""
        assert self._saver is not None
        for listener in self._listeners:
            listener.before_save(session, step)
        self._timer.update_last_triggered_step(step)
        logging.info("Saving checkpoints for %d into %s.", step, self._prefix)
        self._saver.save(session, self._prefix, global_step=step)
        log = SessionLog(status=SessionLog.CHECKPOINT, checkpoint_path=self._prefix)
        FileWriterCache.get(self._folder).add_session_log(log, step)
        answers = [listener.after_save(session, step) for listener in self._listeners]
        return any(answers)


class SummarySaverHook(SessionRunHook):
    """Writes summaries every so many steps or seconds."""

    def __init__(
        self,
        save_steps: int | None = None,
        save_secs: float | None = None,
        output_dir: str | None = None,
        summary_writer: Any = None,
        scaffold: Any = None,
        summary_op: Any = None,
    ) -> None:
        if (scaffold is None) == (summary_op is None):
            raise ValueError(
                "Exactly one of scaffold or summary_op must be provided. Give what merge_all returned as summary_op."
            )
        self._summary = summary_op
        self._scaffold = scaffold
        self._writer = summary_writer
        self._folder = output_dir
        self._timer = SecondOrStepTimer(save_secs, save_steps)
        self._next = 0

    def begin(self) -> None:
        if self._writer is None and self._folder:
            self._writer = FileWriterCache.get(self._folder)
        self._step = _step_variable("SummarySaverHook")

    def after_create_session(self, session: Any, coord: Any) -> None:
        # A scaffold has its summary once the session is made.
        if self._summary is None:
            self._summary = self._scaffold.summary_op

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs | None:
        if self._summary is None or not self._timer.should_trigger_for_step(self._next):
            return None
        return SessionRunArgs(self._summary)

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        step = int(run_context.session.run(self._step))
        if run_values.results is not None:
            self._timer.update_last_triggered_step(self._next)
            results = run_values.results if isinstance(run_values.results, list) else [run_values.results]
            for summary in results:
                self._writer.add_summary(summary, step)
        self._next = step + 1

    def end(self, session: Any) -> None:
        if self._writer is not None:
            self._writer.flush()


class StepCounterHook(SessionRunHook):
    """Says how many steps a second are done, and writes it as a summary."""

    def __init__(
        self,
        every_n_steps: int | None = 100,
        every_n_secs: float | None = None,
        output_dir: str | None = None,
        summary_writer: Any = None,
    ) -> None:
        self._timer = SecondOrStepTimer(every_n_secs, every_n_steps if every_n_secs is None else None)
        self._writer = summary_writer
        self._folder = output_dir

    def begin(self) -> None:
        if self._writer is None and self._folder:
            self._writer = FileWriterCache.get(self._folder)
        self._step = _step_variable("StepCounterHook")

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        step = int(run_context.session.run(self._step))
        if not self._timer.should_trigger_for_step(step):
            return
        seconds, steps = self._timer.update_last_triggered_step(step)
        if seconds and steps:
            tag, rate = f"{self._step.op.name}/sec", steps / seconds
            logging.info("%s: %g", tag, rate)
            if self._writer is not None:
                self._writer.add_summary(Summary(value=[Summary.Value(tag=tag, simple_value=rate)]), step)


class FinalOpsHook(SessionRunHook):
    """Computes something at the end; ``final_ops_values`` holds it then."""

    def __init__(self, final_ops: Any, final_ops_feed_dict: Mapping[Any, Any] | None = None) -> None:
        self._ops = final_ops
        self._feeds = final_ops_feed_dict
        self.final_ops_values: Any = None

    def end(self, session: Any) -> None:
        self.final_ops_values = session.run(self._ops, self._feeds)


def default_summary() -> Tensor | None:
    """One summary with all those of the default graph, made once."""
    kept = get_default_graph().get_collection_ref("summary_op")
    if not kept and get_default_graph().get_collection(SUMMARIES):
        kept.append(merge_all())
    return kept[0] if kept else None
