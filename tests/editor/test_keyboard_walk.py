"""Through every panel and every dialog by Tab: all that takes the focus is reached, is named, and lets go of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QDialog, QMenu, QRadioButton, QWidget
from pytestqt.qtbot import QtBot

from editor.commanding.keys_dialog import KeysDialog
from editor.export.dialog import ExportDialog
from editor.features.expressions import ExpressionDialog
from editor.features.set_value import SetValueDialog
from editor.files.examples import EXAMPLES
from editor.outline.connect_dialog import ConnectDialog
from editor.recovery.dialog import RecoveryDialog
from editor.settings_dialog import SettingsDialog
from editor.window import MainWindow
from editor.window_settings import sections_of
from tests.editor.window_kit import show_window

#: No panel has as many stops.
_ENOUGH = 200


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    window = show_window(qtbot, tmp_path, 1400, 900)
    window.open_path(EXAMPLES / "linear_regression.graph")
    window.canvas.select(["W"])
    QApplication.processEvents()
    yield window
    window.close()


def test_through_every_panel(window: MainWindow) -> None:
    complaints = {}
    for name, dock in window.docks.by_name.items():
        window.docks.bring(name)
        QApplication.processEvents()
        if found := _complaints(dock.widget()):
            complaints[name] = found
    assert complaints == {}


def test_into_a_panel_and_back_to_the_canvas(window: MainWindow) -> None:
    window.canvas.setFocus()
    for name in ("ask", "timeline", "breakpoints", "outline"):
        panel = window.docks.by_name[name]
        panel.toggleViewAction().trigger()
        QApplication.processEvents()
        focused = QApplication.focusWidget()
        assert focused is not None
        assert panel.isAncestorOf(focused), name
        QTest.keyClick(focused, Qt.Key.Key_Escape)
        assert QApplication.focusWidget() is window.canvas, name


@pytest.mark.parametrize("kind", ["settings", "keys", "export", "expression", "connect", "value", "recovery"])
def test_through_every_dialog(kind: str, window: MainWindow, qtbot: QtBot) -> None:
    dialog = _dialog(kind, window)
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.show()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    assert _complaints(dialog) == []
    QTest.keyClick(QApplication.focusWidget() or dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_welcome_page_and_toolbar(window: MainWindow) -> None:
    window.welcome.show_page.trigger()
    QApplication.processEvents()
    page = window.pages.currentWidget()
    assert page is not None
    assert _complaints(page) == []
    assert [_named(widget) for widget in _stops(window) if not _name(widget)] == []


def test_every_command_says_what_it_does(window: MainWindow) -> None:
    silent = [
        c.title for c in window.menus.commands() if c.action.menu() is None and not c.help and c.action.isEnabled()
    ]
    assert silent == []


def test_no_menu_is_long(window: MainWindow) -> None:
    menus = [menu for menu in window.menuBar().findChildren(QMenu) if menu.actions()]
    lengths = {menu.title(): sum(not action.isSeparator() for action in menu.actions()) for menu in menus}
    assert {title: length for title, length in lengths.items() if length > 20} == {}


def _dialog(kind: str, window: MainWindow) -> QDialog:
    match kind:
        case "settings":
            return SettingsDialog(sections_of(window), window)
        case "keys":
            return KeysDialog(window.menus.keys, window.windows.apply_keys, window)
        case "export":
            return ExportDialog(window.canvas.graph_scene, ["W"], window)
        case "expression":
            return ExpressionDialog(window.document, window)
        case "connect":
            return ConnectDialog(window.document, "W", window)
        case "value":
            return SetValueDialog(window.document.operation("W"), np.ones(1, np.float32), window)
        case _:
            return RecoveryDialog([], lambda found: True, lambda found: None, window)


def _complaints(root: QWidget) -> list[str]:
    """What is wrong with going through a panel or dialog by Tab and back; [] where nothing is."""
    stops = _stops(root)
    found = [f"{_named(widget)} has no name" for widget in stops if not _name(widget)]
    if not stops:
        return found
    for is_back in (False, True):
        walked = _walk(stops, root, is_back)
        found += [f"{_named(widget)} is not reached" for widget in stops if not _is_in(widget, walked)]
        if walked and walked[-1] is None:
            found.append(f"{_named(walked[-2])} does not let go of the focus")
    return found


def _walk(stops: list[QWidget], root: QWidget, is_back: bool) -> list[QWidget | None]:
    """The widgets that have the focus in turn, until it leaves the root or comes back; None at the end: it is stuck."""
    key = Qt.Key.Key_Backtab if is_back else Qt.Key.Key_Tab
    keys = Qt.KeyboardModifier.ShiftModifier if is_back else Qt.KeyboardModifier.NoModifier
    first = min(stops, key=lambda widget: _order(root).index(widget))
    last = max(stops, key=lambda widget: _order(root).index(widget))
    (last if is_back else first).setFocus(Qt.FocusReason.TabFocusReason)
    walked: list[QWidget | None] = []
    for _ in range(_ENOUGH):
        widget = QApplication.focusWidget()
        if widget is not None and walked and widget is walked[-1]:
            return [*walked, None]
        if widget is None or widget in walked or not root.isAncestorOf(widget):
            return walked
        walked.append(widget)
        QTest.keyClick(widget, key, keys)
        QApplication.processEvents()
    return [*walked, None]


def _order(root: QWidget) -> list[QWidget]:
    """The focus chain, beginning at the root."""
    chain, widget = [root], root.nextInFocusChain()
    while widget is not None and widget is not root:
        chain.append(widget)
        widget = widget.nextInFocusChain()
    return chain


def _stops(root: QWidget) -> list[QWidget]:
    """What Tab is to stop at."""
    return [
        widget
        for widget in root.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.isVisible()
        and widget.isEnabled()
        and widget.focusProxy() is None
        and widget.window() is root.window()
        and not isinstance(widget.parentWidget(), QAbstractScrollArea)
    ]


def _is_in(widget: QWidget, walked: list[QWidget | None]) -> bool:
    """Whether the focus was at a widget, or at another button of its group: arrow keys go on from there."""
    if isinstance(widget, QRadioButton):
        return any(isinstance(each, QRadioButton) and each.parent() is widget.parent() for each in walked)
    return widget in walked


def _name(widget: QWidget) -> str:
    return QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)


def _named(widget: QWidget | None) -> str:
    return "" if widget is None else f"{type(widget).__name__} “{_name(widget)}” in {type(widget.parent()).__name__}"
