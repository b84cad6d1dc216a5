"""Padding: zeros, a constant or mirrored elements around a tensor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..graph import (
    UNKNOWN_SHAPE,
    Attribute,
    AttributeKind,
    Category,
    Inference,
    InputPort,
    OpDeclaration,
    Operation,
    Tensor,
    TensorSpec,
    declare,
)
from .rules import LIKE, X, shape_of_like

Widths = list[tuple[int | None, int | None]]

_PADDINGS = Attribute(
    "paddings",
    AttributeKind.ARRAY,
    np.array([[1, 1]]),
    "How many before and behind, for each axis, for example [[1, 1], [2, 2]].",
)
_MODE = Attribute(
    "mode",
    AttributeKind.CHOICE,
    "CONSTANT",
    "What stands around: a constant, or the elements mirrored without (REFLECT) or with (SYMMETRIC) those at the edge.",
    choices=("CONSTANT", "REFLECT", "SYMMETRIC"),
)


def _widths(node: Inference) -> Widths | None:
    """Before and behind for each axis; None when not even their number is known."""
    if node.is_connected("paddings"):
        value = node.value("paddings")
        if value is None:
            rank = node.spec("paddings").shape
            return [(None, None)] * rank.dims[0] if rank.dims and rank.dims[0] is not None else None
    else:
        value = np.asarray(node.attribute("paddings"))
    if value.ndim != 2 or value.shape[1] != 2:
        raise node.shape_error(
            f"{node.op.name} needs paddings of shape (axes, 2), not {value.shape}; write for example [[1, 1], [0, 0]]."
        )
    if value.dtype.kind not in "iuf" or np.isinf(value).any():
        raise node.shape_error(
            f"{node.op.name} needs whole numbers as paddings, not {value.tolist()}; write for example [[1, 1], [0, 0]]."
        )
    return [tuple(None if np.isnan(size) else int(size) for size in pair) for pair in value]  # type: ignore[misc]


def _padded(node: Inference) -> TensorSpec:
    spec, widths = node.spec("x"), _widths(node)
    if spec.shape.dims is None or widths is None:
        is_known = widths is not None and node.is_connected("x")
        return spec.with_shape([None] * len(widths) if is_known and widths is not None else UNKNOWN_SHAPE)
    if len(widths) != len(spec.shape):
        if not node.is_connected("x"):
            return spec.with_shape(UNKNOWN_SHAPE)
        raise node.shape_error(
            f"{node.op.name} needs a pair of paddings for each axis, but has {len(widths)} and {node.describe('x')}; "
            "write as many."
        )
    sizes: list[int | None] = []
    for size, (before, behind) in zip(spec.shape.dims, widths, strict=True):
        if (before is not None and before < 0) or (behind is not None and behind < 0):
            raise node.shape_error(f"Paddings must be non-negative: {before} {behind} at {node.op.name}.")
        limit = None if size is None else size - (node.attribute("mode") == "REFLECT")
        if node.attribute("mode") != "CONSTANT" and limit is not None and max(before or 0, behind or 0) > limit:
            raise node.shape_error(
                f"{node.op.name} mirrors at most {limit} elements of an axis of {size}, not {before} and {behind}; "
                "take smaller paddings."
            )
        sizes.append(None if size is None or before is None or behind is None else size + before + behind)
    return spec.with_shape(sizes)


def _known_widths(k: Any, paddings: Any) -> list[tuple[int, int]]:
    value = k.attribute("paddings") if paddings is None else paddings
    return [(int(before), int(behind)) for before, behind in np.asarray(value)]


def _pad_kernel(k: Any) -> Callable[..., Any]:
    xp, mode, wired = k.xp, k.attribute("mode"), len(k.inputs) > 1
    constant = k.xp.scalar(k.attribute("constant_values"), k.outputs[0].dtype.numpy)
    shape, dtype = k.outputs[0].shape.known(), k.outputs[0].dtype.numpy

    def step(x: Any, *others: Any) -> Any:
        widths = _known_widths(k, others[0] if wired else None)
        if mode == "CONSTANT":
            inner = tuple(slice(before, before + size) for (before, _), size in zip(widths, x.shape, strict=True))
            filled = xp.copy(xp.broadcast_to(constant, shape), *others[wired:])
            return xp.set_part(filled, inner, x)
        result = np.pad(x, widths, "reflect" if mode == "REFLECT" else "symmetric")
        return xp.copy(result.astype(dtype, copy=False), *others[wired:])

    return step


def _attributes(op: Operation) -> dict[str, Any]:
    return {name: op.attributes[name] for name in ("paddings", "mode")}


def _pad_gradient(op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
    inputs = {"x": grad, "like": op.inputs[0], "paddings": op.input("paddings")}
    given = {port: source for port, source in inputs.items() if source is not None}
    to_x = grad.graph.create("PadGradient", given, _attributes(op)).output
    return [to_x, *[None] * (len(op.inputs) - 1)]


def _pad_gradient_kernel(k: Any) -> Callable[..., Any]:
    """Each element collects the gradients of itself and of its mirror images."""
    xp, mode, wired = k.xp, k.attribute("mode"), len(k.inputs) > 2
    shape = k.outputs[0].shape.known()

    def step(x: Any, like: Any, *others: Any) -> Any:
        widths = _known_widths(k, others[0] if wired else None)
        if mode == "CONSTANT":
            inner = tuple(slice(before, before + size) for (before, _), size in zip(widths, shape, strict=True))
            return xp.copy(x[inner], *others[wired:])
        total = x
        for axis, (pair, size) in enumerate(zip(widths, shape, strict=True)):
            sources = np.pad(np.arange(size), pair, "reflect" if mode == "REFLECT" else "symmetric")
            gathered = np.zeros((*total.shape[:axis], size, *total.shape[axis + 1 :]), total.dtype)
            places: Any = (slice(None),) * axis + (sources,)
            np.add.at(gathered, places, total)
            total = gathered
        return xp.copy(total, *others[wired:])

    return step


def _pad_second_gradient(op: Operation, grad: Tensor) -> Sequence[Tensor | None]:
    inputs = {"x": grad, "paddings": op.input("paddings")}
    given = {port: source for port, source in inputs.items() if source is not None}
    return [grad.graph.create("Pad", given, _attributes(op)).output, *[None] * (len(op.inputs) - 1)]


_WIRED = InputPort("paddings", optional=True, attribute="paddings")
declare(
    OpDeclaration(
        type="Pad",
        category=Category.ARRAY,
        symbol="▣",
        description="Puts zeros, a constant or mirrored elements around a tensor.",
        formula=r"\begin{bmatrix} 0 & 0 & 0 \\ 0 & x & 0 \\ 0 & 0 & 0 \end{bmatrix}",
        infer=_padded,
        inputs=(X, _WIRED),
        attributes=(
            _PADDINGS,
            _MODE,
            Attribute("constant_values", AttributeKind.FLOAT, 0.0, "The constant of the mode CONSTANT."),
        ),
        kernel=_pad_kernel,
        gradient=_pad_gradient,
        default_name="Pad",
        free_dtype_inputs=("paddings",),
        value_inputs=("paddings",),
        example="tf.pad(x, [[1, 1], [2, 2]])",
    )
)
declare(
    OpDeclaration(
        type="PadGradient",
        category=Category.INTERNAL,
        symbol="▣Σ",
        description="The inner part of a padded tensor, with its mirror images added.",
        formula=r"x_{a:b}",
        infer=shape_of_like,
        inputs=(X, LIKE, _WIRED),
        attributes=(_PADDINGS, _MODE),
        kernel=_pad_gradient_kernel,
        gradient=_pad_second_gradient,
        default_name="PadGrad",
        shape_only_inputs=("like",),
        free_dtype_inputs=("paddings",),
        example="used by the gradient of Pad",
    )
)
