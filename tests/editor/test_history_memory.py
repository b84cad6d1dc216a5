"""The memory that the history of runs may take: a setting, told in the status bar."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication, QInputDialog

from editor.app import build_window
from editor.settings import LEAST_HISTORY_MEMORY, Settings
from engine.debugger.moment import Moment
from engine.training.history import DEFAULT_MEMORY
from tests.editor.panels_kit import tutorial_document


@pytest.fixture
def settings(tmp_path):
    return Settings(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))


@pytest.fixture
def window(qtbot, settings, tmp_path):
    document = tutorial_document()
    document.save(tmp_path / "line.graph")
    window = build_window(QApplication.instance(), None, settings)
    window.open_path(tmp_path / "line.graph")
    window.show()
    yield window
    window.document.undo_stack.setClean()
    window.close()
    window.deleteLater()


def test_the_limit_is_asked_for_kept_and_used(window, settings, monkeypatch, qtbot):
    controller, memory = window.controller, window.features.history_memory
    assert settings.history_memory == controller.history_memory == DEFAULT_MEMORY
    monkeypatch.setattr(QInputDialog, "getInt", lambda *_: (1, True))
    memory.limit.trigger()
    assert settings.history_memory == controller.history_memory == LEAST_HISTORY_MEMORY
    controller.run(3000)
    qtbot.waitUntil(lambda: controller.view is not None, timeout=20_000)
    assert "History" in memory.label.text() and not memory.label.isHidden()
    controller.seek(Moment(1234, 0, 0))
    qtbot.waitUntil(lambda: controller.view is not None and controller.view.moment.epoch == 1234, timeout=20_000)


def test_a_dialog_that_is_cancelled_changes_nothing(window, settings, monkeypatch):
    monkeypatch.setattr(QInputDialog, "getInt", lambda *_: (7, False))
    window.features.history_memory.limit.trigger()
    assert settings.history_memory == DEFAULT_MEMORY


@pytest.mark.parametrize("text", ["", "much", "-5"])
def test_a_stored_limit_that_makes_no_sense_counts_as_not_set(tmp_path, text):
    store = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    store.setValue("run/history_memory", text)
    assert Settings(store).history_memory in (DEFAULT_MEMORY, LEAST_HISTORY_MEMORY)
