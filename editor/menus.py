"""The window's menus and toolbar: what stands where, for its own actions and for those of the features."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolBar

from editor.actions import ActionText, make_action
from editor.commanding.commands import Command, commands_in, name_actions
from editor.commanding.keys import KeyMap
from editor.features.feature import Place
from editor.icons import bind_icon
from editor.theme import ICON_SIZE

if TYPE_CHECKING:
    from editor.window import MainWindow


class Menus(QObject):
    """Made once everything else of the window is there."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._make_menus()
        self._make_toolbar()
        self._make_context_menus()
        self._name_commands()

    def _make_menus(self) -> None:
        tr, window = self.tr, self._window
        bar = window.menuBar()
        file = bar.addMenu(tr("&File"))
        file.addActions([window.files.new, window.window_menu.new_window, window.files.open])
        file.addMenu(window.files.recent)
        file.addMenu(window.files.examples)
        file.addSeparator()
        file.addActions([window.files.save, window.files.save_as, window.files.save_values])
        self._add_features(file, Place.FILE)
        file.addSeparator()
        file.addActions([window.files.reopen, window.window_menu.close, window.window_menu.quit])
        edit = bar.addMenu(tr("&Edit"))
        _add_groups(edit, window.edit.menu_groups)
        _add_groups(edit, [[window.edit.add_node]])
        self._add_actions_of(edit, Place.ADD)
        edit.addSeparator()
        self._add_submenu(edit, tr("&Select"), [[window.edit.select_all]], Place.SELECT)
        self._add_submenu(edit, tr("&Blocks"), window.edit.block_groups, Place.BLOCKS)
        self._add_submenu(edit, tr("&Wires"), [], Place.WIRING)
        edit.addAction(window.edit.arrange)
        self._add_actions_of(edit, Place.EDIT)
        edit.addSeparator()
        edit.addAction(
            make_action(
                window,
                ActionText(tr("Se&ttings…"), tr("Sets how the program looks and what it remembers.")),
                window.show_settings,
                "settings",
                "Ctrl+,",
            )
        )
        view = bar.addMenu(tr("&View"))
        view.addActions(
            [
                window.view.zoom_in,
                window.view.zoom_out,
                window.view.zoom_100,
                window.view.fit,
                window.view.fit_selection,
            ]
        )
        self._add_features(view, Place.VIEW)
        view.addSeparator()
        self._panel_actions(view.addMenu(tr("&Panels")))
        appearance = view.addMenu(tr("&Appearance"))
        appearance.addActions(window.view.appearance.actions())
        run = bar.addMenu(tr("&Run"))
        run.addActions([window.transport.run, window.transport.reset])
        run.addSeparator()
        ask = make_action(
            window,
            ActionText(tr("&Ask…"), tr("Feeds placeholders by hand and computes any node.")),
            window.open_ask,
            "ask",
            "Ctrl+E",
        )
        run.addAction(ask)
        self._add_features(run, Place.RUN)
        self._add_features(bar.addMenu(tr("&Debug")), Place.DEBUG)
        self._add_features(bar.addMenu(tr("&Inspect")), Place.INSPECT)
        bar.addMenu(window.window_menu.menu)
        help_menu = bar.addMenu(tr("&Help"))
        help_menu.addAction(window.welcome.show_page)
        self.keys_action = make_action(
            window,
            ActionText(tr("&Keyboard shortcuts…"), tr("Lists every shortcut, and gives commands other keys.")),
            window.show_shortcuts,
            "keyboard",
            "Ctrl+/",
        )
        help_menu.addAction(self.keys_action)
        self._add_features(help_menu, Place.HELP)
        help_menu.addAction(
            make_action(
                window,
                ActionText(tr("&About Chainrule"), tr("Says what this program is.")),
                window.show_about,
                "info",
            )
        )

    def _make_toolbar(self) -> None:
        window = self._window
        bar = QToolBar(self.tr("Toolbar"), window)
        bar.setObjectName("toolbar")
        bar.setMovable(False)
        bar.setIconSize(QSize(ICON_SIZE, ICON_SIZE))
        bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        bar.addActions([window.files.new, window.files.open, window.files.save])
        bar.addSeparator()
        bar.addActions([window.edit.undo, window.edit.redo])
        bar.addSeparator()
        bar.addAction(window.edit.add_node)
        window.transport.fill(bar)
        for feature in window.features.all:
            for tool in feature.tools:
                bar.addWidget(tool)
        bar.addActions([window.view.zoom_out, window.view.zoom_in, window.view.fit])
        window.addToolBar(bar)
        self.toolbar = bar
        bar.toggleViewAction().setEnabled(False)
        run_button = bar.widgetForAction(window.transport.run)
        if run_button is not None:
            run_button.setProperty("toolButtonStyle", Qt.ToolButtonStyle.ToolButtonTextBesideIcon)

    def _make_context_menus(self) -> None:
        window = self._window
        self.node_menu = QMenu(window)
        _add_groups(self.node_menu, window.edit.node_groups)
        self.node_menu.addSeparator()
        self._add_submenu(self.node_menu, self.tr("&Select"), [], Place.SELECT)
        self._add_submenu(self.node_menu, self.tr("&Blocks"), [], Place.BLOCKS)
        self._add_submenu(self.node_menu, self.tr("&Values and gradients"), [], Place.VALUES)
        self.node_menu.addSeparator()
        self._add_actions_of(self.node_menu, Place.NODE)
        self.wire_menu = QMenu(window)
        _add_groups(self.wire_menu, [[window.edit.add_node, window.edit.delete]])
        self._add_features(self.wire_menu, Place.WIRE)

    def _name_commands(self) -> None:
        """Lets everything that can be done be found in the command palette and be given other keys."""
        window = self._window
        name_actions(
            (
                self,
                window,
                window.files,
                window.edit,
                window.view,
                window.transport,
                window.window_menu,
                *window.features.all,
            )
        )
        for name, dock in window.docks.by_name.items():
            dock.toggleViewAction().setObjectName(f"panel.{name}")
        window.features.commanding.collect = self.commands
        self.keys = KeyMap(window.settings)
        self.keys.take(command for command in self.commands() if command.action.objectName())

    def commands(self) -> list[Command]:
        """Everything that can be done now, as it stands in the menus."""
        menus = [action.menu() for action in self._window.menuBar().actions()]
        found = commands_in([menu for menu in menus if isinstance(menu, QMenu)])
        in_menus = list(found)
        told = {command.action for command in in_menus}
        of_nodes = commands_in([self.node_menu], self.tr("Node"))
        return in_menus + [command for command in of_nodes if command.action not in told]

    def _add_features(self, menu: QMenu, place: Place) -> None:
        """Adds what the features bring for a menu, a line between groups."""
        for feature in self._window.features.all:
            _add_groups(menu, feature.actions[place])

    def _add_actions_of(self, menu: QMenu, place: Place) -> None:
        """Adds what the features bring for a menu, without lines."""
        for feature in self._window.features.all:
            for group in feature.actions[place]:
                menu.addActions(group)

    def _add_submenu(self, menu: QMenu, title: str, groups: Iterable[Sequence[QAction]], place: Place) -> None:
        """Adds a menu to a menu: the window's own groups of actions, then those of the features."""
        inner = menu.addMenu(title)
        _add_groups(inner, groups)
        self._add_features(inner, place)

    def _panel_actions(self, menu: QMenu) -> None:
        window = self._window
        for number, (name, dock) in enumerate(window.docks.by_name.items(), start=1):
            action = dock.toggleViewAction()
            if number <= 9:
                action.setShortcut(f"Alt+{number}")
            bind_icon(action, window.docks.icons[name])
            action.setIconVisibleInMenu(False)  # The check mark has its place.
            action.setStatusTip(self.tr("Shows or hides the panel “{name}”.").format(name=dock.windowTitle()))
            menu.addAction(action)
            window.addAction(action)
        menu.addSeparator()
        menu.addAction(
            make_action(
                window,
                ActionText(self.tr("&Reset panels"), self.tr("Puts every panel back in its place.")),
                window.docks.reset,
            )
        )


def _add_groups(menu: QMenu, groups: Iterable[Sequence[QAction]]) -> None:
    """Adds groups of actions to a menu, with a line between them."""
    for group in groups:
        if not menu.isEmpty():
            menu.addSeparator()
        menu.addActions(group)
