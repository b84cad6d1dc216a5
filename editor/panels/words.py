"""What the engine calls things, in the words and the language of the person."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from editor.marks import MarkKind
from engine.compiler.stage import StageName
from engine.graph import Attribute, Category, NodeKind, OpDeclaration

# editor/translation_source.py collects for translators what is translated here.


def category_name(category: Category) -> str:
    return QCoreApplication.translate("Category", category.value)


def stage_name(name: StageName) -> str:
    """What was done to a program."""
    text = QCoreApplication.translate("Stage", name.value)
    return text[:1].upper() + text[1:]


def description_of(declaration: OpDeclaration) -> str:
    """The one sentence that says what an operation does."""
    return QCoreApplication.translate("Operation", declaration.description)


def attribute_label(attribute: Attribute) -> str:
    return QCoreApplication.translate("Attribute", english_label(attribute))


def english_label(attribute: Attribute) -> str:
    """``learning_rate`` as "Learning rate"."""
    words = attribute.name.replace("_", " ")
    return words[:1].upper() + words[1:]


def attribute_description(attribute: Attribute) -> str:
    return QCoreApplication.translate("Attribute", attribute.description)


def mark_kind(kind: NodeKind) -> MarkKind:
    """The mark that a kind of node is drawn with."""
    return MarkKind(kind.value)
