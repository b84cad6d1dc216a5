"""The colour tokens, light and dark."""

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtGui import QColor


class Appearance(StrEnum):
    """Which theme the person wants; SYSTEM follows the desktop's colour scheme."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, eq=False)
class Theme:
    """Every colour of the editor by its meaning. There are two instances, LIGHT and DARK; treat the
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
