"""Changing attributes of nodes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.graph import AttributeValueError, DTypeError, GraphError, Operation

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


class SetAttributes(DocumentCommand):
    """Changes an attribute of several nodes at once; those that cannot take the value keep theirs."""

    def __init__(self, host: Host, names: Sequence[str], attribute: str, value: Any) -> None:
        #: Why nodes keep their values, a sentence with the node each.
        self.refusals: list[str] = []
        edits: list[SetAttributeValue] = []
        shown = ""
        for op in (host.model.graph.operation(name) for name in names):
            declared = op.declaration.attribute(attribute)
            try:
                if declared is None:
                    raise GraphError(f"it has no attribute called {attribute!r}.", op.name)
                after = owned(declared.convert(value))
                _refuse_lost_outputs(op, attribute, after)
            except (AttributeValueError, DTypeError, GraphError) as error:
                self.refusals.append(f"{op.name}: {error}")
                continue
            shown = value_words(declared, after)
            if not declared.same(op.attributes[attribute], after):
                edits.append(SetAttributeValue(op.name, attribute, op.attributes[attribute], after))
        count = len(edits)
        text = translate("Commands", "Set {attribute} of %n nodes to {value}", "", count)
        super().__init__(host, text.format(attribute=attribute.replace("_", " "), value=shown), edits)


def _refuse_lost_outputs(op: Operation, attribute: str, value: Any) -> None:
    """Raises GraphError where the value would take an output away that is wired."""
    kept = {port.name for port in op.declaration.tensor_ports({**op.attributes, attribute: value})}
    for tensor in op.outputs:
        if tensor.port not in kept and tensor.consumers():
            raise GraphError(f"output '{tensor.port}' would go, but it is wired; take its wires away first.", op.name)
