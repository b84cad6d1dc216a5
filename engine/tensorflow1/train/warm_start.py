"""Variables that begin with what a checkpoint holds."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Any

from ...graph import Variable
from ..variables import global_variables
from .checkpoints import NewCheckpointReader, load_checkpoint

__all__ = ["init_from_checkpoint"]


def init_from_checkpoint(
    ckpt_dir_or_file: str | os.PathLike[str], assignment_map: Mapping[str, Any] | list[Any]
) -> None:
    """Lets the initializers of variables give them values from a checkpoint.

    ``assignment_map`` maps names in the checkpoint to variables or their names, or scopes there (``"old/"``; ``"/"``
    for all) to scopes of the graph. Raises ValueError for a name that is not there or a shape that is another.
    """
    reader = load_checkpoint(ckpt_dir_or_file)
    place = os.fspath(ckpt_dir_or_file)
    pairs = assignment_map.items() if isinstance(assignment_map, Mapping) else assignment_map
    for saved, target in pairs:
        for name, variable in _matches(reader, place, saved, target):
            _begin_with(reader, place, name, variable)


def _matches(reader: NewCheckpointReader, place: str, saved: str, target: Any) -> Iterator[tuple[str, Variable]]:
    """Names in the checkpoint with the variables they are for."""
    if isinstance(target, Variable):
        yield saved, target
        return
    if not isinstance(target, str):
        raise TypeError(f"An assignment map has variables and their names as values; {target!r} is neither.")
    if not target.endswith("/"):
        found = [variable for variable in global_variables() if variable.op.name == target.removesuffix(":0")]
        if not found:
            raise ValueError(f"Variable {target} is not in the graph; look at its name.")
        yield saved, found[0]
        return
    if not saved.endswith("/"):
        raise ValueError(
            f"Assignment map with scope only name {target} should map to scope only {saved}. Should be 'scope/': "
            "'other_scope/'."
        )
    old, new = saved.lstrip("/"), target.lstrip("/")
    for variable in global_variables():
        if variable.op.name.startswith(new):
            name = old + variable.op.name.removeprefix(new)
            if not reader.has_tensor(name):
                raise ValueError(f"Tensor {name} ({variable.op.name} in /) is not found in {place} checkpoint")
            yield name, variable


def _begin_with(reader: NewCheckpointReader, place: str, name: str, variable: Variable) -> None:
    if not reader.has_tensor(name):
        known = sorted(reader.get_variable_to_shape_map())
        raise ValueError(f"Tensor {name} is not found in {place} checkpoint {known}")
    value = reader.get_tensor(name)
    if not variable.shape.is_compatible_with(value.shape):
        raise ValueError(
            f"Shape of variable {variable.name} ({variable.shape}) doesn't match with shape of tensor {name} "
            f"({list(value.shape)}) from checkpoint reader."
        )
    graph, op = variable.graph, variable.op
    if op.inputs_of("initial_value"):
        graph.disconnect(op, "initial_value")
    graph.set_attribute(op, "initial_value", value)
    graph.set_attribute(op, "shape", value.shape)
