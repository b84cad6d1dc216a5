"""Shapes, parts, joining and choosing under TensorFlow's names."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..graph import Tensor, TensorShape, as_dtype, as_shape
from ..graph.indexing import index_text
from ..graph.shapes import broadcast_shapes
from .build import apply, create, in_dtype, is_tensor, shape_inputs, static_int, static_ints, tensor_of

__all__ = [
    "broadcast_static_shape",
    "broadcast_to",
    "concat",
    "expand_dims",
    "fill",
    "identity_n",
    "newaxis",
    "one_hot",
    "ones_like",
    "pack",
    "pad",
    "parallel_stack",
    "range",
    "rank",
    "reshape",
    "reverse",
    "reverse_sequence",
    "reverse_v2",
    "roll",
    "shape",
    "shape_n",
    "size",
    "slice",
    "split",
    "squeeze",
    "stack",
    "strided_slice",
    "tile",
    "unpack",
    "unstack",
    "zeros_like",
]

#: A new axis of size 1 in an index: ``x[:, tf.newaxis]``.
newaxis = None


def shape(input: Any, name: str | None = None, out_type: Any = "int32") -> Tensor:
    """The sizes of a tensor along its axes, a vector."""
    return apply("Shape", input, name=name, dtype=as_dtype(out_type))


def shape_n(input: Sequence[Any], out_type: Any = "int32", name: str | None = None) -> list[Tensor]:
    """The shape of each of several tensors."""
    return [shape(each, name, out_type) for each in input]


def size(input: Any, name: str | None = None, out_type: Any = "int32") -> Tensor:
    """The number of elements, a scalar."""
    return apply("Size", input, name=name, dtype=as_dtype(out_type))


def rank(input: Any, name: str | None = None) -> Tensor:
    """The number of axes, a scalar."""
    return apply("Rank", input, name=name)


def reshape(tensor: Any, shape: Any, name: str | None = None) -> Tensor:
    """The same elements in another shape; one size may be -1. ``shape`` may hold tensors or be one."""
    inputs, attributes = shape_inputs(shape)
    return create("Reshape", {"x": tensor} | inputs, attributes, name).output


def broadcast_to(input: Any, shape: Any, name: str | None = None) -> Tensor:
    """The tensor repeated along axes of size 1 and new ones until it has ``shape``."""
    inputs, attributes = shape_inputs(shape)
    return create("BroadcastTo", {"x": input} | inputs, attributes, name).output


def broadcast_static_shape(shape_x: Any, shape_y: Any) -> TensorShape:
    """The static shape that two shapes broadcast to."""
    return broadcast_shapes(as_shape(shape_x), as_shape(shape_y))


def fill(dims: Any, value: Any, name: str | None = None) -> Tensor:
    """A tensor of shape ``dims`` full of one number."""
    inputs, attributes = shape_inputs(dims)
    return create("Fill", {"value": value} | inputs, attributes, name).output


def zeros_like(tensor: Any, dtype: Any = None, name: str | None = None, optimize: bool = True) -> Tensor:
    """Zeros with the shape of a tensor, and its dtype unless another is asked for."""
    return in_dtype(apply("ZerosLike", tensor, name=name), dtype)


def ones_like(tensor: Any, dtype: Any = None, name: str | None = None, optimize: bool = True) -> Tensor:
    """Ones with the shape of a tensor, and its dtype unless another is asked for."""
    return in_dtype(apply("OnesLike", tensor, name=name), dtype)


def range(start: Any, limit: Any = None, delta: Any = 1, dtype: Any = None, name: str = "range") -> Tensor:
    """Numbers from ``start`` (0 when only one is given) up to ``limit``, which is left out, ``delta`` apart."""
    if limit is None:
        start, limit = 0, start
    given = {"start": start, "limit": limit, "delta": delta}
    tensors = [tensor_of(value) for value in given.values() if is_tensor(value)]
    if dtype is None:
        kinds = [np.asarray(value).dtype for value in given.values() if not is_tensor(value)]
        wired = tensors[0].dtype if tensors else None
        is_float = any(kind.kind == "f" for kind in kinds)
        dtype = wired or ("float32" if is_float else "int64" if np.dtype(np.int64) in _numpy_kinds(given) else "int32")
    dtype = as_dtype(dtype)
    if not tensors:
        numbers = {key: float(value) for key, value in given.items()}
        return create("Range", {}, numbers | {"dtype": dtype}, name).output
    inputs = {key: in_dtype(tensor_of(value), dtype) if is_tensor(value) else value for key, value in given.items()}
    return create("Range", inputs, {}, name).output


def _numpy_kinds(given: dict[str, Any]) -> set[Any]:
    return {value.dtype for value in given.values() if isinstance(value, np.ndarray | np.generic)}


def concat(values: Any, axis: Any, name: str = "concat") -> Tensor:
    """The values one after the other along an axis. The order of TensorFlow before 1.0, axis first, is understood."""
    if isinstance(values, int) and not isinstance(axis, int):
        values, axis = axis, values
    parts = list(values) if isinstance(values, list | tuple) else [values]
    return create("Concat", {"values": parts}, {"axis": static_int(axis, "axis")}, name).output


def stack(values: Any, axis: int = 0, name: str = "stack") -> Tensor:
    """Tensors of one shape behind each other along a new axis."""
    return create("Stack", {"values": list(values)}, {"axis": axis}, name).output


pack = parallel_stack = stack


def unstack(value: Any, num: int | None = None, axis: int = 0, name: str = "unstack") -> list[Tensor]:
    """The parts of a tensor along an axis, which goes. ``num`` is needed where the size is not known."""
    tensor = tensor_of(value)
    if num is None:
        dims = tensor.shape.dims
        if dims is not None and not -len(dims) <= axis < len(dims):
            raise ValueError(f"axis = {axis} not in [{-len(dims)}, {len(dims)}): choose one {tensor.name} has.")
        num = None if dims is None else dims[axis]
    if num is None:
        raise ValueError(f"Cannot infer num from shape {tensor.shape}; say how many with num=.")
    if num == 0:
        return []
    return list(create("Unstack", {"x": tensor}, {"num": num, "axis": axis}, name).outputs)


unpack = unstack


def split(
    value: Any,
    num_or_size_splits: Any = None,
    axis: Any = 0,
    num: int | None = None,
    name: str = "split",
    split_dim: int | None = None,
    num_split: int | None = None,
) -> list[Tensor]:
    """A tensor cut along an axis into equal parts, or into parts of the given sizes (one may be -1).

    ``split_dim`` and ``num_split``, and the order of TensorFlow before 1.0 (axis, number, tensor), are understood.
    """
    if isinstance(value, int) and is_tensor(axis):
        value, axis = axis, value
    axis = split_dim if split_dim is not None else axis
    sizes = num_split if num_split is not None else num_or_size_splits
    axis = static_int(axis, "axis")
    if isinstance(sizes, int | np.integer) or (is_tensor(sizes) and tensor_of(sizes).shape.rank == 0):
        parts = {"num": static_int(sizes, "num_or_size_splits"), "axis": axis}
        return list(create("Split", {"x": value}, parts, name).outputs)
    attributes = {"sizes": static_ints(sizes, "num_or_size_splits"), "axis": axis}
    return list(create("SplitSizes", {"x": value}, attributes, name).outputs)


def strided_slice(
    input_: Any,
    begin: Any,
    end: Any = None,
    strides: Any = None,
    begin_mask: int = 0,
    end_mask: int = 0,
    ellipsis_mask: int = 0,
    new_axis_mask: int = 0,
    shrink_axis_mask: int = 0,
    var: Any = None,
    name: str | None = None,
) -> Tensor:
    """The part of a tensor between ``begin`` and ``end``; bit i of a mask is about the i-th number of each."""
    begins = elements(begin)
    ends = elements(end)
    steps = elements(strides) if strides is not None else [1] * len(begins)
    key: list[Any] = []
    for place, (first, last, step) in enumerate(zip(begins, ends, steps, strict=True)):
        bit = 1 << place
        if ellipsis_mask & bit:
            key.append(Ellipsis)
        elif new_axis_mask & bit:
            key.append(None)
        elif shrink_axis_mask & bit:
            key.append(first)
        else:
            key.append(builtins.slice(None if begin_mask & bit else first, None if end_mask & bit else last, step))
    return _part(tensor_of(input_), key, name, "strided_slice")


def slice(input_: Any, begin: Any, size: Any, name: str | None = None) -> Tensor:
    """``size`` elements from ``begin`` on, along each axis; -1 takes all that are left."""
    tensor = tensor_of(input_)
    key: list[Any] = []
    for first, count in zip(elements(begin), elements(size), strict=True):
        whole = not is_tensor(count) and int(count) == -1
        key.append(builtins.slice(first, None if whole else first + count))
    return _part(tensor, key, name, "Slice")


def _part(tensor: Tensor, key: Sequence[Any], name: str | None, base_name: str) -> Tensor:
    """The part of a tensor that an index names, as an operation of a given name."""
    text, bounds = index_text(tuple(key))
    if not bounds:
        return create("StridedSlice", {"x": tensor}, {"index": text}, name, base_name).output
    return create("DynamicSlice", {"x": tensor, "bounds": bounds}, {"index": text}, name, base_name).output


def elements(vector: Any) -> list[Any]:
    """The elements of a list, an array, or a tensor whose length is known, as numbers or scalar tensors."""
    if not is_tensor(vector):
        if isinstance(vector, list | tuple):
            return list(vector)
        return [int(item) for item in np.atleast_1d(np.asarray(vector))]
    tensor = tensor_of(vector)
    value = tensor.spec.value
    if value is not None and None not in value:
        return [item for item in value if item is not None]
    length = tensor.shape.dims[0] if tensor.shape.rank == 1 and tensor.shape.dims else None
    if length is None:
        raise ValueError(f"{tensor.name} must have a known length, but it is {tensor.shape}; give it one.")
    return [tensor[place] for place in builtins.range(length)]


def expand_dims(input: Any, axis: Any = None, name: str | None = None, dim: Any = None) -> Tensor:
    """An axis of size 1 put in at ``axis``. ``dim`` is the old spelling."""
    axis = dim if axis is None else axis
    if axis is None:
        raise ValueError(
            "Must specify an axis argument to tf.expand_dims(): the place of the new axis, such as 0 or -1."
        )
    return apply("ExpandDims", input, name=name, axis=static_int(axis, "axis"))


def squeeze(input: Any, axis: Any = None, name: str | None = None, squeeze_dims: Any = None) -> Tensor:
    """Axes of size 1 dropped: those named, or all. ``squeeze_dims`` is the old spelling."""
    axis = squeeze_dims if axis is None else axis
    chosen = None if axis is None or (isinstance(axis, list | tuple) and not axis) else axis
    return apply("Squeeze", input, name=name, axis=chosen)


def tile(input: Any, multiples: Any, name: str | None = None) -> Tensor:
    """The tensor repeated along each axis as often as ``multiples`` says."""
    given = as_vector(multiples)
    if is_tensor(given):
        return create("Tile", {"x": input, "multiples": given}, {}, name).output
    return create("Tile", {"x": input}, {"multiples": given}, name).output


def as_vector(value: Any) -> Any:
    """A list of whole numbers, or one tensor where a tensor is among them."""
    if is_tensor(value):
        return tensor_of(value)
    items = [value] if isinstance(value, int | np.integer) else list(value)
    if any(is_tensor(item) for item in items):
        return tensor_of(items)
    return [int(item) for item in items]


def pad(
    tensor: Any, paddings: Any, mode: str = "CONSTANT", name: str | None = None, constant_values: Any = 0
) -> Tensor:
    """The tensor with elements around it; ``paddings`` has shape (axes, 2): how many before and behind."""
    attributes: dict[str, Any] = {"mode": mode.upper(), "constant_values": float(constant_values)}
    inputs = {"x": tensor}
    try:
        attributes["paddings"] = np.asarray(paddings, np.int64) if not is_tensor(paddings) else _static_array(paddings)
    except TypeError:
        inputs["paddings"] = tensor_of(paddings)
    return create("Pad", inputs, attributes, name).output


def _static_array(tensor: Any) -> np.ndarray[Any, Any]:
    found = tensor_of(tensor).spec.elements()
    if found is None or np.isnan(found).any():
        raise TypeError
    return found.astype(np.int64)


def reverse(tensor: Any, axis: Any, name: str | None = None) -> Tensor:
    """The order along the axes turned round. A list of booleans (before TensorFlow 1.0) says it for each axis."""
    if isinstance(axis, list | tuple) and axis and all(isinstance(item, bool) for item in axis):
        axis = [place for place, turned in enumerate(axis) if turned]
    return apply("Reverse", tensor, name=name, axis=static_ints(axis, "axis"))


reverse_v2 = reverse


def reverse_sequence(
    input: Any,
    seq_lengths: Any,
    seq_axis: int | None = None,
    batch_axis: int | None = None,
    name: str | None = None,
    seq_dim: int | None = None,
    batch_dim: int | None = None,
) -> Tensor:
    """The first ``seq_lengths[i]`` elements of sequence i in reverse order. seq_dim, batch_dim are old spellings."""
    time = seq_axis if seq_axis is not None else seq_dim
    rows = batch_axis if batch_axis is not None else batch_dim
    attributes = {"seq_axis": 1 if time is None else time, "batch_axis": rows or 0}
    return create("ReverseSequence", {"x": input, "lengths": seq_lengths}, attributes, name).output


def roll(input: Any, shift: Any, axis: Any, name: str | None = None) -> Tensor:
    """The elements moved on by ``shift`` along an axis; those that leave at the end come back at the beginning."""
    result = tensor_of(input)
    for step, place in zip(static_ints(shift, "shift"), static_ints(axis, "axis"), strict=True):
        before = (builtins.slice(None),) * (place % len(result.shape))
        cut = -step
        length = result.shape.dims[place] if result.shape.dims else None
        if length:
            cut %= length
        back, front = builtins.slice(cut, None), builtins.slice(None, cut)
        result = concat([result[(*before, back)], result[(*before, front)]], place)
    return result


def one_hot(
    indices: Any,
    depth: Any,
    on_value: Any = None,
    off_value: Any = None,
    axis: int | None = None,
    dtype: Any = None,
    name: str | None = None,
) -> Tensor:
    """Vectors of ``depth`` zeros with a one at each index: (…) to (…, depth), or with the new axis at ``axis``."""
    values = [value for value in (on_value, off_value) if value is not None]
    if dtype is None:
        dtype = _dtype_of_values(values)
    numbers: dict[str, Any] = {
        "on_value": 1.0 if on_value is None else float(_static_number(on_value)),
        "off_value": 0.0 if off_value is None else float(_static_number(off_value)),
        "dtype": as_dtype(dtype),
    }
    place = -1 if axis is None else axis
    return apply("OneHot", indices, depth=static_int(depth, "depth"), axis=place, name=name, **numbers)


def _dtype_of_values(values: list[Any]) -> Any:
    for value in values:
        if is_tensor(value):
            return tensor_of(value).dtype
        kind = np.asarray(value).dtype.kind
        return "float32" if kind == "f" else "bool" if kind == "b" else "int32"
    return "float32"


def _static_number(value: Any) -> Any:
    return tensor_of(value).op.attributes["value"] if is_tensor(value) else value


def identity_n(input: Sequence[Any], name: str | None = None) -> list[Tensor]:
    """The same tensors."""
    return [apply("Identity", each, name=name) for each in input]
