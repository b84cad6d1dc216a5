"""Windows that slide over the spatial axes of a tensor: where they lie, and the shapes that follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..graph import Attribute, AttributeKind, Inference, Operation, TensorShape
from ..graph.shapes import Size, bracketed

#: The order of the axes, by the number of spatial ones: channels last, and channels first.
LAYOUTS = {1: ("NWC", "NCW"), 2: ("NHWC", "NCHW"), 3: ("NDHWC", "NCDHW")}
_SHARED = ("ksize", "strides", "padding", "explicit_paddings", "data_format", "dilations")


@dataclass(frozen=True)
class Windows:
    """Windows over a tensor of known shape; one number for each spatial axis in every field."""

    #: The sizes of the tensor that they slide over, and of a window.
    size: tuple[int, ...]
    window: tuple[int, ...]
    #: How far apart neighbouring windows are, and neighbouring elements of one window.
    strides: tuple[int, ...]
    dilations: tuple[int, ...]
    #: Positions that are added before and behind.
    before: tuple[int, ...]
    behind: tuple[int, ...]
    #: How many windows there are.
    count: tuple[int, ...]


def layout_of(rank: int) -> Attribute:
    """The attribute ``data_format`` of an operation over ``rank`` spatial axes."""
    last, first = LAYOUTS[rank]
    return Attribute(
        "data_format",
        AttributeKind.CHOICE,
        last,
        "The order of the axes: the batch N, the spatial ones, and the channels C.",
        choices=(last, first),
    )


def window_attributes(rank: int, explicit: bool) -> tuple[Attribute, ...]:
    """The attributes ``strides``, ``padding`` and, where it can be given, ``explicit_paddings``."""
    ones = (1,) * (rank + 2)
    choices = ("SAME", "VALID", "EXPLICIT") if explicit else ("SAME", "VALID")
    padding = Attribute(
        "padding",
        AttributeKind.CHOICE,
        "SAME",
        "SAME adds zeros around, so that with stride 1 the size stays; VALID adds none.",
        choices=choices,
    )
    strides = Attribute("strides", AttributeKind.AXES, ones, "How far apart the windows are along each axis.")
    if not explicit:
        return strides, padding
    pairs = Attribute(
        "explicit_paddings",
        AttributeKind.AXES,
        (),
        "With EXPLICIT padding: how many zeros stand before and behind, for each axis.",
    )
    return strides, padding, pairs


def dilations_attribute(rank: int) -> Attribute:
    """The attribute ``dilations`` of an operation over ``rank`` spatial axes."""
    ones = (1,) * (rank + 2)
    return Attribute("dilations", AttributeKind.AXES, ones, "How far apart the elements of a window are.")


def _order(attributes: Any, rank: int) -> str:
    """The order of the axes: that of an operation without a choice has the channels last."""
    return str(attributes.get("data_format", LAYOUTS[rank][0]))


def is_channels_last(attributes: Any) -> bool:
    """Whether ``data_format`` has the channels behind the spatial axes."""
    return str(attributes.get("data_format", "C")).endswith("C")


def spatial_axes(attributes: Any, rank: int) -> range:
    """The places of the spatial axes in the tensor's shape."""
    start = 1 if is_channels_last(attributes) else 2
    return range(start, start + rank)


def channel_axis(attributes: Any, rank: int) -> int:
    """The place of the channels in the tensor's shape."""
    return rank + 1 if is_channels_last(attributes) else 1


def spatial(attributes: Any, name: str, rank: int) -> tuple[int, ...]:
    """An attribute that has a number for each axis, for the spatial axes alone; ones where it does not exist."""
    values = attributes.get(name)
    return (1,) * rank if values is None else tuple(values[axis] for axis in spatial_axes(attributes, rank))


def _pairs(attributes: Any, axis: int, size: Size, window: Size, stride: int) -> tuple[Size, Size, Size]:
    """The number of windows along an axis and the positions that are added before and behind it."""
    padding = attributes["padding"]
    if padding == "SAME":
        if size is None or window is None:
            return None if size is None else -(-size // stride), None, None
        count = -(-size // stride)
        total = max((count - 1) * stride + window - size, 0)
        return count, total // 2, total - total // 2
    before, behind = (0, 0) if padding == "VALID" else attributes["explicit_paddings"][2 * axis : 2 * axis + 2]
    if size is None or window is None:
        return None, before, behind
    return (size + before + behind - window) // stride + 1, before, behind


def known_windows(attributes: Any, shape: Sequence[int], window: Sequence[int]) -> Windows:
    """The windows of these sizes over a tensor of ``shape`` (all its axes), as the attributes say."""
    rank = len(window)
    axes = spatial_axes(attributes, rank)
    strides, dilations = spatial(attributes, "strides", rank), spatial(attributes, "dilations", rank)
    found: list[tuple[int, ...]] = []
    for axis, stride, dilation, width in zip(axes, strides, dilations, window, strict=True):
        reach = (width - 1) * dilation + 1
        found.append(tuple(n or 0 for n in _pairs(attributes, axis, shape[axis], reach, stride)))
    count, before, behind = zip(*found, strict=True)
    size = tuple(shape[axis] for axis in axes)
    return Windows(size, tuple(window), strides, dilations, before, behind, count)


def check_attributes(node: Inference, rank: int) -> None:
    """Raises ShapeError for strides, dilations, window sizes or paddings that do not fit the number of axes."""
    attributes, full = node.op.attributes, rank + 2
    for name in ("strides", "dilations", "ksize"):
        values = attributes.get(name)
        if values is None:
            continue
        if len(values) != full:
            raise node.shape_error(
                f"{node.op.type} requires the {name} attribute to contain {full} values, but got: {len(values)}; give "
                f"one for each axis of {_order(attributes, rank)} at {node.op.name}."
            )
        if any(value < 1 for value in values):
            raise node.shape_error(f"{name} of {node.op.name} must be 1 or more, but they are {list(values)}.")
        others = [axis for axis in range(full) if axis not in spatial_axes(attributes, rank)]
        if any(values[axis] != 1 for axis in others):
            raise node.shape_error(
                f"Current implementation does not yet support {name} in the batch and depth dimensions: {name} of "
                f"{node.op.name} are {list(values)} for the axes {_order(attributes, rank)}; make those of N and C 1."
            )
    if attributes["padding"] == "EXPLICIT":
        pairs = attributes["explicit_paddings"]
        if len(pairs) != 2 * full or any(size < 0 for size in pairs):
            raise node.shape_error(
                f"explicit_paddings of {node.op.name} must be {2 * full} sizes of 0 or more, two for each axis, but "
                f"they are {list(pairs)}."
            )


def check_rank(node: Inference, port: str, rank: int, *ports: str) -> tuple[Size, ...]:
    """The port's sizes, unknown ones where the rank is not known. Raises ShapeError for another number of axes."""
    shape = node.spec(port).shape
    if shape.dims is None:
        return (None,) * rank
    if len(shape) != rank:
        shown = ", ".join(bracketed(node.spec(each).shape) for each in ports or (port,))
        raise node.shape_error(
            f"Shape must be rank {rank} but is rank {len(shape)} for '{node.op.name}' (op: '{node.op.type}') with "
            f"input shapes: {shown}. {node.describe(port)}; reshape it to {rank} axes."
        )
    return shape.dims


def window_counts(node: Inference, sizes: Sequence[Size], window: Sequence[Size], *ports: str) -> list[Size]:
    """How many windows there are along each spatial axis, as far as that is known.

    Raises ShapeError in TensorFlow's words where a window is larger than what it slides over.
    """
    attributes, rank = node.op.attributes, len(window)
    counts: list[Size] = []
    axes = spatial_axes(attributes, rank)
    strides, dilations = spatial(attributes, "strides", rank), spatial(attributes, "dilations", rank)
    for axis, stride, dilation, width in zip(axes, strides, dilations, window, strict=True):
        size = sizes[axis]
        reach = None if width is None else (width - 1) * dilation + 1
        count, before, behind = _pairs(attributes, axis, size, reach, stride)
        if (
            count is not None
            and size is not None
            and reach is not None
            and count < 1
            and attributes["padding"] != "SAME"
        ):
            room = size + (before or 0) + (behind or 0)
            shown = ", ".join(bracketed(node.spec(port).shape) for port in ports)
            raise node.shape_error(
                f"Negative dimension size caused by subtracting {reach} from {room} for '{node.op.name}' (op: "
                f"'{node.op.type}') with input shapes: {shown}. A window of {reach} does not fit into {room}; take a "
                "smaller window, a larger input, or the padding SAME."
            )
        counts.append(count)
    return counts


def shared_attributes(op: Operation) -> dict[str, Any]:
    """The attributes that a convolution or pooling has in common with its gradients."""
    return {name: op.attributes[name] for name in _SHARED if name in op.attributes}


def arranged(attributes: Any, batch: Size, sizes: Sequence[Size], channels: Size) -> TensorShape:
    """A shape in the order of axes that ``data_format`` names."""
    if is_channels_last(attributes):
        return TensorShape([batch, *sizes, channels])
    return TensorShape([batch, channels, *sizes])
