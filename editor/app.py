"""The program with its window: made here, started by main.py."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from editor.errors import install_exception_hook, sentence_of, show_error
from editor.icons import application_icon
from editor.settings import APPLICATION, ORGANIZATION, Settings
from editor.theme import ThemeManager
from editor.translation import install_translator
from editor.window import MainWindow
from engine.graph import EngineError


def run_editor(path: Path | None) -> int:
    """Opens the window, with the graph in ``path`` when there is one, and runs until it is closed."""
    app = QApplication(sys.argv[:1])
    install_exception_hook()
    _let_ctrl_c_end(app)
    window = build_window(app, path)
    window.show()
    QTimer.singleShot(0, window, window.controller.warm_up)
    status = app.exec()
    window.shut_down()
    return status


def build_window(app: QApplication, path: Path | None = None, settings: Settings | None = None) -> MainWindow:
    """The main window in the person's theme and language, not shown yet."""
    app.setOrganizationName(ORGANIZATION)
    app.setApplicationName(APPLICATION)
    app.setWindowIcon(application_icon())
    settings = settings or Settings()
    install_translator(app, settings.language)
    ThemeManager.instance().set_appearance(settings.appearance)
    window = MainWindow(settings)
    if path is not None:
        QTimer.singleShot(0, window, lambda: open_first(window, path))
    return window


def open_first(window: MainWindow, path: Path) -> None:
    """Opens the file named on the command line; a file that cannot be opened leaves an empty document."""
    try:
        window.open_path(path)
    except (EngineError, OSError) as error:
        show_error(window, window.tr("Cannot open {name}").format(name=path.name), sentence_of(error, path))


def _let_ctrl_c_end(app: QApplication) -> None:
    """Ctrl+C in the terminal closes the window: Python gets its turn to notice it twice a second."""
    signal.signal(signal.SIGINT, lambda *_: app.closeAllWindows())
    timer = QTimer(app)
    timer.timeout.connect(lambda: None)
    timer.start(500)
