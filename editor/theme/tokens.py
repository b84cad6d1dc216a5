"""The colour tokens, light and dark."""

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtGui import QColor


class Appearance(StrEnum):
    """Which theme the person wants; SYSTEM follows the desktop's colour scheme and its wish for contrast."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"
    CONTRAST_LIGHT = "contrast_light"
    CONTRAST_DARK = "contrast_dark"


@dataclass(frozen=True, eq=False)
class Theme:
    """Every colour of the editor by its meaning. There is one instance for each appearance; treat the
    QColor fields as constants (copy before changing one)."""

    name: str
    is_dark: bool

    # Grounds, from the back to the front.
    canvas: QColor
    """Behind the graph."""
    grid_dot: QColor
    surface: QColor
    """Panels and nodes."""
    raised: QColor
    """Popups, menus, buttons, and the node being dragged."""
    field: QColor
    """Inside inputs."""
    hover: QColor
    """A control or row under the pointer."""
    pressed: QColor
    selection: QColor
    """Behind selected rows and text; text keeps its own colour on it."""
    shadow: QColor
    """Translucent black, for what floats."""

    # Lines.
    line: QColor
    """Borders of panels and controls, dividers."""
    outline: QColor
    """Borders that carry meaning by themselves (an empty check box, a scroll bar under the pointer)."""

    # Writing.
    text: QColor
    muted: QColor
    disabled: QColor

    # Meanings.
    accent: QColor
    """Selection, focus ring, the primary button."""
    accent_hover: QColor
    accent_pressed: QColor
    accent_text: QColor
    """Writing on accent."""
    forward: QColor
    """Values on their way to the loss."""
    backward: QColor
    """Gradients on their way back."""
    update: QColor
    """Variables being changed."""
    error: QColor
    warning: QColor


def mix(first: QColor, second: QColor, share: float) -> QColor:
    """The colour `share` (0 to 1) of the way from `first` to `second`, component by component in sRGB."""
    return QColor.fromRgbF(
        first.redF() + (second.redF() - first.redF()) * share,
        first.greenF() + (second.greenF() - first.greenF()) * share,
        first.blueF() + (second.blueF() - first.blueF()) * share,
        first.alphaF() + (second.alphaF() - first.alphaF()) * share,
    )


def contrast(first: QColor, second: QColor) -> float:
    """The contrast ratio of two opaque colours, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    lighter, darker = sorted((_relative_luminance(first), _relative_luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _relative_luminance(color: QColor) -> float:
    """WCAG 2.2, "relative luminance"."""

    def linear(channel: float) -> float:
        return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4

    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF())


LIGHT = Theme(
    name="light",
    is_dark=False,
    canvas=QColor("#F6F7F9"),
    grid_dot=mix(QColor("#F6F7F9"), QColor("#000000"), 0.08),
    surface=QColor("#FFFFFF"),
    raised=QColor("#FFFFFF"),
    field=QColor("#FFFFFF"),
    hover=QColor("#F0F2F5"),
    pressed=QColor("#E4E7EC"),
    selection=QColor("#DDE7FB"),
    shadow=QColor(16, 24, 40, 36),
    line=QColor("#D8DCE2"),
    outline=QColor("#868E99"),
    text=QColor("#1A1D21"),
    muted=QColor("#59616C"),
    disabled=QColor("#868E99"),
    accent=QColor("#2A63DB"),
    accent_hover=QColor("#2257C8"),
    accent_pressed=QColor("#1B4AB0"),
    accent_text=QColor("#FFFFFF"),
    forward=QColor("#0072B2"),
    backward=QColor("#B54A00"),
    update=QColor("#00805C"),
    error=QColor("#C22F47"),
    warning=QColor("#8A6100"),
)

DARK = Theme(
    name="dark",
    is_dark=True,
    canvas=QColor("#14161B"),
    grid_dot=mix(QColor("#14161B"), QColor("#FFFFFF"), 0.08),
    surface=QColor("#1D2026"),
    raised=QColor("#262A32"),
    field=QColor("#16181D"),
    hover=QColor("#2A2F38"),
    pressed=QColor("#343A45"),
    selection=QColor("#243760"),
    shadow=QColor(0, 0, 0, 120),
    line=QColor("#343A45"),
    outline=QColor("#727B89"),
    text=QColor("#E7E9EC"),
    muted=QColor("#9CA5B1"),
    disabled=QColor("#727B89"),
    accent=QColor("#6C9CFF"),
    accent_hover=QColor("#82ABFF"),
    accent_pressed=QColor("#9ABBFF"),
    accent_text=QColor("#0D1424"),
    forward=QColor("#56B4E9"),
    backward=QColor("#F0A04B"),
    update=QColor("#35C796"),
    error=QColor("#FF7086"),
    warning=QColor("#E3B341"),
)

#: Text has at least 7 : 1 (WCAG 2.2, level AAA), and every border 4.5 : 1.
CONTRAST_LIGHT = Theme(
    name="contrast_light",
    is_dark=False,
    canvas=QColor("#FFFFFF"),
    grid_dot=QColor("#B0B0B0"),
    surface=QColor("#FFFFFF"),
    raised=QColor("#FFFFFF"),
    field=QColor("#FFFFFF"),
    hover=QColor("#E3ECFF"),
    pressed=QColor("#CCDCFF"),
    selection=QColor("#C2D6FF"),
    shadow=QColor(0, 0, 0, 160),
    line=QColor("#3D3D3D"),
    outline=QColor("#000000"),
    text=QColor("#000000"),
    muted=QColor("#262626"),
    disabled=QColor("#5C5C5C"),
    accent=QColor("#0039B8"),
    accent_hover=QColor("#002E94"),
    accent_pressed=QColor("#002270"),
    accent_text=QColor("#FFFFFF"),
    forward=QColor("#00507D"),
    backward=QColor("#7A3100"),
    update=QColor("#00523B"),
    error=QColor("#94102A"),
    warning=QColor("#5E4200"),
)

CONTRAST_DARK = Theme(
    name="contrast_dark",
    is_dark=True,
    canvas=QColor("#000000"),
    grid_dot=QColor("#505050"),
    surface=QColor("#000000"),
    raised=QColor("#0A0A0A"),
    field=QColor("#000000"),
    hover=QColor("#1A2540"),
    pressed=QColor("#26375F"),
    selection=QColor("#0F3A8A"),
    shadow=QColor(0, 0, 0, 220),
    line=QColor("#C4C4C4"),
    outline=QColor("#FFFFFF"),
    text=QColor("#FFFFFF"),
    muted=QColor("#EDEDED"),
    disabled=QColor("#AEAEAE"),
    accent=QColor("#8FB6FF"),
    accent_hover=QColor("#B0CCFF"),
    accent_pressed=QColor("#CFE0FF"),
    accent_text=QColor("#000000"),
    forward=QColor("#7CCBFF"),
    backward=QColor("#FFB866"),
    update=QColor("#5FEBB5"),
    error=QColor("#FF9EAD"),
    warning=QColor("#FFDB66"),
)

#: By the appearance; SYSTEM is one of these at any time.
THEMES = {
    Appearance.LIGHT: LIGHT,
    Appearance.DARK: DARK,
    Appearance.CONTRAST_LIGHT: CONTRAST_LIGHT,
    Appearance.CONTRAST_DARK: CONTRAST_DARK,
}
