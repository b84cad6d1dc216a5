"""The settings dialog: what is chosen holds at once, is kept between starts, and can be found by typing."""

from __future__ import annotations

import os

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLabel

from editor.app import scale_everything
from editor.settings import SCALES, Settings
from editor.settings_dialog import SettingsDialog
from editor.theme import CONTRAST_DARK, LIGHT, Appearance, ThemeManager
from editor.window_settings import sections_of
from tests.editor.window_kit import show_window


@pytest.fixture
def window(qtbot, tmp_path):
    window = show_window(qtbot, tmp_path, 1100, 800)
    yield window
    ThemeManager.instance().set_appearance(Appearance.LIGHT)
    window.close()


@pytest.fixture
def dialog(window, qtbot):
    dialog = SettingsDialog(sections_of(window), window)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def combo(dialog: SettingsDialog, name: str) -> QComboBox:
    (box,) = [box for box in dialog.findChildren(QComboBox) if box.accessibleName() == name]
    return box


def test_the_theme_is_put_on_at_once_and_kept(dialog, window, tmp_path):
    box = combo(dialog, "Theme")
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_End)
    assert ThemeManager.instance().theme is CONTRAST_DARK
    assert window.settings.appearance is Appearance.CONTRAST_DARK
    assert [action.isChecked() for action in window.view.appearance.actions()] == [False, False, False, False, True]
    again = Settings(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))
    assert again.appearance is Appearance.CONTRAST_DARK
    window.view.appearance.actions()[1].trigger()
    assert ThemeManager.instance().theme is LIGHT


def test_toggles_are_those_of_the_menus(dialog, window):
    boxes = {box.text(): box for box in dialog.findChildren(QCheckBox)}
    minimap = boxes["Minimap"]
    before = window.features.mapping.toggle.isChecked()
    minimap.setFocus()
    QTest.keyClick(minimap, Qt.Key.Key_Space)
    assert window.features.mapping.toggle.isChecked() is not before
    assert window.settings.minimap is not before
    window.features.mapping.toggle.trigger()
    assert minimap.isChecked() is before
    assert len(boxes) >= 7


def test_motion_and_size_are_kept(dialog, window):
    combo(dialog, "Motion").setCurrentIndex(1)
    assert window.settings.reduced_motion is False
    assert not window.canvas.camera.is_motion_reduced
    combo(dialog, "Motion").setCurrentIndex(2)
    assert window.canvas.camera.is_motion_reduced
    combo(dialog, "Size of everything").setCurrentIndex(SCALES.index(1.5))
    assert window.settings.scale == 1.5


def test_qt_is_told_the_size_before_the_program_begins(tmp_path, monkeypatch):
    monkeypatch.delenv("QT_SCALE_FACTOR", raising=False)
    settings = Settings(QSettings(str(tmp_path / "scale.ini"), QSettings.Format.IniFormat))
    scale_everything(settings)
    assert "QT_SCALE_FACTOR" not in os.environ
    settings.scale = 1.25
    scale_everything(settings)
    assert os.environ["QT_SCALE_FACTOR"] == "1.25"
    monkeypatch.setenv("QT_SCALE_FACTOR", "3")
    scale_everything(settings)
    assert os.environ["QT_SCALE_FACTOR"] == "3"
    settings._store.setValue("scale", "a lot")
    assert settings.scale == 1.0


def test_what_is_typed_leaves_what_has_to_do_with_it(dialog):
    def shown() -> set[str]:
        labels = [label.text() for label in dialog.findChildren(QLabel) if label.isVisible()]
        return {*labels, *(box.text() for box in dialog.findChildren(QCheckBox) if box.isVisible())}

    assert {"Appearance", "Canvas", "Program", "Theme", "Minimap"} <= shown()
    QTest.keyClicks(dialog.search, "motion")
    assert {"Appearance", "Motion"} <= shown()
    assert shown().isdisjoint({"Canvas", "Theme", "Minimap"})
    dialog.search.clear()
    assert {"Canvas", "Theme"} <= shown()


def test_everything_is_reached_with_tab(dialog):
    dialog.activateWindow()
    assert QTest.qWaitForWindowActive(dialog)
    dialog.search.setFocus()
    seen = []
    for _ in range(40):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        seen.append(QApplication.focusWidget())
        if seen[-1] is dialog.search:
            break
    assert seen[-1] is dialog.search
    wanted = [*dialog.findChildren(QComboBox), *dialog.findChildren(QCheckBox)]
    assert set(wanted) <= set(seen)
    assert all(widget.accessibleName() or getattr(widget, "text", str)() for widget in seen)


def test_the_action_opens_it(window):
    from PySide6.QtCore import QTimer

    seen = []

    def look() -> None:
        found = QApplication.activeModalWidget()
        if isinstance(found, SettingsDialog):
            timer.stop()
            seen.append(found)
            QTest.keyClick(found, Qt.Key.Key_Escape)

    timer = QTimer(window, interval=5)
    timer.timeout.connect(look)
    timer.start()
    window.show_settings()
    assert len(seen) == 1
