"""Every action of the window: its name, icon, shortcut and what its tooltip says, in one place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from editor.icons import bind_icon

#: A shortcut as Qt writes it ("Ctrl+D") or one of the platform's own.
Shortcut = str | QKeySequence.StandardKey | None


@dataclass(frozen=True)
class ActionText:
    """What a person reads of an action."""

    #: The name in menus, with & before the letter that chooses it.
    name: str
    #: What it does, as a sentence without the name.
    help: str


def make_action(
    parent: QWidget,
    text: ActionText,
    triggered: Callable[[], object],
    icon: str = "",
    shortcut: Shortcut | list[str] = None,
) -> QAction:
    """An action of ``parent`` whose tooltip says its name, what it does, and its shortcut."""
    action = QAction(text.name, parent)
    if icon:
        bind_icon(action, icon)
    if isinstance(shortcut, list):
        action.setShortcuts([QKeySequence(keys) for keys in shortcut])
    elif shortcut is not None:
        action.setShortcut(shortcut)
    action.triggered.connect(lambda: triggered())
    describe(action, text)
    parent.addAction(action)
    return action


def make_toggle(
    parent: QWidget,
    text: ActionText,
    toggled: Callable[[bool], object],
    checked: bool = False,
    shortcut: Shortcut = None,
) -> QAction:
    """An action that is on or off."""
    action = QAction(text.name, parent)
    action.setCheckable(True)
    action.setChecked(checked)
    if shortcut is not None:
        action.setShortcut(shortcut)
    action.toggled.connect(toggled)
    describe(action, text)
    parent.addAction(action)
    return action


def describe(action: QAction, text: ActionText) -> None:
    """Gives an action its tooltip: name, shortcut, what it does."""
    bare = text.name.replace("&", "").rstrip("…")
    keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    heading = f"<b>{bare}</b>" + (f"&nbsp;&nbsp;{keys}" if keys else "")
    action.setToolTip(f"<p>{heading}<br>{text.help}</p>" if text.help else f"<p>{heading}</p>")
    action.setStatusTip(text.help)


def describe_again(action: QAction) -> None:
    """Brings the tooltip up to date: the action has other keys."""
    describe(action, ActionText(action.text(), action.statusTip()))


def rename(action: QAction, text: ActionText) -> None:
    """Gives an action another name and tooltip: Run becomes Pause."""
    action.setText(text.name)
    describe(action, text)
