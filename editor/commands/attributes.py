"""Changing attributes of nodes."""

from __future__ import annotations

from typing import Any

from engine.graph import GraphError

from .command import DocumentCommand, Host
from .edits import SetAttributeValue, owned
from .words import attribute_words, translate, value_words


class SetAttribute(DocumentCommand):
    """Changes an attribute. Raises AttributeValueError for a value it cannot take.

    A value that makes shapes further on disagree is taken: the problem shows at the node, and the next edit may
    mend it.
    """

    def __init__(self, host: Host, name: str, attribute: str, value: Any) -> None:
        op = host.model.graph.operation(name)
        declared = op.declaration.attribute(attribute)
        if declared is None:
            raise GraphError(f"{name} has no attribute called {attribute!r}.", name)
        before, after = op.attributes[attribute], owned(declared.convert(value))
        text = translate("Commands", "Set {attribute} of {node} to {value}").format(
            attribute=attribute_words(declared), node=name, value=value_words(declared, after)
        )
        is_same = declared.same(before, after)
        super().__init__(host, text, [] if is_same else [SetAttributeValue(name, attribute, before, after)])
