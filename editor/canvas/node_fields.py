"""What of a node can be typed on the canvas: its name, and the line under it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from editor.canvas.node_text import shape_text
from editor.document import Document
from engine.graph import DTYPES, AttributeKind, AttributeValueError, NodeKind, Operation, Verdict
from engine.graph.literals import format_array

translate = QCoreApplication.translate

#: Larger arrays are not typed but read from a file.
_LARGEST_TYPED_ARRAY = 64
_SIMPLE = (AttributeKind.INT, AttributeKind.FLOAT, AttributeKind.AXES)
_ALLOWED = Verdict(True)


class NodeField(ABC):
    """One text of a node that a person can change."""

    #: Whether it stands in the title; all others stand on the line under it.
    is_title = False

    @abstractmethod
    def label(self, op: Operation) -> str:
        """What it is."""

    @abstractmethod
    def text(self, op: Operation) -> str:
        """As it is now."""

    @abstractmethod
    def commit(self, document: Document, name: str, text: str) -> Verdict:
        """Gives the node another one, as one undo step. Refuses with a sentence what cannot be."""


class NameField(NodeField):
    is_title = True

    def label(self, op: Operation) -> str:
        return translate("NodeField", "Name")

    def text(self, op: Operation) -> str:
        return op.name

    def commit(self, document: Document, name: str, text: str) -> Verdict:
        return document.rename(name, text.strip())


@dataclass(frozen=True)
class AttributeField(NodeField):
    attribute: str

    def label(self, op: Operation) -> str:
        words = self.attribute.replace("_", " ")
        return translate("Attribute", words[:1].upper() + words[1:])

    def text(self, op: Operation) -> str:
        value = op.attributes[self.attribute]
        declared = op.declaration.attribute(self.attribute)
        if value is None:
            return ""
        if declared is not None and declared.kind is AttributeKind.ARRAY:
            return format_array(value)
        if declared is not None and declared.kind is AttributeKind.AXES:
            return ", ".join(map(str, value))
        return str(value)

    def commit(self, document: Document, name: str, text: str) -> Verdict:
        return document.set_attribute(name, self.attribute, text)


class SpecField(NodeField):
    """Shape and type in one text: ``[?, 3] float32``. What is left out stays as it is."""

    def label(self, op: Operation) -> str:
        return translate("NodeField", "Shape and type")

    def text(self, op: Operation) -> str:
        shape = op.attributes["shape"]
        shown = shape_text(shape) if shape.dims != () else "[]"
        return f"{shown or 'unknown'} {op.attributes['dtype'].name}"

    def commit(self, document: Document, name: str, text: str) -> Verdict:
        op = document.operation(name)
        given = _parts(text)
        try:
            for attribute, part in given.items():
                declared = op.declaration.attribute(attribute)
                if declared is not None:
                    declared.convert(part)
        except AttributeValueError as error:
            return Verdict(False, str(error))
        with document.one_step(translate("NodeField", "Set shape and type of {node}").format(node=name)):
            verdicts = [document.set_attribute(name, attribute, part) for attribute, part in given.items()]
        return next((verdict for verdict in verdicts if not verdict), _ALLOWED)


def _parts(text: str) -> dict[str, str]:
    """``[?, 3] float32`` as shape and dtype."""
    shape, _, last = text.strip().rpartition(" ")
    names = {dtype.name for dtype in DTYPES}
    if last in names:
        return {"dtype": last} | ({"shape": shape} if shape else {})
    return {"shape": text.strip()}


def fields_of(op: Operation) -> list[NodeField]:
    """The fields of a node, in the order in which Tab goes through them."""
    fields: list[NodeField] = [NameField()]
    wired = {port.attribute for port in op.declaration.inputs if port.attribute and op.inputs_of(port.name)}
    kinds = {attribute.name: attribute.kind for attribute in op.declaration.attributes if attribute.name not in wired}
    has_spec = kinds.get("shape") is AttributeKind.SHAPE and kinds.get("dtype") is AttributeKind.DTYPE
    for attribute, kind in kinds.items():
        if kind is AttributeKind.ARRAY and op.attributes[attribute].size <= _LARGEST_TYPED_ARRAY:
            fields.append(AttributeField(attribute))
    if has_spec:
        # A constant shows its value, everything else its shape.
        fields.insert(len(fields) if op.kind is NodeKind.CONSTANT else 1, SpecField())
    else:
        simple = next((attribute for attribute, kind in kinds.items() if kind in _SIMPLE), None)
        if simple is not None:
            fields.append(AttributeField(simple))
    return fields
