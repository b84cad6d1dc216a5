"""Monitored sessions: initialised or restored by themselves, with hooks around their runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ...graph import OutOfRangeError, get_default_graph
from ...runtime import Session
from .. import logging
from ..variables import global_variables_initializer, local_variables_initializer
from .checkpoints import latest_checkpoint
from .hooks import (
    CheckpointSaverHook,
    SessionRunArgs,
    SessionRunContext,
    SessionRunHook,
    SessionRunValues,
    StepCounterHook,
    SummarySaverHook,
    default_summary,
)
from .saver import Saver

__all__ = [
    "ChiefSessionCreator",
    "MonitoredSession",
    "MonitoredTrainingSession",
    "Scaffold",
    "SingularMonitoredSession",
]

_USE_DEFAULT = object()


class Scaffold:
    """What a monitored session is begun with; what is left out is made when it is needed."""

    def __init__(
        self,
        init_op: Any = None,
        init_feed_dict: Mapping[Any, Any] | None = None,
        init_fn: Callable[[Scaffold, Any], Any] | None = None,
        ready_op: Any = None,
        ready_for_local_init_op: Any = None,
        local_init_op: Any = None,
        summary_op: Any = None,
        saver: Saver | None = None,
        copy_from_scaffold: Any = None,
        local_init_feed_dict: Mapping[Any, Any] | None = None,
    ) -> None:
        if copy_from_scaffold is not None and not isinstance(copy_from_scaffold, Scaffold):
            raise TypeError(f"copy_from_scaffold is not a Scaffold instance: {copy_from_scaffold!r}. Give one.")

        def either(value: Any, name: str) -> Any:
            return getattr(copy_from_scaffold, name, None) if value is None else value

        self.init_op = either(init_op, "init_op")
        self.init_feed_dict = either(init_feed_dict, "init_feed_dict")
        self.init_fn = either(init_fn, "init_fn")
        self.local_init_op = either(local_init_op, "local_init_op")
        self.local_init_feed_dict = either(local_init_feed_dict, "local_init_feed_dict")
        self.summary_op = either(summary_op, "summary_op")
        self.saver: Saver | None = either(saver, "saver")

    def finalize(self) -> Scaffold:
        """Makes what is missing, in the default graph."""
        if self.init_op is None:
            self.init_op = global_variables_initializer()
        if self.local_init_op is None:
            self.local_init_op = local_variables_initializer()
        if self.summary_op is None:
            self.summary_op = default_summary()
        if self.saver is None:
            self.saver = Saver(allow_empty=True)
        return self


class ChiefSessionCreator:
    """Makes a session whose variables are restored from the latest checkpoint of a folder, or else initialised."""

    def __init__(
        self,
        scaffold: Scaffold | None = None,
        master: str = "",
        config: Any = None,
        checkpoint_dir: str | None = None,
        checkpoint_filename_with_path: str | None = None,
    ) -> None:
        self.scaffold = scaffold or Scaffold()
        self._config = config
        self._folder = checkpoint_dir
        self._checkpoint = checkpoint_filename_with_path

    def create_session(self) -> Session:
        scaffold = self.scaffold.finalize()
        assert scaffold.saver is not None
        session = Session(graph=get_default_graph(), config=self._config)
        checkpoint = self._checkpoint or (latest_checkpoint(self._folder) if self._folder else None)
        if checkpoint:
            scaffold.saver.restore(session, checkpoint)
        else:
            session.run(scaffold.init_op, scaffold.init_feed_dict)
            if scaffold.init_fn:
                scaffold.init_fn(scaffold, session)
        session.run(scaffold.local_init_op, scaffold.local_init_feed_dict)
        return session


class MonitoredSession:
    """A session that calls hooks. In a ``with`` block the end of the data (OutOfRangeError) ends it quietly."""

    def __init__(
        self,
        session_creator: Any = None,
        hooks: Sequence[SessionRunHook] | None = None,
        stop_grace_period_secs: int = 120,
    ) -> None:
        self._hooks = list(hooks or [])
        for hook in self._hooks:
            hook.begin()
        self._session: Any = (session_creator or ChiefSessionCreator()).create_session()
        self._stop = False
        self._context: Any = None
        for hook in self._hooks:
            hook.after_create_session(self._session, None)

    @property
    def graph(self) -> Any:
        return None if self._session is None else self._session.graph

    def raw_session(self) -> Any:
        """The session behind it."""
        return self._session

    def should_stop(self) -> bool:
        """Whether a hook has asked for the end, or the session is closed."""
        return self._stop or self._session is None

    def run(
        self,
        fetches: Any,
        feed_dict: Mapping[Any, Any] | None = None,
        options: Any = None,
        run_metadata: Any = None,
    ) -> Any:
        """As ``Session.run``, with what the hooks want computed in the same run."""
        if self._session is None:
            raise RuntimeError(
                "Run called even after should_stop requested. Loop with `while not session.should_stop():`."
            )
        context = SessionRunContext(SessionRunArgs(fetches, feed_dict), self._session)
        wanted: dict[Any, Any] = {"caller": fetches}
        feeds = dict(feed_dict or {})
        for index, hook in enumerate(self._hooks):
            request = hook.before_run(context)
            if request is not None:
                wanted[index] = request.fetches
                feeds.update(request.feed_dict or {})
        values = self._session.run(wanted, feeds)
        for index, hook in enumerate(self._hooks):
            hook.after_run(context, SessionRunValues(values.get(index), options, run_metadata))
        self._stop = self._stop or context.stop_requested
        return values["caller"]

    def run_step_fn(self, step_fn: Callable[..., Any]) -> Any:
        """Calls ``step_fn`` with an object that has ``session``, ``run_with_hooks`` and ``request_stop``."""
        return step_fn(_StepContext(self))

    def request_stop(self) -> None:
        self._stop = True

    def close(self) -> None:
        """Calls the hooks' ``end`` and closes the session."""
        self._close(finished=True)

    def _close(self, finished: bool) -> None:
        if self._session is None:
            return
        try:
            if finished:
                for hook in self._hooks:
                    hook.end(self._session)
        finally:
            self._session.close()
            self._session = None

    def __enter__(self) -> MonitoredSession:
        self._context = self._session.as_default()
        self._context.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: Any, trace: Any) -> bool:
        quiet = kind is None or issubclass(kind, OutOfRangeError | StopIteration)
        self._context.__exit__(None, None, None)
        self._close(quiet)
        return quiet


class _StepContext:
    """What ``run_step_fn`` hands to its function."""

    def __init__(self, monitored: MonitoredSession) -> None:
        self.session = monitored.raw_session()
        self.run_with_hooks = monitored.run
        self.request_stop = monitored.request_stop


class SingularMonitoredSession(MonitoredSession):
    """A monitored session that a program may save by hand: ``raw_session()`` goes to a Saver."""

    def __init__(
        self,
        hooks: Sequence[SessionRunHook] | None = None,
        scaffold: Scaffold | None = None,
        master: str = "",
        config: Any = None,
        checkpoint_dir: str | None = None,
        stop_grace_period_secs: int = 120,
        checkpoint_filename_with_path: str | None = None,
    ) -> None:
        creator = ChiefSessionCreator(scaffold, master, config, checkpoint_dir, checkpoint_filename_with_path)
        super().__init__(creator, hooks)


def MonitoredTrainingSession(
    master: str = "",
    is_chief: bool = True,
    checkpoint_dir: str | None = None,
    scaffold: Scaffold | None = None,
    hooks: Sequence[SessionRunHook] | None = None,
    chief_only_hooks: Sequence[SessionRunHook] | None = None,
    save_checkpoint_secs: Any = _USE_DEFAULT,
    save_summaries_steps: Any = _USE_DEFAULT,
    save_summaries_secs: Any = _USE_DEFAULT,
    config: Any = None,
    stop_grace_period_secs: int = 120,
    log_step_count_steps: int | None = 100,
    max_wait_secs: int = 7200,
    save_checkpoint_steps: Any = _USE_DEFAULT,
    summary_dir: str | None = None,
) -> MonitoredSession:
    """A monitored session for training.

    With a ``checkpoint_dir`` it goes on from the latest checkpoint there, saves one every 600 seconds and writes
    summaries every 100 steps, unless told otherwise.
    """
    if not is_chief:
        logging.warning("There is one process only: the session is the chief's.")
    scaffold = scaffold or Scaffold()
    secs, steps = _interval(save_checkpoint_secs, save_checkpoint_steps, 600, None)
    summary_secs, summary_steps = _interval(save_summaries_secs, save_summaries_steps, None, 100)
    all_hooks = [*(hooks or []), *(chief_only_hooks or [])]
    folder = summary_dir or checkpoint_dir
    if folder:
        if log_step_count_steps and log_step_count_steps > 0:
            all_hooks.append(StepCounterHook(log_step_count_steps, output_dir=folder))
        if summary_secs or summary_steps:
            all_hooks.append(SummarySaverHook(summary_steps, summary_secs, folder, scaffold=scaffold))
    if checkpoint_dir and (secs or steps):
        all_hooks.append(CheckpointSaverHook(checkpoint_dir, secs, steps, scaffold=scaffold))
    return MonitoredSession(ChiefSessionCreator(scaffold, master, config, checkpoint_dir), all_hooks)


def _interval(secs: Any, steps: Any, default_secs: Any, default_steps: Any) -> tuple[Any, Any]:
    """Seconds and steps between two times: the defaults when neither is given."""
    if secs is _USE_DEFAULT and steps is _USE_DEFAULT:
        return default_secs, default_steps
    secs, steps = (None if value is _USE_DEFAULT else value for value in (secs, steps))
    return (None, steps) if steps else (secs, None)
