"""What might make an operation's inputs fit each other; none of it has been tried out yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import permutations
from typing import Any

import numpy as np

from ..graph import DTYPES, NodeKind, Operation, Tensor, TensorShape
from ..graph.inference import Wiring
from ..graph.shapes import NamedShape

#: All orders of so many axes are tried; of more, only those that exchange two.
_MOST_AXES = 4


@dataclass(frozen=True, eq=False)
class Through:
    """An operation with one input to lead a wire through. ``{name}`` and ``{shape}`` stand in its sentence."""

    kind: str
    op_type: str
    attributes: Mapping[str, Any]
    sentence: str
    port: str = "x"
    #: So many of its kind are offered.
    most: int = 1
    #: How much it changes what is computed; the least is tried first.
    cost: int = 0


@dataclass(frozen=True, eq=False)
class Resized:
    """Another shape for a variable, placeholder or constant."""

    op: Operation
    sentence: str
    changes: tuple[tuple[Operation, str, Any], ...]
    cost: int
    kind: str = "resize"
    most: int = 2

    def by_node(self) -> dict[Operation, dict[str, Any]]:
        """The new attributes of each node, nodes in the order in which they follow each other; ``op`` is the last."""
        found: dict[Operation, dict[str, Any]] = {}
        for node, name, value in self.changes:
            found.setdefault(node, {})[name] = value
        return found | {self.op: found.get(self.op, {})}


Candidate = Through | Resized


@dataclass(frozen=True)
class Around:
    """The shapes and sizes that an operation's inputs have."""

    shapes: tuple[tuple[int | None, ...], ...]

    @property
    def sizes(self) -> list[int]:
        return list(dict.fromkeys(size for shape in self.shapes for size in shape if size is not None))

    def __or__(self, other: Around) -> Around:
        return Around(tuple(dict.fromkeys((*self.shapes, *other.shapes))))


def sizes_around(op: Operation, wiring: Wiring) -> Around:
    tensors = (source for sources in wiring.values() for source in sources if isinstance(source, Tensor))
    shapes = (tensor.spec.shape.dims for tensor in tensors)
    return Around(tuple(dict.fromkeys(dims for dims in shapes if dims is not None)))


def candidates(target: Operation, source: Tensor, around: Around) -> Iterator[Candidate]:
    """What might make what ``source`` gives fit ``target``."""
    yield from _casts(target, source)
    dims = source.spec.shape.dims
    if dims is None:
        return
    ranks = [len(shape) for shape in around.shapes if shape != dims] or [len(dims)]
    yield from _transposes(dims)
    if len(dims) > min(ranks):
        yield from _squeezes(dims)
    if len(dims) < max(ranks):
        yield from _expansions(dims)
    yield from _resizes(source, dims, around)
    yield from _reshapes(source, dims, around)
    yield from _reductions(dims)


def _casts(target: Operation, source: Tensor) -> Iterator[Through]:
    """To the dtypes that the other inputs have, then to the usual ones."""
    if source.spec.dtype is None or not (source.spec.dtype.is_number or source.spec.dtype.is_bool):
        return
    others = (tensor.spec.dtype for tensor in target.inputs if tensor is not source)
    usual = (dtype for dtype in DTYPES if dtype.is_floating or dtype.is_integer or dtype.is_bool)
    for dtype in dict.fromkeys((*others, *_preferred(usual))):
        if dtype is not None and dtype is not source.spec.dtype and (dtype.is_number or dtype.is_bool):
            yield Through("cast", "Cast", {"dtype": dtype}, f"Cast {{name}} to {dtype.name}")


def _preferred(dtypes: Any) -> list[Any]:
    names = ("float32", "float64", "int32", "int64", "bool")
    return sorted((dtype for dtype in dtypes if dtype.name in names), key=lambda dtype: names.index(dtype.name))


def _transposes(dims: tuple[int | None, ...]) -> Iterator[Through]:
    rank = len(dims)
    if rank < 2:
        return
    orders = permutations(range(rank)) if rank <= _MOST_AXES else _exchanges(rank)
    for order in sorted(orders, key=lambda order: sum(axis != place for place, axis in enumerate(order))):
        if list(order) != list(range(rank)):
            # An axis of unknown size is mostly that of the batch, and stays where it is if it may.
            moves_batch = any(dims[axis] is None and axis != place for place, axis in enumerate(order))
            attributes = {"perm": tuple(order)}
            cost = 7 if moves_batch else 1
            yield Through("transpose", "Transpose", attributes, "Transpose {name} to {shape}", cost=cost)


def _exchanges(rank: int) -> Iterator[tuple[int, ...]]:
    for first in range(rank):
        for second in range(first + 1, rank):
            order = list(range(rank))
            order[first], order[second] = second, first
            yield tuple(order)


def _squeezes(dims: tuple[int | None, ...]) -> Iterator[Through]:
    for axis, size in enumerate(dims):
        if size == 1:
            yield Through("squeeze", "Squeeze", {"axis": (axis,)}, "Squeeze {name} to {shape}", cost=2)


def _expansions(dims: tuple[int | None, ...]) -> Iterator[Through]:
    for axis in (len(dims), *range(len(dims))):
        yield Through("expand", "ExpandDims", {"axis": axis}, "Expand {name} to {shape}", cost=2)


def _reshapes(source: Tensor, dims: tuple[int | None, ...], around: Around) -> Iterator[Through]:
    """To the shape of another input, to a row of given length for each example, or to a vector."""
    count = source.spec.shape.num_elements()
    known = int(np.prod([size for size in dims if size is not None]))
    wanted: list[tuple[int | None, ...]] = []
    for shape in around.shapes:
        free = sum(size is None for size in shape)
        size = int(np.prod([size for size in shape if size is not None]))
        if shape != dims and free <= 1 and size and (known % size == 0 if free else count == size):
            wanted.append(shape)
    for size in around.sizes:
        if size > 1 and known % size == 0:
            wanted += [(None, size), (size, None)]
    wanted.append((None,))
    for shape in dict.fromkeys(wanted):
        if dims and dims[0] is None and shape[:1] != (None,):
            continue  # examples stay apart
        yield Through("reshape", "Reshape", {"shape": TensorShape(shape)}, "Reshape {name} to {shape}", cost=4)


def _reductions(dims: tuple[int | None, ...]) -> Iterator[Through]:
    choices: list[tuple[tuple[int, ...], str]] = [((axis,), f"over axis {axis}") for axis in range(len(dims))]
    if len(dims) > 1:
        choices.append((tuple(range(len(dims))), "over all axes"))
    for axes, words in choices:
        for kind, op_type, verb in (("mean", "ReduceMean", "Average"), ("sum", "ReduceSum", "Sum")):
            sentence = f"{verb} {{name}} {words} to {{shape}}"
            yield Through(kind, op_type, {"axis": axes}, sentence, cost=6)


# --- other shapes ------------------------------------------------------------------------------------------------


def _resizes(source: Tensor, dims: tuple[int | None, ...], around: Around) -> Iterator[Resized]:
    """The shape with one size changed to one that another input has; then the whole shape of another input."""
    op = source.op
    if op.kind not in (NodeKind.VARIABLE, NodeKind.PLACEHOLDER, NodeKind.CONSTANT):
        return
    wanted = [
        (*dims[:axis], size, *dims[axis + 1 :])
        for axis, own in enumerate(dims)
        if own is not None
        for size in around.sizes
        if size != own
    ]
    wanted += [shape for shape in around.shapes if shape != dims]
    for shape in dict.fromkeys(wanted):
        changes = _changes(op, shape)
        if changes:
            after = TensorShape(shape)
            # What is fed has its shape from the data: rather make of it what is needed.
            cost = 5 if op.kind is NodeKind.PLACEHOLDER else 3
            sentence = f"Change the shape of {op.name} from {source.spec.shape} to {after}"
            yield Resized(op, sentence, changes, cost)


def _changes(op: Operation, shape: tuple[int | None, ...]) -> tuple[tuple[Operation, str, Any], ...]:
    """The attributes that give a node this shape; empty where that is not to be done."""
    after = TensorShape(shape)
    if op.kind is NodeKind.PLACEHOLDER:
        named = _with_names(op.attributes.get("shape"), shape)
        return ((op, "shape", named),) if "shape" in op.attributes and not op.inputs else ()
    if None in shape:
        return ()
    changes: list[tuple[Operation, str, Any]] = []
    is_fixed = op.attributes["shape"].dims is not None
    initial = op.input("initial_value")
    if initial is not None:
        maker = initial.op
        declared = maker.declaration.attribute("shape")
        if declared is None or maker.inputs_of("shape"):
            return ()
        changes.append((maker, "shape", after))
    else:
        name = "value" if op.kind is NodeKind.CONSTANT else "initial_value"
        array = np.asarray(op.attributes[name])
        if not (is_fixed and array.size == 1):
            changes.append((op, name, _resized_array(array, op.attributes["shape"], after.known())))
    if is_fixed:
        changes.append((op, "shape", after))
    return tuple(changes)


def _with_names(before: Any, shape: tuple[int | None, ...]) -> TensorShape:
    """The shape with the names that its unknown sizes had before."""
    if not isinstance(before, NamedShape) or len(before.names) != len(shape):
        return TensorShape(shape)
    sizes = [name if size is None else size for name, size in zip(before.names, shape, strict=True)]
    return NamedShape(sizes)


def _resized_array(array: Any, before: TensorShape, after: tuple[int, ...]) -> Any:
    """The values that still have a place, zeros elsewhere; a value that was everywhere stays everywhere."""
    if before.is_known and array.size == np.prod(before.known()):
        array = array.reshape(before.known())
    if array.size and (array == array.flat[0]).all():
        return np.full(after, array.flat[0], array.dtype)
    result = np.zeros(after, array.dtype)
    if array.ndim == len(after):
        common = tuple(slice(0, min(sizes)) for sizes in zip(array.shape, after, strict=True))
        result[common] = array[common]
    return result
