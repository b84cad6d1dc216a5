"""The page that there is to read about an operation, or about another entry of the palette, as Qt's kind of HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape

from PySide6.QtCore import QCoreApplication

from editor.adding.entry import PaletteEntry
from editor.adding.operations import tensorflow_names
from editor.help.gradient_section import LINK, gradient_section
from editor.help.port_limits import HIGHEST_RANK, PortLimits, dtype_families, port_limits
from editor.help.related import related
from editor.panels.figures import tensor_text
from editor.panels.words import attribute_description, attribute_label, category_name, description_of
from editor.theme import TEXT_BODY, TEXT_HEADING, TEXT_SMALL, TEXT_TITLE, Theme
from engine.graph import (
    Attribute,
    AttributeKind,
    InputPort,
    OpDeclaration,
    Operation,
    OutputPort,
    PortKind,
    Tensor,
)

translate = QCoreApplication.translate

#: The name of the picture of the formula in a page.
FORMULA = "formula"
_LONGEST_VALUE = 40
_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def style_sheet(theme: Theme) -> str:
    """How a page looks in a theme."""
    muted, text, line = theme.muted.name(), theme.text.name(), theme.canvas.name()
    return (
        f"body, p, td, li {{ color: {text}; font-size: {TEXT_BODY}px; }}"
        f".title {{ font-size: {TEXT_TITLE}px; font-weight: 600; margin: 0 0 4px 0; }}"
        f".heading {{ font-size: {TEXT_HEADING}px; font-weight: 600; margin: 16px 0 4px 0; }}"
        f"p {{ margin: 4px 0 4px 0; }}"
        f".muted {{ color: {muted}; font-size: {TEXT_SMALL}px; }}"
        f".port {{ margin: 8px 0 0 0; }} .about {{ margin: 0 0 0 16px; }}"
        f"code {{ color: {text}; }}"
        f"pre {{ background-color: {line}; color: {text}; margin: 4px 0 4px 0; white-space: pre-wrap; }}"
        f"a {{ color: {theme.accent.name()}; text-decoration: none; }}"
    )


def entry_page(entry: PaletteEntry) -> str:
    """The page about an entry that is no operation."""
    example = f"<pre>{escape(entry.example)}</pre>" if entry.example else ""
    return (
        f"<p class='title'>{escape(entry.title)}</p><p class='muted'>{escape(entry.family)}</p>"
        f"<p>{escape(entry.description)}</p>{example}"
    )


def operation_page(declaration: OpDeclaration, node: Operation | None = None) -> str:
    """The page about an operation; with a ``node`` of it, also what its ports and attributes are there.

    The picture called "formula" is its formula.
    """
    return "".join(_parts(declaration, node))


def _parts(declaration: OpDeclaration, node: Operation | None) -> Iterator[str]:
    # A long name may be broken before its capital letters.
    yield f"<p class='title'>{_CAPITAL.sub('&#8203;', escape(declaration.type))}</p>"
    names = " · ".join(f"tf.{name}" for name in dict.fromkeys(tensorflow_names(declaration)))
    family = escape(category_name(declaration.category))
    yield f"<p class='muted'>{family}{' · ' + escape(names) if names else ''}</p>"
    if node is not None:
        said = translate("Help", "Here it is the node {name}.").format(name=node.name)
        yield f"<p class='muted'>{escape(said)}</p>"
    yield f"<p>{escape(description_of(declaration))}</p>"
    if declaration.formula:
        yield f"<p><img src='{FORMULA}'></p>"
    inputs = [port for port in declaration.inputs if _is_for_people(port, node)]
    if inputs:
        yield _heading(translate("Help", "Inputs"))
        yield from (_input(declaration, port, node) for port in inputs)
    declared = declaration.outputs if node is None else declaration.output_ports(node.attributes)
    outputs = [port for port in declared if not port.for_programs]
    if outputs:
        yield _heading(translate("Help", "Outputs"))
        yield from (_output(port, node) for port in outputs)
    shown = [attribute for attribute in declaration.attributes if attribute.kind is not AttributeKind.GRAPH]
    if shown:
        yield _heading(translate("Help", "Attributes"))
        yield from (_attribute(attribute, node) for attribute in shown)
    yield from gradient_section(declaration)
    if declaration.example:
        yield _heading(translate("Help", "Example"))
        yield f"<pre>{escape(declaration.example)}</pre>"
    links = [f"<a href='{LINK}{op_type}'>{op_type}</a>" for op_type in related(declaration)]
    if links:
        yield _heading(translate("Help", "Related"))
        yield f"<p>{' &nbsp; '.join(links)}</p>"


def _heading(text: str) -> str:
    # Qt makes h1 and h2 larger than the style says.
    return f"<p class='heading'>{escape(text)}</p>"


# --- ports and attributes ----------------------------------------------------------------------------------------


def _is_for_people(port: InputPort, node: Operation | None) -> bool:
    """Whether the port is drawn."""
    return not port.for_programs or (node is not None and bool(node.inputs_of(port.name)))


def _input(declaration: OpDeclaration, port: InputPort, node: Operation | None) -> str:
    words = [_kind(port.kind)]
    if port.variadic:
        words.append(translate("Help", "any number of them, in order"))
    if port.optional and port.attribute:
        label = _label(declaration, port.attribute)
        words.append(translate("Help", "may stay empty: then the attribute “{name}” counts").format(name=label))
    elif port.optional:
        words.append(translate("Help", "may stay empty"))
    elif port.unless:
        words.append(translate("Help", "may stay empty when “{name}” is wired").format(name=port.unless))
    if port.kind is not PortKind.STEP:
        words[0] = "; ".join([words[0], *_limits(port_limits(declaration, port))])
    lines = [", ".join(words)] if len(words) == 1 else [words[0], ", ".join(words[1:])]
    if node is not None:
        sources = [source for source in node.inputs_of(port.name) if isinstance(source, Tensor)]
        here = [f"{tensor_text(source)} ({source.op.name})" for source in sources]
        lines.append(
            translate("Help", "here: {value}").format(value="; ".join(here) if here else translate("Help", "not wired"))
        )
    return _item(port.name, lines)


def _output(port: OutputPort, node: Operation | None) -> str:
    lines = [_kind(port.kind)]
    output = None if node is None else node.output_named(port.name)
    if isinstance(output, Tensor):
        lines.append(translate("Help", "here: {value}").format(value=tensor_text(output)))
    return _item(port.name, lines)


def _attribute(attribute: Attribute, node: Operation | None) -> str:
    default = translate("Help", "default {value}").format(value=_value(attribute, attribute.default))
    lines = [f"{_attribute_kind(attribute)}, {default}"]
    if attribute.description:
        lines.append(attribute_description(attribute))
    if node is not None:
        value = _value(attribute, node.attributes[attribute.name])
        lines.append(translate("Help", "here: {value}").format(value=value))
    return _item(attribute_label(attribute), lines, attribute.name)


def _item(name: str, lines: Sequence[str], other_name: str = "") -> str:
    other = f" <span class='muted'>{escape(other_name)}</span>" if other_name else ""
    about = "".join(f"<p class='about muted'>{escape(line)}</p>" for line in lines if line)
    return f"<p class='port'><b>{escape(name)}</b>{other}</p>{about}"


def _kind(kind: PortKind) -> str:
    return {
        PortKind.TENSOR: translate("Help", "a tensor"),
        PortKind.VARIABLE: translate("Help", "a variable, which is changed"),
        PortKind.STEP: translate("Help", "a step: only the order counts"),
    }[kind]


def _limits(limits: PortLimits) -> list[str]:
    """ "2 axes or more", "float, whole numbers"; nothing where nothing is known."""
    words = []
    if limits.ranks and not limits.takes_any_rank:
        low, high = limits.ranks[0], limits.ranks[-1]
        if low == high:
            words.append(
                translate("Help", "{count} axes").format(count=low) if low != 1 else translate("Help", "1 axis")
            )
            if low == 0:
                words[-1] = translate("Help", "a single number")
        elif limits.ranks == tuple(range(low, limits.ranks[-1] + 1)) and high == HIGHEST_RANK:
            several = translate("Help", "{count} axes or more").format(count=low)
            words.append(translate("Help", "1 axis or more") if low == 1 else several)
        else:
            words.append(translate("Help", "{counts} axes").format(counts=", ".join(map(str, limits.ranks))))
    elif limits.ranks:
        words.append(translate("Help", "any shape"))
    if limits.takes_any_dtype:
        words.append(translate("Help", "any dtype"))
    elif limits.dtypes:
        families, names = dtype_families(limits.dtypes)
        translated = {
            "float": translate("Help", "float"),
            "integer": translate("Help", "whole numbers"),
        }
        words.append(", ".join([*(translated[family] for family in families), *names]))
    return words


def _attribute_kind(attribute: Attribute) -> str:
    if attribute.kind is AttributeKind.CHOICE:
        return translate("Help", "one of {choices}").format(choices=", ".join(attribute.choices))
    return {
        AttributeKind.FLOAT: translate("Help", "a number"),
        AttributeKind.INT: translate("Help", "a whole number"),
        AttributeKind.BOOL: translate("Help", "yes or no"),
        AttributeKind.TEXT: translate("Help", "text"),
        AttributeKind.DTYPE: translate("Help", "a dtype"),
        AttributeKind.SHAPE: translate("Help", "a shape"),
        AttributeKind.AXES: translate("Help", "axes"),
    }.get(attribute.kind, translate("Help", "an array"))


def _value(attribute: Attribute, value: object) -> str:
    if value is None:
        return translate("Help", "none")
    if isinstance(value, bool):
        return translate("Help", "yes") if value else translate("Help", "no")
    if isinstance(value, str) and not value:
        return translate("Help", "empty")
    text = value.name if attribute.kind is AttributeKind.DTYPE and hasattr(value, "name") else str(value)
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"


def _label(declaration: OpDeclaration, name: str) -> str:
    attribute = declaration.attribute(name)
    return name if attribute is None else attribute_label(attribute)
