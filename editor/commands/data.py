"""Choosing where a placeholder's values come from."""

from __future__ import annotations

from engine.graph import DataError
from engine.graph.literals import parse_array
from engine.model import DataSource, TypedValues

from .command import DocumentCommand, Host
from .edits import SetSource
from .words import translate


class SetData(DocumentCommand):
    """Gives a placeholder its data, or takes it away with None.

    Raises DataError for a node that takes none, AttributeValueError for typed text that is no list of numbers. A
    file that cannot be read, or does not fit, is taken: the problem shows at the node.
    """

    def __init__(self, host: Host, name: str, source: DataSource | None) -> None:
        op = host.model.graph.operation(name)
        if source is not None and op.type != "Placeholder":
            raise DataError(f"{name} is a {op.type}; only a Placeholder is given data.", name)
        if isinstance(source, TypedValues):
            parse_array(source.text)
        before = host.model.data.get(name)
        if source is None:
            text = translate("Commands", "Remove data of {node}").format(node=name)
        else:
            text = translate("Commands", "Set data of {node}").format(node=name)
        super().__init__(host, text, [] if source == before else [SetSource(name, before, source, host.folder)])
