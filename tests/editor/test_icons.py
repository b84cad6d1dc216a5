"""Every icon and every mark is drawn, in the theme's colours, sharp, and different from the others."""

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import pytest
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QAction, QColor, QFont, QFontDatabase, QIcon, QImage, QPainter, QPixmap, QRawFont
from PySide6.QtWidgets import QApplication, QToolButton, QWidget

from editor.icons import application_icon, bind_icon, icon, icon_names
from editor.marks import MarkKind, has_bar, mark_color, mark_icon, paint_mark
from editor.theme import DARK, LIGHT, Appearance, Theme, ThemeManager
from editor.theme.svg import ICON_FOLDER
from engine.graph import declarations


@pytest.fixture(autouse=True)
def manager(qapp: QApplication) -> Iterator[ThemeManager]:
    manager = ThemeManager.instance()
    manager.set_appearance(Appearance.LIGHT)
    yield manager
    manager.set_appearance(Appearance.LIGHT)


def _ink(image: QImage) -> list[QColor]:
    """The colours of all opaque pixels."""
    pixels = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return [color for color in pixels if color.alpha() == 255]


def _painted(pixmap: QPixmap) -> int:
    image = pixmap.toImage()
    return sum(image.pixelColor(x, y).alpha() > 64 for x in range(image.width()) for y in range(image.height()))


def _near(first: QColor, second: QColor) -> bool:
    return all(
        abs(a - b) <= 2
        for a, b in zip(first.getRgb()[:3], second.getRgb()[:3], strict=True)  # type: ignore[index]
    )


@pytest.mark.parametrize("name", sorted(file.stem for file in ICON_FOLDER.glob("*.svg")))
def test_every_file_is_drawn(name: str) -> None:
    assert _painted(icon(name).pixmap(16, 16)) > 4


def test_there_are_icons_and_their_licence() -> None:
    assert len(icon_names()) > 50
    assert "ISC License" in (ICON_FOLDER / "LICENSE-lucide.txt").read_text(encoding="utf-8")


def test_an_unknown_name_is_a_key_error_with_the_name() -> None:
    with pytest.raises(KeyError, match="no_such_icon"):
        icon("no_such_icon")


def test_an_icon_has_the_colour_that_is_asked_for_and_is_muted_when_disabled() -> None:
    for picture, color in (
        (icon("stop").pixmap(48, 48), LIGHT.text),
        (icon("stop", "error").pixmap(48, 48), LIGHT.error),
        (icon("stop").pixmap(QSize(48, 48), QIcon.Mode.Disabled), LIGHT.disabled),
        (icon("stop").pixmap(QSize(48, 48), QIcon.Mode.Selected), LIGHT.text),
    ):
        ink = _ink(picture.toImage())
        assert ink
        assert all(_near(pixel, color) for pixel in ink)


@pytest.mark.parametrize("size", [16, 20, 24])
@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_an_icon_is_as_sharp_as_the_screen(size: int, ratio: float) -> None:
    pixmap = icon("run").pixmap(QSize(size, size), ratio)
    assert pixmap.width() == size * ratio
    assert pixmap.devicePixelRatio() == ratio


def _first_ink(target: QAction | QToolButton) -> QColor:
    return _ink(target.icon().pixmap(48, 48).toImage())[0]


def test_a_bound_icon_follows_the_theme_and_can_be_exchanged(manager: ThemeManager, qtbot: Any) -> None:
    action, button = QAction(), QToolButton()
    qtbot.addWidget(button)
    bind_icon(action, "run")
    bind_icon(button, "run", "accent")
    manager.set_appearance(Appearance.DARK)
    assert _near(_first_ink(action), DARK.text)
    assert _near(_first_ink(button), DARK.accent)
    bind_icon(action, "stop")
    manager.set_appearance(Appearance.LIGHT)
    assert action.icon().pixmap(48, 48).toImage() == icon("stop").pixmap(48, 48).toImage()
    assert len(action.children()) == 1


def test_a_theme_change_after_a_bound_button_is_gone_is_harmless(manager: ThemeManager) -> None:
    window = QWidget()
    for _ in range(3):
        bind_icon(QToolButton(window), "run")
    window.deleteLater()
    QApplication.sendPostedEvents(window, 52)  # QEvent.Type.DeferredDelete
    manager.set_appearance(Appearance.DARK)


def test_the_application_icon_is_there_in_every_usual_size() -> None:
    sizes = {size.width() for size in application_icon().availableSizes()}
    assert {16, 32, 48, 256} <= sizes


def _mark(kind: MarkKind, size: int, theme: Theme = LIGHT, symbol: str = "", width: int = 0) -> QImage:
    image = QImage(width or size, size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    paint_mark(painter, QRectF(image.rect()), kind, theme, symbol)
    painter.end()
    return image


@pytest.mark.parametrize("size", [12, 16, 24])
@pytest.mark.parametrize("kind", list(MarkKind))
def test_marks_are_drawn_in_the_colour_of_their_kind_and_leave_the_edge_free(kind: MarkKind, size: int) -> None:
    for theme in (LIGHT, DARK):
        image = _mark(kind, size, theme)
        # On a transparent ground antialiasing changes the coverage of a colour only. Faint pixels are rounded.
        pixels = [image.pixelColor(x, y) for x in range(size) for y in range(size)]
        ink = [color for color in pixels if color.alpha() >= 128]
        assert len(ink) >= 6
        assert all(_near(color, mark_color(kind, theme)) for color in ink)
        corners = [(0, 0), (size - 1, 0), (0, size - 1), (size - 1, size - 1)]
        assert all(image.pixelColor(x, y).alpha() == 0 for x, y in corners)


def test_no_two_marks_have_the_same_shape() -> None:
    for first, second in combinations(MarkKind, 2):
        one, other = _mark(first, 16), _mark(second, 16)
        different = sum(
            abs(one.pixelColor(x, y).alpha() - other.pixelColor(x, y).alpha()) > 96
            for x in range(16)
            for y in range(16)
        )
        assert different > 20, (first, second)


@pytest.mark.parametrize("symbol", ["+", "×", "Σ", "σ", "−", "@", "ReLU", "log_softmax"])
def test_a_symbol_is_drawn_in_the_middle(symbol: str) -> None:
    image = _mark(MarkKind.OPERATION, 64, symbol=symbol)
    inked = [(x, y) for x in range(64) for y in range(64) if image.pixelColor(x, y).alpha() > 64]
    columns, rows = [x for x, _ in inked], [y for _, y in inked]
    assert abs((min(columns) + max(columns)) / 2 - 31.5) <= 1
    assert abs((min(rows) + max(rows)) / 2 - 31.5) <= 1
    assert min(columns) > 0
    assert max(columns) < 63


def test_every_operations_symbol_is_in_common_fonts() -> None:
    families = [family for family in QFontDatabase.families() if family.startswith("DejaVu")]
    if "DejaVu Math TeX Gyre" not in families:
        pytest.skip("the package fonts-dejavu-extra is not installed")
    fonts = [QRawFont.fromFont(QFont(family)) for family in families]
    missing = {
        declaration.type: declaration.symbol
        for declaration in declarations()
        if not all(any(font.supportsCharacter(ord(sign)) for font in fonts) for sign in declaration.symbol)
    }
    assert missing == {}


def test_a_long_symbol_uses_the_width_it_is_given() -> None:
    narrow = _mark(MarkKind.OPERATION, 16, symbol="ReLU")
    wide = _mark(MarkKind.OPERATION, 16, symbol="ReLU", width=40)
    assert _painted(QPixmap.fromImage(wide)) > 2 * _painted(QPixmap.fromImage(narrow))


def test_painting_a_mark_leaves_the_painter_as_it_was() -> None:
    image = QImage(32, 32, QImage.Format.Format_ARGB32_Premultiplied)
    painter = QPainter(image)
    painter.setPen(QColor("#123456"))
    before = painter.transform()
    paint_mark(painter, QRectF(4, 4, 16, 16), MarkKind.OPTIMIZER, LIGHT)
    assert painter.pen().color() == QColor("#123456")
    assert painter.transform() == before
    painter.end()


def test_mark_icons_keep_their_colour_in_selected_rows() -> None:
    mark = mark_icon(MarkKind.VARIABLE, "", LIGHT)
    normal, selected = (mark.pixmap(QSize(16, 16), mode) for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected))
    assert normal.toImage() == selected.toImage()


def test_only_operations_go_without_a_bar() -> None:
    assert [kind for kind in MarkKind if not has_bar(kind)] == [MarkKind.OPERATION]
