"""The whole window, shown for a test."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from editor.app import build_window
from editor.settings import Settings
from editor.window import MainWindow


def show_window(qtbot: QtBot, folder: Path, width: int, height: int) -> MainWindow:
    """A window on the screen, with settings of its own in this folder, in which nothing takes time to move."""
    settings = Settings(QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat))
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    window = build_window(app, None, settings)
    window.resize(width, height)
    with qtbot.waitExposed(window):
        window.show()
    window.canvas.set_motion_reduced(True)
    return window
