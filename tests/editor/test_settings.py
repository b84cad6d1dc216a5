"""What is stored comes back, also in the next start, and nonsense in the file harms nothing."""

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QCoreApplication, QLocale, QSettings, QTranslator
from PySide6.QtWidgets import QApplication

from editor.settings import RECENT_FILES_LIMIT, Settings
from editor.theme import Appearance
from editor.translation import install_translator


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "settings.ini"


def start(path: Path) -> Settings:
    """The settings as a program that starts now sees them."""
    return Settings(QSettings(str(path), QSettings.Format.IniFormat))


def store_raw(path: Path, key: str, value: object) -> None:
    store = QSettings(str(path), QSettings.Format.IniFormat)
    store.setValue(key, value)
    store.sync()


def test_defaults(path: Path) -> None:
    settings = start(path)
    assert settings.appearance is Appearance.SYSTEM
    assert settings.recent_files == []
    assert settings.last_folder == str(Path.home())
    assert settings.window_geometry is None
    assert settings.window_state is None
    assert settings.reduced_motion is None
    assert settings.language is None


def test_everything_comes_back_at_the_next_start(path: Path, tmp_path: Path) -> None:
    settings = start(path)
    settings.appearance = Appearance.DARK
    settings.last_folder = tmp_path
    settings.window_geometry = QByteArray(b"\x00\x01geometry")
    settings.window_state = QByteArray(b"\xffstate")
    settings.reduced_motion = False
    settings.language = "ko"
    del settings
    settings = start(path)
    assert settings.appearance is Appearance.DARK
    assert settings.last_folder == str(tmp_path)
    assert settings.window_geometry == QByteArray(b"\x00\x01geometry")
    assert settings.window_state == QByteArray(b"\xffstate")
    assert settings.reduced_motion is False
    assert settings.language == "ko"


def test_none_forgets(path: Path) -> None:
    settings = start(path)
    settings.reduced_motion = True
    settings.window_state = QByteArray(b"state")
    settings.reduced_motion = None
    settings.window_state = None
    assert settings.reduced_motion is None
    assert settings.window_state is None


def test_recent_files_come_newest_first_without_repeats(path: Path, tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("a.graph", "b.graph", "c.graph")]
    settings = start(path)
    for file in (*files, files[0]):
        file.touch()
        settings.add_recent_file(file)
    assert start(path).recent_files == [str(files[0]), str(files[2]), str(files[1])]


def test_one_recent_file_is_still_a_list(path: Path, tmp_path: Path) -> None:
    (tmp_path / "only, one.graph").touch()
    start(path).add_recent_file(tmp_path / "only, one.graph")
    assert start(path).recent_files == [str(tmp_path / "only, one.graph")]


def test_at_most_ten_recent_files(path: Path, tmp_path: Path) -> None:
    settings = start(path)
    for number in range(RECENT_FILES_LIMIT + 3):
        file = tmp_path / f"{number}.graph"
        file.touch()
        settings.add_recent_file(file)
    assert len(settings.recent_files) == 10
    assert settings.recent_files[0] == str(tmp_path / "12.graph")
    settings.clear_recent_files()
    assert settings.recent_files == []


def test_a_vanished_file_is_hidden_until_it_is_back(path: Path, tmp_path: Path) -> None:
    settings = start(path)
    file = tmp_path / "on_a_stick.graph"
    settings.add_recent_file(file)
    assert settings.recent_files == []
    file.touch()
    assert settings.recent_files == [str(file)]


def test_a_vanished_folder_gives_the_home_folder(path: Path, tmp_path: Path) -> None:
    settings = start(path)
    settings.last_folder = tmp_path / "gone"
    assert settings.last_folder == str(Path.home())


@pytest.mark.parametrize("nonsense", ["?", "", ["a", "b"], QByteArray(b"\x00"), 7])
def test_nonsense_counts_as_not_set(path: Path, nonsense: object) -> None:
    for key in (
        "appearance",
        "reduced_motion",
        "window/geometry",
        "files/last_folder",
    ):
        store_raw(path, key, nonsense)
    settings = start(path)
    assert settings.appearance is Appearance.SYSTEM
    assert settings.reduced_motion is None
    assert settings.last_folder == str(Path.home())


@pytest.fixture
def restored_locale(qapp: QApplication) -> object:
    before = QLocale()
    installed: list[QTranslator] = []
    yield installed
    for translator in installed:
        qapp.removeTranslator(translator)
    QLocale.setDefault(before)


def test_qt_speaks_the_language_that_is_asked_for(qapp: QApplication, restored_locale: list[QTranslator]) -> None:
    restored_locale += install_translator(qapp, "de_AT")
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Abbrechen"


def test_a_language_without_a_file_leaves_the_source(
    qapp: QApplication, restored_locale: list[QTranslator], tmp_path: Path
) -> None:
    restored_locale += install_translator(qapp, "eo", tmp_path)
    assert restored_locale == []
    assert QCoreApplication.translate("Anything", "Step back") == "Step back"


def test_the_editor_speaks_a_language_that_has_a_file(
    qapp: QApplication, restored_locale: list[QTranslator], tmp_path: Path
) -> None:
    source = tmp_path / "chainrule_ko.ts"
    source.write_text(
        """<?xml version="1.0" encoding="utf-8"?><!DOCTYPE TS><TS version="2.1" language="ko"><context>
        <name>Transport</name><message><source>Run</source><translation>실행</translation></message>
        </context></TS>""",
        encoding="utf-8",
    )
    subprocess.run(
        [str(Path(sys.executable).with_name("pyside6-lrelease")), "-silent", str(source)], check=True, timeout=60
    )
    restored_locale += install_translator(qapp, "ko_KR", tmp_path)
    assert QCoreApplication.translate("Transport", "Run") == "실행"
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "취소"
