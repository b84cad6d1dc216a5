"""The wish for less motion, as desktops keep it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from editor.app import build_window
from editor.reduced_motion import system_reduces_motion
from editor.settings import Settings

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="plays a Linux desktop")


@pytest.fixture
def desktop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for programs, which stands first on the path, and for settings."""
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CURRENT_DESKTOP", "GNOME")
    system_reduces_motion.cache_clear()
    yield tmp_path
    system_reduces_motion.cache_clear()


def answer(desktop: Path, lines: str) -> None:
    program = desktop / "gsettings"
    program.write_text(f"#!/bin/sh\n{lines}\n")
    program.chmod(0o755)


@pytest.mark.parametrize(
    ("lines", "is_reduced"),
    [("echo false", True), ("echo true", False), ("echo 'No such schema' >&2; exit 1", False), ("sleep 5", False)],
)
def test_gnome_is_asked(desktop: Path, lines: str, is_reduced: bool) -> None:
    answer(desktop, lines)
    assert system_reduces_motion() is is_reduced


@pytest.mark.parametrize(
    ("text", "is_reduced"),
    [
        ("[KDE]\nAnimationDurationFactor=0\n", True),
        ("[KDE]\nAnimationDurationFactor=0.5\n", False),
        ("[KDE]\nAnimationDurationFactor=fast\n", False),
        ("not a settings file", False),
        ("", False),
    ],
)
def test_plasma_is_asked(desktop: Path, monkeypatch: pytest.MonkeyPatch, text: str, is_reduced: bool) -> None:
    monkeypatch.setenv("XDG_CURRENT_DESKTOP", "KDE")
    (desktop / "kdeglobals").write_text(text)
    assert system_reduces_motion() is is_reduced


@pytest.mark.parametrize(("own", "is_still"), [(None, True), (False, False), (True, True)])
def test_a_choice_of_ones_own_comes_before_the_systems(
    desktop: Path, qtbot: QtBot, own: bool | None, is_still: bool
) -> None:
    answer(desktop, "echo false")
    settings = Settings(QSettings(str(desktop / "settings.ini"), QSettings.Format.IniFormat))
    settings.reduced_motion = own
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    window = build_window(app, None, settings)
    qtbot.addWidget(window)
    assert window.canvas.flow.is_still is is_still
    assert window.canvas.camera.is_motion_reduced is is_still
