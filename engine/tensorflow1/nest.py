"""Nests of lists, tuples, named tuples and dicts: taking them apart and putting them together again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

__all__ = ["assert_same_structure", "flatten", "is_nested", "is_sequence", "map_structure", "pack_sequence_as"]


def is_nested(structure: Any) -> bool:
    """Whether a value holds others: a list, a tuple or a dict."""
    return isinstance(structure, list | tuple | Mapping)


is_sequence = is_nested


def flatten(structure: Any) -> list[Any]:
    """The leaves of a nest in order; dicts in the order of their sorted keys."""
    if isinstance(structure, Mapping):
        return [leaf for key in _keys(structure) for leaf in flatten(structure[key])]
    if is_nested(structure):
        return [leaf for item in structure for leaf in flatten(item)]
    return [structure]


def pack_sequence_as(structure: Any, flat_sequence: Sequence[Any]) -> Any:
    """A nest like ``structure`` with other leaves. Raises ValueError when there are not as many."""
    wanted = len(flatten(structure))
    if wanted != len(flat_sequence):
        raise ValueError(f"The structure has {wanted} elements, but there are {len(flat_sequence)} to put into it.")
    leaves = iter(flat_sequence)
    return _packed(structure, leaves)


def map_structure(func: Callable[..., Any], *structure: Any) -> Any:
    """``func`` applied to each leaf, or to the leaves at the same places of several nests."""
    first = structure[0]
    return pack_sequence_as(first, [func(*leaves) for leaves in zip(*map(flatten, structure), strict=True)])


def assert_same_structure(nest1: Any, nest2: Any, check_types: bool = True) -> None:
    """Raises ValueError when two nests differ in form."""
    if _form(nest1) != _form(nest2):
        raise ValueError(f"The two structures don't have the same nested structure: {nest1!r} and {nest2!r}.")


def _form(structure: Any) -> Any:
    if isinstance(structure, Mapping):
        return {key: _form(structure[key]) for key in structure}
    return [_form(item) for item in structure] if is_nested(structure) else None


def _keys(mapping: Mapping[Any, Any]) -> list[Any]:
    try:
        return sorted(mapping)
    except TypeError:
        return list(mapping)


def _packed(structure: Any, leaves: Iterator[Any]) -> Any:
    if isinstance(structure, Mapping):
        packed = {key: _packed(structure[key], leaves) for key in _keys(structure)}
        return type(structure)((key, packed[key]) for key in structure)  # type: ignore[call-arg]
    if not is_nested(structure):
        return next(leaves)
    items = [_packed(item, leaves) for item in structure]
    return type(structure)(*items) if hasattr(structure, "_fields") else type(structure)(items)
