"""How the editor looks: colours, type, measures, and the manager that applies them to the application.

    from editor.theme import ThemeManager, current_theme, font, CONTROL_HEIGHT

Widgets that paint themselves read ``current_theme()`` when they paint and repaint on
``ThemeManager.instance().changed``. Standard widgets need nothing but a few dynamic properties:
``set_style(button, primary=True)``, ``set_style(label, role="muted")``.
"""

from editor.theme.manager import ThemeManager, current_theme, set_style
from editor.theme.metrics import (
    CONTROL_HEIGHT,
    ICON_SIZE,
    MOTION_MS,
    RADIUS,
    SPACE_L,
    SPACE_M,
    SPACE_S,
    SPACE_XL,
    SPACE_XS,
    TARGET_SIZE,
    TEXT_BODY,
    TEXT_HEADING,
    TEXT_SMALL,
    TEXT_TITLE,
    font,
)
from editor.theme.tokens import CONTRAST_DARK, CONTRAST_LIGHT, DARK, LIGHT, THEMES, Appearance, Theme, contrast, mix

__all__ = [
    "CONTRAST_DARK",
    "CONTRAST_LIGHT",
    "CONTROL_HEIGHT",
    "DARK",
    "ICON_SIZE",
    "LIGHT",
    "MOTION_MS",
    "RADIUS",
    "SPACE_L",
    "SPACE_M",
    "SPACE_S",
    "SPACE_XL",
    "SPACE_XS",
    "TARGET_SIZE",
    "TEXT_BODY",
    "TEXT_HEADING",
    "TEXT_SMALL",
    "TEXT_TITLE",
    "THEMES",
    "Appearance",
    "Theme",
    "ThemeManager",
    "contrast",
    "current_theme",
    "font",
    "mix",
    "set_style",
]
