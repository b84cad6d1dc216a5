"""Pictures in files: PNG, read and written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..encoding.png import DamagedPictureError, decode_png, encode_png
from ..graph import (
    Attribute,
    AttributeKind,
    Category,
    Inference,
    InputPort,
    InvalidArgumentError,
    OpDeclaration,
    TensorShape,
    TensorSpec,
    declare,
)
from ..graph.dtypes import string, uint8
from .pipelines import Array


def _with_channels(picture: Array, channels: int) -> Array:
    """The picture in grey (1), grey with alpha (2), RGB (3) or RGBA (4); 0 for as it is."""
    have = picture.shape[2]
    if channels in (0, have):
        return picture
    colours = picture[:, :, : have - 1] if have in (2, 4) else picture
    alpha = picture[:, :, -1:] if have in (2, 4) else np.full_like(picture[:, :, :1], 255)
    if channels >= 3 and colours.shape[2] == 1:
        colours = np.repeat(colours, 3, axis=2)
    elif channels < 3 and colours.shape[2] == 3:
        # The weights of libpng, in parts of 32768.
        grey = (colours.astype(np.int64) @ np.array([6968, 23434, 2366])) >> 15
        colours = grey[:, :, None].astype(np.uint8)
    return np.concatenate([colours, alpha], axis=2) if channels in (2, 4) else colours


def _decode_kernel(k: Any) -> Callable[..., Any]:
    node, channels, dtype = k.op.node_name, k.attribute("channels"), k.attribute("dtype")

    def step(contents: Any) -> Any:
        try:
            picture = decode_png(bytes(contents[()]))
        except DamagedPictureError as error:
            raise InvalidArgumentError(f"Unknown image file format. PNG required: {error} (at {node}).", node) from None
        if picture.dtype == np.uint16 and dtype is uint8:
            picture = (picture >> 8).astype(np.uint8)
        return _with_channels(picture, channels).astype(dtype.numpy)

    return step


def _decoded(node: Inference) -> TensorSpec:
    node.require("contents", lambda dtype: dtype.is_string, "string")
    return TensorSpec(node.attribute("dtype"), TensorShape([None, None, node.attribute("channels") or None]))


def _encode_kernel(k: Any) -> Callable[..., Any]:
    xp = k.xp

    def step(image: Any, out: Any = None) -> Any:
        return xp.copy(np.array(encode_png(image), object), out)

    return step


def _encoded(node: Inference) -> TensorSpec:
    node.require("image", lambda dtype: dtype is uint8, "uint8")
    shape = node.spec("image").shape
    if shape.dims is not None and (len(shape.dims) != 3 or shape.dims[2] not in (None, 1, 2, 3, 4)):
        raise node.shape_error(f"image must be (height, width, channels) with 1 to 4 channels; it is {shape}.")
    return TensorSpec(string, TensorShape(()))


declare(
    OpDeclaration(
        type="DecodePng",
        category=Category.INTERNAL,
        symbol="PNG→",
        description="The picture in a PNG file, (height, width, channels).",
        formula="x",
        infer=_decoded,
        inputs=(InputPort("contents"),),
        attributes=(
            Attribute(
                "channels",
                AttributeKind.INT,
                0,
                "1 for grey, 3 for RGB, 4 for RGBA; 0 for as it is.",
                minimum=0,
                maximum=4,
            ),
            Attribute("dtype", AttributeKind.DTYPE, uint8, "uint8 or uint16."),
        ),
        kernel=_decode_kernel,
        default_name="DecodePng",
        stateful=True,
        free_dtype_inputs=("contents",),
        example="tf.image.decode_png(contents)",
    )
)
declare(
    OpDeclaration(
        type="EncodePng",
        category=Category.INTERNAL,
        symbol="→PNG",
        description="A picture, (height, width, channels), as the content of a PNG file.",
        formula="x",
        infer=_encoded,
        inputs=(InputPort("image"),),
        kernel=_encode_kernel,
        default_name="EncodePng",
        stateful=True,
        example="tf.image.encode_png(image)",
    )
)
