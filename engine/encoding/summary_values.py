"""What TensorBoard shows, from arrays to serialized summaries, as TensorFlow's summary operations make them.

Numbers, limits and scaling are those of ``tensorflow/core/lib/histogram/histogram.cc``,
``tensorflow/core/kernels/summary_image_op.cc`` and ``tensorflow/core/lib/wav/wav_io.cc``.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from functools import cache
from typing import Any

import numpy as np

from .graph_def import DATA_TYPES, TensorProto, shape_proto
from .png import encode_png
from .summary import Audio, HistogramProto, Image, Summary, SummaryMetadata, Value
from .wire import fields_of

Array = np.ndarray[Any, np.dtype[Any]]

#: The colour of a pixel that holds NaN or an infinity: red, opaque.
_BAD_COLOUR = (255, 0, 0, 255)
#: Below this a picture is black whatever its scale.
_DARK = 1e-6


def scalar_summary(tag: str, value: Any) -> bytes:
    """One number."""
    return Summary(value=[Value(tag=tag, simple_value=float(value))]).SerializeToString()


# --- histograms --------------------------------------------------------------------------------------------------


@cache
def bucket_limits() -> Array:
    """The upper limits of the buckets: 10 % apart from 1e-12 to 1e20 on both sides of 0, then the largest number."""
    limits, limit = [], 1.0e-12
    while limit < 1.0e20:
        limits.append(limit)
        limit *= 1.1
    limits.append(np.finfo(np.float64).max)
    return np.array([*(-value for value in reversed(limits)), 0.0, *limits])


def histogram(values: Array) -> HistogramProto:
    """How often the numbers fall into each bucket. Raises ValueError for NaN and infinities."""
    numbers = np.asarray(values).astype(np.float64).ravel()
    if np.isnan(numbers).any():
        raise ValueError("Nan in summary histogram")
    if np.isinf(numbers).any():
        raise ValueError("Infinity in Histogram")
    limits = bucket_limits()
    places = np.minimum(np.searchsorted(limits, numbers, side="right"), len(limits) - 1)
    counts = np.bincount(places, minlength=len(limits))
    # A run of empty buckets is written as one.
    kept = (counts > 0) | np.append(counts[1:] > 0, True)
    return HistogramProto(
        min=numbers.min() if numbers.size else limits[-1],
        max=numbers.max() if numbers.size else limits[0],
        num=numbers.size,
        sum=_running_sum(numbers),
        sum_squares=_running_sum(numbers * numbers),
        bucket_limit=limits[kept],
        bucket=counts[kept],
    )


def _running_sum(numbers: Array) -> float:
    """The sum taken one by one, as TensorFlow does; numpy's own sum rounds in another order."""
    return float(np.add.accumulate(numbers)[-1]) if numbers.size else 0.0


def histogram_summary(tag: str, values: Array) -> bytes:
    """The distribution of numbers. Raises ValueError for NaN and infinities."""
    try:
        return Summary(value=[Value(tag=tag, histo=histogram(values))]).SerializeToString()
    except ValueError as error:
        raise ValueError(f"{error} for: {tag}") from None


# --- pictures ----------------------------------------------------------------------------------------------------


def image_summary(tag: str, images: Array, max_images: int) -> bytes:
    """The first pictures of a batch (count, height, width, channels) as PNG."""
    _, height, width, channels = images.shape
    values = [
        Value(
            tag=_numbered(tag, "image", index, max_images),
            image=Image(
                height=height,
                width=width,
                colorspace=channels,
                encoded_image_string=encode_png(pixels_of(picture)),
            ),
        )
        for index, picture in enumerate(images[:max_images])
    ]
    return Summary(value=values).SerializeToString()


def pixels_of(picture: Array) -> Array:
    """A picture (height, width, channels) as bytes: floats are scaled so that the largest becomes white.

    With negative numbers among them 0 becomes grey. Pixels that are not finite become red.
    """
    if picture.dtype == np.uint8:
        return picture
    finite = np.isfinite(picture).all(axis=-1)
    good = picture[finite].astype(np.float32)
    low, high = (float(good.min()), float(good.max())) if good.size else (np.inf, -np.inf)
    dtype = picture.dtype.type
    if low < 0:
        largest = max(abs(low), abs(high))
        scale = dtype(0.0 if largest < _DARK else np.float32(127.0) / np.float32(largest))
        offset = dtype(128.0)
    else:
        scale = dtype(0.0 if high < _DARK else np.float32(255.0) / np.float32(high))
        offset = dtype(0.0)
    pixels = np.empty(picture.shape, np.uint8)
    pixels[finite] = (picture[finite] * scale + offset).astype(np.uint8)
    pixels[~finite] = _BAD_COLOUR[: picture.shape[-1]]
    return pixels


def _numbered(tag: str, kind: str, index: int, most: int) -> str:
    return f"{tag}/{kind}/{index}" if most > 1 else f"{tag}/{kind}"


# --- sound and text ----------------------------------------------------------------------------------------------


def audio_summary(tag: str, clips: Array, sample_rate: float, max_outputs: int) -> bytes:
    """The first clips of a batch (count, frames, channels), numbers from −1 to 1, as WAV."""
    if clips.ndim == 2:
        clips = clips[:, :, np.newaxis]
    _, frames, channels = clips.shape
    values = [
        Value(
            tag=_numbered(tag, "audio", index, max_outputs),
            audio=Audio(
                sample_rate=sample_rate,
                num_channels=channels,
                length_frames=frames,
                encoded_audio_string=encode_wav(clip, round(sample_rate)),
                content_type="audio/wav",
            ),
        )
        for index, clip in enumerate(clips[:max_outputs])
    ]
    return Summary(value=values).SerializeToString()


def encode_wav(clip: Array, sample_rate: int) -> bytes:
    """A WAV file with 16 bits a sample from numbers between −1 and 1 (frames, channels)."""
    channels = clip.shape[1]
    scaled = clip.astype(np.float32) * np.float32(1 << 15)
    rounded = np.sign(scaled) * np.floor(np.abs(scaled) + np.float32(0.5))
    samples: bytes = np.clip(np.nan_to_num(rounded), -(1 << 15), (1 << 15) - 1).astype("<i2").tobytes()
    head = struct.pack("<HHIIHH", 1, channels, sample_rate, sample_rate * channels * 2, channels * 2, 16)
    body = b"WAVEfmt " + struct.pack("<I", 16) + head + b"data" + struct.pack("<I", len(samples)) + samples
    return b"RIFF" + struct.pack("<I", len(body)) + body


def text_summary(tag: str, texts: Array) -> bytes:
    """Texts of any shape (Markdown), for TensorBoard's text panel."""
    tensor = TensorProto(
        dtype=DATA_TYPES["string"], tensor_shape=shape_proto(texts.shape), string_val=list(texts.ravel())
    )
    metadata = SummaryMetadata(plugin_data=SummaryMetadata.PluginData(plugin_name="text"))
    return Summary(value=[Value(tag=tag, tensor=tensor, metadata=metadata)]).SerializeToString()


# --- several in one ----------------------------------------------------------------------------------------------


def merged_summaries(summaries: Iterable[bytes]) -> bytes:
    """All values in one summary. Raises ValueError when two have the same tag, or one is no summary."""
    parts = list(summaries)
    seen: set[bytes] = set()
    for part in parts:
        for tag in _tags(part):
            if tag in seen:
                raise ValueError(f"Duplicate tag {tag.decode(errors='replace')} found in summary inputs")
            seen.add(tag)
    return b"".join(parts)


def _tags(summary: bytes) -> list[bytes]:
    """The tags of a serialized summary, without reading all of its values."""
    try:
        values = [dict(fields_of(value)) for _, value in fields_of(summary) if isinstance(value, bytes)]
        return [tag for value in values if isinstance(tag := value.get(1, b""), bytes)]
    except ValueError:
        raise ValueError("Could not parse one of the summary inputs") from None
