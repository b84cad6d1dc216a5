"""Measures (all in device-independent pixels), type scale and motion."""

from functools import cache

from PySide6.QtGui import QFont, QFontDatabase

SPACE_XS = 4
SPACE_S = 8
SPACE_M = 12
SPACE_L = 16
SPACE_XL = 24

RADIUS = 6
CONTROL_HEIGHT = 28
TARGET_SIZE = 24
"""The least width and height of anything that can be pressed."""
ICON_SIZE = 16

TEXT_SMALL = 11
TEXT_BODY = 13
TEXT_HEADING = 15
TEXT_TITLE = 20
TEXT_SIZES = (TEXT_SMALL, TEXT_BODY, TEXT_HEADING, TEXT_TITLE)

MOTION_MS = 160
"""How long a thing takes that moves because of the person; none at all with reduced motion."""


def font(size: int = TEXT_BODY, weight: QFont.Weight = QFont.Weight.Normal, tabular: bool = False) -> QFont:
    """The system's interface font at `size` pixels, one of the four steps of the type scale.

    With `tabular` all digits are equally wide, for figures that stand in columns or change in place.
    Raises ValueError for a size off the scale.
    """
    if size not in TEXT_SIZES:
        raise ValueError(f"Text of {size} px is off the type scale: use one of {TEXT_SIZES}.")
    return QFont(_font(size, weight, tabular))


@cache
def _font(size: int, weight: QFont.Weight, tabular: bool) -> QFont:
    result = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    result.setPixelSize(size)
    result.setWeight(weight)
    if tabular:
        result.setFeature(QFont.Tag("tnum"), 1)
    return result
