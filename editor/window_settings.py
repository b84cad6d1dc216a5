"""What of a window can be set, as the settings dialog shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QLocale

from editor.reduced_motion import system_reduces_motion
from editor.settings import SCALES
from editor.settings_dialog import Choice, Deed, Section
from editor.theme import Appearance
from editor.translation import languages

if TYPE_CHECKING:
    from editor.window import MainWindow


def sections_of(window: MainWindow) -> list[Section]:
    """The sections of the settings dialog."""
    tr = QCoreApplication.translate
    settings = window.settings
    appearance = Choice(
        tr("Settings", "Theme"),
        [
            (tr("Settings", "As the system"), Appearance.SYSTEM),
            (tr("Settings", "Light"), Appearance.LIGHT),
            (tr("Settings", "Dark"), Appearance.DARK),
            (tr("Settings", "Light, high contrast"), Appearance.CONTRAST_LIGHT),
            (tr("Settings", "Dark, high contrast"), Appearance.CONTRAST_DARK),
        ],
        lambda: settings.appearance,
        window.view.choose_appearance,
    )

    def set_scale(scale: float) -> None:
        settings.scale = scale

    scale = Choice(
        tr("Settings", "Size of everything"),
        [(f"{round(scale * 100)} %", scale) for scale in SCALES],
        lambda: settings.scale,
        set_scale,
        tr("Settings", "Holds from the next start on."),
    )

    def set_motion(is_reduced: bool | None) -> None:
        settings.reduced_motion = is_reduced
        window.bodies.set_motion_reduced(system_reduces_motion() if is_reduced is None else is_reduced)

    motion = Choice(
        tr("Settings", "Motion"),
        [
            (tr("Settings", "As the system"), None),
            (tr("Settings", "Things move"), False),
            (tr("Settings", "Things jump"), True),
        ],
        lambda: settings.reduced_motion,
        set_motion,
    )

    def set_language(language: str | None) -> None:
        settings.language = language

    language = Choice(
        tr("Settings", "Language"),
        [
            (tr("Settings", "As the system"), None),
            *((QLocale(name).nativeLanguageName(), name) for name in languages()),
        ],
        lambda: settings.language,
        set_language,
        tr("Settings", "Holds from the next start on."),
    )
    features = window.features
    return [
        Section(tr("Settings", "Appearance"), [appearance, scale, motion]),
        Section(
            tr("Settings", "Canvas"),
            [
                features.mapping.toggle,
                features.arranging.snap_to_grid,
                features.arranging.snap_to_neighbours,
                features.wire_tensors.values,
                features.wire_tensors.gradients,
                features.wire_tensors.animate,
            ],
        ),
        Section(
            tr("Settings", "Program"),
            [
                language,
                window.files.reopen,
                Deed(tr("Settings", "Memory"), features.history_memory.limit),
                Deed(tr("Settings", "Keyboard"), window.menus.keys_action),
            ],
        ),
    ]
