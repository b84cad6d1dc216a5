"""The icons of resources/icons, in the theme's colours and sharp on every screen.

Most are from Lucide (resources/icons/LICENSE-lucide.txt); the files are named by what they mean here.
"""

from functools import cache

from PySide6.QtCore import QByteArray, QObject, QSize, Qt
from PySide6.QtGui import QAction, QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton

from editor.theme import ThemeManager, current_theme
from editor.theme.svg import ICON_FOLDER, tinted_svg

_PIXEL_SIZES = (16, 20, 24, 32, 40, 48)
"""16, 20 and 24 at device pixel ratio 1 and 2."""
_APPLICATION_PIXEL_SIZES = (16, 24, 32, 48, 64, 128, 256)


def icon_names() -> list[str]:
    return sorted(file.stem for file in ICON_FOLDER.glob("*.svg"))


def icon(name: str, color: str = "text") -> QIcon:
    """The icon `name` in the colour token `color` of the theme that is on; disabled, in the disabled colour.

    It keeps its colour when the theme changes: `bind_icon` follows. Raises KeyError for an unknown name.
    """
    theme = current_theme()
    tint: QColor = getattr(theme, color)
    return _tinted_icon(name, tint.name(), theme.disabled.name())


def bind_icon(target: QAction | QAbstractButton, name: str, color: str = "text") -> None:
    """Gives an action or a button an icon that follows the theme; call again to show another one.

    Raises KeyError for an unknown name.
    """
    target.setIcon(icon(name, color))
    binding = target.findChild(_IconBinding, options=Qt.FindChildOption.FindDirectChildrenOnly)
    if binding is None:
        binding = _IconBinding(target)
    binding.name, binding.color = name, color


def application_icon() -> QIcon:
    """The program's own icon, for windows and the task bar."""
    result = QIcon()
    renderer = _renderer("chainrule", QColor())
    for size in _APPLICATION_PIXEL_SIZES:
        result.addPixmap(_render(renderer, size))
    return result


class _IconBinding(QObject):
    """A child of the action or button, so that Qt ends the connection with it."""

    def __init__(self, target: QAction | QAbstractButton) -> None:
        super().__init__(target)
        self._target = target
        self.name = ""
        self.color = ""
        ThemeManager.instance().changed.connect(self._update_icon)

    def _update_icon(self) -> None:
        self._target.setIcon(icon(self.name, self.color))


@cache
def _tinted_icon(name: str, color: str, disabled_color: str) -> QIcon:
    result = QIcon()
    normal, disabled = _renderer(name, QColor(color)), _renderer(name, QColor(disabled_color))
    for size in _PIXEL_SIZES:
        pixmap = _render(normal, size)
        result.addPixmap(pixmap)
        # Without a picture of its own, Qt would dye the icon in selected rows.
        result.addPixmap(pixmap, QIcon.Mode.Selected)
        result.addPixmap(_render(disabled, size), QIcon.Mode.Disabled)
    return result


def _renderer(name: str, color: QColor) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(tinted_svg(name, color).encode()))


def _render(renderer: QSvgRenderer, size: int) -> QPixmap:
    pixmap = QPixmap(QSize(size, size))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    renderer.render(painter)
    painter.end()
    return pixmap
