"""Training with the editor's window open: its speed, and how the window feels meanwhile."""

from __future__ import annotations

import itertools
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QEventLoop,
    QObject,
    QSettings,
    Qt,
    QTimer,
)
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from benchmarks.window import FOREVER, WARM_UP, Speed, Stopwatch
from editor.app import build_window
from editor.run.controller import RunState
from editor.settings import Settings

_FRAME_MS = 16
_INPUT_EVERY = 0.02


class Frames(QWidget):
    """A small widget in the window that wants to be painted sixty times a second, and counts how often it is."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.count = 0
        #: When each frame was painted, and how long the window's thread had worked until then, in seconds.
        self.times: list[float] = []
        self.work: list[float] = []
        self.resize(8, 8)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.update)
        self._timer.start(_FRAME_MS)
        self.show()
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), Qt.GlobalColor.gray if self.count % 2 else Qt.GlobalColor.darkGray)
        painter.end()
        self.count += 1
        self.times.append(time.perf_counter())
        self.work.append(time.thread_time())


class _Input(QEvent):
    TYPE = QEvent.Type(QEvent.registerEventType())

    def __init__(self, due: float) -> None:
        super().__init__(self.TYPE)
        self.due = due


class InputLatency(QObject):
    """Posts events at fixed times from another thread, and notes how much later each one is handled.

    Late is counted from the time at which an event was due, so that none is forgotten while the window is stuck.
    """

    def __init__(self) -> None:
        super().__init__()
        self.delays: list[float] = []
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._post, daemon=True)
        self._thread.start()

    def _post(self) -> None:
        due = time.perf_counter()
        while not self._is_over.is_set():
            due += _INPUT_EVERY
            time.sleep(max(due - time.perf_counter(), 0.0))
            QCoreApplication.postEvent(self, _Input(due))

    def event(self, event: QEvent) -> bool:
        if isinstance(event, _Input):
            self.delays.append(time.perf_counter() - event.due)
            return True
        return super().event(event)

    def finish(self) -> float:
        """The delay in seconds that 95 of 100 events stayed below."""
        self._is_over.set()
        self._thread.join()
        ordered = sorted(self.delays)
        return ordered[int(0.95 * (len(ordered) - 1))] if ordered else 0.0


@dataclass(frozen=True, slots=True)
class Round:
    """What one measurement of the open window found."""

    speed: Speed
    frames: float
    #: 95 of 100 events were handled sooner after they were due.
    latency_ms: float
    #: From the wish to pause to the state that says so.
    pause_ms: float
    #: From one frame to the next, and the processor time that the window's thread took for each.
    frame_ms: list[float]
    work_ms: list[float]
    #: How often a second the canvas showed the values of another step.
    pictures: float


class WindowBench:
    """The editor's window with a graph, ready to train it in rounds."""

    def __init__(self, graph: Path) -> None:
        if not any(os.environ.get(name) for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY")):
            os.environ["QT_QPA_PLATFORM"] = "offscreen"
        self.app = QApplication.instance() or QApplication(["benchmark"])
        assert isinstance(self.app, QApplication)
        self._folder = TemporaryDirectory()
        store = QSettings(str(Path(self._folder.name) / "settings.ini"), QSettings.Format.IniFormat)
        self.window = build_window(self.app, graph, Settings(store))
        self.window.resize(1600, 1000)
        self.window.show()
        self.window.controller.warm_up()
        self._wait(2.0)

    @property
    def platform(self) -> str:
        return QApplication.platformName()

    def measure(self, seconds: float) -> Round:
        controller = self.window.controller
        controller.reset()
        controller.run(FOREVER)
        self._wait_until(lambda: controller.state is RunState.RUNNING)
        self._wait(WARM_UP)
        assert controller.process_id is not None
        frames, latency = Frames(self.window), InputLatency()
        shown_steps: list[object] = []
        step_shown = self.window.canvas.graph_scene.values.step_shown

        def note_step(before: object, after: object) -> None:
            shown_steps.append(after)

        step_shown.connect(note_step)
        watch, epoch = Stopwatch(controller.process_id), controller.epoch
        began = time.perf_counter()
        self._wait(seconds)
        speed = watch.speed(controller.epoch - epoch)
        shown = frames.count / (time.perf_counter() - began)
        delay = latency.finish()
        step_shown.disconnect(note_step)
        frames.setParent(None)
        frames.deleteLater()
        asked = time.perf_counter()
        controller.pause()
        self._wait_until(lambda: controller.state is RunState.PAUSED)
        return Round(
            speed,
            shown,
            1000 * delay,
            1000 * (time.perf_counter() - asked),
            _milliseconds_between(frames.times),
            _milliseconds_between(frames.work),
            len(shown_steps) / seconds,
        )

    def close(self) -> None:
        self.window.shut_down()
        self.window.hide()
        self._folder.cleanup()

    def _wait(self, seconds: float) -> None:
        """Lets the window live as it does by itself: events come as they come."""
        loop = QEventLoop()
        QTimer.singleShot(int(1000 * seconds), loop, loop.quit)
        loop.exec()

    def _wait_until(self, is_so: Callable[[], bool]) -> None:
        end = time.perf_counter() + 60
        while not is_so():
            if time.perf_counter() > end:
                raise TimeoutError("The window did not come to the state it was waited for within a minute.")
            self.app.processEvents()
            time.sleep(0.0005)


def _milliseconds_between(times: list[float]) -> list[float]:
    return [1000 * (after - before) for before, after in itertools.pairwise(times)]
