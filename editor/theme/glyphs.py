"""The small pictures inside controls: check marks, chevrons.

Style sheets take pictures from files only, so the tinted SVGs are written to a folder, one per theme (Qt
caches pictures by path).
"""

from pathlib import Path

from editor.theme.svg import tinted_svg
from editor.theme.tokens import Theme

_GLYPHS = {
    # picture: (icon, colour token)
    "check": ("check", "accent_text"),
    "minus": ("minus", "accent_text"),
    "menu_check": ("check", "text"),
    "chevron_up": ("chevron_up", "muted"),
    "chevron_down": ("chevron_down", "muted"),
    "chevron_right": ("chevron_right", "muted"),
    "chevron_up_disabled": ("chevron_up", "disabled"),
    "chevron_down_disabled": ("chevron_down", "disabled"),
    "close": ("close", "muted"),
    "float": ("float", "muted"),
}


def write_glyphs(theme: Theme, parent_folder: Path) -> Path:
    """Writes the theme's pictures below `parent_folder` and returns the folder they are in."""
    folder = parent_folder / theme.name
    folder.mkdir(parents=True, exist_ok=True)
    for picture, (icon, token) in _GLYPHS.items():
        svg = tinted_svg(icon, getattr(theme, token))
        # At 10 to 14 px the icons' own line would be thinner than one pixel.
        svg = svg.replace('stroke-width="2"', 'stroke-width="3"')
        (folder / f"{picture}.svg").write_text(svg, encoding="utf-8")
    return folder
