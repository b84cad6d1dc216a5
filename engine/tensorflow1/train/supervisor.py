"""``tf.train.Supervisor``: a session that is initialised or restored, saved from time to time, and stopped."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from ...graph import Graph, OutOfRangeError, get_default_graph
from ...runtime import Session
from ..summary.writer import FileWriter
from .checkpoints import latest_checkpoint
from .hooks import default_summary
from .monitored import ChiefSessionCreator, Scaffold
from .saver import Saver
from .steps import get_global_step

__all__ = ["Supervisor"]


class Supervisor:
    """Looks after one training: made when the graph is complete.

    With a ``logdir`` it goes on from the latest checkpoint there. Checkpoints are saved every ``save_model_secs`` and
    summaries written every ``save_summaries_secs``, at the next call of :meth:`should_stop`; 0 leaves that to the
    program. All of it happens in the program's own thread.
    """

    #: Stands for what the Supervisor makes itself.
    USE_DEFAULT = 0

    def __init__(
        self,
        graph: Graph | None = None,
        ready_op: Any = USE_DEFAULT,
        ready_for_local_init_op: Any = USE_DEFAULT,
        is_chief: bool = True,
        init_op: Any = USE_DEFAULT,
        init_feed_dict: Mapping[Any, Any] | None = None,
        local_init_op: Any = USE_DEFAULT,
        logdir: str | None = None,
        summary_op: Any = USE_DEFAULT,
        saver: Any = USE_DEFAULT,
        global_step: Any = USE_DEFAULT,
        save_summaries_secs: float = 120,
        save_model_secs: float = 600,
        recovery_wait_secs: float = 30,
        stop_grace_secs: float = 120,
        checkpoint_basename: str = "model.ckpt",
        session_manager: Any = None,
        summary_writer: Any = USE_DEFAULT,
        init_fn: Callable[[Any], Any] | None = None,
        local_init_run_options: Any = None,
    ) -> None:
        self.graph = graph or get_default_graph()
        self.is_chief = is_chief
        self._folder = logdir
        self._stop = False
        self._failure: BaseException | None = None
        self._summary_secs, self._model_secs = save_summaries_secs, save_model_secs
        self._next_summary = self._next_model = 0.0
        self._session: Session | None = None
        with self.graph.as_default():
            self.global_step = get_global_step() if global_step is self.USE_DEFAULT else global_step
            self.saver: Saver | None = Saver(allow_empty=True) if saver is self.USE_DEFAULT else saver
            self.summary_op = default_summary() if summary_op is self.USE_DEFAULT else summary_op
            self._scaffold = Scaffold(
                init_op=None if init_op is self.USE_DEFAULT else init_op,
                init_feed_dict=init_feed_dict,
                init_fn=None if init_fn is None else lambda scaffold, session: init_fn(session),
                local_init_op=None if local_init_op is self.USE_DEFAULT else local_init_op,
                summary_op=self.summary_op,
                saver=self.saver,
            ).finalize()
        self.init_op = self._scaffold.init_op
        self.save_path = os.path.join(logdir, checkpoint_basename) if logdir else None
        if summary_writer is not self.USE_DEFAULT:
            self.summary_writer = summary_writer
        else:
            self.summary_writer = FileWriter(logdir, self.graph) if logdir else None

    def prepare_or_wait_for_session(
        self,
        master: str = "",
        config: Any = None,
        wait_for_checkpoint: bool = False,
        max_wait_secs: int = 7200,
        start_standard_services: bool = True,
    ) -> Session:
        """A session whose variables are restored from the latest checkpoint, or else initialised."""
        with self.graph.as_default():
            latest = latest_checkpoint(self._folder) if self._folder and self.saver is not None else None
            creator = ChiefSessionCreator(self._scaffold, master, config, checkpoint_filename_with_path=latest)
            self._session = creator.create_session()
        return self._session

    @contextmanager
    def managed_session(
        self,
        master: str = "",
        config: Any = None,
        start_standard_services: bool = True,
        close_summary_writer: bool = True,
    ) -> Iterator[Session]:
        """A with block with such a session as the default one; the end of the data ends it quietly."""
        session = self.prepare_or_wait_for_session(master, config)
        try:
            with session.as_default():
                yield session
        except OutOfRangeError:
            pass
        finally:
            try:
                self.stop(close_summary_writer=close_summary_writer)
            finally:
                session.close()
                self._session = None

    def should_stop(self) -> bool:
        """Whether the end was asked for; saves and writes what is due."""
        if self._session is not None and not self._stop:
            self._save_what_is_due(self._session)
        return self._stop

    def _save_what_is_due(self, session: Session) -> None:
        now = time.time()
        if self.save_path and self.saver is not None and self._model_secs and now >= self._next_model:
            self.saver.save(session, self.save_path, global_step=self.global_step)
            self._next_model = now + self._model_secs
        if self.summary_writer and self.summary_op is not None and self._summary_secs and now >= self._next_summary:
            self.summary_computed(session, session.run(self.summary_op))
            self._next_summary = now + self._summary_secs

    def summary_computed(self, sess: Session, summary: Any, global_step: Any = None) -> None:
        """Writes a summary. Raises RuntimeError without a folder."""
        if not self.summary_writer:
            raise RuntimeError(
                "Writing a summary requires a summary writer. Give the Supervisor a logdir or a summary_writer."
            )
        if global_step is None and self.global_step is not None:
            global_step = int(sess.run(self.global_step))
        self.summary_writer.add_summary(summary, global_step)

    def request_stop(self, ex: Any = None) -> None:
        """Makes :meth:`should_stop` true. :meth:`stop` raises ``ex``, an exception, unless data have ended."""
        self._stop = True
        self._failure = ex[1] if isinstance(ex, tuple) else ex

    def stop(self, threads: Any = None, close_summary_writer: bool = True, ignore_live_threads: bool = False) -> None:
        """Ends the training. Raises what :meth:`request_stop` was given."""
        self._stop = True
        if close_summary_writer and self.summary_writer:
            self.summary_writer.close()
        if self._failure is not None and not isinstance(self._failure, OutOfRangeError):
            raise self._failure
