"""Collecting the window's commands, each under a name that stays the same from start to start and in any language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu


@dataclass(frozen=True)
class Command:
    """Something that can be done."""

    #: What settings know it by.
    key: str
    action: QAction
    #: Where it stands in the menus: "File › Examples".
    place: str

    @property
    def title(self) -> str:
        return bare_text(self.action.text())

    @property
    def help(self) -> str:
        """What it does, as a sentence; "" where that is not said."""
        return self.action.statusTip()

    @property
    def keys(self) -> str:
        """Its shortcuts as they are written here."""
        native = QKeySequence.SequenceFormat.NativeText
        return ", ".join(sequence.toString(native) for sequence in self.action.shortcuts())


def bare_text(text: str) -> str:
    """The name of an action or a menu without the mark of its mnemonic."""
    return re.sub(r"&(.)", r"\1", text)


def name_actions(owners: Iterable[object]) -> None:
    """Gives actions that have no object name that of the attribute in which their owner keeps them.

    ``FileActions.save``; those in a list are numbered.
    """
    for owner in owners:
        for attribute, value in vars(owner).items():
            parts = value if isinstance(value, list | tuple) else [value]
            for place, action in enumerate(parts):
                if isinstance(action, QAction) and not action.objectName():
                    number = f".{place + 1}" if isinstance(value, list | tuple) else ""
                    action.setObjectName(f"{type(owner).__name__}.{attribute.strip('_')}{number}")


def commands_in(menus: Iterable[QMenu], place: str = "") -> Iterator[Command]:
    """The commands of menus and of the menus in them, each once, in the order in which they stand."""
    seen: set[QAction] = set()
    for menu in menus:
        # Some are filled when they are opened.
        menu.aboutToShow.emit()
        yield from _commands(menu, place, seen)


def _commands(menu: QMenu, place: str, seen: set[QAction]) -> Iterator[Command]:
    title = bare_text(menu.title()) or place
    here = f"{place} › {title}" if place and menu.title() else title
    for action in menu.actions():
        inner = action.menu()
        if isinstance(inner, QMenu):
            inner.aboutToShow.emit()
            yield from _commands(inner, here, seen)
        elif not action.isSeparator() and action.text() and action.isVisible() and action not in seen:
            seen.add(action)
            yield Command(action.objectName() or f"{here} › {bare_text(action.text())}", action, here)
