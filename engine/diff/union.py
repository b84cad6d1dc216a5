"""Two documents as one, for a picture of both: the later one, with what is gone from the earlier one."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..graph import record_of
from ..graph.inference import infer_downstream
from ..model import Model
from .difference import Difference, WireName


@dataclass(frozen=True)
class Union:
    """A model that holds the nodes of both. All names are those in it."""

    model: Model
    wires_added: tuple[WireName, ...]
    #: Wires that are gone. Those to nodes that are gone as well are wires of the model.
    wires_removed: tuple[WireName, ...]


def unite(before: Model, after: Model, difference: Difference) -> Union:
    """The union of two documents, whose difference is known. ``after`` is taken into it and changed.

    Removed nodes keep their names, which nothing else has (or it would be the same node), and the place where they
    stood.
    """
    graph = after.graph
    operations = [before.graph.operation(name) for name in difference.nodes_removed]
    for op in operations:
        graph.restore([replace(record_of(op), number=graph.next_number)])
    names = {op.name: difference.renamed.get(op.name, op.name) for op in before.graph.get_operations()}
    for op in operations:
        copy = graph.operation(op.name)
        for port, sources in op.connected_ports():
            outputs = [graph.operation(names[source.op.name]).output_named(source.port) for source in sources]
            graph.set_inputs(copy, port, [output for output in outputs if output is not None])
        if op.name in before.positions:
            after.positions[op.name] = before.positions[op.name]
    infer_downstream([graph.operation(op.name) for op in operations])
    removed = [wire._replace(source=names[wire.source], target=names[wire.target]) for wire in difference.wires_removed]
    return Union(after, difference.wires_added, tuple(removed))
