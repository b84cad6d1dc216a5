"""Functions over the elements of tensors under TensorFlow's names: map_fn, scan, foldl, foldr."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..graph import Graph, Tensor, TensorSpec, as_dtype
from ..graph.body import Body, BodyGraph
from ..graph.convert import as_output
from ..graph.default import current_graph
from . import nest
from .build import apply, tensor_of
from .control_flow import run_bodies

__all__ = ["foldl", "foldr", "map_fn", "scan"]

Function = Callable[..., Any]


def _step_body(
    outer: Graph, sequences: Sequence[Tensor], states: Sequence[Tensor], step: Function
) -> tuple[Body, BodyGraph]:
    """The body of a Scan: ``step`` of a slice of each sequence and the states gives new states and results."""
    graph = BodyGraph(outer)
    with graph.as_default():
        slices = [
            graph.input(TensorSpec(tensor.dtype, tensor.shape[1:]), f"element_{place}")
            for place, tensor in enumerate(sequences)
        ]
        present = [
            graph.input(TensorSpec(tensor.dtype, tensor.shape), f"state_{place}") for place, tensor in enumerate(states)
        ]
        new_states, results = step(slices, present)
        outputs = [
            graph.apply("Identity", tensor) if tensor.op.type == "Placeholder" else tensor
            for tensor in (as_output(graph, value) for value in [*new_states, *results])
            if isinstance(tensor, Tensor)
        ]
        return graph.body([*slices, *present], outputs), graph


def run_scan(
    sequences: Sequence[Tensor], states: Sequence[Tensor], step: Function, name: str | None = None
) -> tuple[list[Tensor], list[Tensor]]:
    """Runs ``step(slices, states) -> (new states, results)`` over the first axis of the sequences.

    Returns the last states and the results of all steps, stacked: (steps, …).
    """
    outer = current_graph(*sequences, *states)
    body, graph = _step_body(outer, sequences, states, step)
    node = run_bodies(
        outer,
        "Scan",
        {"sequences": list(sequences), "initial": list(states)},
        {"body": body, "states": len(states)},
        {"body_inputs": graph},
        name,
    )
    count = len(states)
    return list(node.outputs[:count]), list(node.outputs[count : len(body.outputs)])


def _flat_tensors(structure: Any) -> list[Tensor]:
    return [tensor_of(leaf) for leaf in nest.flatten(structure)]


def map_fn(
    fn: Function,
    elems: Any,
    dtype: Any = None,
    parallel_iterations: int | None = None,
    back_prop: bool = True,
    swap_memory: bool = False,
    infer_shape: bool = True,
    name: str | None = None,
) -> Any:
    """``fn`` applied to each element of ``elems`` along the first axis, the results stacked.

    ``elems`` may be a nest of tensors; ``dtype`` is needed, as a nest like what ``fn`` gives, where that differs.
    """
    sequences = _flat_tensors(elems)
    form: list[Any] = []

    def step(slices: list[Tensor], states: list[Tensor]) -> tuple[list[Tensor], list[Any]]:
        result = fn(nest.pack_sequence_as(elems, slices))
        form.append(result)
        return [], nest.flatten(result)

    _, results = run_scan(sequences, [], step, name or "map")
    if dtype is not None:
        _check_dtypes(dtype, results)
    return nest.pack_sequence_as(form[0], results)


def _check_dtypes(dtype: Any, results: Sequence[Tensor]) -> None:
    wanted = [as_dtype(each) for each in nest.flatten(dtype)]
    found = [tensor.dtype for tensor in results]
    if len(wanted) != len(found) or any(a is not b for a, b in zip(wanted, found, strict=True)):
        raise TypeError(
            f"map_fn was told dtype={dtype}, but the function gives {', '.join(str(each) for each in found)}; make "
            "them equal."
        )


def scan(
    fn: Function,
    elems: Any,
    initializer: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    infer_shape: bool = True,
    reverse: bool = False,
    name: str | None = None,
) -> Any:
    """All intermediate results of ``a = fn(a, element)`` over the first axis of ``elems``, stacked.

    ``a`` begins with ``initializer``, or with the first element when that is None.
    """
    sequences = _flat_tensors(elems)
    if reverse:
        sequences = [apply("Reverse", tensor, axis=[0]) for tensor in sequences]
    structure, states, rest = _beginning(elems, sequences, initializer)

    def step(slices: list[Tensor], present: list[Tensor]) -> tuple[list[Any], list[Any]]:
        result = fn(nest.pack_sequence_as(structure, present), nest.pack_sequence_as(elems, slices))
        leaves = nest.flatten(result)
        return leaves, leaves

    _, results = run_scan(rest, states, step, name or "scan")
    if initializer is None:
        results = [
            current_graph(first).create("Concat", {"values": [first[None], result]}, {"axis": 0}).output
            for first, result in zip(states, results, strict=True)
        ]
    if reverse:
        results = [apply("Reverse", tensor, axis=[0]) for tensor in results]
    return nest.pack_sequence_as(structure, results)


def _beginning(elems: Any, sequences: list[Tensor], initializer: Any) -> tuple[Any, list[Tensor], list[Tensor]]:
    """The structure of the state, its first tensors, and the sequences that are left to go through."""
    if initializer is None:
        return elems, [tensor[0] for tensor in sequences], [tensor[1:] for tensor in sequences]
    return initializer, _flat_tensors(initializer), sequences


def foldl(
    fn: Function,
    elems: Any,
    initializer: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    name: str | None = None,
) -> Any:
    """The last ``a`` of ``a = fn(a, element)`` over the first axis, from the front."""
    sequences = _flat_tensors(elems)
    structure, states, rest = _beginning(elems, sequences, initializer)

    def step(slices: list[Tensor], present: list[Tensor]) -> tuple[list[Any], list[Any]]:
        result = fn(nest.pack_sequence_as(structure, present), nest.pack_sequence_as(elems, slices))
        return nest.flatten(result), []

    final, _ = run_scan(rest, states, step, name or "foldl")
    return nest.pack_sequence_as(structure, final)


def foldr(
    fn: Function,
    elems: Any,
    initializer: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    name: str | None = None,
) -> Any:
    """As :func:`foldl`, from the end."""
    turned = nest.map_structure(lambda leaf: apply("Reverse", tensor_of(leaf), axis=[0]), elems)
    return foldl(fn, turned, initializer, name=name or "foldr")
