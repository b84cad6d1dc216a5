"""The part of a help page that says how gradients go back through an operation."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from PySide6.QtCore import QCoreApplication

from editor.adding.operations import operation_entries
from editor.help.gradient_rule import GRADIENT, gradient_rules
from engine.graph import NodeKind, OpDeclaration, PortKind

translate = QCoreApplication.translate

#: What links to an operation begin with.
LINK = "op:"


def gradient_section(declaration: OpDeclaration) -> Iterator[str]:
    """A heading and what goes back to each input, as HTML; nothing where there is nothing to say."""
    sentence, rules = _gradient_words(declaration), gradient_rules(declaration.type)
    if not sentence and not rules:
        return
    heading = translate("Help", "Gradient")
    yield f"<p class='heading'>{escape(heading)}</p>"
    if sentence:
        yield f"<p>{escape(sentence)}</p>"
        return
    outputs = [port for port in declaration.outputs if port.kind is not PortKind.STEP]
    known = GRADIENT if len(outputs) == 1 else f"{GRADIENT}1, {GRADIENT}2 …"
    sentence = translate(
        "OperationHelp", "With {g} the gradient that comes back to the output, this goes on to:"
    ).format(g=known)
    yield f"<p>{escape(sentence)}</p>"
    for port in declaration.inputs:
        if port.name in rules:
            rule = rules[port.name]
            said = translate("Help", "a gradient, by a longer rule") if rule is None else rule
            yield f"<p class='port'><b>{escape(port.name)}</b></p><p class='about'><code>{_linked(said)}</code></p>"
    silent = [port.name for port in declaration.required_inputs if port.name not in rules]
    if silent:
        none = translate("Help", "None goes to {names}.").format(names=", ".join(silent))
        yield f"<p class='muted'>{escape(none)}</p>"


def _gradient_words(declaration: OpDeclaration) -> str:
    """What there is to say of an operation without a rule."""
    if declaration.gradient is not None:
        return ""
    if declaration.kind is NodeKind.OPTIMIZER:
        return translate(
            "OperationHelp",
            "It computes the gradient of the loss to every variable that it trains, and changes them by it.",
        )
    if declaration.kind is NodeKind.VARIABLE:
        return translate(
            "OperationHelp", "The gradient that comes back here is what an optimizer changes the variable by."
        )
    if not any(port.kind is PortKind.TENSOR and not port.optional for port in declaration.inputs):
        return translate("Help", "There is nothing before it that a gradient could go back to.")
    return translate("Help", "None goes back through it: to training, what it gives is fixed.")


def _linked(rule: str) -> str:
    """The rule, in which the operations are links."""
    known = {entry.key for entry in operation_entries()}
    pieces, word = [], ""
    for letter in f"{rule} ":
        if letter.isalnum() or letter == "_":
            word += letter
            continue
        pieces.append(f"<a href='{LINK}{word}'>{word}</a>" if word in known else escape(word))
        pieces.append(escape(letter))
        word = ""
    return "".join(pieces).strip()
