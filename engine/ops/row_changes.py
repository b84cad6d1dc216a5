"""Changing some rows or elements of a variable, named by indices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..graph import Category, Inference, InputPort, OpDeclaration, PortKind, TensorShape, TensorSpec, declare
from ..graph.shapes import bracketed
from .gather import check_indices, check_places, require_indices

# The values come before the indices, unlike in TensorFlow: whatever changes a variable takes it and the value first.
_PORTS = (InputPort("variable", PortKind.VARIABLE), InputPort("updates"), InputPort("indices"))


def _changed(by_rows: bool) -> Callable[[Inference], TensorSpec]:
    def infer(node: Inference) -> TensorSpec:
        require_indices(node)
        dtype = node.same_dtype("variable", "updates")
        variable, updates, indices = (node.spec(port).shape for port in ("variable", "updates", "indices"))
        if variable.dims is None or indices.dims is None:
            return TensorSpec(dtype, variable)
        depth: int | None = 1
        leading = TensorShape(indices.dims)
        if by_rows:
            depth = indices.dims[-1] if indices.dims else 0
            leading = TensorShape(indices.dims[:-1])
        if depth is not None:
            parts = leading.concatenate(variable.dims[depth:])
            if depth > len(variable) or not (updates.rank == 0 or updates.is_compatible_with(parts)):
                raise node.shape_error(
                    f"Must have updates.shape = indices.shape + params.shape[1:] or updates.shape = [], got "
                    f"updates.shape {bracketed(updates)}, indices.shape {bracketed(indices)}, params.shape "
                    f"{bracketed(variable)} at {node.op.name}; give updates of {bracketed(parts)}."
                )
        return TensorSpec(dtype, variable)

    return infer


def _kernel(function: str, by_rows: bool) -> Callable[[Any], Callable[..., Any]]:
    def kernel(k: Any) -> Callable[..., Any]:
        change, shape = getattr(k.xp, function), k.inputs[0].shape.known()

        def step(variable: Any, updates: Any, indices: Any) -> Any:
            if by_rows:
                check_places(k, indices, shape)
                return change(variable, k.xp.flat_places(indices, shape), updates, indices.shape[-1])
            check_indices(k, indices, shape[0])
            return change(variable, indices, updates, 1)

        return step

    return kernel


for _verb, _symbol, _function, _words in (
    ("Update", "←", "set_rows", "Sets {} of a variable, which indices name; gives the whole new value."),
    ("Add", "+=", "add_rows", "Adds to {} of a variable, which indices name; gives the whole new value."),
    ("Sub", "−=", "subtract_rows", "Subtracts from {} of a variable, which indices name; gives the whole new value."),
):
    for _by_rows, _prefix, _parts in ((False, "Scatter", "rows"), (True, "ScatterNd", "elements or parts")):
        _type = f"{_prefix}{_verb}"
        _index = r"\text{indices}_i" if not _by_rows else r"\text{indices}_{i, 0},\, \text{indices}_{i, 1},\, \dots"
        _call = "scatter_nd" if _by_rows else "scatter"
        _operator = {"Update": r"\leftarrow", "Add": r"\mathrel{+}=", "Sub": r"\mathrel{-}="}[_verb]
        declare(
            OpDeclaration(
                type=_type,
                category=Category.STATE,
                symbol=f"[i]{_symbol[0]}",
                description=_words.format(_parts),
                formula=rf"\theta_{{{_index}}} {_operator} x_i",
                infer=_changed(_by_rows),
                inputs=_PORTS,
                kernel=_kernel(_function, _by_rows),
                default_name=_type,
                stateful=True,
                gives_step=True,
                free_dtype_inputs=("indices",),
                example=f"tf.{_call}_{_verb.lower()}(W, {'[[0], [2]]' if _by_rows else '[0, 2]'}, x)",
            )
        )
