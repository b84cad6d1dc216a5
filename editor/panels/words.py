"""What the engine calls things, in the words and the language of the person."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from editor.marks import MarkKind
from engine.graph import Attribute, Category, NodeKind, OpDeclaration

# For pyside6-lupdate: the words that category_name translates.
_CATEGORIES = (
    QT_TRANSLATE_NOOP("Category", "Inputs and variables"),
    QT_TRANSLATE_NOOP("Category", "Arithmetic"),
    QT_TRANSLATE_NOOP("Category", "Activations"),
    QT_TRANSLATE_NOOP("Category", "Matrices"),
    QT_TRANSLATE_NOOP("Category", "Reductions"),
    QT_TRANSLATE_NOOP("Category", "Arrays"),
    QT_TRANSLATE_NOOP("Category", "Comparison and choice"),
    QT_TRANSLATE_NOOP("Category", "Random"),
    QT_TRANSLATE_NOOP("Category", "Losses"),
    QT_TRANSLATE_NOOP("Category", "Training"),
    QT_TRANSLATE_NOOP("Category", "Changing variables"),
)


def category_name(category: Category) -> str:
    return QCoreApplication.translate("Category", category.value)


def description_of(declaration: OpDeclaration) -> str:
    """The one sentence that says what an operation does."""
    return QCoreApplication.translate("Operation", declaration.description)


def attribute_label(attribute: Attribute) -> str:
    """``learning_rate`` as "Learning rate"."""
    words = attribute.name.replace("_", " ")
    return QCoreApplication.translate("Attribute", words[:1].upper() + words[1:])


def attribute_description(attribute: Attribute) -> str:
    return QCoreApplication.translate("Attribute", attribute.description)


def mark_kind(kind: NodeKind) -> MarkKind:
    """The mark that a kind of node is drawn with."""
    return MarkKind(kind.value)
