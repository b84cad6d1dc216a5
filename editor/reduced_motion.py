"""Whether the person has asked the system for less motion."""

from __future__ import annotations

import configparser
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

#: Seconds that the desktop has to answer.
_PATIENCE = 1.0
#: Windows' number for the question whether controls and windows may be animated.
_SPI_GETCLIENTAREAANIMATION = 0x1042


@cache
def system_reduces_motion() -> bool:
    """The wish as it was when this was asked first; False where the system has none, or does not tell."""
    if sys.platform == "win32":
        import ctypes

        is_animated = ctypes.c_int(1)
        ctypes.windll.user32.SystemParametersInfoW(_SPI_GETCLIENTAREAANIMATION, 0, ctypes.byref(is_animated), 0)
        return not is_animated.value
    if sys.platform == "darwin":
        return _answer("defaults", "read", "com.apple.universalaccess", "reduceMotion") == "1"
    if "KDE" in os.environ.get("XDG_CURRENT_DESKTOP", ""):
        return _plasma_reduces_motion()
    return _answer("gsettings", "get", "org.gnome.desktop.interface", "enable-animations") == "false"


def _plasma_reduces_motion() -> bool:
    """Plasma's slider for the speed of animations stands at "instant"."""
    folder = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    settings = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        settings.read(Path(folder) / "kdeglobals", encoding="utf-8")
        return settings.getfloat("KDE", "AnimationDurationFactor", fallback=1.0) == 0.0
    except (configparser.Error, ValueError, OSError):
        return False


def _answer(*command: str) -> str:
    """What a program of the desktop says; "" where it is not there or says nothing in time."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE, check=False)
    except (OSError, subprocess.SubprocessError, ValueError):
        return ""
    return done.stdout.strip()
