"""The sizes of tensors as tensors: shape, number of elements, number of axes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..graph import SCALAR_SHAPE, Category, Inference, OpDeclaration, TensorShape, TensorSpec, declare, int32
from .rules import X, dtype_attribute


def _whole(node: Inference) -> Any:
    dtype = node.attribute("dtype")
    if not dtype.is_integer:
        raise node.dtype_error(f"{node.op.name} gives int32 or int64, not {dtype.name}; put a Cast behind it.")
    return dtype


def _shape(node: Inference) -> TensorSpec:
    rank = node.spec("x").shape.rank
    return TensorSpec(_whole(node), TensorShape([rank]))


def _shape_value(node: Inference) -> np.ndarray[Any, Any] | None:
    dims = node.spec("x").shape.dims
    return None if dims is None else np.array([np.nan if size is None else size for size in dims], np.float64)


def _size_value(node: Inference) -> np.ndarray[Any, Any] | None:
    count = node.spec("x").shape.num_elements()
    return None if count is None else np.array(count, np.float64)


def _rank_value(node: Inference) -> np.ndarray[Any, Any] | None:
    rank = node.spec("x").shape.rank
    return None if rank is None else np.array(rank, np.float64)


def _kernel(measure: Callable[[tuple[int, ...]], Any]) -> Callable[[Any], Callable[..., Any]]:
    """The kernel of what depends on the shape of x alone."""

    def kernel(k: Any) -> Callable[..., Any]:
        xp = k.xp
        measured = np.array(measure(k.inputs[0].shape.known()), k.outputs[0].dtype.numpy)
        return lambda x, out=None: xp.copy(measured, out)

    return kernel


for _type, _symbol, _default, _words, _formula, _measure, _infer, _value, _example in (
    (
        "Shape",
        "dim",
        "Shape",
        "The sizes of a tensor along its axes.",
        r"\operatorname{shape}(x)",
        lambda shape: shape,
        _shape,
        _shape_value,
        "tf.shape(x)",
    ),
    (
        "Size",
        "#",
        "Size",
        "The number of elements of a tensor.",
        r"|x|",
        lambda shape: np.prod(shape, dtype=np.int64),
        lambda node: TensorSpec(_whole(node), SCALAR_SHAPE),
        _size_value,
        "tf.size(x)",
    ),
    (
        "Rank",
        "rank",
        "Rank",
        "The number of axes of a tensor.",
        r"\operatorname{rank}(x)",
        len,
        lambda node: TensorSpec(_whole(node), SCALAR_SHAPE),
        _rank_value,
        "tf.rank(x)",
    ),
):
    declare(
        OpDeclaration(
            type=_type,
            category=Category.ARRAY,
            symbol=_symbol,
            description=_words,
            formula=_formula,
            infer=_infer,
            inputs=(X,),
            attributes=(dtype_attribute(int32, "int32 or int64."),),
            kernel=_kernel(_measure),
            default_name=_default,
            shape_only_inputs=("x",),
            static_value=_value,
            example=_example,
        )
    )
