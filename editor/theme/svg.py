"""The SVG files of resources/icons, in the colour that is asked for."""

from functools import cache
from pathlib import Path

from PySide6.QtGui import QColor

ICON_FOLDER = Path(__file__).resolve().parents[2] / "resources" / "icons"


def tinted_svg(name: str, color: QColor) -> str:
    """The SVG text of resources/icons/`name`.svg with `color` for its currentColor.

    Raises KeyError with the name when there is no such file.
    """
    return _source(name).replace("currentColor", color.name())


@cache
def _source(name: str) -> str:
    try:
        return (ICON_FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    except FileNotFoundError:
        raise KeyError(name) from None
