"""Giving an unknown size another name, wherever it begins."""

from __future__ import annotations

from collections.abc import Iterator

from engine.graph import AttributeValueError, Graph, Operation
from engine.graph.attributes import is_size_name
from engine.graph.shapes import NamedShape, TensorShape
from engine.graph.symbolic.symbols import is_given, place_of

from .command import DocumentCommand, Host
from .edits import SetAttributeValue
from .words import translate


class RenameSize(DocumentCommand):
    """Changes the name of a size in the shapes of all placeholders that have it, or takes it away with "".

    A size without a name gets one where it begins. Raises AttributeValueError for what is no name.
    """

    def __init__(self, host: Host, symbol: str, before: str, after: str) -> None:
        """``symbol`` is written as ``before``."""
        after = "" if after == "?" else after
        if after and not is_size_name(after):
            raise AttributeValueError(
                translate("Commands", "{name} is no name of a size; use letters, digits and _.").format(
                    name=repr(after)
                )
            )
        edits = []
        for op, axes in places_of(host.model.graph, symbol):
            shape: TensorShape = op.attributes["shape"]
            sizes = [(after or None) if axis in axes else size for axis, size in enumerate(shape.as_written())]
            renamed = NamedShape(sizes)
            new = renamed if any(renamed.names) else renamed.unnamed
            if type(new) is not type(shape) or new != shape:
                edits.append(SetAttributeValue(op.name, "shape", shape, new))
        text = (
            translate("Commands", "Rename size {before} to {after}").format(before=before, after=after)
            if after
            else translate("Commands", "Take the name of size {before} away").format(before=before)
        )
        super().__init__(host, text, edits)


def places_of(graph: Graph, symbol: str) -> Iterator[tuple[Operation, list[int]]]:
    """The placeholders where a symbol begins, with the axes; none for a size that an operation gives."""
    if not is_given(symbol):
        place = place_of(symbol)
        op = graph.operation(place.node) if place.node in graph else None
        if op is not None and _takes_names(op) and place.axis < (op.attributes["shape"].rank or 0):
            yield op, [place.axis]
        return
    for op in graph.get_operations():
        if _takes_names(op) and isinstance(op.attributes["shape"], NamedShape):
            axes = [axis for axis, name in enumerate(op.attributes["shape"].names) if name == symbol]
            if axes:
                yield op, axes


def _takes_names(op: Operation) -> bool:
    attribute = op.declaration.attribute("shape")
    return attribute is not None and attribute.takes_names
