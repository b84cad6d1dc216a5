"""``tf.summary.FileWriter``: event files for TensorBoard."""

from __future__ import annotations

import os
import time
from typing import Any

from ...encoding.event_file import EventFile
from ...encoding.graph_def import GraphDef
from ...encoding.summary import Event, SessionLog, Summary, TaggedRunMetadata
from ...graph import Graph
from .. import logging

__all__ = ["FileWriter", "FileWriterCache"]


class FileWriter:
    """Writes summaries and graphs into an event file in ``logdir``, where TensorBoard finds them.

    ``graph`` is written at once. What is written is on its way to the disk after every call, so that ``max_queue``
    and ``flush_secs`` change nothing.
    """

    def __init__(
        self,
        logdir: str | os.PathLike[str],
        graph: Graph | None = None,
        max_queue: int = 10,
        flush_secs: int = 120,
        graph_def: Any = None,
        filename_suffix: str | None = None,
        session: Any = None,
    ) -> None:
        self._logdir = os.fspath(logdir)
        self._suffix = filename_suffix or ""
        self._file = EventFile(self._logdir, self._suffix)
        self._closed = False
        self._tags_seen: set[str] = set()
        self._run_tags: set[str] = set()
        if graph is not None or graph_def is not None:
            self.add_graph(graph, graph_def=graph_def)

    def get_logdir(self) -> str:
        return self._logdir

    def add_summary(self, summary: bytes | Summary, global_step: Any = None) -> None:
        """Writes a summary: the bytes that a summary operation gave, or a ``tf.Summary``."""
        message = Summary.FromString(summary) if isinstance(summary, bytes) else summary
        for value in message.value:
            # What a tag means is told once.
            if value.HasField("metadata"):
                if value.tag in self._tags_seen:
                    value.ClearField("metadata")
                self._tags_seen.add(value.tag)
        self._add(Event(summary=message), global_step)

    def add_graph(self, graph: Graph | None, global_step: Any = None, graph_def: Any = None) -> None:
        """Writes a graph, which TensorBoard draws. Raises ValueError when two are given, TypeError for none."""
        if graph is not None and graph_def is not None:
            raise ValueError("Please pass only graph, or graph_def (deprecated), but not both.")
        given = graph if graph is not None else graph_def
        if isinstance(given, Graph):
            given = given.as_graph_def()
        if not isinstance(given, GraphDef):
            raise TypeError("The passed graph must be an instance of `Graph` or the deprecated `GraphDef`")
        self._add(Event(graph_def=given.SerializeToString()), global_step)

    def add_session_log(self, session_log: SessionLog, global_step: Any = None) -> None:
        """Writes that a session began, ended or saved a checkpoint."""
        self._add(Event(session_log=session_log), global_step)

    def add_run_metadata(self, run_metadata: Any, tag: str, global_step: Any = None) -> None:
        """Writes what is known of one run. Raises ValueError when the tag was used before."""
        if tag in self._run_tags:
            raise ValueError("The provided tag was already used for this event type")
        self._run_tags.add(tag)
        data = run_metadata.SerializeToString() if hasattr(run_metadata, "SerializeToString") else b""
        self._add(Event(tagged_run_metadata=TaggedRunMetadata(tag=tag, run_metadata=data)), global_step)

    def add_event(self, event: Event) -> None:
        """Writes an event as it is."""
        if self._closed:
            logging.warning(
                "Attempting to use a closed FileWriter. The operation will be a noop unless the FileWriter is "
                "explicitly reopened."
            )
        else:
            self._file.write(event)

    def _add(self, event: Event, step: Any) -> None:
        event.wall_time = time.time()
        if step is not None:
            event.step = int(step)
        self.add_event(event)

    def flush(self) -> None:
        """Everything is on its way to the disk already."""

    def close(self) -> None:
        """Ends the event file."""
        if not self._closed:
            self._file.close()
            self._closed = True

    def reopen(self) -> None:
        """Goes on in a new event file, after :meth:`close`; does nothing before it."""
        if self._closed:
            self._file = EventFile(self._logdir, self._suffix)
            self._closed = False

    def __enter__(self) -> FileWriter:
        if self._closed:
            raise RuntimeError("The FileWriter has already been closed; reopen() it first.")
        return self

    def __exit__(self, *error: Any) -> None:
        self.close()


class FileWriterCache:
    """One writer for each folder."""

    _writers: dict[str, FileWriter] = {}  # noqa: RUF012

    @staticmethod
    def get(logdir: str | os.PathLike[str]) -> FileWriter:
        """The writer for a folder, made with the default graph at the first call."""
        from ...graph import get_default_graph

        folder = os.fspath(logdir)
        if folder not in FileWriterCache._writers:
            FileWriterCache._writers[folder] = FileWriter(folder, graph=get_default_graph())
        return FileWriterCache._writers[folder]

    @staticmethod
    def clear() -> None:
        """Closes all writers."""
        for writer in FileWriterCache._writers.values():
            writer.close()
        FileWriterCache._writers.clear()
