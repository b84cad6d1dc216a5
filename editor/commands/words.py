"""The words in which commands are named in the Edit menu."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QCoreApplication

from engine.graph import Attribute, AttributeKind
from engine.graph.literals import format_array

# pyside6-lupdate overlooks a translate() whose arguments hold a call: counts are variables here.
translate = QCoreApplication.translate

#: Longer values are cut in a menu.
LONGEST_VALUE = 40


def attribute_words(attribute: Attribute) -> str:
    """``learning_rate`` as "learning rate"."""
    return attribute.name.replace("_", " ")


def value_words(attribute: Attribute, value: Any) -> str:
    """An attribute's value as short text."""
    if value is None:
        return translate("Commands", "none")
    if attribute.kind is AttributeKind.ARRAY:
        text = format_array(value, limit=12)
    elif attribute.kind is AttributeKind.DTYPE:
        text = value.name
    elif attribute.kind is AttributeKind.BOOL:
        text = translate("Commands", "true") if value else translate("Commands", "false")
    elif attribute.kind is AttributeKind.AXES:
        text = ", ".join(str(axis) for axis in value)
    else:
        text = str(value)
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…"


def delete_words(names: Sequence[str]) -> str:
    count = len(names)
    if count == 1:
        return translate("Commands", "Delete {name}").format(name=names[0])
    return translate("Commands", "Delete %n nodes", "", count)


def cut_words(names: Sequence[str]) -> str:
    count = len(names)
    if count == 1:
        return translate("Commands", "Cut {name}").format(name=names[0])
    return translate("Commands", "Cut %n nodes", "", count)


def move_words(names: Sequence[str]) -> str:
    count = len(names)
    if count == 1:
        return translate("Commands", "Move {name}").format(name=names[0])
    return translate("Commands", "Move %n nodes", "", count)


def paste_words(names: Sequence[str]) -> str:
    count = len(names)
    if count == 1:
        return translate("Commands", "Paste {name}").format(name=names[0])
    return translate("Commands", "Paste %n nodes", "", count)


def duplicate_words(names: Sequence[str]) -> str:
    count = len(names)
    if count == 1:
        return translate("Commands", "Duplicate {name}").format(name=names[0])
    return translate("Commands", "Duplicate %n nodes", "", count)
