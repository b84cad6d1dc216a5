"""What a person types to find nodes, read into conditions that all have to hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from PySide6.QtCore import QCoreApplication

from editor.document import Document
from engine.graph import EngineError, NodeKind, Operation, Tensor
from engine.graph.attributes import Attribute, AttributeKind
from engine.graph.literals import format_array, format_number
from engine.graph.suggest import nearest
from engine.graph.symbolic.dimensions import written_sizes

#: Says of a node whether it is meant.
Condition = Callable[[Operation], bool]

#: A term: perhaps a minus, perhaps ``key:``, and a word, a text in quotation marks or something in brackets.
_TERM = re.compile(r'(?P<no>-?)(?:(?P<key>[A-Za-z_]+):)?(?P<value>"[^"]*"?|[(\[][^)\]]*[)\]]?|[^\s"]*)\s*')
_KEYS = ("name", "op", "dtype", "shape", "is")


class QueryError(ValueError):
    """What was typed cannot be read; the message is a sentence that says why."""


def find_nodes(document: Document, text: str) -> list[str]:
    """The names of the nodes that are meant, in the order in which they were made; none for an empty text.

    Raises QueryError with a sentence for what cannot be read.
    """
    conditions = list(_conditions(document, text.strip()))
    if not conditions:
        return []
    return [op.name for op in document.graph.get_operations() if all(holds(op) for holds in conditions)]


def _conditions(document: Document, text: str) -> Iterator[Condition]:
    place = 0
    while place < len(text):
        term = _TERM.match(text, place)
        if term is None or term.end() == place:
            sentence = QCoreApplication.translate("Find", "{rest} cannot be read; close the quotation mark.")
            raise QueryError(sentence.format(rest=text[place:]))
        place = term.end()
        key, value = term["key"], term["value"].strip('"')
        if key is None and not value:
            continue
        condition = _condition(document, key.lower() if key else "", value)
        yield _not(condition) if term["no"] else condition


def _not(condition: Condition) -> Condition:
    return lambda op: not condition(op)


def _condition(document: Document, key: str, value: str) -> Condition:
    word = value.lower()
    if key and not value:
        sentence = QCoreApplication.translate("Find", "Write what to find behind {key}:, for example {example}.")
        raise QueryError(sentence.format(key=key, example=_example(key)))
    match key:
        case "":
            return lambda op: word in op.name.lower() or word in op.type.lower()
        case "name":
            return lambda op: word in op.name.lower()
        case "op":
            return lambda op: word in op.type.lower()
        case "dtype":
            return lambda op: any(_dtype(tensor).startswith(word) for tensor in op.outputs)
        case "shape":
            return _shape_condition(value)
        case "is":
            return _state_condition(document, word)
    return _attribute_condition(document, key, word)


def _example(key: str) -> str:
    return {"shape": "shape:(?, 3)", "is": "is:problem", "dtype": "dtype:float32", "op": "op:MatMul"}.get(
        key, f"{key}:1"
    )


def _dtype(tensor: Tensor) -> str:
    return "" if tensor.spec.dtype is None else tensor.spec.dtype.name


# --- shapes ------------------------------------------------------------------------------------------------------


def _shape_condition(text: str) -> Condition:
    """``(?, 3)`` or ``B, 3``: that shape, as it is written; ``?`` is any size that is not known.

    ``*`` is any size, ``...`` any number of sizes, ``scalar`` no dimension.
    """
    inner = text.strip().strip("()[]").strip()
    if inner.lower() == "scalar" or (not inner and text.strip() in ("()", "[]")):
        return lambda op: any(tensor.spec.shape.dims == () for tensor in op.outputs)
    sizes = [size.strip() for size in inner.rstrip(",").split(",")]
    for size in sizes:
        if not re.fullmatch(r"\d+|\?|\*|\.\.\.|[A-Za-z_]\w*", size):
            sentence = QCoreApplication.translate(
                "Find", "{size} is no size; write for example shape:(?, 3), with * for any size and ... for several."
            )
            raise QueryError(sentence.format(size=size or '""'))
    return lambda op: any(_has_sizes(tensor, sizes) for tensor in op.outputs)


def _has_sizes(tensor: Tensor, sizes: list[str]) -> bool:
    dims = tensor.spec.shape.dims
    if dims is None:
        return False
    words = written_sizes(tensor) or tuple("?" if size is None else str(size) for size in dims)
    if "..." in sizes:
        place = sizes.index("...")
        before, after = sizes[:place], sizes[place + 1 :]
        if len(words) < len(before) + len(after):
            return False
        middle = ["*"] * (len(words) - len(before) - len(after))
        sizes = [*before, *middle, *("*" if size == "..." else size for size in after)]
    return len(words) == len(sizes) and all(
        size == "*" or size == word or (size == "?" and known is None)
        for size, word, known in zip(sizes, words, dims, strict=True)
    )


# --- states ------------------------------------------------------------------------------------------------------


def _state_condition(document: Document, word: str) -> Condition:
    kinds = {kind.value: kind for kind in NodeKind}
    if word in kinds:
        return lambda op: op.kind is kinds[word]
    with_problems = {problem.node for problem in document.problems}
    states: dict[str, Condition] = {
        "problem": lambda op: op.name in with_problems,
        "muted": lambda op: op.is_muted,
        "collapsed": lambda op: op.name in document.model.collapsed,
        "unused": lambda op: not any(True for _ in document.graph.wires_out_of(op)),
        "unwired": lambda op: not document.wires_of(op.name),
        "data": lambda op: op.name in document.model.data,
    }
    if word in states:
        return states[word]
    raise QueryError(_unknown_sentence("is:", word, [*states, *kinds]))


def _unknown_sentence(before: str, word: str, known: list[str]) -> str:
    found = nearest(word, known, 1, 0.5)
    if found:
        sentence = QCoreApplication.translate("Find", "There is no {word}; do you mean {found}?")
        return sentence.format(word=before + word, found=before + found[0])
    sentence = QCoreApplication.translate("Find", "There is no {word}; there are {known}.")
    return sentence.format(word=before + word, known=", ".join(before + each for each in known))


# --- attributes --------------------------------------------------------------------------------------------------


def _attribute_condition(document: Document, key: str, word: str) -> Condition:
    """``learning_rate:0.1``: nodes with such an attribute, whose value is written so or begins so."""
    known = {attribute.name for op in document.graph.get_operations() for attribute in op.declaration.attributes}
    if key not in known:
        raise QueryError(_unknown_key(key, [*_KEYS, *sorted(known)]))

    def holds(op: Operation) -> bool:
        return any(
            attribute.name == key and _is_value(attribute, op.attributes[key], word)
            for attribute in op.declaration.attributes
        )

    return holds


def _unknown_key(key: str, known: list[str]) -> str:
    if nearest(key, known, 1, 0.5):
        return _unknown_sentence("", f"{key}:", [f"{each}:" for each in known])
    sentence = QCoreApplication.translate(
        "Find",
        "No node here has an attribute {key}; there are name:, op:, dtype:, shape:, is: and attributes of nodes.",
    )
    return sentence.format(key=key)


def _is_value(attribute: Attribute, value: Any, word: str) -> bool:
    text = _value_text(attribute, value).lower()
    if text.startswith(word):
        return True
    try:
        return attribute.same(attribute.convert(word), value)
    except EngineError:
        return False


def _value_text(attribute: Attribute, value: Any) -> str:
    if isinstance(value, np.ndarray):
        return format_array(value)
    if isinstance(value, float):
        return format_number(value)
    if attribute.kind is AttributeKind.DTYPE:
        return str(value.name)
    return "none" if value is None else str(value)
