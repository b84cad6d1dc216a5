"""Formulas as pictures: LaTeX to SVG. Without Qt, as it takes a tenth of a second and is done where nobody waits."""

from __future__ import annotations

import re
from functools import lru_cache

#: Past this the fonts for formulas have no glyphs for what people call their nodes.
_LAST_LETTER = 0x24F
#: A minus that begins a number has no space behind it, which braces say.
_SIGN = re.compile(r"(?<==|\()( ?)-(?=\d|\\infty)")
_KEPT = 256


@lru_cache(_KEPT)
def typeset(latex: str, size: int) -> str:
    """An SVG text whose colour is ``currentColor``, with text of ``size`` pixels; "" for what cannot be drawn."""
    if not latex or any(ord(letter) > _LAST_LETTER for letter in latex):
        return ""
    # Late: nobody asks for a formula in most runs.
    from ziamath.config import config
    from ziamath.zmath import Latex

    config.svg2 = False  # Qt draws SVG 1.2 only
    try:
        return str(Latex(_SIGN.sub(r"\1{-}", latex), size=size, color="currentColor").svg())
    except Exception:  # it parses whatever nodes are called, and raises as it likes
        return ""
