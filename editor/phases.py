"""The phases of a training step as the window names and colours them."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QColor

from editor.step_times import phase_colors
from editor.theme import Theme
from engine.compiler.schedule import PHASES


def phase_name(phase: str) -> str:
    """The name of one of engine.compiler.schedule.PHASES; editor/translation_source.py collects them."""
    return QCoreApplication.translate("Phase", phase)


def phase_color(phase: str, theme: Theme) -> QColor:
    """The colour of one of engine.compiler.schedule.PHASES."""
    return phase_colors(theme)[PHASES.index(phase)]
