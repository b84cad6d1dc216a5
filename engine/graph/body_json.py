"""A body as plain JSON, and back. Reading it runs no code."""

from __future__ import annotations

from typing import Any

from .body import Body
from .declaration import get_declaration, unknown_declaration
from .errors import AttributeValueError, EngineError
from .graph import Graph
from .inference import infer_downstream
from .operation import Operation, Tensor
from .output import Output


def body_to_json(body: Body) -> dict[str, Any]:
    """The nodes, wires, inputs and outputs of a body, in the plain types that JSON has."""
    graph = body.graph
    return {
        "inputs": [tensor.op.name for tensor in body.inputs],
        "outputs": [f"{tensor.op.name}:{tensor.port}" for tensor in body.outputs],
        "variables": [op.name for op in body.variables],
        "nodes": [_node(op) for op in graph.get_operations()],
        "wires": [
            [f"{wire.source.op.name}:{wire.source.port}", f"{op.name}:{wire.port}"]
            for op in graph.get_operations()
            for wire in graph.wires_into(op)
        ],
    }


def _node(op: Operation) -> dict[str, Any]:
    attributes = {
        attribute.name: attribute.to_json(op.attributes[attribute.name])
        for attribute in op.declaration.attributes
        if not attribute.same(op.attributes[attribute.name], attribute.default)
    }
    entry: dict[str, Any] = {"name": op.name, "type": op.type}
    return entry | {"attributes": attributes} if attributes else entry


def body_from_json(data: Any) -> Body:
    """The body that :func:`body_to_json` wrote. Raises AttributeValueError for anything else."""
    try:
        graph = Graph()
        for entry in data["nodes"]:
            declaration = get_declaration(entry["type"]) or unknown_declaration(entry["type"], (), ())
            given = entry.get("attributes", {})
            attributes = {}
            for name, value in given.items():
                attribute = declaration.attribute(name)
                if attribute is None:
                    raise AttributeValueError(f"{entry['name']} has no attribute {name!r}")
                attributes[name] = attribute.from_json(value)
            graph.add(declaration, entry["name"], attributes)
        for source, target in data["wires"]:
            name, port = _ends(target)
            graph.connect(_output(graph, source), graph.operation(name), port)
        infer_downstream(graph.get_operations())
        body = Body(
            graph,
            tuple(graph.operation(name).output for name in data["inputs"]),
            tuple(_tensor(graph, end) for end in data["outputs"]),
            tuple(graph.operation(name) for name in data.get("variables", [])),
        )
    except AttributeValueError:
        raise
    except (EngineError, KeyError, TypeError, ValueError, IndexError, AttributeError, RecursionError) as error:
        raise AttributeValueError(f"the body of the loop or branch cannot be read: {error}.") from None
    return body


def _ends(text: str) -> tuple[str, str]:
    name, _, port = text.rpartition(":")
    return name, port


def _output(graph: Graph, text: str) -> Output:
    name, port = _ends(text)
    output = graph.operation(name).output_named(port)
    if output is None:
        raise AttributeValueError(f"{name} has no output {port!r}")
    return output


def _tensor(graph: Graph, text: str) -> Tensor:
    output = _output(graph, text)
    if not isinstance(output, Tensor):
        raise AttributeValueError(f"{text} gives no tensor")
    return output
