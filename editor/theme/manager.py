"""ThemeManager: which theme is on, and putting it on."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

import shiboken6
from PySide6.QtCore import QObject, Qt, QTemporaryDir, Signal
from PySide6.QtWidgets import QApplication, QStyleFactory, QWidget

from editor.theme.glyphs import write_glyphs
from editor.theme.metrics import font
from editor.theme.palette import palette
from editor.theme.stylesheet import stylesheet
from editor.theme.tokens import LIGHT, THEMES, Appearance, Theme


class ThemeManager(QObject):
    """Follows the desktop's colour scheme or the person's choice and dresses the whole application.

    There is one per QApplication, `ThemeManager.instance()`. It leaves the application alone until
    `set_appearance` is first called.
    """

    changed = Signal(object)
    """The new Theme; emitted after palette and style sheet are on."""

    _instance: ClassVar["ThemeManager | None"] = None

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._appearance: Appearance | None = None
        self._theme = LIGHT
        self._glyph_folder = QTemporaryDir()
        app.styleHints().colorSchemeChanged.connect(self._follow_system)

    @classmethod
    def instance(cls) -> "ThemeManager":
        """The application's manager, made on the first call. Needs a QApplication."""
        if cls._instance is None or not shiboken6.isValid(cls._instance):
            app = QApplication.instance()
            if not isinstance(app, QApplication):
                raise RuntimeError("The theme needs a QApplication: make one first.")
            cls._instance = cls(app)
        return cls._instance

    @property
    def theme(self) -> Theme:
        return self._theme

    @property
    def appearance(self) -> Appearance:
        return self._appearance or Appearance.SYSTEM

    def set_appearance(self, appearance: Appearance) -> None:
        """Puts on a theme, or (SYSTEM) the desktop's, now and whenever it changes."""
        if self._appearance is None:
            self._app.setStyle(QStyleFactory.create("Fusion"))
            # Figures stand in columns and change in place all over the editor.
            self._app.setFont(font(tabular=True))
        self._appearance = appearance
        # So that the window frame and native dialogs follow too, where the platform can.
        wanted = THEMES.get(appearance)
        scheme = Qt.ColorScheme.Dark if wanted is not None and wanted.is_dark else Qt.ColorScheme.Light
        self._app.styleHints().setColorScheme(Qt.ColorScheme.Unknown if wanted is None else scheme)
        self._put_on(self._wanted_theme())

    @contextmanager
    def painting_with(self, theme: Theme) -> Iterator[None]:
        """A with block in which what paints itself does so in another theme; nothing on the screen is repainted."""
        own, self._theme = self._theme, theme
        try:
            yield
        finally:
            self._theme = own

    def _wanted_theme(self) -> Theme:
        if self.appearance is not Appearance.SYSTEM:
            return THEMES[self.appearance]
        is_dark = self._app.styleHints().colorScheme() == Qt.ColorScheme.Dark
        if _system_wants_contrast(self._app):
            return THEMES[Appearance.CONTRAST_DARK if is_dark else Appearance.CONTRAST_LIGHT]
        return THEMES[Appearance.DARK if is_dark else Appearance.LIGHT]

    def _follow_system(self) -> None:
        if self._appearance is Appearance.SYSTEM:
            self._put_on(self._wanted_theme())

    def _put_on(self, theme: Theme) -> None:
        if theme is self._theme and self._app.styleSheet():
            return
        self._theme = theme
        glyphs = write_glyphs(theme, Path(self._glyph_folder.path()))
        self._app.setPalette(palette(theme))
        self._app.setStyleSheet(stylesheet(theme, glyphs))
        self.changed.emit(theme)


def _system_wants_contrast(app: QApplication) -> bool:
    """Whether the desktop asks for more contrast, where Qt can tell (from 6.10 on)."""
    accessibility = getattr(app.styleHints(), "accessibility", None)
    preference = None if accessibility is None else accessibility().contrastPreference()
    return getattr(preference, "name", "") == "HighContrast"


def current_theme() -> Theme:
    """The theme that is on; LIGHT before there is a manager."""
    manager = ThemeManager._instance
    return manager.theme if manager is not None and shiboken6.isValid(manager) else LIGHT


def set_style(widget: QWidget, **properties: object) -> None:
    """Sets dynamic properties that the style sheet knows, also on a widget that is shown already.

    role="title|heading|section|caption|muted|error|warning|forward|backward|update" on labels,
    role="card|divider" on frames; primary=True, danger=True on push buttons; framed=True on trees, lists and
    tables; invalid=True on inputs.
    """
    for name, value in properties.items():
        widget.setProperty(name, value)
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)
    widget.update()
