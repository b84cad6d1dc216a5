"""The program with its window: made here, started by main.py."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from editor.errors import install_exception_hook
from editor.garbage import GarbageWatch
from editor.icons import application_icon
from editor.recovery.offer import RecoveryOffer
from editor.recovery.places import state_folder
from editor.settings import APPLICATION, ORGANIZATION, Settings
from editor.theme import ThemeManager
from editor.translation import install_translator
from editor.window import MainWindow
from editor.windows import Windows


def run_editor(paths: Sequence[Path]) -> int:
    """Opens a window for each of the graphs in ``paths``, or an empty one, and runs until all are closed."""
    settings = Settings()
    scale_everything(settings)
    app = QApplication(sys.argv[:1])
    install_exception_hook()
    _let_ctrl_c_end(app)
    window = build_window(app, settings=settings)
    GarbageWatch(window.windows)
    window.show()
    QTimer.singleShot(0, window, window.controller.warm_up)
    wanted = paths or ([Path(name) for name in settings.open_files] if settings.reopens_files else [])
    QTimer.singleShot(0, window, lambda: begin(window, wanted))
    status = app.exec()
    for left in window.windows.all:
        left.shut_down()
    return status


def scale_everything(settings: Settings) -> None:
    """Lets Qt show everything as large as the person wants; it asks for that once, before the application is made."""
    if settings.scale != 1.0:
        os.environ.setdefault("QT_SCALE_FACTOR", str(settings.scale))


def build_window(app: QApplication, path: Path | None = None, settings: Settings | None = None) -> MainWindow:
    """The first window in the person's theme and language, not shown yet; it has the list of all."""
    app.setOrganizationName(ORGANIZATION)
    app.setApplicationName(APPLICATION)
    app.setWindowIcon(application_icon())
    settings = settings or Settings()
    install_translator(app, settings.language)
    ThemeManager.instance().set_appearance(settings.appearance)
    windows = Windows(settings, lambda windows: MainWindow(settings, windows), app)
    window = windows.make_window()
    assert isinstance(window, MainWindow)
    RecoveryOffer(windows, state_folder())
    if path is not None:
        QTimer.singleShot(0, window, lambda: open_all(window, [path]))
    return window


def begin(window: MainWindow, paths: Sequence[Path]) -> None:
    """Opens files in a program that has just started, and offers what a crash left."""
    offer = window.windows.findChild(RecoveryOffer)
    assert offer is not None
    offer.offer_left(window)
    open_all(window, paths)
    if window.is_untouched:
        window.welcome.show()


def open_all(window: MainWindow, paths: Sequence[Path]) -> None:
    """Opens files, the first in this window where it is untouched; what cannot be opened is told of."""
    for path in paths:
        window.files.open_or_explain(path)


def _let_ctrl_c_end(app: QApplication) -> None:
    """Ctrl+C in the terminal closes the window: Python gets its turn to notice it twice a second."""
    signal.signal(signal.SIGINT, lambda *_: app.closeAllWindows())
    timer = QTimer(app)
    timer.timeout.connect(lambda: None)
    timer.start(500)
