"""The application-wide style sheet: resources/themes/editor.qss with a theme's colours put in."""

from dataclasses import fields
from pathlib import Path
from string import Template

from PySide6.QtGui import QColor

from editor.theme.tokens import Theme

STYLESHEET_FILE = Path(__file__).resolve().parents[2] / "resources" / "themes" / "editor.qss"


def stylesheet(theme: Theme, glyph_folder: Path) -> str:
    """Raises KeyError when the sheet names a token that `theme` does not have."""
    tokens = {
        field.name: getattr(theme, field.name).name(QColor.NameFormat.HexRgb)
        for field in fields(theme)
        if isinstance(getattr(theme, field.name), QColor)
    }
    sheet = Template(STYLESHEET_FILE.read_text(encoding="utf-8"))
    return sheet.substitute(tokens, glyphs=glyph_folder.as_posix())
