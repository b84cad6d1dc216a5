"""Pictures in files, under the names that ``tf.image`` has for them."""

from __future__ import annotations

from typing import Any

from ..graph import Tensor, as_dtype, float32
from ..graph.dtypes import uint8
from .arithmetic import cast
from .build import apply, tensor_of

__all__ = ["decode_image", "decode_png", "encode_png"]


def decode_png(contents: Any, channels: int = 0, dtype: Any = uint8, name: str | None = None) -> Tensor:
    """The picture in a PNG file, (height, width, channels). ``channels``: 1 grey, 3 RGB, 4 RGBA, 0 as it is."""
    return apply("DecodePng", tensor_of(contents), name=name, channels=channels, dtype=as_dtype(dtype))


def decode_image(contents: Any, channels: int | None = None, dtype: Any = uint8, name: str | None = None) -> Tensor:
    """As :func:`decode_png`, the only kind of file that is read; float32 from 0 to 1 where ``dtype`` is a float."""
    if as_dtype(dtype) is float32:
        return cast(decode_png(contents, channels or 0, uint8, name), float32) / 255.0
    return decode_png(contents, channels or 0, dtype, name)


def encode_png(image: Any, compression: int = -1, name: str | None = None) -> Tensor:
    """The content of a PNG file with a picture, (height, width, channels), uint8."""
    return apply("EncodePng", tensor_of(image, None if isinstance(image, Tensor) else uint8), name=name)
