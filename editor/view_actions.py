"""The actions of the View menu: how large the graph is shown, and in which colours."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QWidget

from editor.actions import ActionText, describe, make_action
from editor.body_stack import BodyStack
from editor.canvas.view import GraphView
from editor.icons import bind_icon
from editor.settings import Settings
from editor.theme import Appearance, ThemeManager

#: In the order in which they stand in the menu.
_APPEARANCES = (
    Appearance.SYSTEM,
    Appearance.LIGHT,
    Appearance.DARK,
    Appearance.CONTRAST_LIGHT,
    Appearance.CONTRAST_DARK,
)


class ViewActions(QObject):
    """They show the canvas that is seen in another way, which may be that of an entered body."""

    def __init__(self, bodies: BodyStack, settings: Settings, window: QWidget) -> None:
        super().__init__(window)
        self._bodies = bodies
        self._settings = settings
        tr, text, on_canvas = self.tr, ActionText, bodies.on_current
        Keys = QKeySequence.StandardKey
        self.zoom_in = make_action(
            window,
            text(tr("Zoom &in"), tr("Shows the graph larger.")),
            on_canvas(GraphView.zoom_in),
            "zoom_in",
            Keys.ZoomIn,
        )
        self.zoom_out = make_action(
            window,
            text(tr("Zoom &out"), tr("Shows the graph smaller.")),
            on_canvas(GraphView.zoom_out),
            "zoom_out",
            Keys.ZoomOut,
        )
        self.zoom_100 = make_action(
            window,
            text(tr("Actual &size"), tr("Shows the graph at 100 %.")),
            on_canvas(GraphView.zoom_reset),
            "zoom_100",
            "Ctrl+0",
        )
        self.fit = make_action(
            window,
            text(tr("&Fit graph"), tr("Shows the whole graph.")),
            on_canvas(GraphView.fit),
            "zoom_fit",
            "Ctrl+9",
        )
        self.fit_selection = make_action(
            window,
            text(tr("Fit se&lection"), tr("Shows the selected nodes as large as possible.")),
            on_canvas(GraphView.fit_selection),
            "target",
            "Ctrl+8",
        )
        self.zooms = [self.zoom_in, self.zoom_out, self.zoom_100, self.fit, self.fit_selection]
        self.appearance = QActionGroup(window)
        names = {
            Appearance.SYSTEM: (tr("As the &system"), tr("Is light or dark as the system is."), "system"),
            Appearance.LIGHT: (tr("&Light"), tr("Shows dark text on a light ground."), "sun"),
            Appearance.DARK: (tr("&Dark"), tr("Shows light text on a dark ground."), "moon"),
            Appearance.CONTRAST_LIGHT: (
                tr("Light, &high contrast"),
                tr("Shows black text on white, with strong lines."),
                "sun",
            ),
            Appearance.CONTRAST_DARK: (
                tr("Dark, high &contrast"),
                tr("Shows white text on black, with strong lines."),
                "moon",
            ),
        }
        for appearance in _APPEARANCES:
            name, tip, icon = names[appearance]
            action = QAction(name, window, checkable=True)
            describe(action, ActionText(name, tip))
            bind_icon(action, icon)
            action.setIconVisibleInMenu(False)  # The check mark has its place.
            action.setChecked(settings.appearance is appearance)
            action.triggered.connect(lambda _=False, chosen=appearance: self.choose_appearance(chosen))
            self.appearance.addAction(action)
        bodies.base.selection_changed.connect(self._update_enabled)
        bodies.level_changed.connect(self._update_enabled)
        bodies.selection_changed.connect(self._update_enabled)
        self._update_enabled()

    def _update_enabled(self) -> None:
        self.fit_selection.setEnabled(bool(self._bodies.current.selected_nodes()))

    def choose_appearance(self, appearance: Appearance) -> None:
        """Puts a theme on, and keeps the choice."""
        for action, each in zip(self.appearance.actions(), _APPEARANCES, strict=True):
            action.setChecked(each is appearance)
        self._settings.appearance = appearance
        ThemeManager.instance().set_appearance(appearance)
