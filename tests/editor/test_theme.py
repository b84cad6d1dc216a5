"""Colours can be read, fonts stay on the scale, and the manager dresses the application."""

from collections.abc import Iterator
from dataclasses import FrozenInstanceError, fields
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QIcon, QImage, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDoubleSpinBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QToolButton,
    QWidget,
)

from editor.theme import (
    CONTRAST_DARK,
    CONTRAST_LIGHT,
    CONTROL_HEIGHT,
    DARK,
    LIGHT,
    Appearance,
    Theme,
    ThemeManager,
    contrast,
    current_theme,
    font,
    mix,
    set_style,
)
from editor.theme import THEMES as ALL_THEMES
from editor.theme.glyphs import write_glyphs
from editor.theme.stylesheet import stylesheet

THEMES = pytest.mark.parametrize("theme", ALL_THEMES.values(), ids=lambda theme: theme.name)
WRITING = ("text", "muted", "accent", "forward", "backward", "update", "error", "warning")


@pytest.fixture
def manager(qapp: QApplication) -> Iterator[ThemeManager]:
    manager = ThemeManager.instance()
    yield manager
    manager.set_appearance(Appearance.LIGHT)


def test_contrast_agrees_with_the_published_values() -> None:
    assert contrast(QColor("#000000"), QColor("#FFFFFF")) == pytest.approx(21)
    assert contrast(QColor("#777777"), QColor("#FFFFFF")) == pytest.approx(4.48, abs=0.005)
    assert contrast(QColor("#336699"), QColor("#336699")) == pytest.approx(1)


@THEMES
@pytest.mark.parametrize("ground", ["canvas", "surface", "raised", "field"])
@pytest.mark.parametrize("writing", WRITING)
def test_writing_can_be_read_on_every_ground(theme: Theme, writing: str, ground: str) -> None:
    assert contrast(getattr(theme, writing), getattr(theme, ground)) >= 4.5


@pytest.mark.parametrize("theme", [CONTRAST_LIGHT, CONTRAST_DARK], ids=lambda theme: theme.name)
@pytest.mark.parametrize("ground", ["canvas", "surface", "raised", "field", "hover", "selection"])
def test_high_contrast_is_high(theme: Theme, ground: str) -> None:
    """7 : 1 for what is written (WCAG 2.2, 1.4.6), 4.5 : 1 for borders and what is disabled."""
    for writing in ("text", "muted") if ground in ("hover", "selection") else WRITING:
        assert contrast(getattr(theme, writing), getattr(theme, ground)) >= 7, writing
    for line in ("line", "outline", "disabled"):
        assert contrast(getattr(theme, line), getattr(theme, ground)) >= 4.5, line


@THEMES
@pytest.mark.parametrize("ground", ["hover", "pressed", "selection"])
@pytest.mark.parametrize("writing", ["text", "muted"])
def test_writing_can_be_read_on_controls_in_every_state(theme: Theme, writing: str, ground: str) -> None:
    assert contrast(getattr(theme, writing), getattr(theme, ground)) >= 4.5


@THEMES
@pytest.mark.parametrize("ground", ["accent", "accent_hover", "accent_pressed"])
def test_the_primary_button_can_be_read_in_every_state(theme: Theme, ground: str) -> None:
    assert contrast(theme.accent_text, getattr(theme, ground)) >= 4.5


@THEMES
@pytest.mark.parametrize("token", ["disabled", "outline", "accent"])
def test_disabled_writing_and_meaningful_borders_can_be_made_out(theme: Theme, token: str) -> None:
    """3 : 1 is what WCAG 2.2 (1.4.11) asks of what is not text."""
    assert contrast(getattr(theme, token), theme.surface) >= 3
    assert contrast(getattr(theme, token), theme.canvas) >= 3


def test_tokens_are_the_published_ones() -> None:
    assert [color.name().upper() for color in (LIGHT.canvas, LIGHT.forward, LIGHT.backward, LIGHT.update)] == [
        "#F6F7F9",
        "#0072B2",
        "#B54A00",
        "#00805C",
    ]
    assert DARK.accent.name().upper() == "#6C9CFF"


def test_a_theme_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        LIGHT.accent = QColor("red")  # type: ignore[misc]


def test_mix_goes_from_the_first_to_the_second() -> None:
    black, white = QColor("#000000"), QColor("#FFFFFF")
    assert mix(black, white, 0) == black
    assert mix(black, white, 1) == white
    assert mix(black, white, 0.5).red() in (127, 128)


def test_font_is_on_the_scale(qapp: QApplication) -> None:
    heading = font(15, QFont.Weight.DemiBold)
    assert (heading.pixelSize(), heading.weight()) == (15, QFont.Weight.DemiBold)
    with pytest.raises(ValueError, match="14 px is off the type scale"):
        font(14)


def test_font_can_be_changed_without_changing_the_next(qapp: QApplication) -> None:
    font().setPixelSize(99)
    assert font().pixelSize() == 13


def test_tabular_digits_are_asked_for(qapp: QApplication) -> None:
    assert font(tabular=True).featureValue(QFont.Tag("tnum")) == 1
    assert font(tabular=False).featureTags() == []


@THEMES
def test_every_colour_of_the_style_sheet_is_a_token(theme: Theme, tmp_path: Path) -> None:
    sheet = stylesheet(theme, tmp_path)
    assert "$" not in sheet
    assert "rgba" not in sheet
    colors = {value.name() for field in fields(theme) if isinstance(value := getattr(theme, field.name), QColor)}
    assert all(f"#{part[:6]}" in colors for part in sheet.split(": #")[1:])


@THEMES
def test_pictures_of_the_style_sheet_exist_and_load(theme: Theme, qapp: QApplication, tmp_path: Path) -> None:
    folder = write_glyphs(theme, tmp_path)
    sheet = stylesheet(theme, folder)
    pictures = {part.split('"')[0] for part in sheet.split('url("')[1:]}
    assert pictures == {file.as_posix() for file in folder.iterdir()}
    for picture in pictures:
        assert not QIcon(picture).pixmap(12, 12).isNull()


def test_changing_the_appearance_dresses_the_application_and_tells(
    manager: ThemeManager, qapp: QApplication, qtbot: Any
) -> None:
    manager.set_appearance(Appearance.LIGHT)
    with qtbot.waitSignal(manager.changed) as told:
        manager.set_appearance(Appearance.DARK)
    assert told.args == [DARK]
    assert manager.theme is current_theme() is DARK
    assert qapp.palette().color(QPalette.ColorRole.Window) == DARK.surface
    assert DARK.accent.name() in qapp.styleSheet()


def test_choosing_the_same_appearance_again_changes_nothing(manager: ThemeManager, qtbot: Any) -> None:
    manager.set_appearance(Appearance.DARK)
    with qtbot.assertNotEmitted(manager.changed):
        manager.set_appearance(Appearance.DARK)


def test_the_system_scheme_counts_only_when_it_is_asked_for(
    manager: ThemeManager, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    manager.set_appearance(Appearance.LIGHT)
    hints = qapp.styleHints()
    monkeypatch.setattr(type(hints), "colorScheme", lambda _: Qt.ColorScheme.Dark)
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert manager.theme is LIGHT
    manager.set_appearance(Appearance.SYSTEM)
    assert manager.theme is DARK
    monkeypatch.setattr(type(hints), "colorScheme", lambda _: Qt.ColorScheme.Light)
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert manager.theme is LIGHT


@pytest.mark.parametrize("kind", [QPushButton, QLineEdit, QComboBox, QDoubleSpinBox, QToolButton])
def test_controls_are_28_high_also_while_focused(kind: type[QWidget], manager: ThemeManager, qtbot: Any) -> None:
    manager.set_appearance(Appearance.DARK)
    control = kind()
    qtbot.addWidget(control)
    control.show()
    assert control.sizeHint().height() == CONTROL_HEIGHT
    control.setFocus()
    qtbot.waitUntil(control.hasFocus)
    assert control.sizeHint().height() == CONTROL_HEIGHT


def _center_color(widget: QWidget, x: int, y: int) -> QColor:
    image: QImage = widget.grab().toImage()
    return image.pixelColor(x, y)


def test_the_primary_button_is_painted_in_the_accent_and_darker_when_pressed(manager: ThemeManager, qtbot: Any) -> None:
    manager.set_appearance(Appearance.LIGHT)
    button = QPushButton("")
    qtbot.addWidget(button)
    set_style(button, primary=True)
    button.resize(80, 28)
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    button.show()
    assert _center_color(button, 40, 14) == LIGHT.accent
    QTest.mousePress(button, Qt.MouseButton.LeftButton)
    assert _center_color(button, 40, 14) == LIGHT.accent_pressed


def test_roles_can_change_while_a_label_is_shown(manager: ThemeManager, qtbot: Any) -> None:
    manager.set_appearance(Appearance.LIGHT)
    label = QLabel("loss is NaN")
    qtbot.addWidget(label)
    label.show()
    set_style(label, role="error")
    assert label.palette().color(QPalette.ColorRole.WindowText) == LIGHT.error
    set_style(label, role="title")
    assert label.font().pixelSize() == 20
