"""A graph in a file beside its checkpoint (``.meta``), and back.

The file is a ``.graph`` file with two more sections: the collections, and what the saver saves under which name.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...formats import load_graph_file, save_graph_file
from ...graph import FileFormatError, Graph, Operation, Output, Tensor, Variable, get_default_graph
from ...graph.inference import infer_downstream
from ...model import Model
from .. import logging

if TYPE_CHECKING:
    from .saver import Saver

__all__ = ["export_meta_graph", "import_meta_graph"]


def export_meta_graph(
    filename: str | os.PathLike[str] | None = None,
    meta_info_def: Any = None,
    graph_def: Any = None,
    saver_def: Any = None,
    collection_list: Sequence[str] | None = None,
    as_text: bool = False,
    graph: Graph | None = None,
    *,
    saved: Mapping[str, str] | None = None,
    **others: Any,
) -> Model:
    """Writes a graph with its collections; returns what was written, which :func:`import_meta_graph` takes too.

    ``saved`` says which variables are saved under which names; None is all under their own. Raises FileFormatError
    when it cannot be written.
    """
    graph = graph or get_default_graph()
    model = Model(graph)
    keys = graph.get_all_collection_keys() if collection_list is None else collection_list
    collections = {key: _written(key, graph.get_collection(key)) for key in keys}
    if collections:
        model.extra["collections"] = json.dumps(collections)
    if saved is not None:
        model.extra["saver"] = json.dumps(dict(saved))
    if filename is not None:
        save_graph_file(model, filename)
    return model


def import_meta_graph(
    meta_graph_or_file: Model | str | os.PathLike[str],
    clear_devices: bool = False,
    import_scope: str | None = None,
    **kwargs: Any,
) -> Saver | None:
    """Adds the graph of a ``.meta`` file to the default graph, and returns a Saver for its variables.

    ``import_scope`` goes in front of all names; other arguments are the Saver's. None is returned when there are no
    variables. Raises OSError when there is no such file, FileFormatError when it holds no graph.
    """
    from .saver import Saver

    if isinstance(meta_graph_or_file, Model):
        model = meta_graph_or_file
    else:
        path = Path(meta_graph_or_file)
        if not path.exists():
            raise OSError(f"File {path} does not exist.")
        model = load_graph_file(path)
    graph = get_default_graph()
    added = _add(model.graph, graph, f"{import_scope}/" if import_scope else "")
    try:
        collections = json.loads(model.extra.get("collections", "{}"))
        is_new = "variables" not in collections
        variables = {name: Variable.of(op, is_new) for name, op in added.items() if op.type == "Variable"}
        for key, entries in collections.items():
            for kind, value in entries:
                graph.add_to_collection(key, _read(kind, value, added, variables))
        saved = json.loads(model.extra.get("saver", "null"))
        names = {name: name for name in variables} if saved is None else saved
        chosen = {saved_as: variables[name] for saved_as, name in names.items()}
    except (ValueError, TypeError, KeyError, IndexError, AttributeError):
        raise FileFormatError(
            f"{meta_graph_or_file} names something in its collections that is not in its graph; write it anew."
        ) from None
    return Saver(chosen, **kwargs) if chosen else None


def _written(key: str, values: Sequence[Any]) -> list[list[Any]]:
    """A collection as pairs of what a thing is and its name or value; what no file can hold is left out."""
    entries: list[list[Any]] = []
    for value in values:
        if isinstance(value, Variable):
            entries.append(["variable", value.op.name])
        elif isinstance(value, Tensor):
            entries.append(["tensor", value.name])
        elif isinstance(value, Operation):
            entries.append(["operation", value.name])
        elif isinstance(value, str | int | float | None):
            entries.append(["value", value])
        else:
            logging.warning("A %s in collection %s is not saved.", type(value).__name__, key)
    return entries


def _read(kind: str, value: Any, added: Mapping[str, Operation], variables: Mapping[str, Variable]) -> Any:
    """What a pair of :func:`_written` stands for among the operations that were added."""
    if kind == "variable":
        return variables[value]
    if kind == "operation":
        return added[value]
    if kind == "tensor":
        name, _, index = value.rpartition(":")
        return added[name].outputs[int(index)]
    return value


def _add(source: Graph, target: Graph, prefix: str) -> dict[str, Operation]:
    """Adds a copy of every operation of ``source``; returns the copies by the names in ``source``."""
    copies: dict[str, Operation] = {}
    with target.name_scope(None):
        for op in source.get_operations():
            name = target.unique_name(prefix + op.name)
            copies[op.name] = target.add(op.declaration, name, {} if op.is_unknown else op.attributes)
            copies[op.name].device = op.device
    for op in source.get_operations():
        copy = copies[op.name]
        for port, sources in op.connected_ports():
            target.set_inputs(copy, port, [_twin(output, copies) for output in sources])
    infer_downstream(list(copies.values()))
    return copies


def _twin(output: Output, copies: Mapping[str, Operation]) -> Output:
    copy = copies[output.op.name]
    return copy.outputs[output.value_index] if isinstance(output, Tensor) else copy.done
